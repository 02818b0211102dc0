// p_star of each generator against its error rate: retraining works while p_star is above p.
class Crossing extends Plot {
  constructor(svg) {
    const layers = ["grid", "areas", "ghosts", "lines", "mark", "now"];
    super(svg, layers, { top: 1.6, bottom: 0.6 });
    this.safe = svgNode("path", { class: "safe" }, this.layers.areas);
    this.unsafe = svgNode("path", { class: "unsafe" }, this.layers.areas);
    this.ghost = svgNode("path", { class: "ghost star-line" }, this.layers.ghosts);
    this.rateLine = svgNode("path", { class: "rate-line" }, this.layers.lines);
    this.starLine = svgNode("path", { class: "star-line" }, this.layers.lines);
    this.starName = svgNode("text", { class: "star-text" }, this.layers.lines);
    this.rateName = svgNode("text", { class: "rate-text" }, this.layers.lines);
    this.markLine = svgNode("line", { class: "mark-line" }, this.layers.mark);
    this.markText = svgNode("text", { class: "mark-text middle" }, this.layers.mark);
    this.gapLine = svgNode("path", { class: "margin-line" }, this.layers.now);
    this.rateDot = svgNode("circle", { class: "now-dot" }, this.layers.now);
    this.starDot = svgNode("circle", { class: "star-dot" }, this.layers.now);
    this.marginText = svgNode("text", { class: "now-text" }, this.layers.now);
  }

  drawGrid() {
    this.drawRules([[0, "0"], [0.5, "0.5"], [1, "1"]]);
  }

  update(state, d, curve, ghost) {
    if (!this.box) return;
    if (curve !== this.curve) this.drawCurve(state, curve);
    if (ghost !== this.ghostCurve) {
      this.ghostCurve = ghost;
      this.ghost.setAttribute("d", ghost ? this.path(ghost.map((c) => [c.p, c.pStar])) : "");
    }
    this.drawPresent(d);
  }

  drawCurve(state, curve) {
    this.curve = curve;
    this.ghostCurve = undefined;
    const stars = curve.map((c) => [c.p, c.pStar]);
    const [first, last] = [curve[0], curve[curve.length - 1]];
    const crossing = crossingRate(state);
    this.starLine.setAttribute("d", this.path(stars));
    this.rateLine.setAttribute("d", this.path([[first.p, first.p], [last.p, last.p]]));
    const meet = [crossing, crossing];
    const before = [...stars.filter(([p]) => p < crossing), meet, [first.p, first.p]];
    const after = [meet, ...stars.filter(([p]) => p > crossing), [last.p, last.p]];
    this.safe.setAttribute("d", `${this.path(before)}Z`);
    this.unsafe.setAttribute("d", `${this.path(after)}Z`);
    this.upright(this.markLine, crossing);
    const x = Math.max(this.x(0) + 1.5 * this.em, Math.min(this.x(1) - 1.5 * this.em, this.x(crossing)));
    this.write(this.markText, x, this.y(1) - 0.5 * this.em, `p = p⋆ = ${fixed(crossing, 2)}`);
    this.nameLines(crossing - first.p > last.p - crossing ? [first.p, crossing] : [crossing, last.p]);
  }

  // Both lines are named between the given error rates, where they are far from each other.
  nameLines([from, to]) {
    const near = (p) => this.curve.reduce((a, b) => (Math.abs(b.p - p) < Math.abs(a.p - p) ? b : a));
    const at = near((from + to) / 2);
    const above = at.pStar < 0.85;
    const [over, under] = [-0.5 * this.em, 1.25 * this.em];
    this.write(this.starName, this.x(at.p), this.y(at.pStar) + (above ? over : under), "p⋆");
    const p = from + 0.8 * (to - from);
    this.write(this.rateName, this.x(p), this.y(p) + (at.pStar > at.p ? under : over), "p");
  }

  drawPresent(d) {
    const known = Number.isFinite(d.pStar);
    this.layers.now.style.display = known ? "" : "none";
    if (!known) return;
    const { em } = this;
    this.dotAt(this.rateDot, d.p, d.p);
    this.dotAt(this.starDot, d.p, d.pStar);
    this.gapLine.setAttribute("d", this.path([[d.p, d.p], [d.p, d.pStar]]));
    this.gapLine.classList.toggle("over", d.p > d.pStar);
    const rightward = d.p < 0.75;
    this.marginText.setAttribute("class", rightward ? "now-text" : "now-text end");
    const gap = d.pStar - d.p;
    // Beside the gap where there is room, else at the bottom.
    const middle = Math.abs(gap) > 0.3 ? (d.p + d.pStar) / 2 : d.p > 0.3 ? 0.05 : 0.6;
    const words = `margin ${gap < 0 ? "−" : "+"}${fixed(Math.abs(gap), 2)}`;
    this.write(this.marginText, this.x(d.p) + (rightward ? 0.8 : -0.8) * em,
      this.y(middle) + 0.33 * em, words);
  }
}
