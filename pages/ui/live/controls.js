// Sliders, readouts, presets, stage buttons: the HTML around the drawings.
function htmlNode(name, attributes, parent, text) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

// Two significant digits, so that the slider stops at numbers that can be read aloud.
function roundTwo(value) {
  const scale = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / scale) * scale;
}

const SLIDERS = [
  {
    field: "n_samples", symbol: "n", name: "synthesized samples",
    help: "Number of synthesized samples before selection (log scale, 50 to 1 000 000)",
    range: [Math.log10(50), 6, 0.01], toState: (v) => roundTwo(10 ** v),
    fromState: Math.log10, text: groupDigits,
  },
  {
    field: "dimension", symbol: "d", name: "dimension",
    help: "Dimension of the inputs (log scale, 2 to 1 000)",
    range: [Math.log10(2), 3, 0.005], toState: (v) => Math.round(10 ** v),
    fromState: Math.log10, text: groupDigits,
  },
  {
    field: "separation", symbol: "k", name: "class separation",
    help: "Distance of each class mean from 0 in units of the noise. 0 is the isotropic limit: "
      + "one cloud, labelled by the side of w⋆",
    range: [0, 4, 0.05], toState: (v) => v, fromState: (v) => v,
    text: (v) => (v === 0 ? "0 · isotropic" : fixed(v, 2)),
  },
];

const AZIMUTH_SLIDER = {
  field: "azimuth", symbol: "ω", name: "azimuth",
  help: "Are the verifier's errors the generator's errors? 0° same side (correlated), "
    + "90° independent directions, 180° opposite sides. Sets the third angle θ, always feasible",
  range: [0, 180, 1], toState: radians, fromState: degrees, text: angleText,
};

class Slider {
  constructor(parent, spec, onChange) {
    this.spec = spec;
    const label = htmlNode("label", { class: "slider", title: spec.help }, parent);
    const head = htmlNode("span", { class: "slider-head" }, label);
    htmlNode("b", {}, head, spec.symbol);
    htmlNode("span", {}, head, spec.name);
    this.output = htmlNode("output", {}, head);
    const [min, max, step] = spec.range;
    const attributes = { type: "range", min, max, step, "aria-label": spec.name, title: spec.help };
    this.input = htmlNode("input", { ...attributes, "data-field": spec.field }, label);
    this.pointer = false;
    this.input.addEventListener("pointerdown", () => { this.pointer = true; });
    this.input.addEventListener("input", () => {
      onChange(spec.field, this.value(), this.pointer ? "drag" : "key");
    });
    this.input.addEventListener("change", () => {
      onChange(spec.field, this.value(), this.pointer ? "release" : "key");
      this.pointer = false;
    });
  }

  value() {
    return clampTo(this.spec.field, this.spec.toState(Number(this.input.value)));
  }

  update(value) {
    // Rounding the state must not pull the thumb away from the pointer that holds it.
    if (this.shown === value) return;
    this.shown = value;
    if (Math.abs(this.value() - value) > 1e-9) this.input.value = this.spec.fromState(value);
    const [min, max] = this.spec.range;
    const share = (100 * (Number(this.input.value) - min)) / (max - min);
    this.input.style.setProperty("--share", `${share.toFixed(2)}%`);
    this.output.textContent = this.spec.text(value);
    this.input.setAttribute("aria-valuetext", this.spec.text(value));
  }
}

const READOUTS = [
  ["p", "error rate", "Share of the generator's labels that are wrong", (d) => fixed(d.p, 3)],
  ["φ", "right kept", "φ = P(kept | label right), the true-positive rate", (d) => fixed(d.phi, 3)],
  ["ψ", "wrong kept", "ψ = P(kept | label wrong), the false-positive rate", (d) => fixed(d.psi, 3)],
  ["p⋆", "breakdown", "p⋆ = 1 / (1 + ψ/φ): retraining breaks down when p passes it",
    (d) => fixed(d.pStar, 3)],
  ["", "accuracy", "Of the retrained model, by the retraining law at the present n, d, k: "
    + "agreement with the best classifier there is", (d) => percent(d.law.accuracy)],
  ["", "keep rate", "Share of all samples that the verifier keeps", (d) => percent(d.keepRate)],
  ["", "kept samples", "Keep rate times n: p⋆ knows nothing of it", (d) => groupDigits(d.kept)],
  ["", "precision", "Right labels among the kept; above 50 % exactly when p < p⋆",
    (d) => percent(d.precisionKept)],
];
const BASIC_READOUTS = 5;

