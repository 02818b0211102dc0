// The density of what the model makes, the groups' tastes to drag, and all rounds as a strip.
const GROUP_HEIGHT = (weight) => 0.3 + 0.55 * weight;

class Density {
  constructor(svg, { world, limits, most }, read, change) {
    Object.assign(this, { world, limits, read, change });
    this.plot = new Plot(svg, ["grid", "tastes", "ghost", "now", "words", "handles"], {
      across: [-world.reach, world.reach], up: [0, 1], margin: [0.4, 0.6, 1.7, 0.6],
    });
    const { layers } = this.plot;
    this.ghost = draw("path", { class: "ghost-line" }, layers.ghost);
    this.area = draw("path", { class: "area" }, layers.now);
    this.line = draw("path", { class: "density-line" }, layers.now);
    this.ghostText = draw("text", { class: "ghost-text" }, layers.words, "round 0");
    this.groups = Array.from({ length: most }, (_, g) => this.group(g));
    this.x = axisOf(world);
  }

  // A group's bell, and its two handles.
  group(g) {
    const { tastes, handles } = this.plot.layers;
    const bell = draw("path", { class: `bell group-${g}` }, tastes);
    const set = (part, limits) => (value, how) => {
      const groups = this.read().groups.map((group) => [...group]);
      groups[g][part] = clamp(value, limits);
      this.change({ groups }, how);
    };
    const handle = (kind, part, name, help, range) => {
      const read = () => this.read().groups[g]?.[part] ?? 0;
      const spec = { kind: `${kind} group-${g}`, name: `${name} of group ${NAMES[g]}`, help, range };
      const made = new Handle(handles, { ...spec, step: 0.05, read, set: set(part, range) });
      draw("circle", { class: "halo", r: 16 }, made.node);
      return made;
    };
    const { peak: peaks, width: widths } = this.limits;
    const peak = handle("peak", 0, "Peak", "What the group likes best: drag, or arrow keys", peaks);
    draw("circle", { class: "knob", r: 9 }, peak.node);
    const letter = { class: "letter middle", y: 4 };
    draw("text", letter, peak.node, NAMES[g]);
    const width = handle("width", 1, "Width", "How broad its taste is: drag, or arrow keys", widths);
    draw("path", { class: "knob", d: "M-11 0l8 -7v14zM11 0l-8 -7v14z" }, width.node);
    const end = () => this.change({}, "release");
    const to = (part, value) => {
      set(part, part ? widths : peaks)(Math.round(value * 100) / 100, "drag");
    };
    holdable(peak.node, (event) => to(0, this.plot.at(event)), end);
    const reached = (event) => Math.abs(this.plot.at(event) - this.read().groups[g][0]);
    holdable(width.node, (event) => to(1, reached(event)), end);
    return { bell, peak, width };
  }

  fit(em) {
    if (!this.plot.fit(em)) return;
    const { reach } = this.world;
    this.plot.rules([], Array.from({ length: reach + 1 }, (_, i) => 2 * i - reach));
    this.drawn = null;
  }

  // `path` has the shares of all rounds; the one at `progress` is a mixture of its neighbours.
  update(path, progress, state) {
    if (!this.plot.box) return;
    this.placeGroups(state);
    const low = Math.min(Math.floor(progress), path.rounds);
    const part = progress - low;
    const [from, to] = [path.smooth(low), path.smooth(Math.min(low + 1, path.rounds))];
    const start = path.path[0];
    const [n, { plot }] = [start.length, this];
    let top = 1.6 * start[n / 2];
    const now = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      now[i] = from[i] + part * (to[i] - from[i]);
      if (now[i] > top) top = now[i];
    }
    const scale = 0.97 / top;
    const curve = (p) => lineOf(n, (i) => plot.x(this.x[i]), (i) => plot.y(scale * p[i]));
    const d = curve(now);
    this.line.setAttribute("d", d);
    this.area.setAttribute("d", `${d}V${plot.y(0)}H${plot.x(this.x[0])}Z`);
    this.ghost.setAttribute("d", curve(start));
    const at = Math.round(0.16 * n);
    this.ghostText.setAttribute("x", plot.x(this.x[at]));
    this.ghostText.setAttribute("y", plot.y(scale * start[at]) - 0.6 * plot.em);
  }

  placeGroups({ groups }) {
    const key = JSON.stringify(groups);
    if (this.drawn === key) return;
    this.drawn = key;
    const { plot } = this;
    this.groups.forEach(({ bell, peak, width }, g) => {
      const shown = g < groups.length;
      for (const node of [bell, peak.node, width.node]) node.style.display = shown ? "" : "none";
      if (!shown) return;
      const [m, s, weight] = groups[g];
      const high = GROUP_HEIGHT(weight);
      const height = (x) => high * Math.exp(-0.5 * ((x - m) / s) ** 2);
      const step = (2 * this.world.reach) / 100;
      const place = (i) => -this.world.reach + i * step;
      const d = lineOf(101, (i) => plot.x(place(i)), (i) => plot.y(height(place(i))));
      bell.setAttribute("d", `${d}V${plot.y(0)}H${plot.x(-this.world.reach)}Z`);
      peak.place(plot.x(m), plot.y(high), fixed(m, 2), plot.em / 13);
      const beside = m + s > this.world.reach - 0.1 ? m - s : m + s;
      width.place(plot.x(beside), plot.y(height(beside)), fixed(s, 2), plot.em / 13);
    });
  }
}

// Every round one row of pixels, each as bright as its own peak allows; a line shows the round.
class Strip {
  constructor(canvas, line, world, scrub) {
    Object.assign(this, { canvas, line, world });
    canvas.width = world.points;
    canvas.height = world.rounds + 1;
    this.pen = canvas.getContext("2d");
    const move = (event) => {
      const box = canvas.getBoundingClientRect();
      const share = (event.clientY - box.top) / box.height;
      scrub(clamp(share * world.rounds, [0, world.rounds]), "drag");
    };
    holdable(canvas, move, () => scrub(null, "release"));
  }

  update(path, progress, colors) {
    const key = `${colors.key}`;
    if (this.path !== path || this.key !== key) {
      Object.assign(this, { path, key });
      this.paint(path, colors);
    }
    const share = progress / this.world.rounds;
    this.line.style.top = `${(100 * share).toFixed(2)}%`;
  }

  paint(path, { ground, ink }) {
    const { points, rounds } = this.world;
    const image = this.pen.createImageData(points, rounds + 1);
    const mixed = (c, level) => Math.round(ground[c] + (level / 255) * (ink[c] - ground[c]));
    const levels = Array.from({ length: 256 }, (_, k) => [mixed(0, k), mixed(1, k), mixed(2, k), 255]);
    const colors = new Uint32Array(new Uint8Array(levels.flat()).buffer);
    const pixels = new Uint32Array(image.data.buffer);
    for (let t = 0; t <= rounds; t++) {
      const p = path.smooth(t);
      let top = 0;
      for (let i = 0; i < points; i++) if (p[i] > top) top = p[i];
      for (let i = 0; i < points; i++) {
        pixels[t * points + i] = colors[(255 * Math.sqrt(p[i] / top)) | 0];
      }
    }
    this.pen.putImageData(image, 0, 0);
  }
}
