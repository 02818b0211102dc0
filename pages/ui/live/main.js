// Wires state, drawings and controls. Nothing goes to the server while a control moves;
// one setStateValue on release.
const KEY_PAUSE_MS = 250;

function parseColor(text) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  return Array.from(probe.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

class LivePhase {
  constructor(root) {
    this.root = root;
    const find = (selector) => root.querySelector(selector);
    this.find = find;
    const change = (field, value, how) => this.change({ [field]: value }, how);
    const read = () => this.state;
    this.dial = new Dial(find(".dial"), read, change);
    this.crossing = new Crossing(find(".crossing"));
    this.chart = new Chart(find(".chart"), read, change);
    const hover = (angle) => {
      this.hovered = angle;
      this.schedule();
    };
    for (const plot of [this.crossing, this.chart]) new Steering(plot, read, change, hover);
    this.cloud = new Cloud(find(".cloud"));
    this.phase = new PhaseDiagram(find(".phase"), read, (theta_gen, theta_prune, how) => {
      this.change({ theta_gen, theta_prune, pruning: "supervised" }, how);
    });
    this.sliders = SLIDERS.map((spec) => new Slider(find(".sliders"), spec, change));
    this.azimuth = new Slider(find(".azimuth-row"), AZIMUTH_SLIDER, change);
    this.addAzimuthMarks(find(".azimuth-row"));
    this.sliders.push(this.azimuth);
    this.readouts = new Readouts(find(".readouts"));
    this.presets = new Presets(find(".presets"), (name, preset) => {
      this.change({ pruning: "supervised", ...preset.state, preset: name }, "click");
    });
    const show = (other) => this.change({ ...other, stage: this.state.stage }, "click");
    this.compare = new Compare(find(".compare"), read, show, () => this.schedule());
    this.sweep = new Sweep(read, (theta_gen) => {
      this.state = { ...this.state, theta_gen };
      this.schedule();
    }, () => this.release());
    this.onKey = (event) => {
      if (root.classList.contains("presentation")) presentationKey(root, this.player, event);
    };
    this.player = new Player(
      root,
      (stage) => this.change({ stage }, "stage"),
      () => this.schedule(),
    );
  }

  addAzimuthMarks(row) {
    const marks = htmlNode("div", { class: "marks" }, row);
    const words = [[0, "same side"], [90, "independent"], [180, "opposite"]];
    for (const [angle, text] of words) {
      const attributes = { type: "button", title: `Set the azimuth to ${angle}°` };
      htmlNode("button", attributes, marks, text).addEventListener("click", () => {
        this.change({ azimuth: radians(angle) }, "click");
      });
    }
    htmlNode("div", { class: "theta-text" }, row);
  }

  get host() {
    return this.root.getRootNode().host ?? this.root;
  }

  watch() {
    this.sizes ??= new ResizeObserver(() => {
      this.resized = true;
      this.schedule();
    });
    for (const plot of this.root.querySelectorAll(".plot")) this.sizes.observe(plot);
    // What stands above the picture may grow or go without any plot changing its size.
    const page = this.host.closest("[data-testid=stMainBlockContainer]");
    if (page) this.sizes.observe(page);
    addEventListener("keydown", this.onKey);
  }

  // A rerun brings data; only a new revision may move what the user set.
  receive({ data, setStateValue }) {
    this.watch();
    this.send = setStateValue;
    this.simulated = data.simulated ?? [];
    this.root.classList.toggle("presentation", Boolean(data.presentation));
    this.root.classList.toggle("advanced", Boolean(data.advanced));
    const presets = JSON.stringify(data.presets);
    if (presets !== this.presetText) {
      this.presetText = presets;
      this.presets.fill(data.presets);
    }
    if (data.revision !== this.revision) {
      this.revision = data.revision;
      const held = this.held ? { [this.held]: this.state[this.held] } : {};
      this.state = { ...data.state, ...held };
      this.sent = JSON.stringify(data.state);
      this.lastSent = data.state;
      clearTimeout(this.timer);
      this.player.show(this.state.stage);
    }
    // A theme switch arrives the same way, with the same data: read the colours again.
    this.stale = true;
    this.schedule();
    if (data.sweep) this.sweep.begin();
  }

  readColors() {
    const style = getComputedStyle(this.root);
    const [r, g, b] = parseColor(style.backgroundColor);
    this.root.classList.toggle("dark", 0.3 * r + 0.59 * g + 0.11 * b < 128);
    const value = (name) => style.getPropertyValue(name).trim();
    const colors = { font: style.fontFamily };
    for (const name of ["ink", "muted", "faint", "gen", "prune", "hat", "right", "wrong", "dropped"]) {
      colors[name] = value(`--${name}`);
    }
    colors.ink = style.color;
    colors.muted = getComputedStyle(this.find(".note")).color;
    colors.rightRgb = parseColor(colors.right);
    colors.wrongRgb = parseColor(colors.wrong);
    colors.middleRgb = parseColor(value("--middle"));
    this.colors = colors;
    this.em = parseFloat(style.fontSize);
  }

  change(patch, how) {
    this.held = how === "drag" ? Object.keys(patch)[0] : null;
    if (how === "drag" && !this.moved) {
      performance.mark("synverify:move");
      this.moved = true;
    }
    const moved = (name) => name in patch && patch[name] !== this.state[name];
    // Whoever turns the verifier wants one.
    const pruning = moved("theta_prune") || moved("azimuth") ? { pruning: "supervised" } : {};
    this.state = { ...this.state, ...pruning, ...patch };
    if (!this.presets.holds(this.state)) this.state.preset = "";
    this.schedule();
    if (how === "drag") return;
    clearTimeout(this.timer);
    if (how === "key") this.timer = setTimeout(() => this.release(), KEY_PAUSE_MS);
    else this.release();
  }

  release() {
    const text = JSON.stringify(this.state);
    if (text === this.sent || !this.root.isConnected) return;
    this.sent = text;
    if (curveKey(this.lastSent) !== curveKey(this.state)) this.former = this.lastSent;
    this.lastSent = this.state;
    // Spoken once per release, not at every step of a drag.
    this.find(".announce").textContent = verdictText(derive(this.state));
    this.send("state", { ...this.state, revision: this.revision });
  }

  // The curve of a setting, computed once while it or the one beside it is drawn.
  curveOf(state, name = "") {
    this.curves ??= new Map();
    const key = `${curveKey(state)}|${name}`;
    if (!this.curves.has(key)) {
      if (this.curves.size > 5) this.curves.clear();
      this.curves.set(key, Object.assign(lawCurve(state), { name }));
    }
    return this.curves.get(key);
  }

  // What stays behind the curve: the other setting of a comparison, else the one before.
  ghost() {
    const { other, waiting } = this.compare;
    if (other) return this.curveOf(other, waiting);
    const moving = curveKey(this.lastSent) !== curveKey(this.state);
    const before = moving ? this.lastSent : this.former;
    return before && curveKey(before) !== curveKey(this.state) ? this.curveOf(before) : null;
  }

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.state && this.root.isConnected) this.paint();
    });
  }

  paint() {
    if (this.stale) this.readColors();
    if (this.resized || this.stale) this.resize();
    this.stale = false;
    this.resized = false;
    const { state, colors } = this;
    const d = derive(state);
    const hat = this.hatNow(d);
    this.dial.update(state, d, hat);
    const [curve, ghost] = [this.curveOf(state), this.ghost()];
    this.crossing.update(state, d, curve, ghost);
    this.chart.update(state, d, curve, ghost, this.simulated);
    const counts = this.cloud.update(state, d, this.player.progress, hat, colors);
    this.phase.update(state, colors);
    const { other, waiting } = this.compare;
    this.readouts.update(d, other && derive(other), waiting);
    this.compare.update();
    this.root.classList.toggle("comparing", Boolean(other));
    for (const slider of this.sliders) slider.update(state[slider.spec.field]);
    this.presets.update(state);
    this.player.update();
    describe(this, state, d, counts);
    describeSimulated(this.find(".simulated-keys"), this.simulated);
    setText(this.find(".hover-text"), this.hovered === null || this.hovered === undefined
      ? "drag the curve" : hoverText(state, this.hovered));
    if (this.phase.pending) this.workSoon();
    if (this.moved) this.measure();
  }

  // Everything that was invalidated is painted before the message of this frame arrives.
  measure() {
    this.moved = false;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      performance.measure("synverify:move-to-paint", "synverify:move");
      performance.clearMarks("synverify:move");
      if (performance.getEntriesByName("synverify:move-to-paint").length > 500) {
        performance.clearMeasures("synverify:move-to-paint");
      }
      channel.port1.close();
    };
    channel.port2.postMessage(null);
  }

  // In the third stage w_hat swings from the generator to where the kept labels pull it.
  hatNow(d) {
    const swing = this.player.progress - 2;
    if (swing <= 0) return { opacity: 0, vector: d.hat };
    const t = Math.min(1, swing);
    const vector = d.hat.map((x, i) => x * t + d.vectors.gen[i] * (1 - t));
    return { opacity: Math.min(1, 3 * t), vector };
  }

  resize() {
    this.measureAbove();
    const fit = (drawing, selector) => {
      const { clientWidth, clientHeight } = this.find(selector).parentElement;
      if (drawing.fitted === `${clientWidth}x${clientHeight}x${this.em}`) return;
      drawing.fitted = `${clientWidth}x${clientHeight}x${this.em}`;
      drawing.resize(clientWidth, clientHeight, this.em);
    };
    fit(this.crossing, ".crossing");
    fit(this.chart, ".chart");
    fit(this.cloud, ".cloud");
    fit(this.phase, ".phase");
  }

  // How much of the page stands above the picture: its main row fills the rest of the screen.
  measureAbove() {
    const scrolled = this.host.closest("[data-testid=stMain]")?.scrollTop ?? 0;
    const above = Math.round(this.root.getBoundingClientRect().top + scrolled);
    this.root.style.setProperty("--above", `${above}px`);
    this.root.classList.toggle("crowded", above > 0.3 * innerHeight);
  }

  workSoon() {
    if (this.idle) return;
    const idle = globalThis.requestIdleCallback
      ?? ((run) => setTimeout(() => run({ timeRemaining: () => 8 }), 30));
    this.idle = idle((deadline) => {
      this.idle = 0;
      if (!this.root.isConnected) return;
      if (!this.phase.work(() => deadline.timeRemaining())) this.workSoon();
    });
  }

  // Frames and timers in flight end by themselves; a later call may wake the instance.
  rest() {
    this.sizes.disconnect();
    this.sweep.stop();
    removeEventListener("keydown", this.onKey);
  }
}

// Streamlit calls this again on every rerun with new data, and may run a superseded call's
// cleanup after the next call: only the cleanup of the latest call puts the instance to rest.
const instances = new WeakMap();

export default function mount(component) {
  const root = component.parentElement.querySelector(".live");
  if (!instances.has(root)) instances.set(root, { live: new LivePhase(root), calls: 0 });
  const entry = instances.get(root);
  entry.calls += 1;
  const call = entry.calls;
  entry.live.receive(component);
  return () => {
    if (entry.calls === call) entry.live.rest();
  };
}
