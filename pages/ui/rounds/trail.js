// Numbers over the rounds, one panel above the other; dragging either of them scrubs.
const MOST_DOTS = 40;

class RoundsPlot extends Plot {
  constructor(svg, layers, margin) {
    super(svg, ["floor", "grid", "ghosts", "law", "dots", "now"], { ...margin, right: 1.4 });
    this.range = [0, 1];
    this.rounds = 1;
    this.cursor = svgNode("line", { class: "now-drop" }, this.layers.now);
  }

  xOf(round) {
    return this.x(round / this.rounds);
  }

  y(value) {
    const [low, high] = this.range;
    return super.y((value - low) / (high - low));
  }

  line(node, values) {
    node.setAttribute("d", values
      ? pathOf(values.map((value, round) => [this.xOf(round), this.y(value)])) : "");
  }

  // A word at a line's right end, moved away from the other one where they would meet.
  name(node, value, text, shift) {
    this.write(node, this.x(1) - 0.3 * this.em, this.y(value) + shift * this.em, text);
  }

  stand(progress) {
    const x = this.xOf(progress).toFixed(1);
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", this.box.top],
      ["y2", this.box.top + this.box.height]]) this.cursor.setAttribute(name, value);
  }

  dotOn(node, progress, values) {
    const low = Math.min(values.length - 1, Math.floor(progress));
    const high = Math.min(values.length - 1, low + 1);
    const value = values[low] + (progress - low) * (values[high] - values[low]);
    node.setAttribute("cx", this.xOf(progress).toFixed(1));
    node.setAttribute("cy", this.y(value).toFixed(1));
    node.setAttribute("r", 0.45 * this.em);
  }
}

// p and p* of each round's labels.
class RatesOverRounds extends RoundsPlot {
  constructor(svg) {
    super(svg, [], { top: 0.7, bottom: 0.7 });
    this.rate = svgNode("path", { class: "rate-line" }, this.layers.law);
    this.star = svgNode("path", { class: "star-line" }, this.layers.law);
    this.rateName = svgNode("text", { class: "rate-text end" }, this.layers.law);
    this.starName = svgNode("text", { class: "star-text end" }, this.layers.law);
    this.rateDot = svgNode("circle", { class: "now-dot" }, this.layers.now);
    this.starDot = svgNode("circle", { class: "star-dot" }, this.layers.now);
  }

  drawGrid() {
    this.drawRules([[0, "0"], [0.5, "0.5"], [1, "1"]]);
  }

  drawRounds(walk) {
    this.rounds = walk.length - 1;
    this.rates = walk.map((at) => at.p);
    this.stars = walk.map((at) => (Number.isFinite(at.pStar) ? at.pStar : at.p));
    this.line(this.rate, this.rates);
    this.line(this.star, this.stars);
    const [p, star] = [this.rates.at(-1), this.stars.at(-1)];
    const apart = Math.abs(p - star) > 0.25;
    const inside = (value) => (value > 0.8 ? 1.2 : -0.5);
    this.name(this.rateName, p, "p", apart ? inside(p) : p < star ? 1.2 : -0.5);
    this.name(this.starName, star, "p⋆", apart ? inside(star) : p < star ? -0.5 : 1.2);
  }

  showRound(progress) {
    this.stand(progress);
    this.dotOn(this.rateDot, progress, this.rates);
    this.dotOn(this.starDot, progress, this.stars);
  }
}

// Accuracy of each round's model: the law, the same without a verifier, simulated models.
class AccuracyOverRounds extends RoundsPlot {
  constructor(svg) {
    super(svg, [], { top: 0.7, bottom: 3.1 });
    this.floor = svgNode("rect", { class: "beyond" }, this.layers.floor);
    const note = "Within 3/√d of chance the law is not to be trusted";
    svgNode("title", {}, this.floor).textContent = note;
    this.alone = svgNode("path", { class: "alone-line" }, this.layers.ghosts);
    this.own = svgNode("line", { class: "own-line" }, this.layers.ghosts);
    this.law = svgNode("path", { class: "law-line" }, this.layers.law);
    this.aloneDot = svgNode("circle", { class: "alone-dot" }, this.layers.now);
    this.dot = svgNode("circle", { class: "now-dot" }, this.layers.now);
    this.text = svgNode("text", { class: "now-text" }, this.layers.now);
  }

