// Where rounds end, over n/d and the verifier's angle; a strip on top shows them without a verifier.
const MAP_COLUMNS = 48;
const MAP_ROWS = 30;
const RATIOS = [Math.log10(0.05), 3];

class LongRunMap {
  constructor(canvas, read, onPick) {
    Object.assign(this, { canvas, read, onPick });
    this.marker = canvas.parentElement.querySelector(".phase-marker");
    this.image = document.createElement("canvas");
    Object.assign(this.image, { width: MAP_COLUMNS, height: MAP_ROWS });
    this.strip = document.createElement("canvas");
    Object.assign(this.strip, { width: MAP_COLUMNS, height: 1 });
    this.values = new Float32Array(MAP_COLUMNS * MAP_ROWS);
    this.alone = new Float32Array(MAP_COLUMNS);
    this.column = Infinity;
    canvas.addEventListener("pointerdown", (event) => this.grab(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  ratioAt(share) {
    return 10 ** (RATIOS[0] + share * (RATIOS[1] - RATIOS[0]));
  }

  shareOf(ratio) {
    return Math.max(0, Math.min(1, (Math.log10(ratio) - RATIOS[0]) / (RATIOS[1] - RATIOS[0])));
  }

  grab(event) {
    if (event.button > 0 || !this.box) return;
    this.canvas.setPointerCapture(event.pointerId);
    const move = (e, how = "drag") => {
      const rect = this.canvas.getBoundingClientRect();
      const { left, top, width, height } = this.box;
      const share = Math.max(0, Math.min(1, (e.clientX - rect.left - left) / width));
      const up = 1 - (e.clientY - rect.top - top) / height;
      this.pick(this.ratioAt(share), up > 1 ? null : (Math.max(0, up) * Math.PI) / 2, how);
    };
    const end = (e) => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.removeEventListener("pointerup", end);
      this.canvas.removeEventListener("pointercancel", end);
      move(e, "release");
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
    move(event);
  }

  pick(ratio, angle, how) {
    const { dimension } = this.read();
    const n_samples = clampTo("n_samples", roundTwo(ratio * dimension));
    this.onPick(angle === null ? { n_samples, pruning: "none" }
      : { n_samples, theta_prune: angle, pruning: "supervised" }, how);
  }

  key(event) {
    const turn = radians(event.shiftKey ? 10 : 2);
    const step = event.shiftKey ? 2 : 1.15;
    const moves = {
      ArrowRight: [step, 0], ArrowLeft: [1 / step, 0], ArrowUp: [1, turn], ArrowDown: [1, -turn],
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const [factor, more] = moves[event.key];
    const { n_samples, dimension, theta_prune } = this.read();
    const angle = Math.max(0, Math.min(Math.PI / 2, theta_prune + more));
    this.pick((n_samples / dimension) * factor, angle, "key");
  }

  resize(width, height, em) {
    if (!(width > 80 && height > 80)) return;
    Object.assign(this, { width, height, em });
    this.context = fitCanvas(this.canvas, width, height);
    const [left, top] = [3.2 * em, 1.9 * em];
    this.box = { left, top, width: width - left - 0.8 * em, height: height - top - 3 * em };
    this.fresh = true;
  }

  update(state, colors) {
    const share = state.policy === "mix" ? state.real : 0;
    const key = [state.separation, state.policy, share].join("|");
    if (key !== this.known) {
      this.known = key;
      this.column = 0;
      this.setting = { k: state.separation, policy: state.policy, real: share };
    }
    if (colors !== this.colors || this.fresh) {
      this.colors = colors;
      this.fresh = false;
      this.paint();
    }
    this.mark(state);
  }

  get pending() {
    return this.column < MAP_COLUMNS;
  }

  // One column after the other, in idle moments.
  work(deadline) {
    while (this.pending && deadline() > 4) {
      const at = { ...this.setting, ratio: this.ratioAt((this.column + 0.5) / MAP_COLUMNS) };
      this.alone[this.column] = longRunCosine({ ...at, prune: null });
      for (let row = 0; row < MAP_ROWS; row++) {
        const prune = ((row + 0.5) * Math.PI) / (2 * MAP_ROWS);
        this.values[row * MAP_COLUMNS + this.column] = longRunCosine({ ...at, prune });
      }
      this.column += 1;
    }
    if (this.pending) return false;
    this.paint();
    return true;
  }

  tint(data, at, cosine) {
    const { wrongRgb, middleRgb, rightRgb } = this.colors;
    const rgb = cosine < 0 ? wrongRgb : rightRgb;
    for (let c = 0; c < 3; c++) {
      data[at + c] = middleRgb[c] + (rgb[c] - middleRgb[c]) * Math.abs(cosine);
    }
    data[at + 3] = 255;
  }

  paint() {
    if (!this.context) return;
    const [main, strip] = [this.image, this.strip].map((image) => image.getContext("2d"));
    const cells = main.createImageData(MAP_COLUMNS, MAP_ROWS);
    const bare = strip.createImageData(MAP_COLUMNS, 1);
    for (let column = 0; column < MAP_COLUMNS; column++) {
      for (let row = 0; row < MAP_ROWS; row++) {
        const at = 4 * ((MAP_ROWS - 1 - row) * MAP_COLUMNS + column);
        this.tint(cells.data, at, this.values[row * MAP_COLUMNS + column]);
      }
      this.tint(bare.data, 4 * column, this.alone[column]);
    }
    main.putImageData(cells, 0, 0);
    strip.putImageData(bare, 0, 0);
    this.drawAll();
  }

  drawAll() {
    const { context, box, em, colors } = this;
    const { left, top, width, height } = box;
    context.clearRect(0, 0, this.width, this.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.strip, left, top - 1.5 * em, width, 1.2 * em);
    context.drawImage(this.image, left, top, width, height);
    context.strokeStyle = colors.ink;
    context.lineWidth = 0.14 * em;
    this.drawUseful();
    if (this.setting.policy === "replace") this.drawCritical();
    this.drawAxes();
  }

  // Largest angle at which a verifier is no worse than none; null while it is being computed.
  usefulAngle(state) {
    if (this.pending) return null;
    const share = this.shareOf(state.n_samples / state.dimension);
    const column = Math.min(MAP_COLUMNS - 1, Math.floor(share * MAP_COLUMNS));
    return (usefulShare(this.values, this.alone[column], column) * Math.PI) / 2;
  }

  // Verifiers above this curve leave the long run worse than none.
  drawUseful() {
    const { context, box } = this;
    context.beginPath();
    for (let column = 0; column < MAP_COLUMNS; column++) {
      const x = box.left + ((column + 0.5) / MAP_COLUMNS) * box.width;
      const share = usefulShare(this.values, this.alone[column], column);
      context[column ? "lineTo" : "moveTo"](x, box.top + (1 - share) * box.height);
    }
    context.stroke();
  }

  drawCritical() {
    const { context, box, em } = this;
    const ratio = criticalRatio(this.setting.k);
    const share = (Math.log10(ratio) - RATIOS[0]) / (RATIOS[1] - RATIOS[0]);
    if (share <= 0 || share >= 1) return;
    const x = box.left + share * box.width;
    context.setLineDash([5, 4]);
    context.beginPath();
    context.moveTo(x, box.top - 1.7 * em);
    context.lineTo(x, box.top + box.height);
    context.stroke();
    context.setLineDash([]);
  }

  drawAxes() {
    const { context, box, em, colors } = this;
    const { left, top, width, height } = box;
    context.fillStyle = colors.muted;
    context.font = `${0.9 * em}px ${colors.font}`;
    context.textAlign = "center";
    for (const ratio of [0.1, 1, 10, 100, 1000]) {
      const x = Math.min(left + this.shareOf(ratio) * width, left + width - 0.8 * em);
      context.fillText(String(ratio), x, top + height + 1.2 * em);
    }
    context.fillText("n/d, data per dimension", left + width / 2, top + height + 2.5 * em);
    context.textAlign = "right";
    for (const angle of [0, 30, 60, 90]) {
      const y = top + (1 - angle / 90) * height;
      context.fillText(`${angle}°`, left - 0.4 * em, y + (angle === 90 ? 0.6 : 0.3) * em);
    }
    context.fillText("none", left - 0.4 * em, top - 0.6 * em);
  }

  mark(state) {
    if (!this.box) return;
    const { left, top, width, height } = this.box;
    const x = left + this.shareOf(state.n_samples / state.dimension) * width;
    const share = Math.min(1, state.theta_prune / (Math.PI / 2));
    const y = state.pruning === "none" ? top - 0.9 * this.em : top + (1 - share) * height;
    this.marker.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  }
}

// Share of the angle axis at which a column of the map falls below the value without a verifier.
function usefulShare(values, alone, column) {
  let before = null;
  for (let row = 0; row < MAP_ROWS; row++) {
    const gap = values[row * MAP_COLUMNS + column] - alone;
    if (gap < 0) {
      const t = before === null ? 0 : before / (before - gap);
      return Math.max(0, row - 0.5 + (before === null ? 0 : t)) / MAP_ROWS;
    }
    before = gap;
  }
  return 1;
}
