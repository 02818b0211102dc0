// Accuracy after retraining against the error rate: the law, the theorem's jump, the present
// setting, the one before, and the simulated points.
class Chart extends Plot {
  constructor(svg, read, onChange) {
    const layers = ["bandArea", "outside", "grid", "ghosts", "step", "law", "mark", "dots", "now"];
    super(svg, layers, { top: 0.6, bottom: 3.1 });
    this.lawPath = svgNode("path", { class: "law-line" }, this.layers.law);
    this.ghost = svgNode("path", { class: "ghost law-line" }, this.layers.ghosts);
    this.ghostName = svgNode("text", { class: "ghost-text" }, this.layers.ghosts);
    this.stepPath = svgNode("path", { class: "step-line advanced-only" }, this.layers.step);
    this.bandRect = svgNode("rect", { class: "band advanced-only" }, this.layers.bandArea);
    this.low = svgNode("rect", { class: "beyond" }, this.layers.outside);
    this.high = svgNode("rect", { class: "beyond" }, this.layers.outside);
    for (const [rect, words] of [[this.low, "less"], [this.high, "more"]]) {
      const text = `At this separation no generator errs ${words} than this`;
      svgNode("title", {}, rect).textContent = text;
    }
    this.markLine = svgNode("line", { class: "mark-line" }, this.layers.mark);
    this.drop = svgNode("path", { class: "now-drop" }, this.layers.now);
    this.addHandle(read, onChange);
    this.nowText = svgNode("text", { class: "now-text" }, this.layers.now);
  }

  addHandle(read, onChange) {
    const label = "Error rate of the generator";
    this.handle = svgNode("g", {
      class: "rate-handle", role: "slider", tabindex: "0", "aria-label": label,
      "aria-valuemin": "0", "aria-valuemax": "1",
    }, this.layers.now);
    const help = `${label}: drag along the curve, or arrow keys (1° of the generator)`;
    svgNode("title", {}, this.handle).textContent = help;
    this.halo = svgNode("circle", { class: "halo" }, this.handle);
    this.dot = svgNode("circle", { class: "now-dot" }, this.handle);
    this.handle.addEventListener("keydown", (event) => {
      const turn = turnOfKey(event, read().theta_gen);
      if (turn === undefined) return;
      event.preventDefault();
      onChange("theta_gen", clampTo("theta_gen", turn), "key");
    });
  }

  drawGrid() {
    const { grid } = this.layers;
    const { em } = this;
    const every = this.box.height < 6.5 * em ? 2 : 1;
    const rules = [0, 1, 2, 3, 4].filter((i) => i % every === 0);
    this.drawRules(rules.map((i) => [i / 4, `${25 * i} %`]));
    for (let i = 0; i <= 5; i++) {
      const at = { x: this.x(i / 5), y: this.y(0) + 1.25 * em, class: "tick middle" };
      svgNode("text", at, grid).textContent = (i / 5).toFixed(1);
    }
    const chance = { x: this.x(0) + 0.4 * em, y: this.y(0.5) - 0.4 * em, class: "tick" };
    svgNode("text", chance, grid).textContent = "chance";
    const title = { x: this.x(0.5), y: this.y(0) + 2.6 * em, class: "axis middle" };
    svgNode("text", title, grid).textContent = "error rate p of the synthesized labels";
  }

  update(state, d, curve, ghost, simulated) {
    if (!this.box) return;
    if (curve !== this.curve) {
      this.drawCurve(state, curve);
      this.drawDots(state, simulated);
    } else if (simulated !== this.simulated) {
      this.drawDots(state, simulated);
    }
    if (ghost !== this.ghostCurve) this.drawGhost(ghost);
    this.drawPresent(d);
  }

  drawCurve(state, curve) {
    this.curve = curve;
    this.ghostCurve = undefined;
    this.lawPath.setAttribute("d", this.path(curve.map((c) => [c.p, c.accuracy])));
    const first = curve[0].p;
    const last = curve[curve.length - 1].p;
    const jump = crossingRate(state);
    this.stepPath.setAttribute("d", this.path([[first, 1], [jump, 1], [jump, 0], [last, 0]]));
    this.upright(this.markLine, jump);
    this.span(this.low, 0, first);
    this.span(this.high, last, 1);
  }

  drawGhost(ghost) {
    this.ghostCurve = ghost;
    this.ghost.setAttribute("d", ghost ? this.path(ghost.map((c) => [c.p, c.accuracy])) : "");
    this.ghostName.style.display = ghost?.name ? "" : "none";
    if (!ghost?.name) return;
    const at = ghost.reduce((a, b) => (Math.abs(b.accuracy - 0.7) < Math.abs(a.accuracy - 0.7) ? b : a));
    this.write(this.ghostName, this.x(at.p) + 0.4 * this.em, this.y(at.accuracy), ghost.name);
  }

  drawDots(state, simulated) {
    this.simulated = simulated;
    const { dots } = this.layers;
    const key = curveKey(state);
    dots.replaceChildren();
    for (const [index, series] of simulated.entries()) {
      const stale = curveKey(series.state) !== key ? " stale" : "";
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
    const known = Number.isFinite(d.pStar);
    this.layers.bandArea.style.display = known ? "" : "none";
    if (known) this.span(this.bandRect, d.band[0], d.band[1]);
    const [x, y] = [this.x(d.p), this.y(d.law.accuracy)];
    this.drop.setAttribute("d", pathOf([[x, this.y(1)], [x, this.y(0)]]));
    this.dotAt(this.dot, d.p, d.law.accuracy);
    this.dotAt(this.halo, d.p, d.law.accuracy);
    this.halo.setAttribute("r", 0.9 * em);
    this.handle.setAttribute("aria-valuenow", fixed(d.p, 3));
    this.handle.setAttribute("aria-valuetext",
      `p = ${fixed(d.p, 2)}, accuracy ${percent(d.law.accuracy)}`);
    // The law falls, so below left and above right of the point are free.
    const low = d.law.accuracy < 0.8;
    const rightward = low ? d.p < 0.8 : d.p < 0.25;
    const above = (low && rightward) || d.law.accuracy < 0.3;
    this.nowText.setAttribute("class", rightward ? "now-text" : "now-text end");
    this.write(
      this.nowText, x + (rightward ? 0.8 : -0.8) * em, y + (above ? -0.6 : 1.9) * em,
      `now: ${percent(d.law.accuracy)}`,
    );
  }
}

// Circle, square, triangle, diamond: told apart without colour.
const SIMULATED_MARKS = [
  "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z",
  "M-4 -4H4V4H-4Z",
  "M0 -5L4.8 4H-4.8Z",
  "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
];
