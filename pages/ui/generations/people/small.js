// The small pictures: lines over rounds, the pitchfork, and the dial of who chooses how often.
class Lines {
  constructor(svg, { rounds, lines, up, ticks }, scrub) {
    Object.assign(this, { rounds, ticks, lines });
    this.plot = new Plot(svg, ["grid", "curves", "now"], {
      across: [0, rounds], up, margin: [0.6, 0.7, 1.6, 2.5],
    });
    const { curves, now } = this.plot.layers;
    this.curves = lines.map((name) => draw("path", { class: `curve ${name}` }, curves));
    this.cursor = draw("line", { class: "cursor" }, now);
    this.dots = lines.map((name) => draw("circle", { class: `dot ${name}` }, now));
    const move = (event) => scrub(clamp(this.plot.at(event), [0, rounds]), "drag");
    holdable(svg, move, () => scrub(null, "release"));
  }

  fit(em) {
    if (!this.plot.fit(em)) return;
    const up = (value) => fixed(value, this.ticks[1] < 1 ? 1 : 0);
    this.plot.rules(this.ticks, [0, this.rounds / 2, this.rounds], { up });
    this.path = null;
  }

  // `values(facts)` are the heights of all lines in a round; null where there is no such line.
  update(path, progress, values) {
    const { plot } = this;
    if (!plot.box) return;
    if (this.path !== path) {
      this.path = path;
      this.values = path.facts.map(values);
      this.curves.forEach((curve, k) => {
        const gone = this.values[0][k] === null;
        curve.style.display = this.dots[k].style.display = gone ? "none" : "";
        if (gone) return;
        const height = (t) => plot.y(this.values[t][k]);
        curve.setAttribute("d", lineOf(this.values.length, (t) => plot.x(t), height));
      });
    }
    const x = plot.x(progress);
    plot.upright(this.cursor, progress);
    const low = Math.min(Math.floor(progress), this.rounds);
    const [from, to] = [this.values[low], this.values[Math.min(low + 1, this.rounds)]];
    this.dots.forEach((dot, k) => {
      if (from[k] === null) return;
      dot.setAttribute("cx", x.toFixed(1));
      dot.setAttribute("cy", plot.y(from[k] + (progress - low) * (to[k] - from[k])).toFixed(1));
      dot.setAttribute("r", (0.33 * plot.em).toFixed(1));
    });
  }
}

// x0 against mu, both in widths; the camps of the moment as dots.
class Fork {
  constructor(svg) {
    this.plot = new Plot(svg, ["grid", "curves", "now", "words"], {
      across: [0, 3], up: [-3, 3], margin: [0.6, 0.7, 2.7, 2.2],
    });
    const { curves, now, words } = this.plot.layers;
    this.branches = [1, -1].map(() => draw("path", { class: "branch" }, curves));
    this.gone = draw("path", { class: "branch unstable" }, curves);
    this.here = draw("line", { class: "cursor" }, now);
    this.dots = [0, 1].map((g) => draw("circle", { class: `dot group-${g}` }, now));
    this.axis = draw("text", { class: "tick middle" }, words, "half distance / width");
  }

  fit(em) {
    const { plot } = this;
    if (!plot.fit(em)) return;
    plot.rules([-2, 0, 2], [0, 1, 2, 3]);
    // Denser behind the fork, where the branches leave steeply.
    const mus = Array.from({ length: 62 }, (_, i) => (i ? 1 + 2 * ((i - 1) / 60) ** 2 : 0));
    [1, -1].forEach((sign, k) => {
      const height = (i) => plot.y(sign * campsOf(mus[i], 1));
      this.branches[k].setAttribute("d", lineOf(62, (i) => plot.x(mus[i]), height));
    });
    this.gone.setAttribute("d", `M${plot.x(1)} ${plot.y(0)}H${plot.x(3)}`);
    this.axis.setAttribute("x", plot.x(1.5));
    this.axis.setAttribute("y", plot.y(-3) + 2.35 * em);
  }

