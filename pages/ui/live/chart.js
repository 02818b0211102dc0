// Accuracy against error rate: the theorem's jump, the retraining law, the band, the present
// setting and the simulated points. SVG in screen pixels, redrawn part by part.
const CHART_MARGIN = { left: 3.6, right: 0.9, top: 1.5, bottom: 3.1 };

// Settings that the curve depends on: everything but theta_gen, which it runs through.
const CURVE_FIELDS = [
  "theta_prune", "azimuth", "n_samples", "dimension", "separation", "pruning",
];

function curveKey(state) {
  return CURVE_FIELDS.map((name) => {
    const value = state[name];
    return typeof value === "number" ? value.toPrecision(6) : value;
  }).join("|");
}

class Chart {
  constructor(svg) {
    this.svg = svg;
    const layers = ["bandArea", "outside", "grid", "step", "law", "mark", "dots", "now"];
    this.layers = {};
    for (const name of layers) this.layers[name] = svgNode("g", { class: name }, svg);
    this.lawPath = svgNode("path", { class: "law-line" }, this.layers.law);
    this.stepPath = svgNode("path", { class: "step-line" }, this.layers.step);
    this.bandRect = svgNode("rect", { class: "band" }, this.layers.bandArea);
    this.low = svgNode("rect", { class: "beyond" }, this.layers.outside);
    this.high = svgNode("rect", { class: "beyond" }, this.layers.outside);
    for (const [rect, words] of [[this.low, "less"], [this.high, "more"]]) {
      const text = `At this separation no generator errs ${words} than this`;
      svgNode("title", {}, rect).textContent = text;
    }
    this.starLine = svgNode("line", { class: "star-line" }, this.layers.mark);
    this.starText = svgNode("text", { class: "star-text" }, this.layers.mark);
    this.drop = svgNode("path", { class: "now-drop" }, this.layers.now);
    this.dot = svgNode("circle", { class: "now-dot" }, this.layers.now);
    this.nowText = svgNode("text", { class: "now-text" }, this.layers.now);
  }

  resize(width, height, em) {
    if (!(width > 60 && height > 60)) return;
    this.em = em;
    this.box = {
      left: CHART_MARGIN.left * em,
      top: CHART_MARGIN.top * em,
      width: width - (CHART_MARGIN.left + CHART_MARGIN.right) * em,
      height: height - (CHART_MARGIN.top + CHART_MARGIN.bottom) * em,
    };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.drawGrid();
    this.curve = null;
  }

  x(p) {
    return this.box.left + p * this.box.width;
  }

  y(accuracy) {
    return this.box.top + (1 - accuracy) * this.box.height;
  }

  drawGrid() {
    const { grid } = this.layers;
    const { em } = this;
    grid.replaceChildren();
    for (let i = 0; i <= 4; i++) {
      const y = this.y(i / 4);
      const half = i === 2 ? " half" : "";
      svgNode("line", { x1: this.x(0), x2: this.x(1), y1: y, y2: y, class: `rule${half}` }, grid);
      const text = { x: this.x(0) - 0.5 * em, y: y + 0.33 * em, class: "tick end" };
      svgNode("text", text, grid).textContent = `${25 * i} %`;
    }
    for (let i = 0; i <= 5; i++) {
      const at = { x: this.x(i / 5), y: this.y(0) + 1.25 * em, class: "tick middle" };
      svgNode("text", at, grid).textContent = (i / 5).toFixed(1);
    }
    const chance = { x: this.x(0) + 0.4 * em, y: this.y(0.5) - 0.4 * em, class: "tick" };
    svgNode("text", chance, grid).textContent = "chance";
    const title = { x: this.x(0.5), y: this.y(0) + 2.6 * em, class: "axis middle" };
    svgNode("text", title, grid).textContent = "error rate p of the synthesized labels";
  }