class Readouts {
  constructor(list) {
    this.cells = READOUTS.map(([symbol, name, help, format], place) => {
      const layer = place < BASIC_READOUTS ? "" : "advanced-only";
      const attributes = { title: help, class: layer, "data-readout": symbol || name };
      const item = htmlNode("div", attributes, list);
      const term = htmlNode("dt", {}, item);
      if (symbol) htmlNode("b", {}, term, symbol);
      htmlNode("span", {}, term, name);
      const node = htmlNode("dd", {}, item);
      return { node, waiting: htmlNode("dd", { class: "waiting" }, item), format };
    });
  }

  // `other` is the setting that waits in a comparison, called `name`.
  update(d, other, name) {
    for (const { node, waiting, format } of this.cells) {
      setText(node, format(d));
      waiting.hidden = !other;
      if (other) setText(waiting, `${name} ${format(other)}`);
    }
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

class Presets {
  constructor(parent, onPick) {
    this.parent = parent;
    this.onPick = onPick;
    this.buttons = new Map();
  }

  // Presets come from Python, the one place that defines them.
  fill(presets) {
    this.presets = presets;
    this.parent.replaceChildren();
    this.buttons.clear();
    for (const [name, preset] of Object.entries(presets)) {
      const attributes = { type: "button", title: preset.help, "data-preset": name };
      if (preset.group && !this.parent.querySelector(".pair")) {
        htmlNode("span", { class: "pair advanced-only" }, this.parent, preset.group);
      }
      const button = htmlNode("button", attributes, this.parent, preset.label);
      if (preset.group) button.classList.add("advanced-only");
      button.addEventListener("click", () => this.onPick(name, preset));
      this.buttons.set(name, button);
    }
  }

  update(state) {
    for (const [name, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(name === state.preset));
    }
  }

  // A preset stays chosen while the fields that it sets are as it set them.
  holds(state) {
    const preset = this.presets[state.preset];
    const fields = Object.entries({ pruning: "supervised", ...preset?.state });
    return Boolean(preset) && fields.every(([name, value]) => state[name] === value);
  }

  explanation(state) {
    return this.presets?.[state.preset]?.explanation ?? "";
  }
}

const STAGE_HELP = {
  generate: ["Generate", "The generator labels every point: blue right, vermillion wrong"],
  verify: ["Verify", "The verifier keeps the labels that it agrees with; the others fade"],
  retrain: ["Retrain", "A new model is fitted to what was kept: ŵ"],
};

class Player {
  constructor(root, onStage, onFrame) {
    this.onStage = onStage;
    this.onFrame = onFrame;
    this.progress = STAGES.length;
    this.playing = false;
    this.buttons = {};
    for (const button of root.querySelectorAll(".player > button")) {
      this.buttons[button.dataset.action] = button;
      button.addEventListener("click", () => this[button.dataset.action]());
    }
    this.stages = {};
    for (const name of STAGES) {
      const [label, title] = STAGE_HELP[name];
      const attributes = { type: "button", title, "data-stage": name };
      this.stages[name] = htmlNode("button", attributes, root.querySelector(".stages"), label);
      this.stages[name].addEventListener("click", () => this.go(name));
    }
    this.still = globalThis.matchMedia("(prefers-reduced-motion: reduce)");
  }

  get stage() {
    return STAGES[Math.max(0, Math.ceil(this.progress) - 1)];
  }

  show(stage) {
    this.pause();
    this.progress = STAGES.indexOf(stage) + 1;
  }

  go(stage) {
    this.show(stage);
    this.onStage(stage);
  }

  reset() {
    this.pause();
    this.progress = 0;
    this.onStage("generate");
  }

  step() {
    this.pause();
    const next = this.progress >= STAGES.length ? 0 : Math.floor(this.progress);
    this.run(next, next + 1);
  }

  play() {
    if (this.playing) {
      this.pause();
      this.onStage(this.stage);
      return;
    }
    this.run(this.progress >= STAGES.length ? 0 : this.progress, STAGES.length);
  }

  // One second and a half of motion a stage, then a rest to look at it.
  run(from, until) {
    this.playing = true;
    this.progress = from;
    let clock = from;
    let last = null;
    const tick = (now) => {
      if (!this.playing) return;
      clock += last === null ? 0 : Math.min(0.05, (now - last) / 2200);
      last = now;
      const stage = Math.floor(clock);
      const share = this.still.matches ? 1 : Math.min(1, (clock - stage) / 0.7);
      this.progress = Math.min(until, stage + share * share * (3 - 2 * share));
      if (clock >= until) {
        this.progress = until;
        this.pause();
        this.onStage(this.stage);
        return;
      }
      this.onFrame();
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
  }

  update() {
    const { play } = this.buttons;
    play.classList.toggle("playing", this.playing);
    play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    for (const [name, button] of Object.entries(this.stages)) {
      button.setAttribute("aria-pressed", String(this.progress > 0 && name === this.stage));
    }
  }
}