  update(state, sides, exact) {
    const { plot } = this;
    if (!plot.box) return;
    const two = twoGroups(state);
    this.here.style.display = two ? "" : "none";
    for (const dot of this.dots) dot.style.display = two ? "" : "none";
    if (!two) return;
    const mu = Math.min(3, two.mu / two.s);
    plot.upright(this.here, mu);
    this.dots.forEach((dot, k) => {
      const place = clamp((sides[k] - two.middle) / two.s, [-3, 3]);
      dot.setAttribute("cx", plot.x(mu));
      dot.setAttribute("cy", plot.y(place));
      dot.setAttribute("r", 0.42 * plot.em);
      const kind = exact && two.equal ? "" : " other";
      dot.setAttribute("class", `dot group-${two.order[k]}${kind}`);
    });
  }
}

// The shares of the choices as one bar with dividers; where a group dies out is marked.
class Dial {
  constructor(svg, read, change) {
    Object.assign(this, { svg, read });
    const drawn = (name, kind, more) => NAMES.map(
      (_, g) => draw(name, { class: `${kind} group-${g}`, ...more }, svg));
    this.parts = drawn("rect", "part", { y: 6, height: 22 });
    this.names = drawn("text", "part-text middle", { y: 21.5 });
    this.marks = [0, 1].map(() => draw("path", { class: "mark" }, svg));
    this.handles = [0, 1].map((g) => {
      const share = () => this.edges()[g + 1];
      const set = (value, how) => change({ groups: this.moved(g, value) }, how);
      const name = `Choices up to the divider after group ${NAMES[g]}`;
      const help = "Drag: who makes how many of the choices";
      const spec = { kind: "divider", name, help, range: [0, 1], step: 0.01, read: share, set };
      const handle = new Handle(svg, spec);
      draw("rect", { class: "halo", x: -14, y: 0, width: 28, height: 34 }, handle.node);
      draw("rect", { class: "knob", x: -4, y: 2, width: 8, height: 30, rx: 4 }, handle.node);
      const at = (event) => {
        const box = svg.getBoundingClientRect();
        set(Math.round(100 * clamp((event.clientX - box.left) / box.width, [0, 1])) / 100, "drag");
      };
      holdable(handle.node, at, () => change({}, "release"));
      return handle;
    });
  }

  edges() {
    const edges = [0];
    for (const [, , weight] of this.read().groups) edges.push(edges[edges.length - 1] + weight);
    return edges;
  }

  // The groups after divider g has gone to `value`: only the two beside it change.
  moved(g, value) {
    const edges = this.edges();
    const whole = Math.max(edges[g], Math.min(edges[g + 2] ?? 1, value));
    const round = (share) => Math.round(1e4 * share) / 1e4;
    return this.read().groups.map(([m, s, weight], k) => {
      if (k === g) return [m, s, round(whole - edges[g])];
      return [m, s, k === g + 1 ? round(edges[g + 2] - whole) : weight];
    });
  }

  update({ groups }, thresholds) {
    const width = (34 * (this.svg.clientWidth || 200)) / (this.svg.clientHeight || 34);
    if (this.width !== width) this.svg.setAttribute("viewBox", `0 0 ${width} 34`);
    this.width = width;
    const edges = this.edges();
    this.parts.forEach((part, g) => {
      const [from, to] = g < groups.length ? [edges[g], edges[g + 1]] : [1, 1];
      part.setAttribute("x", from * width);
      part.setAttribute("width", Math.max(0, (to - from) * width));
      this.names[g].setAttribute("x", ((from + to) / 2) * width);
      setText(this.names[g], to - from > 0.1 ? `${NAMES[g]} ${percent(to - from)}` : "");
    });
    this.handles.forEach((handle, g) => {
      const shown = g < groups.length - 1;
      handle.node.style.display = shown ? "" : "none";
      if (shown) handle.place(clamp(edges[g + 1], [0.01, 0.99]) * width, 0, percent(edges[g + 1]));
    });
    this.marks.forEach((mark, k) => {
      mark.style.display = thresholds ? "" : "none";
      if (!thresholds) return;
      mark.setAttribute("d", `M${(k ? 1 - thresholds[1] : thresholds[0]) * width} 0v34`);
    });
  }
}
