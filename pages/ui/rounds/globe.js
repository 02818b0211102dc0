// The dial with a generator that walks: its path over the rounds, and where it stands now.
class RoundsGlobe extends Dial {
  constructor(svg, read, onChange) {
    super(svg, read, onChange);
    this.track = svgNode("path", { class: "walk" });
    svg.insertBefore(this.track, this.arrows.star.group);
    for (const part of [this.labels.hat, this.arrows.hat.group, this.thetaArc]) part.remove();
  }

  drawWalk(state, walk) {
    const points = walk.map((_, i) => projectGlobe(globeVector(walk, i, state.azimuth)));
    this.track.setAttribute("d", pathOf(points));
  }

  showRound(state, walk, progress) {
    const now = globeVector(walk, progress, state.azimuth);
    const prune = unitVector(state.theta_prune, state.azimuth);
    const angle = Math.acos(Math.max(-1, Math.min(1, now[0])));
    this.place("star", [1, 0, 0], LENGTHS.star);
    this.place("gen", now, LENGTHS.gen);
    this.place("prune", prune, LENGTHS.prune);
    this.guide.setAttribute("d", meridian(state.azimuth, 0, Math.PI, LENGTHS.prune));
    this.genArc.setAttribute("d", greatCircle([1, 0, 0], now, 0.42).path);
    this.pruneArc.setAttribute("d", meridian(state.azimuth, 0, state.theta_prune, 0.34));
    this.moveHandle(this.gen, projectGlobe(now, LENGTHS.gen), angle);
    this.moveHandle(this.prune, projectGlobe(prune, LENGTHS.prune), state.theta_prune);
    this.moveHandle(this.azimuth, projectGlobe(unitVector(Math.PI / 2, state.azimuth)), state.azimuth);
    const [x, y] = projectGlobe(now, 1);
    const out = Math.max(24, Math.hypot(x - DIAL.cx, y - DIAL.cy));
    const gen = [x + (28 * (x - DIAL.cx)) / out + 6, y + (26 * (y - DIAL.cy)) / out + 4];
    // Beside the arrow where its end would run into the name of the truth.
    if (gen[1] < 56 && Math.abs(gen[0] - DIAL.cx) < 56) gen.splice(0, 2, x + 30, y + 12);
    const [px, py] = projectGlobe(prune, LENGTHS.prune);
    this.label("gen", gen, angleText(angle));
    this.label("prune", [px - 28, py + 5], angleText(state.theta_prune));
    this.label("star", [DIAL.cx, 20], "truth w⋆");
  }
}
