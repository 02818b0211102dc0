// The front page's picture. Every number comes from Python; here they are drawn and moved.
const DOTS = 46;
const FLOW_SECONDS = 6;
// From few wrong labels to almost only wrong ones, then back to where the two models differ.
const SWEEP = [[0, 0.08], [11, 0.95], [14, null]];
const SHAPES = { right: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0", wrong: "M0 -6L6 5H-6Z" };
const ICONS = { play: "M4.5 2.5L13 8l-8.5 5.5z", pause: "M4 3h3v10H4zM9 3h3v10H9z" };
const LANES = { all: 64, verified: 204 };
const [START_X, GATE_X, END_X, MIDDLE] = [108, 337, 500, 134];
const PLOT = { left: 44, right: 388, top: 26, bottom: 196 };
const share = (value) => value - Math.floor(value);
const percent = (value) => `${Math.round(100 * value)}\u00a0%`;

function draw(name, attributes, parent, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  parent.append(node);
  return node;
}

class Picture {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.root = root;
    this.slider = this.find("input");
    this.flow = 0.4;
    // Spread evenly: any run of dots has about the shares that the numbers say.
    this.dots = Array.from({ length: DOTS }, (_, i) => ({ at: i / DOTS, number: i }));
    for (const lane of Object.keys(LANES)) {
      for (const dot of this.dots) dot[lane] = draw("path", { class: "dot" }, this.find(".dots"));
    }
    for (const ring of root.querySelectorAll(".ring")) {
      draw("circle", { r: 38 }, ring);
      draw("circle", { r: 38, pathLength: 100, transform: "rotate(-90)" }, ring);
    }
    this.slider.addEventListener("pointerdown", () => this.pause());
    this.slider.addEventListener("input", () => {
      this.pause();
      this.set(this.slider.value / 100);
    });
    this.find(".play").addEventListener("click", () => (this.began ? this.pause() : this.play()));
  }

  receive(data) {
    this.root.classList.toggle("large", data.large);
    if (this.data) return;
    this.data = data;
    this.drawChart();
    this.set(data.start);
    this.pause();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!still && !sessionStorage.getItem("synverify-front-seen")) this.play();
    sessionStorage.setItem("synverify-front-seen", "1");
  }

  drawChart() {
    const chart = this.find(".chart");
    const { left, right, top, bottom } = PLOT;
    chart.setAttribute("aria-label", this.data.alt);
    this.x = (p) => left + p * (right - left);
    this.y = (accuracy) => bottom - accuracy * (bottom - top);
    const { all, verified } = this.data.p_star;
    const gain = { x: this.x(all), width: this.x(verified) - this.x(all), y: top, height: bottom - top };
    draw("rect", { class: "gain", ...gain }, chart);
    for (const level of [0, 0.5, 1]) {
      const y = this.y(level);
      draw("line", { class: "axis", x1: left, x2: right, y1: y, y2: y }, chart);
      draw("text", { class: "quiet", x: left - 6, y: y + 5, "text-anchor": "end" }, chart, percent(level));
    }
    draw("text", { class: "quiet", x: 6, y: 12 }, chart, "right answers of the new model");
    draw("text", { class: "quiet", x: right, y: bottom + 36, "text-anchor": "end" }, chart,
      "labels that are wrong");
    this.cut = draw("line", { class: "cut", y1: top, y2: bottom }, chart);
    this.points = {};
    for (const [name, words] of [["all", "no verifier"], ["verified", "verifier"]]) {
      const path = this.data.accuracy[name].map((a, i) => `${this.x(i / 100)} ${this.y(a)}`);
      draw("path", { class: `line ${name}`, d: `M${path.join("L")}` }, chart);
      const fall = this.x(this.data.p_star[name]);
      const where = { x: fall - 14, y: this.y(0.36), "text-anchor": "end", class: name };
      draw("text", where, chart, words);
      const mark = { x: fall, y: bottom + 17, "text-anchor": "middle" };
      draw("text", mark, chart, `p* ${percent(this.data.p_star[name])}`);
      this.points[name] = draw("circle", { class: `point ${name}`, r: 7 }, chart);
    }
  }

  accuracy(name, p) {
    const list = this.data.accuracy[name];
    const low = Math.min(Math.floor(100 * p), 99);
    return list[low] + (list[low + 1] - list[low]) * (100 * p - low);
  }

  // A model that labels with error rate p: its labels, and what becomes of those who learn them.
  set(p, anew = true) {
    this.p = p;
    const known = { old: 1 - p };
    for (const name of Object.keys(LANES)) {
      known[name] = this.accuracy(name, p);
      this.points[name].setAttribute("cx", this.x(p));
      this.points[name].setAttribute("cy", this.y(known[name]));
      this.find(`[data-of=${name}] + .number`).textContent = percent(known[name]);
    }
    for (const [name, value] of Object.entries(known)) {
      const part = this.find(`[data-of=${name}]`).lastElementChild;
      part.setAttribute("stroke-dasharray", `${100 * value} 100`);
    }
    this.cut.setAttribute("x1", this.x(p));
    this.cut.setAttribute("x2", this.x(p));
    this.slider.value = Math.round(100 * p);
    this.slider.setAttribute("aria-valuetext", `${percent(p)} of the labels are wrong`);
    this.say(p, known);
    if (anew) for (const dot of this.dots) dot.turn = NaN;
    this.place();
  }

  say(p, known) {
    const now = this.find(".now");
    const words = [["With "], [percent(p)], [" of the labels wrong, the model that learns all of them is right on "],
      [percent(known.all)], ["; the one that learns what the verifier keeps, on "], [percent(known.verified)], ["."]];
    now.replaceChildren(...words.map(([text], i) => {
      const node = document.createElement(i % 2 ? "b" : "span");
      node.textContent = text;
      return node;
    }));
    this.find(".lanes").setAttribute("aria-label", now.textContent);
  }

  place() {
    for (const dot of this.dots) {
      const turn = Math.floor(this.flow + dot.at);
      if (turn !== dot.turn) this.label(dot, turn);
      const along = share(this.flow + dot.at);
      const x = START_X + along * (END_X - START_X);
      const bend = Math.min(1, along / 0.26);
      const smooth = bend * bend * (3 - 2 * bend);
      for (const [name, lane] of Object.entries(LANES)) {
        const fallen = name === "verified" && !dot.kept ? Math.max(0, x - GATE_X + 8) : 0;
        const y = MIDDLE + smooth * (lane - MIDDLE + dot.side) + 0.9 * fallen;
        const shown = fallen ? Math.max(0, 0.8 - fallen / 60) : 1;
        dot[name].setAttribute("transform", `translate(${(x - 0.85 * fallen).toFixed(1)} ${y.toFixed(1)})`);
        dot[name].setAttribute("opacity", shown.toFixed(2));
      }
    }
  }

  label(dot, turn) {
    const place = dot.number + DOTS * (Math.abs(turn) % 97);
    const kind = share(0.5 + 0.7548776662 * place) < this.p ? "wrong" : "right";
    const rate = kind === "right" ? this.data.phi : this.data.psi;
    dot.turn = turn;
    dot.kept = share(0.5 + 0.569840291 * place) < rate;
    dot.side = 32 * (share(0.31 + 0.618034 * place) - 0.5);
    for (const name of Object.keys(LANES)) {
      dot[name].setAttribute("d", SHAPES[kind]);
      dot[name].setAttribute("class", `dot ${kind}`);
    }
  }

  play() {
    this.began = performance.now();
    this.button("pause", "Pause");
    let last = this.began;
    const step = (time) => {
      if (!this.root.isConnected) return;
      this.flow += (time - last) / 1000 / FLOW_SECONDS;
      last = time;
      // A frame's time can lie before the click that asked for it.
      const seconds = Math.max(0, time - this.began) / 1000;
      const next = SWEEP.findIndex(([end]) => end > seconds);
      if (next < 0) {
        this.set(this.data.start, false);
        this.pause();
        return;
      }
      const [from, to] = [SWEEP[next - 1], SWEEP[next]];
      const part = (seconds - from[0]) / (to[0] - from[0]);
      this.set(from[1] + part * ((to[1] ?? this.data.start) - from[1]), false);
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.began = 0;
    this.button("play", "Play: from few wrong labels to many");
  }

  button(icon, name) {
    this.find(".play path").setAttribute("d", ICONS[icon]);
    this.find(".play").setAttribute("aria-label", name);
    this.find(".play").title = name;
  }
}

const pictures = new WeakMap();

export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".picture");
  if (!pictures.has(root)) pictures.set(root, new Picture(root));
  pictures.get(root).receive(data);
}
