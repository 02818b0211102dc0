// The dial: a unit globe seen from a little above, w* at the pole, the generator on the right
// rim (azimuth 0) and the verifier on the meridian of its azimuth. All of it is SVG.
const SVG_NS = "http://www.w3.org/2000/svg";
const DIAL = { cx: 170, cy: 150, radius: 112, tilt: 0.26 };
const LENGTHS = { star: 1.08, gen: 1, prune: 0.86, hat: 1 };

function svgNode(name, attributes, parent) {
  const node = document.createElementNS(SVG_NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (parent) parent.appendChild(node);
  return node;
}

function projectGlobe(v, length = 1) {
  const up = v[0] * Math.cos(DIAL.tilt) - v[2] * Math.sin(DIAL.tilt);
  return [DIAL.cx + DIAL.radius * length * v[1], DIAL.cy - DIAL.radius * length * up];
}

function pathOf(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

function meridian(azimuth, from, to, length) {
  const points = [];
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 0.08));
  for (let i = 0; i <= steps; i++) {
    points.push(projectGlobe(unitVector(from + ((to - from) * i) / steps, azimuth), length));
  }
  return pathOf(points);
}

// Great-circle arc between two unit vectors.
function greatCircle(u, v, length) {
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(u, v))));
  if (angle < 0.02 || angle > Math.PI - 0.02) return { path: "", middle: u };
  const at = (t) => {
    const [a, b] = [Math.sin((1 - t) * angle), Math.sin(t * angle)];
    return u.map((x, i) => (a * x + b * v[i]) / Math.sin(angle));
  };
  const points = [];
  for (let i = 0; i <= 16; i++) points.push(projectGlobe(at(i / 16), length));
  return { path: pathOf(points), middle: at(0.5) };
}

function arrowHead([x, y], [dx, dy], size) {
  const norm = Math.hypot(dx, dy);
  if (norm < 4) return "";
  const [ux, uy] = [dx / norm, dy / norm];
  const [bx, by] = [x - ux * size, y - uy * size];
  const [px, py] = [-uy * size * 0.5, ux * size * 0.5];
  return `M${x} ${y}L${bx + px} ${by + py}L${bx - px} ${by - py}Z`;
}

// Where a key turns an angle from `now` to; undefined for a key that turns nothing.
function turnOfKey(event, now) {
  const step = radians(event.shiftKey ? 5 : 1);
  return {
    ArrowRight: now + step, ArrowUp: now + step,
    ArrowLeft: now - step, ArrowDown: now - step, Home: 0, End: Math.PI,
  }[event.key];
}

class Dial {
  // `read` gives the state as of now: two keys may arrive between two frames.
  constructor(svg, read, onChange) {
    Object.assign(this, { svg, read, onChange });
    this.drawFixed();
    this.arrows = {};
    for (const name of ["star", "hat", "gen", "prune"]) this.arrows[name] = this.addArrow(name);
    this.azimuth = this.addHandle("azimuth", "Azimuth of the verifier", 6);
    this.gen = this.addHandle("gen", "Angle of the generator from the truth", 9);
    this.prune = this.addHandle("prune", "Angle of the verifier from the truth", 9);
    this.labels = {};
    for (const name of ["star", "theta", "hat", "gen", "prune"]) {
      this.labels[name] = svgNode("text", { class: `dial-label ${name}` }, svg);
    }
    this.labels.star.textContent = "truth w⋆";
  }

  drawFixed() {
    const { cx, cy, radius, tilt } = DIAL;
    svgNode("circle", { cx, cy, r: radius, class: "globe" }, this.svg);
    const ry = radius * Math.sin(tilt);
    const ends = [`M${cx - radius} ${cy}`, `A${radius} ${ry} 0 0`, `${cx + radius} ${cy}`];
    svgNode("path", { d: `${ends[0]}${ends[1]} 1 ${ends[2]}`, class: "equator back" }, this.svg);
    svgNode("path", { d: `${ends[0]}${ends[1]} 0 ${ends[2]}`, class: "equator" }, this.svg);
    this.guide = svgNode("path", { class: "guide prune" }, this.svg);
    this.thetaArc = svgNode("path", { class: "arc theta" }, this.svg);
    this.genArc = svgNode("path", { class: "arc gen" }, this.svg);
    this.pruneArc = svgNode("path", { class: "arc prune" }, this.svg);
  }

  addArrow(name) {
    const group = svgNode("g", { class: `arrow ${name}` }, this.svg);
    return { group, line: svgNode("line", {}, group), head: svgNode("path", {}, group) };
  }

  addHandle(name, label, size) {
    const group = svgNode("g", {
      class: `handle ${name}`, role: "slider", tabindex: "0", "aria-label": label,
      "aria-valuemin": "0", "aria-valuemax": "180", "data-handle": name,
    }, this.svg);
    const title = svgNode("title", {}, group);
    title.textContent = `${label}: drag, or arrow keys (1°), Shift + arrow (5°), Home, End`;
    svgNode("circle", { r: 22, class: "hit" }, group);
    svgNode("circle", { r: size + 4, class: "halo" }, group);
    svgNode("circle", { r: size, class: "knob" }, group);
    const field = { gen: "theta_gen", prune: "theta_prune", azimuth: "azimuth" }[name];
    group.addEventListener("pointerdown", (event) => this.grab(event, group, field));
    group.addEventListener("keydown", (event) => this.key(event, field));
    return group;
  }

