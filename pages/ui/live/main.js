// One round: wires its state, drawings and controls.
class LivePhase extends Stage {
  constructor(root) {
    super(root);
    const { find } = this;
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
    this.map = this.phase;
    this.drawings = {
      ".crossing": this.crossing, ".chart": this.chart, ".cloud": this.cloud, ".phase": this.phase,
    };
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

  take(data) {
    super.take(data);
    this.simulated = data.simulated ?? [];
    this.root.classList.toggle("advanced", Boolean(data.advanced));
    const presets = JSON.stringify(data.presets);
    if (presets !== this.presetText) {
      this.presetText = presets;
      this.presets.fill(data.presets);
    }
  }

  restored() {
    this.player.show(this.state.stage);
  }

  receive(component) {
    super.receive(component);
    if (component.data.sweep) this.sweep.begin();
  }

  change(patch, how) {
    const moved = (name) => name in patch && patch[name] !== this.state[name];
    // Whoever turns the verifier wants one.
    const pruning = moved("theta_prune") || moved("azimuth") ? { pruning: "supervised" } : {};
    super.change({ ...pruning, ...patch }, how);
  }

  changed() {
    if (!this.presets.holds(this.state)) this.state.preset = "";
  }

  released(before) {
    if (curveKey(before) !== curveKey(this.state)) this.former = before;
    return verdictText(derive(this.state));
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

  draw() {
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
  }

  // In the third stage w_hat swings from the generator to where the kept labels pull it.
  hatNow(d) {
    const swing = this.player.progress - 2;
    if (swing <= 0) return { opacity: 0, vector: d.hat };
    const t = Math.min(1, swing);
    const vector = d.hat.map((x, i) => x * t + d.vectors.gen[i] * (1 - t));
    return { opacity: Math.min(1, 3 * t), vector };
  }

  rest() {
    super.rest();
    this.sweep.stop();
  }
}

export default mounted(LivePhase);
