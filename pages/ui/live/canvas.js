// The two canvases: the cloud of sampled points and the phase diagram.
const CLOUD_POINTS = 700;
const PHASE_CELLS = 60;

function fitCanvas(canvas, width, height) {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

class Cloud {
  constructor(canvas) {
    this.canvas = canvas;
    this.out = {
      x: new Float32Array(CLOUD_POINTS), y: new Float32Array(CLOUD_POINTS),
      right: new Uint8Array(CLOUD_POINTS), kind: new Uint8Array(CLOUD_POINTS),
    };
  }

  resize(width, height, em) {
    if (!(width > 40 && height > 40)) return;
    Object.assign(this, { width, height, em });
    this.context = fitCanvas(this.canvas, width, height);
  }

  // progress 0..1 labels appear, 1..2 the dropped fade, 2..3 the retrained direction swings out.
  update(state, d, progress, hat, colors) {
    if (!this.context) return this.counts;
    if (this.seed !== state.seed) {
      this.seed = state.seed;
      this.points = drawCloud(state.seed, CLOUD_POINTS);
    }
    const before = progress <= 1 ? { ...state, pruning: "none" } : state;
    this.counts = classifyCloud(this.points, before, d.vectors, this.out);
    const { context, width, height } = this;
    context.clearRect(0, 0, width, height);
    const scale = (0.5 * Math.min(width * 0.8, height)) / (state.separation + 2.4);
    this.place = { cx: width / 2, cy: height / 2, scale };
    this.drawPoints(progress, colors);
    this.drawBoundary([1, 0, 0], colors.ink, [], 0.55);
    this.drawBoundary(d.vectors.gen, colors.gen, [], 1);
    if (state.pruning !== "none") {
      this.drawBoundary(d.vectors.prune, colors.prune, [6, 4], Math.max(0, Math.min(1, progress - 1)));
    }
    if (hat.opacity > 0) this.drawBoundary(hat.vector, colors.hat, [], hat.opacity, 0.22);
    return this.counts;
  }

  drawPoints(progress, colors) {
    const groups = [[], [], [], [], []];
    const labelled = Math.min(1, progress) * CLOUD_POINTS;
    const faded = progress > 1;
    for (let i = 0; i < CLOUD_POINTS; i++) {
      const wrong = this.out.right[i] === 0;
      if (i >= labelled) groups[4].push(i);
      else if (faded && this.out.kind[i] === DROPPED) groups[wrong ? 3 : 2].push(i);
      else groups[wrong ? 1 : 0].push(i);
    }
    const fade = Math.min(1, Math.max(0, progress - 1));
    const size = Math.max(2.1, 0.17 * this.em);
    this.fill(groups[4], colors.faint, 0.7, size * 0.8, false);
    if (fade < 1) {
      this.fill(groups[2], colors.right, 0.85 * (1 - fade), size, false);
      this.fill(groups[3], colors.wrong, 0.9 * (1 - fade), size * 1.25, true);
    }
    const dropped = groups[2].concat(groups[3]);
    this.fill(dropped, colors.dropped, 0.5 * fade, size * 0.75, false);
    this.fill(groups[0], colors.right, 0.85, size, false);
    this.fill(groups[1], colors.wrong, 0.95, size * 1.25, true);
  }

  fill(indices, color, alpha, size, triangle) {
    if (!indices.length || alpha <= 0) return;
    const { context, place, out } = this;
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.beginPath();
    for (const i of indices) {
      const x = place.cx + place.scale * out.x[i];
      const y = place.cy - place.scale * out.y[i];
      if (triangle) {
        context.moveTo(x, y - size);
        context.lineTo(x + size * 0.9, y + size * 0.7);
        context.lineTo(x - size * 0.9, y + size * 0.7);
      } else {
        context.moveTo(x + size, y);
        context.arc(x, y, size, 0, TWO_PI);
      }
    }
    context.fill();
    context.globalAlpha = 1;
  }

  // Where the plane through 0 with normal v meets the picture's plane, and the arrow of v.
  drawBoundary(v, color, dash, alpha, arrowWidth = 0.16) {
    const flat = Math.hypot(v[0], v[1]);
    if (flat < 0.02 || alpha <= 0) return;
    const { context, place } = this;
    const [ux, uy] = [v[1] / flat, -v[0] / flat];
    const far = this.width + this.height;
    context.globalAlpha = alpha * 0.9;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 0.12 * this.em;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(place.cx - uy * far, place.cy + ux * far);
    context.lineTo(place.cx + uy * far, place.cy - ux * far);
    context.stroke();
    context.setLineDash([]);
    this.drawArrow(v, arrowWidth);
    context.globalAlpha = 1;
  }

  drawArrow(v, lineWidth) {
    const { context, place } = this;
    const reach = 0.4 * this.height;
    const [dx, dy] = [v[1] * reach, -v[0] * reach];
    const tip = [place.cx + dx, place.cy + dy];
    context.lineWidth = lineWidth * this.em;
    context.beginPath();
    context.moveTo(place.cx, place.cy);
    context.lineTo(tip[0], tip[1]);
    context.stroke();
    const head = arrowHead(tip, [dx, dy], 0.75 * this.em);
    if (head) context.fill(new Path2D(head));
  }
}

class PhaseDiagram {
  constructor(canvas, read, onPick) {
    this.canvas = canvas;
    this.marker = canvas.parentElement.querySelector(".phase-marker");
    this.image = document.createElement("canvas");
    this.image.width = PHASE_CELLS + 1;
    this.image.height = PHASE_CELLS + 1;
    this.values = new Float32Array((PHASE_CELLS + 1) ** 2);
    this.row = Infinity;
    canvas.addEventListener("pointerdown", (event) => {
      const rect = canvas.getBoundingClientRect();
      const box = this.box;
      const gen = ((event.clientX - rect.left - box.left) / box.size) * Math.PI;
      const prune = (1 - (event.clientY - rect.top - box.top) / box.size) * Math.PI;
      onPick(clampTo("theta_gen", gen), clampTo("theta_prune", prune), "click");
    });
    canvas.addEventListener("keydown", (event) => {
      const step = radians(event.shiftKey ? 10 : 2);
      const moves = {
        ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
      };
      if (!(event.key in moves)) return;
      event.preventDefault();
      const [g, v] = moves[event.key];
      const gen = clampTo("theta_gen", read().theta_gen + g);
      onPick(gen, clampTo("theta_prune", read().theta_prune + v), "key");
    });
  }

  resize(width, height, em) {
    if (!(width > 60 && height > 60)) return;
    this.em = em;
    const size = Math.min(width - 4.4 * em, height - 3.4 * em);
    this.fresh = true;
    this.box = { left: 3.4 * em + (width - 4.4 * em - size) / 2, top: 0.5 * em, size };
    this.context = fitCanvas(this.canvas, width, height);
    Object.assign(this, { width, height });
  }

  // Colours depend on these alone: dragging a vector never recomputes the map.
  update(state, colors) {
    this.state = state;
    const fields = [state.azimuth, state.n_samples, state.dimension, state.separation];
    const key = fields.map((value) => value.toPrecision(5)).join("|");
    if (key !== this.key) {
      this.key = key;
      this.row = 0;
    }
    if (colors !== this.colors || this.fresh) {
      this.colors = colors;
      this.fresh = false;
      this.paint();
      this.draw();
    }
    this.mark(state);
  }

  // A few rows at a time in idle moments; the map is symmetric in its two angles.
  work(deadline) {
    const cells = PHASE_CELLS;
    const { theta_prune, ...rest } = this.state;
    while (this.row <= cells && deadline() > 3) {
      const gen = (Math.PI * this.row) / cells;
      for (let j = 0; j <= this.row; j++) {
        const at = { ...rest, theta_prune: (Math.PI * j) / cells, pruning: "supervised" };
        const { accuracy } = lawAt(at, gen);
        this.values[j * (cells + 1) + this.row] = accuracy;
        this.values[this.row * (cells + 1) + j] = accuracy;
      }
      this.row += 1;
    }
    if (this.row <= cells) return false;
    this.paint();
    this.draw();
    return true;
  }

  get pending() {
    return this.row <= PHASE_CELLS;
  }

  paint() {
    const side = PHASE_CELLS + 1;
    const context = this.image.getContext("2d");
    const data = context.createImageData(side, side);
    const { wrongRgb, middleRgb, rightRgb } = this.colors;
    for (let j = 0; j < side; j++) {
      for (let i = 0; i < side; i++) {
        const value = this.values[j * side + i];
        const [from, t] = value < 0.5 ? [wrongRgb, 1 - 2 * value] : [rightRgb, 2 * value - 1];
        const at = 4 * ((side - 1 - j) * side + i);
        for (let c = 0; c < 3; c++) {
          data.data[at + c] = middleRgb[c] + (from[c] - middleRgb[c]) * t;
        }
        data.data[at + 3] = 255;
      }
    }
    context.putImageData(data, 0, 0);
  }

  draw() {
    if (!this.context) return;
    const { context, box, colors } = this;
    const { left, top, size } = box;
    const at = (gen, prune) => [left + (gen / Math.PI) * size, top + (1 - prune / Math.PI) * size];
    context.clearRect(0, 0, this.width, this.height);
    context.imageSmoothingQuality = "high";
    const cell = PHASE_CELLS;
    context.drawImage(this.image, 0.5, 0.5, cell, cell, left, top, size, size);
    context.strokeStyle = colors.ink;
    context.lineWidth = 1.8;
    context.setLineDash([5, 4]);
    context.beginPath();
    context.moveTo(...at(0, Math.PI));
    context.lineTo(...at(Math.PI, 0));
    context.stroke();
    context.setLineDash([]);
    this.drawAxes(at);
  }

  // The present setting is an element of its own, so that a drag repaints nothing else here.
  mark(state) {
    if (!this.box) return;
    const { left, top, size } = this.box;
    const x = left + (state.theta_gen / Math.PI) * size;
    const y = top + (1 - prunerOf(state, state.theta_gen).angle / Math.PI) * size;
    this.marker.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  }

  drawAxes(at) {
    const { context, box, colors, em } = this;
    context.fillStyle = colors.muted;
    context.font = `${0.82 * em}px ${colors.font}`;
    for (const angle of [0, 45, 90, 135, 180]) {
      const [x, bottom] = at(radians(angle), 0);
      const [start, y] = at(0, radians(angle));
      context.textAlign = "center";
      if (angle % 90 === 0 || box.size > 14 * em) {
        context.fillText(`${angle}°`, x, bottom + 1.1 * em);
        context.textAlign = "right";
        context.fillText(`${angle}°`, start - 0.35 * em, y + 0.3 * em);
      }
    }
    context.textAlign = "center";
    context.fillText("generator angle", box.left + box.size / 2, box.top + box.size + 2.3 * em);
    context.save();
    context.translate(box.left - 2.5 * em, box.top + box.size / 2);
    context.rotate(-Math.PI / 2);
    context.fillText("verifier angle", 0, 0);
    context.restore();
  }
}