  grab(event, group, field) {
    if (event.button > 0) return;
    event.preventDefault();
    group.focus({ preventScroll: true });
    group.setPointerCapture(event.pointerId);
    group.classList.add("held");
    const matrix = this.svg.getScreenCTM().inverse();
    const move = (e) => {
      const point = new DOMPoint(e.clientX, e.clientY).matrixTransform(matrix);
      this.onChange(field, this.angleAt(field, point), "drag");
    };
    const end = () => {
      group.removeEventListener("pointermove", move);
      group.removeEventListener("pointerup", end);
      group.removeEventListener("pointercancel", end);
      group.classList.remove("held");
      this.onChange(field, this.read()[field], "release");
    };
    group.addEventListener("pointermove", move);
    group.addEventListener("pointerup", end);
    group.addEventListener("pointercancel", end);
  }

  key(event, field) {
    const turn = turnOfKey(event, this.read()[field]);
    if (turn === undefined) return;
    event.preventDefault();
    this.onChange(field, clampTo(field, turn), "key");
  }

  // The value whose place on the globe lies nearest to the pointer.
  angleAt(field, point) {
    const place = {
      theta_gen: (a) => projectGlobe(unitVector(a, 0), LENGTHS.gen),
      theta_prune: (a) => projectGlobe(unitVector(a, this.read().azimuth), LENGTHS.prune),
      azimuth: (a) => projectGlobe(unitVector(Math.PI / 2, a)),
    }[field];
    const near = (centre, reach, steps) => {
      let best = [Infinity, centre];
      for (let i = -steps; i <= steps; i++) {
        const angle = Math.max(0, Math.min(Math.PI, centre + (reach * i) / steps));
        const [x, y] = place(angle);
        const distance = (x - point.x) ** 2 + (y - point.y) ** 2;
        if (distance < best[0]) best = [distance, angle];
      }
      return best[1];
    };
    const coarse = near(Math.PI / 2, Math.PI / 2, 45);
    return near(near(coarse, Math.PI / 90, 12), Math.PI / 1080, 8);
  }

  update(state, d, hat) {
    const truePrune = unitVector(state.theta_prune, state.azimuth);
    const gen = unitVector(state.theta_gen, 0);
    this.place("star", [1, 0, 0], LENGTHS.star);
    this.place("gen", gen, LENGTHS.gen);
    this.place("prune", truePrune, LENGTHS.prune);
    this.arrows.hat.group.style.opacity = hat.opacity;
    this.labels.hat.style.opacity = hat.opacity;
    this.place("hat", hat.vector, LENGTHS.hat);
    this.guide.setAttribute("d", meridian(state.azimuth, 0, Math.PI, LENGTHS.prune));
    this.genArc.setAttribute("d", meridian(0, 0, state.theta_gen, 0.42));
    this.pruneArc.setAttribute("d", meridian(state.azimuth, 0, state.theta_prune, 0.34));
    const arc = greatCircle(gen, truePrune, 0.64);
    this.thetaArc.setAttribute("d", arc.path);
    this.moveHandle(this.gen, projectGlobe(gen, LENGTHS.gen), state.theta_gen);
    this.moveHandle(this.prune, projectGlobe(truePrune, LENGTHS.prune), state.theta_prune);
    const ring = projectGlobe(unitVector(Math.PI / 2, state.azimuth));
    this.moveHandle(this.azimuth, ring, state.azimuth);
    this.writeLabels(state, d, arc, { gen, prune: truePrune, hat });
  }

  place(name, v, length) {
    const tip = projectGlobe(v, length);
    const { line, head } = this.arrows[name];
    const direction = [tip[0] - DIAL.cx, tip[1] - DIAL.cy];
    const attributes = { x1: DIAL.cx, y1: DIAL.cy, x2: tip[0], y2: tip[1] };
    for (const [key, value] of Object.entries(attributes)) {
      line.setAttribute(key, value.toFixed(1));
    }
    head.setAttribute("d", name === "star" || name === "hat" ? arrowHead(tip, direction, 12) : "");
  }

  moveHandle(handle, [x, y], angle) {
    handle.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    handle.setAttribute("aria-valuenow", degrees(angle).toFixed(0));
    handle.setAttribute("aria-valuetext", `${degrees(angle).toFixed(0)} degrees`);
  }

  writeLabels(state, d, arc, tips) {
    const at = (v, length, push) => {
      const [x, y] = projectGlobe(v, length);
      const [dx, dy] = [x - DIAL.cx, y - DIAL.cy];
      const norm = Math.max(24, Math.hypot(dx, dy));
      return [x + (push * dx) / norm, y + (push * dy) / norm + 4];
    };
    const gen = at(tips.gen, LENGTHS.gen, 26);
    const [px, py] = projectGlobe(tips.prune, LENGTHS.prune);
    const prune = [px - 28, py + 5];
    this.label("gen", gen, `${angleText(state.theta_gen)}`);
    this.label("prune", prune, angleText(state.theta_prune));
    this.label("theta", projectGlobe(arc.middle, 0.64), 
      arc.path && state.pruning !== "none" ? `θ ${angleText(d.at.theta)}` : "");
    const hat = at(tips.hat.vector, LENGTHS.hat, 16);
    // Beside the arrow where its end would run into the name of the truth.
    if (hat[1] < 56 && Math.abs(hat[0] - DIAL.cx) < 40) {
      const [x, y] = projectGlobe(tips.hat.vector, LENGTHS.hat);
      hat.splice(0, 2, x + (x < DIAL.cx ? -16 : 16), y + 16);
    }
    if (Math.hypot(hat[0] - gen[0], hat[1] - gen[1]) < 22) hat[1] += 18;
    this.label("hat", hat, "ŵ");
    this.label("star", [DIAL.cx, 20], "truth w⋆");
  }

  label(name, [x, y], text) {
    const node = this.labels[name];
    // Moving text by a transform spares its layout, which x and y would redo.
    node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    if (node.textContent !== text) node.textContent = text;
  }
}