  drawGrid() {
    const { grid } = this.layers;
    const { em } = this;
    const [low] = this.range;
    const marks = [0, 0.25, 0.5, 0.75, 1].filter((value) => value >= low);
    if (low > 0.2) marks.push(0.625, 0.875);
    this.drawRules(marks.map((value) => [value, `${100 * value} %`]));
    for (let i = 0; i <= 5; i++) {
      const round = Math.round((i * this.rounds) / 5);
      const at = { x: this.xOf(round), y: this.box.top + this.box.height + 1.25 * em, class: "tick middle" };
      svgNode("text", at, grid).textContent = String(round);
    }
    const bottom = this.box.top + this.box.height + 2.6 * em;
    const title = { x: this.x(0.5), y: bottom, class: "axis middle" };
    svgNode("text", title, grid).textContent = "round";
  }

  drawRounds(state, story, walk) {
    const { law, alone, verifier } = story;
    const values = [...law, ...(alone ?? []), ...walk].map((at) => at.accuracy);
    const range = [Math.min(...values, verifier ?? 1) >= 0.48 ? 0.45 : 0, 1.01];
    const rounds = law.length - 1;
    if (String([range, rounds]) !== String([this.range, this.rounds])) {
      Object.assign(this, { range, rounds });
      this.drawGrid();
    }
    this.values = walk.map((at) => at.accuracy);
    this.others = alone?.map((at) => at.accuracy);
    this.line(this.law, law.map((at) => at.accuracy));
    this.line(this.alone, this.others);
    for (const line of [this.law, this.alone]) line.classList.toggle("off", state.ridge === "weak");
    this.aloneDot.style.display = alone ? "" : "none";
    this.own.style.display = verifier === null ? "none" : "";
    if (verifier !== null) {
      const y = this.y(verifier);
      const ends = { x1: this.x(0), x2: this.x(1), y1: y, y2: y };
      for (const [name, value] of Object.entries(ends)) this.own.setAttribute(name, value);
    }
    this.span(this.floor, 0, 1);
    const [top, low] = [this.y(0.5 + story.floor), this.y(Math.max(range[0], 0.5 - story.floor))];
    this.floor.setAttribute("y", top);
    this.floor.setAttribute("height", Math.max(0, low - top));
  }

  // The dots stay where they are while something is dragged, dimmed once they are of another setting.
  drawDots(state, simulated) {
    const { dots } = this.layers;
    const stale = Boolean(simulated) && roundsKey(simulated.state) !== roundsKey(state);
    dots.classList.toggle("stale", stale);
    const places = String([this.range, this.rounds, this.fitted]);
    if (simulated === this.simulated && places === this.places) return;
    Object.assign(this, { simulated, places });
    dots.replaceChildren();
    const every = Math.ceil(this.rounds / MOST_DOTS);
    for (const point of simulated?.points ?? []) {
      if (point.round > this.rounds || point.round % every) continue;
      const x = this.xOf(point.round);
      const [low, high] = [this.y(point.low), this.y(point.high)];
      svgNode("path", { d: pathOf([[x, low], [x, high]]), class: "spread" }, dots);
      const at = `translate(${x} ${this.y(point.accuracy)}) scale(${this.em / 16})`;
      const node = svgNode("path", {
        d: SIMULATED_MARKS[0], transform: at, class: "simulated mark-0",
      }, dots);
      svgNode("title", {}, node).textContent =
        `${simulated.label}, round ${point.round}: ${percent(point.accuracy)}`;
    }
  }

  showRound(progress) {
    this.stand(progress);
    this.dotOn(this.dot, progress, this.values);
    if (this.others) this.dotOn(this.aloneDot, progress, this.others);
    const { em } = this;
    const value = this.values[Math.round(progress)] ?? this.values.at(-1);
    const rightward = progress < 0.75 * this.rounds;
    this.text.setAttribute("class", rightward ? "now-text" : "now-text end");
    // On the side that the curve does not take.
    const rising = this.values.at(-1) >= this.values[0];
    const y = this.y(value) + (rising === rightward ? 1.9 : -0.9) * em;
    this.write(this.text, this.xOf(progress) + (rightward ? 0.8 : -0.8) * em, y, percent(value));
  }
}

// Dragging or clicking a panel goes to the round under the pointer.
class Scrub {
  constructor(plot, onRound) {
    const { svg } = plot;
    const under = (event) => {
      const at = (event.clientX - svg.getBoundingClientRect().left - plot.box.left) / plot.box.width;
      return Math.round(Math.max(0, Math.min(1, at)) * plot.rounds);
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button > 0 || !plot.box) return;
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
      const move = (e) => onRound(under(e), "drag");
      const end = (e) => {
        svg.removeEventListener("pointermove", move);
        svg.removeEventListener("pointerup", end);
        svg.removeEventListener("pointercancel", end);
        onRound(under(e), "release");
      };
      svg.addEventListener("pointermove", move);
      svg.addEventListener("pointerup", end);
      svg.addEventListener("pointercancel", end);
      move(event);
    });
  }
}