  update(state, d, simulated) {
    if (!this.box) return;
    const key = curveKey(state);
    if (!this.curve || key !== this.key) {
      this.key = key;
      this.curve = lawCurve(state);
      this.drawCurve(state);
      this.drawDots(simulated);
    } else if (simulated !== this.simulated) {
      this.drawDots(simulated);
    }
    this.drawPresent(d);
  }

  drawCurve(state) {
    const points = this.curve.map((c) => [this.x(c.p), this.y(c.accuracy)]);
    this.lawPath.setAttribute("d", pathOf(points));
    const first = this.curve[0].p;
    const last = this.curve[this.curve.length - 1].p;
    const jump = errorRate(crossingAngle(state), state.separation);
    this.stepPath.setAttribute("d", pathOf([
      [this.x(first), this.y(1)], [this.x(jump), this.y(1)],
      [this.x(jump), this.y(0)], [this.x(last), this.y(0)],
    ]));
    this.span(this.low, 0, first);
    this.span(this.high, last, 1);
  }

  span(rect, from, to) {
    rect.setAttribute("x", this.x(from));
    rect.setAttribute("width", Math.max(0, this.x(to) - this.x(from)));
    rect.setAttribute("y", this.box.top);
    rect.setAttribute("height", this.box.height);
  }

  drawDots(simulated) {
    this.simulated = simulated;
    const { dots } = this.layers;
    dots.replaceChildren();
    for (const [index, series] of simulated.entries()) {
      const stale = curveKey(series.state) !== this.key ? " stale" : "";
      for (const point of series.points) {
        const place = `translate(${this.x(point.p)} ${this.y(point.accuracy)})`;
        const at = `${place} scale(${this.em / 13})`;
        const node = svgNode("path", {
          d: SIMULATED_MARKS[index % SIMULATED_MARKS.length], transform: at,
          class: `simulated mark-${index % SIMULATED_MARKS.length}${stale}`,
        }, dots);
        const words = `p = ${fixed(point.p, 3)}, accuracy ${percent(point.accuracy)}`;
        const note = stale ? " (computed for another setting)" : "";
        svgNode("title", {}, node).textContent = `${point.label ?? series.label}: ${words}${note}`;
      }
    }
  }

  drawPresent(d) {
    const { em } = this;
    const valid = Number.isFinite(d.pStar);
    this.layers.mark.style.display = valid ? "" : "none";
    this.layers.bandArea.style.display = valid ? "" : "none";
    if (valid) {
      this.span(this.bandRect, d.band[0], d.band[1]);
      const x = this.x(d.pStar);
      for (const [name, value] of [["x1", x], ["x2", x], ["y1", this.y(1)], ["y2", this.y(0)]]) {
        this.starLine.setAttribute(name, value);
      }
      this.write(
        this.starText, Math.min(x, this.x(1) - 2.2 * em), this.y(1) - 0.5 * em,
        `p⋆ = ${fixed(d.pStar, 2)}`,
      );
    }
    const [x, y] = [this.x(d.p), this.y(d.law.accuracy)];
    this.drop.setAttribute("d", pathOf([[x, y], [x, this.y(0)]]));
    this.dot.setAttribute("cx", x);
    this.dot.setAttribute("cy", y);
    this.dot.setAttribute("r", 0.5 * em);
    // The law falls, so below left and above right of the point are free.
    const above = d.law.accuracy < 0.8;
    const rightward = above ? d.p < 0.8 : d.p < 0.25;
    this.nowText.setAttribute("class", rightward ? "now-text" : "now-text end");
    this.write(
      this.nowText, x + (rightward ? 0.8 : -0.8) * em, y + (above ? -0.6 : 1.9) * em,
      `now: ${percent(d.law.accuracy)}`,
    );
  }

  write(node, x, y, text) {
    node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    setText(node, text);
  }
}

// Circle, square, triangle, diamond: told apart without colour.
const SIMULATED_MARKS = [
  "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z",
  "M-4 -4H4V4H-4Z",
  "M0 -5L4.8 4H-4.8Z",
  "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
];
