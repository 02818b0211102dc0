// What both panels over the error rate share: margins, grid, places, the pointer. SVG in screen
// pixels, redrawn part by part.
const PLOT_MARGIN = { left: 3.6, right: 0.9 };

class Plot {
  constructor(svg, layers, margin) {
    Object.assign(this, { svg, margin: { ...PLOT_MARGIN, ...margin } });
    this.layers = {};
    for (const name of layers) this.layers[name] = svgNode("g", { class: name }, svg);
  }

  resize(width, height, em) {
    if (!(width > 60 && height > 40)) return;
    const { left, right, top, bottom } = this.margin;
    this.em = em;
    this.box = {
      left: left * em,
      top: top * em,
      width: width - (left + right) * em,
      height: height - (top + bottom) * em,
    };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.drawGrid();
    this.curve = null;
  }

  x(p) {
    return this.box.left + p * this.box.width;
  }

  y(value) {
    return this.box.top + (1 - value) * this.box.height;
  }

  // Horizontal rules, each with its words.
  drawRules(rules) {
    const { grid } = this.layers;
    const { em } = this;
    grid.replaceChildren();
    for (const [value, words] of rules) {
      const y = this.y(value);
      const half = value === 0.5 ? " half" : "";
      svgNode("line", { x1: this.x(0), x2: this.x(1), y1: y, y2: y, class: `rule${half}` }, grid);
      const text = { x: this.x(0) - 0.5 * em, y: y + 0.33 * em, class: "tick end" };
      svgNode("text", text, grid).textContent = words;
    }
  }

  span(rect, from, to) {
    rect.setAttribute("x", this.x(from));
    rect.setAttribute("width", Math.max(0, this.x(to) - this.x(from)));
    rect.setAttribute("y", this.box.top);
    rect.setAttribute("height", this.box.height);
  }

  upright(line, p) {
    const x = this.x(p);
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", this.y(1)], ["y2", this.y(0)]]) {
      line.setAttribute(name, value);
    }
  }

  path(points) {
    return pathOf(points.map(([p, value]) => [this.x(p), this.y(value)]));
  }

  dotAt(node, p, value) {
    node.setAttribute("cx", this.x(p));
    node.setAttribute("cy", this.y(value));
    node.setAttribute("r", 0.5 * this.em);
  }

  write(node, x, y, text) {
    node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    setText(node, text);
  }
}

// Dragging a panel turns the generator, hovering reads it: both at the error rate pointed to.
class Steering {
  constructor(plot, read, onChange, onHover) {
    Object.assign(this, { plot, read, onChange, onHover });
    const { svg } = plot;
    svg.addEventListener("pointerdown", (event) => this.grab(event));
    svg.addEventListener("pointermove", (event) => onHover(this.angleUnder(event)));
    svg.addEventListener("pointerleave", () => onHover(null));
  }

  angleUnder(event) {
    const { box, svg } = this.plot;
    if (!box) return null;
    const p = (event.clientX - svg.getBoundingClientRect().left - box.left) / box.width;
    return angleOfRate(p, this.read().separation);
  }

  grab(event) {
    if (event.button > 0 || !this.plot.box) return;
    event.preventDefault();
    const { svg } = this.plot;
    svg.setPointerCapture(event.pointerId);
    svg.classList.add("held");
    const move = (e) => this.onChange("theta_gen", this.angleUnder(e), "drag");
    const end = () => {
      svg.removeEventListener("pointermove", move);
      svg.removeEventListener("pointerup", end);
      svg.removeEventListener("pointercancel", end);
      svg.classList.remove("held");
      this.onChange("theta_gen", this.read().theta_gen, "release");
    };
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
    move(event);
  }
}
