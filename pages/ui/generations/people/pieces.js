// What the drawings share: nodes, numbers, a plot in screen pixels, handles, buttons, sliders.
const NAMES = ["A", "B", "C"];
const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));
const fixed = (value, digits) => value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");

// Near 0 and 1 with a digit more, so that a little is not nothing.
function percent(share) {
  const close = (share > 0 && share < 0.01) || (share < 1 && share > 0.99);
  return `${(100 * share).toFixed(close ? 1 : 0)} %`;
}

function fill(node, attributes, parent, text) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function draw(name, attributes, parent, text) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, parent, text);
}

function html(name, attributes, parent, text) {
  return fill(document.createElement(name), attributes, parent, text);
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function lineOf(count, x, y) {
  const parts = new Array(count);
  for (let i = 0; i < count; i++) parts[i] = `${x(i).toFixed(1)} ${y(i).toFixed(1)}`;
  return `M${parts.join("L")}`;
}

// An SVG in screen pixels with its two axes; `across` and `up` are [from, to] of the data.
class Plot {
  constructor(svg, layers, { across, up, margin }) {
    Object.assign(this, { svg, across, up, margin });
    this.layers = {};
    for (const name of layers) this.layers[name] = draw("g", { class: name }, svg);
  }

  fit(em) {
    const { clientWidth: width, clientHeight: height } = this.svg.parentElement;
    if (this.fitted === `${width}x${height}x${em}` || width < 40 || height < 30) return false;
    this.fitted = `${width}x${height}x${em}`;
    const [top, right, bottom, left] = this.margin.map((size) => size * em);
    this.em = em;
    this.box = { left, top, width: width - left - right, height: height - top - bottom };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return true;
  }

  x(value) {
    const [from, to] = this.across;
    return this.box.left + ((value - from) / (to - from)) * this.box.width;
  }

  y(value) {
    const [from, to] = this.up;
    return this.box.top + (1 - (value - from) / (to - from)) * this.box.height;
  }

  // Puts a line through all heights at the data's x.
  upright(line, value) {
    const x = this.x(value).toFixed(1);
    const ends = { x1: x, x2: x, y1: this.y(this.up[0]), y2: this.y(this.up[1]) };
    for (const [name, place] of Object.entries(ends)) line.setAttribute(name, place);
  }

  // The data's x at a pointer.
  at(event) {
    const [from, to] = this.across;
    const x = event.clientX - this.svg.getBoundingClientRect().left - this.box.left;
    return from + (x / this.box.width) * (to - from);
  }

  rules(ups, acrosses, words = {}) {
    const { grid } = this.layers;
    const { em } = this;
    const [[left, right], [low, high]] = [this.across, this.up];
    grid.replaceChildren();
    for (const value of ups) {
      const y = this.y(value);
      draw("line", { class: "rule", x1: this.x(left), x2: this.x(right), y1: y, y2: y }, grid);
      const at = { class: "tick end", x: this.x(left) - 0.4 * em, y: y + 0.33 * em };
      draw("text", at, grid, words.up?.(value) ?? fixed(value, 0));
    }
    for (const value of acrosses) {
      const x = this.x(value);
      draw("line", { class: "rule", x1: x, x2: x, y1: this.y(low), y2: this.y(high) }, grid);
      const at = { class: "tick middle", x, y: this.y(low) + 1.15 * em };
      draw("text", at, grid, words.across?.(value) ?? fixed(value, 0));
    }
  }
}

// Calls move(event) while a pointer holds the target, and end() when it lets go.
function holdable(target, move, end) {
  target.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    target.setPointerCapture(event.pointerId);
    target.classList.add("held");
    const stop = () => {
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", stop);
      target.removeEventListener("pointercancel", stop);
      target.classList.remove("held");
      end();
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", stop);
    target.addEventListener("pointercancel", stop);
    move(event);
    target.focus?.({ preventScroll: true });
  });
}

// A drawn slider: pointer, arrow keys, Home and End, a name and a value.
class Handle {
  constructor(parent, { kind, name, help, range, step, read, set }) {
    Object.assign(this, { range, read });
    this.node = draw("g", { class: `handle ${kind}`, role: "slider", tabindex: 0 }, parent);
    this.node.setAttribute("aria-label", name);
    draw("title", {}, this.node, help);
    const [low, high] = range;
    this.node.setAttribute("aria-valuemin", low);
    this.node.setAttribute("aria-valuemax", high);
    const arrows = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
    const moves = { ...arrows, PageDown: -10, PageUp: 10 };
    this.node.addEventListener("keydown", (event) => {
      const by = moves[event.key];
      const end = { Home: low, End: high }[event.key];
      if (by === undefined && end === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      set(end ?? clamp(Math.round((this.read() + by * step) / step) * step, range), "key");
    });
  }

  place(x, y, text, scale = 1) {
    const place = `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(2)})`;
    this.node.setAttribute("transform", place);
    this.node.setAttribute("aria-valuenow", this.read().toFixed(3));
    this.node.setAttribute("aria-valuetext", text);
  }
}

// A row of buttons of which one is pressed.
class Buttons {
  constructor(parent, options, pick) {
    this.buttons = options.map(([value, label, help]) => {
      const button = html("button", { type: "button", title: help }, parent, label);
      button.addEventListener("click", () => pick(value));
      return [value, button];
    });
  }

  update(chosen) {
    for (const [value, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(value === chosen));
    }
  }
}

// A slider of HTML; `to` turns its position into the state's value, `from` back.
class Slider {
  constructor(parent, { name, help, range, to, from, text }, change) {
    Object.assign(this, { from, text });
    const label = html("label", { class: "slider", title: help }, parent);
    html("span", {}, label, name);
    this.output = html("output", {}, label);
    const [min, max, step] = range;
    const attributes = { type: "range", min, max, step, "aria-label": name, title: help };
    this.input = html("input", attributes, label);
    const value = () => to(Number(this.input.value));
    this.input.addEventListener("input", () => change(value(), "drag"));
    this.input.addEventListener("change", () => change(value(), "release"));
  }

  update(value) {
    if (this.shown === value) return;
    this.shown = value;
    if (this.from(value) !== Number(this.input.value)) this.input.value = this.from(value);
    const { min, max } = this.input;
    const share = (100 * (this.input.value - min)) / (max - min);
    this.input.style.setProperty("--share", `${share.toFixed(1)}%`);
    setText(this.output, this.text(value));
    this.input.setAttribute("aria-valuetext", this.text(value));
  }
}
