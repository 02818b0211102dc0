// Two SVG panels with a logarithmic error axis: over rounds, and over samples (or the weight).
function svgNode(name, attributes, parent) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (parent) parent.appendChild(node);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Numbers 1, 2, 5 times a power of ten from low to high; only powers where there are many.
function logTicks(low, high) {
  const steps = high / low > 2e3 ? [1] : high / low > 30 ? [1, 3] : [1, 2, 5];
  const found = [];
  for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); p++) {
    for (const step of steps) {
      const value = Number(`${step}e${p}`);
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    }
  }
  const every = Math.ceil(found.length / 7);
  return found.filter((_, i) => i % every === 0);
}

// Ends that hold all values, on a grid of thirds of a decade: a drag does not shake them.
function logRange(values, most = Infinity) {
  const finite = values.filter((v) => Number.isFinite(v) && v > 0);
  const top = Math.min(Math.max(...finite), most);
  const [low, high] = [Math.log10(Math.min(...finite)), Math.log10(top)];
  return [10 ** (Math.floor(3 * low - 0.1) / 3), 10 ** (Math.ceil(3 * high + 0.1) / 3)];
}

class Panel {
  constructor(svg, onMove) {
    this.svg = svg;
    this.clip = `clip-${Math.random().toString(36).slice(2)}`;
    const path = svgNode("clipPath", { id: this.clip }, svgNode("defs", {}, svg));
    this.clipRect = svgNode("rect", {}, path);
    this.grid = svgNode("g", {}, svg);
    this.inside = svgNode("g", { "clip-path": `url(#${this.clip})` }, svg);
    this.front = svgNode("g", {}, svg);
    this.nodes = new Map();
    svg.addEventListener("pointerdown", (event) => this.grab(event, onMove));
  }

  grab(event, onMove) {
    if (event.button > 0 || !this.box) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const at = (e, how) => {
      const { left, width } = this.box;
      const part = (e.clientX - this.svg.getBoundingClientRect().left - left) / width;
      onMove(this.value(Math.min(1, Math.max(0, part))), how);
    };
    const move = (e) => at(e, "drag");
    const end = (e) => {
      this.svg.removeEventListener("pointermove", move);
      this.svg.removeEventListener("pointerup", end);
      this.svg.removeEventListener("pointercancel", end);
      at(e, "release");
    };
    this.svg.addEventListener("pointermove", move);
    this.svg.addEventListener("pointerup", end);
    this.svg.addEventListener("pointercancel", end);
    move(event);
  }

  resize(width, height, em) {
    this.em = em;
    this.box = { left: 3.9 * em, top: 0.7 * em, width: width - 5 * em, height: height - 4 * em };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const { left: x, top: y, width: w, height: h } = this.box;
    for (const [key, value] of Object.entries({ x, y, width: w, height: h })) {
      this.clipRect.setAttribute(key, value);
    }
    this.drawn = "";
  }

  // x: {range, log, ticks: [[value, words]], title}; y: [low, high] of the error.
  axes(x, y) {
    this.xAxis = x;
    this.yRange = y;
    const key = JSON.stringify([x, y]);
    if (key === this.drawn) return;
    this.drawn = key;
    const { em, grid, box } = this;
    grid.replaceChildren();
    for (const value of logTicks(...y)) {
      const at = this.y(value);
      svgNode("line", { x1: box.left, x2: box.left + box.width, y1: at, y2: at, class: "rule" }, grid);
      const place = { x: box.left - 0.5 * em, y: at + 0.33 * em, class: "tick end" };
      svgNode("text", place, grid).textContent = figures(value);
    }
    const bottom = box.top + box.height;
    for (const [value, words] of x.ticks) {
      const place = { x: this.x(value), y: bottom + 1.3 * em, class: "tick middle" };
      svgNode("text", place, grid).textContent = words;
    }
    const title = { x: box.left + box.width / 2, y: bottom + 2.8 * em, class: "axis middle" };
    svgNode("text", title, grid).textContent = x.title;
  }

  x(value) {
    const { range: [low, high], log } = this.xAxis;
    const part = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return this.box.left + part * this.box.width;
  }

  value(part) {
    const { range: [low, high], log } = this.xAxis;
    return log ? low * (high / low) ** part : low + part * (high - low);
  }

  y(value) {
    const [low, high] = this.yRange;
    const part = Math.log(Math.min(Math.max(value, low / 10), high * 10) / low) / Math.log(high / low);
    return this.box.top + (1 - part) * this.box.height;
  }

  node(key, name, className, parent = this.inside) {
    if (!this.nodes.has(key)) this.nodes.set(key, svgNode(name, {}, parent));
    const node = this.nodes.get(key);
    node.setAttribute("class", className);
    return node;
  }

  line(key, className, points) {
    let text = "";
    let pen = "M";
    for (const [x, value] of points) {
      if (!(value > 0) || value === Infinity) pen = "M";
      else {
        text += `${pen}${this.x(x).toFixed(1)} ${this.y(value).toFixed(1)}`;
        pen = "L";
      }
    }
    this.node(key, "path", className).setAttribute("d", text);
  }

  area(key, className, points) {
    const forth = points.map(([x, low]) => `${this.x(x).toFixed(1)} ${this.y(low).toFixed(1)}`);
    const back = points.map(([x, , high]) => `${this.x(x).toFixed(1)} ${this.y(high).toFixed(1)}`);
    const text = points.length > 1 ? `M${[...forth, ...back.reverse()].join("L")}Z` : "";
    this.node(key, "path", className).setAttribute("d", text);
  }

  // A line across (value of the error) or upright (value of x) with its words; null hides it.
  mark(key, { error, x }, words, className = "mark") {
    const { box, em } = this;
    const line = this.node(`${key} line`, "path", className);
    const text = this.node(`${key} text`, "text", `mark-text ${className}`, this.front);
    const off = (error === undefined ? x : error) === null;
    line.setAttribute("d", "");
    setText(text, off ? "" : words);
    if (off) return;
    if (error !== undefined) {
      const y = this.y(error);
      line.setAttribute("d", `M${box.left} ${y}H${box.left + box.width}`);
      const above = y > box.top + 1.6 * em;
      text.setAttribute("transform", `translate(${box.left + 0.5 * em} ${y + (above ? -0.4 : 1.1) * em})`);
      return;
    }
    const at = this.x(x);
    line.setAttribute("d", `M${at} ${box.top}V${box.top + box.height}`);
    const right = at < box.left + 0.6 * box.width;
    text.classList.toggle("end", !right);
    const place = [at + (right ? 0.4 : -0.4) * em, box.top + box.height - 0.6 * em];
    text.setAttribute("transform", `translate(${place.join(" ")})`);
  }

  dot(key, className, x, value, parent = this.front) {
    const node = this.node(key, "circle", className, parent);
    const seen = value > 0 && Number.isFinite(value);
    node.setAttribute("r", seen ? 0.5 * this.em : 0);
    if (!seen) return;
    node.setAttribute("cx", this.x(x));
    node.setAttribute("cy", this.y(value));
  }
}

function drawRounds(panel, state, lines, simulated, shown) {
  const all = [1, ...lines.flatMap(({ points }) => points)];
  if (simulated) all.push(...simulated.low, ...simulated.high);
  const step = state.rounds > 20 ? 5 : state.rounds > 8 ? 2 : 1;
  const ticks = [];
  for (let r = 0; r <= state.rounds; r += step) ticks.push([r, String(r)]);
  panel.axes({ range: [0, state.rounds], ticks, title: "round" }, logRange(all));
  const until = Math.floor(shown + 1e-9);
  const band = simulated
    ? simulated.low.map((low, r) => [r, low, simulated.high[r]]).slice(0, until + 1) : [];
  panel.area("band", "band", band);
  for (const kind of ["replaced", "other", "best", "own"]) {
    const line = lines.find((one) => one.kind === kind);
    const points = line ? line.points.map((e, r) => [r, e]) : [];
    if (kind === "own") panel.line("ahead", "line own ahead", points);
    panel.line(kind, `line ${kind}`, kind === "own" ? upTo(points, shown) : points);
  }
  const dots = simulated ? simulated.mean.slice(0, until + 1).map((e, r) => [r, e]) : [];
  panel.line("means", "means", dots.flatMap(([r, e]) => [[r, e], [r, e], [r, NaN]]));
  panel.mark("null", { error: 1 }, "predicting 0", "mark null");
  const limit = limitOf(state);
  panel.mark("limit", { error: limit }, `ends at ${figures(limit ?? 0)}`);
  const n = horizon(state, lines[0].points);
  const words = `n_null = ${figures(n)}`;
  panel.mark("horizon", { x: state.policy === "replace" && n > 0 && n < state.rounds ? n : null }, words);
  panel.dot("now", "now", shown, between(lines[0].points, shown));
}

// The points up to a round that need not be whole.
function upTo(points, shown) {
  const until = Math.floor(shown);
  const part = points.slice(0, until + 1);
  if (shown > until) part.push([shown, between(points.map(([, e]) => e), shown)]);
  return part;
}

function between(values, place) {
  const i = Math.floor(place);
  if (i >= values.length - 1) return values[values.length - 1];
  return values[i] ** (1 - (place - i)) * values[i + 1] ** (place - i);
}

function drawAcross(panel, state, across, r) {
  const range = acrossRange(state);
  const weights = state.policy === "weighted";
  const x = weights
    ? { range, ticks: [0.2, 0.4, 0.6, 0.8, 1].map((v) => [v, figures(v)]), title: "weight w on real rows" }
    : { range, log: true, ticks: logTicks(...range).map((v) => [v, String(v)]), title: "samples T" };
  const now = errorAt(state, r);
  const values = [1, now, ...across.flatMap(({ points }) => points.map(([, e]) => e))];
  const most = Math.max(10, 3 * now);
  panel.axes(x, logRange(values, most));
  for (const kind of ["start", "other", "best", "own"]) {
    const line = across.find((one) => one.kind === kind);
    panel.line(kind, `line ${kind}`, line ? line.points : []);
  }
  const gap = state.policy === "min_norm" ? [state.d - 2, state.d + 2] : null;
  const rect = panel.node("gap", "rect", "gap");
  const wide = gap ? panel.x(gap[1]) - panel.x(gap[0]) : 0;
  rect.setAttribute("x", gap ? panel.x(gap[0]) : 0);
  rect.setAttribute("width", wide);
  rect.setAttribute("y", panel.box.top);
  rect.setAttribute("height", panel.box.height);
  panel.mark("gap", { x: gap ? state.d : null }, "T = d", "mark none");
  panel.mark("golden", { x: weights ? GOLDEN : null }, "0.618");
  panel.mark("null", { error: 1 }, "predicting 0", "mark null");
  panel.dot("now", "now", weights ? state.weight : samplesOf(state), now);
}
