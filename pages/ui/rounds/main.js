// Many rounds: wires the walk, its drawings and its controls.
const SECONDS_A_PLAY = 8;
const ROUNDS_A_SECOND = 4;
const CHOICES = {
  policy: {
    replace: ["replace", "Learn from the last round's labels only"],
    accumulate: ["accumulate", "Learn from the labels of all rounds so far, and n real ones"],
    mix: ["mix", "Replace, with a share of fresh real rows in each round"],
  },
  ridge: {
    strong: ["strong ridge", "λ → ∞, the mean classifier: the law holds, rounds can beat their verifier"],
    weak: ["weak ridge", "λ = 0.0001: another map, simulated; rounds copy their verifier"],
  },
};
const ROUND_SLIDER = {
  field: "round", symbol: "", name: "round", help: "Round that is shown: drag to scrub",
  range: [0, 1, 1], toState: (v) => v, fromState: (v) => v, text: String,
};
const REAL_SLIDER = {
  field: "real", symbol: "", name: "share of real rows",
  help: "Share of fresh rows with true labels in each round", range: [0, 1, 0.01],
  toState: (v) => v, fromState: (v) => v, text: (v) => `${percent(v, 0)} real`,
};
const LENGTH_SLIDER = {
  field: "n_rounds", symbol: "T", name: "rounds", help: "Rounds that are played, 5 to 200",
  range: [5, 200, 1], toState: (v) => v, fromState: (v) => v, text: String,
};
Object.assign(LIMITS, { round: [0, 200], real: [0, 1], n_rounds: [5, 200] });

class Walker {
  constructor(stage) {
    Object.assign(this, { stage, progress: 0, playing: false });
    this.still = globalThis.matchMedia("(prefers-reduced-motion: reduce)");
    this.buttons = {};
    for (const button of stage.root.querySelectorAll(".rounds-player > button")) {
      this.buttons[button.dataset.action] = button;
      button.addEventListener("click", () => this[button.dataset.action]());
    }
  }

  show(round) {
    this.playing = false;
    this.progress = round;
  }

  first() {
    this.stage.change({ round: 0 }, "click");
  }

  next() {
    const { round, n_rounds } = this.stage.state;
    this.stage.change({ round: Math.min(n_rounds, round + 1) }, "click");
  }

  play() {
    const { n_rounds } = this.stage.state;
    if (this.playing) {
      this.stage.change({ round: Math.round(this.progress) }, "click");
      return;
    }
    this.playing = true;
    if (this.progress >= n_rounds) this.progress = 0;
    let last = null;
    const tick = (now) => {
      if (!this.playing || !this.stage.root.isConnected) return;
      const rounds = this.stage.state.n_rounds;
      const speed = Math.max(ROUNDS_A_SECOND, rounds / SECONDS_A_PLAY);
      this.clock = last === null ? this.progress : this.clock + Math.min(0.1, (now - last) / 1000) * speed;
      last = now;
      if (this.clock >= rounds) {
        this.stage.change({ round: rounds }, "click");
        return;
      }
      this.progress = this.still.matches ? Math.floor(this.clock) : this.clock;
      this.stage.schedule();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  update() {
    const { play } = this.buttons;
    play.classList.toggle("playing", this.playing);
    setText(play.querySelector("span"), this.playing ? "Pause" : "Play rounds");
  }
}

class LiveRounds extends Stage {
  constructor(root) {
    super(root);
    const { find } = this;
    const change = (field, value, how) => this.change({ [field]: value }, how);
    const read = () => this.state;
    this.globe = new RoundsGlobe(find(".dial"), read, change);
    this.rates = new RatesOverRounds(find(".crossing"));
    this.chart = new AccuracyOverRounds(find(".chart"));
    for (const plot of [this.rates, this.chart]) new Scrub(plot, (round, how) => change("round", round, how));
    this.map = new LongRunMap(find(".phase"), read, (patch, how) => this.change(patch, how));
    const [samples, dimension, separation] = SLIDERS;
    const specs = [
      { ...samples, name: "samples a round" },
      { ...dimension, range: [1, 3, 0.005] },
      { ...separation, range: [0.2, 4, 0.05], help: separation.help.split(". ")[0] },
      LENGTH_SLIDER,
    ];
    this.sliders = specs.map((spec) => new Slider(find(".sliders"), spec, change));
    this.real = new Slider(find(".share"), REAL_SLIDER, change);
    this.scrubber = new Slider(find(".scrubber"), ROUND_SLIDER, change);
    this.presets = new Presets(find(".presets"), (name, preset) => {
      this.change({ ...preset.state, preset: name, round: 0 }, "click");
    });
    this.walker = new Walker(this);
    this.choices = Object.entries(CHOICES).flatMap(([field, options]) => this.addChoice(field, options));
    this.drawings = { ".crossing": this.rates, ".chart": this.chart, ".phase": this.map };
    this.onKey = (event) => {
      const typed = event.composedPath()[0];
      const writing = typed instanceof HTMLElement && typed.matches("input[type=text], textarea");
      if (root.classList.contains("presentation") && event.key === "p" && !writing) this.walker.play();
    };
  }

  addChoice(field, options) {
    const box = this.find(`[data-choice=${field}]`);
    return Object.entries(options).map(([value, [label, title]]) => {
      const button = htmlNode("button", { type: "button", title, "data-value": value }, box, label);
      button.addEventListener("click", () => this.change({ [field]: value }, "click"));
      return { field, value, button };
    });
  }

  take(data) {
    super.take(data);
    this.simulated = data.simulated;
    const presets = JSON.stringify(data.presets);
    if (presets !== this.presetText) {
      this.presetText = presets;
      this.presets.fill(data.presets);
    }
  }

  restored() {
    this.walker.show(this.state.round);
  }

  // Whoever moves the first model wants to see it start, and whoever turns the verifier wants one.
  change(patch, how) {
    const moved = (name) => name in patch && patch[name] !== this.state[name];
    const more = {};
    if (moved("theta_prune")) more.pruning = "supervised";
    if (moved("theta_gen")) more.round = 0;
    super.change({ ...more, ...patch }, how);
  }

  changed(patch) {
    const { state } = this;
    if (!holdsPreset(this.presets.presets[state.preset], state)) state.preset = "";
    state.round = Math.min(state.round, state.n_rounds);
    if ("round" in patch || !this.walker.playing) this.walker.show(state.round);
  }

  released() {
    const story = this.story(this.state);
    return this.words(this.state, story, this.state.round);
  }

  // All rounds of a setting, computed once while it is drawn.
  story(state) {
    const key = roundsKey(state);
    if (key !== this.storyKey) {
      this.storyKey = key;
      this.known = storyOf(state);
    }
    return this.known;
  }

  // The simulated models, if they are those of this setting.
  models(state) {
    const { simulated } = this;
    return simulated && roundsKey(simulated.state) === roundsKey(state) ? simulated : null;
  }

  draw() {
    const { state, colors } = this;
    const story = this.story(state);
    const walk = pathOfRounds(state, story, this.models(state));
    this.root.classList.toggle("unpruned", state.pruning === "none");
    const drawn = [story, this.simulated, this.chart.fitted, state.ridge];
    if (this.rates.box && drawn.some((part, i) => part !== this.drawn?.[i])) {
      this.drawn = drawn;
      this.globe.drawWalk(state, walk);
      this.rates.drawRounds(walk);
      this.chart.drawRounds(state, story, walk);
      this.chart.drawDots(state, this.simulated);
      describeSimulated(this.find(".simulated-keys"), this.simulated ? [this.simulated] : []);
    }
    const progress = Math.min(this.walker.progress, state.n_rounds);
    this.globe.showRound(state, walk, progress);
    if (this.rates.box) {
      this.rates.showRound(progress);
      this.chart.showRound(progress);
    }
    this.map.update(state, colors);
    this.drawControls(state, progress);
    this.describe(state, story, walk, Math.round(progress));
  }

  drawControls(state, progress) {
    for (const slider of this.sliders) slider.update(state[slider.spec.field]);
    this.real.update(state.real);
    this.find(".share").hidden = state.policy !== "mix";
    this.scrubber.input.max = state.n_rounds;
    this.scrubber.spec.range[1] = state.n_rounds;
    this.scrubber.spec.text = (round) => `${round} of ${this.state.n_rounds}`;
    if (this.scrubbed !== state.n_rounds) this.scrubber.shown = undefined;
    this.scrubbed = state.n_rounds;
    this.scrubber.update(Math.round(progress));
    for (const { field, value, button } of this.choices) {
      button.setAttribute("aria-pressed", String(state[field] === value));
    }
    this.presets.update(state);
    this.walker.update();
  }

  words(state, story, round) {
    const walk = pathOfRounds(state, story, this.models(state));
    return round < state.n_rounds ? roundText(state, walk[round], round)
      : roundsSentence(state, story, this.models(state));
  }

  describe(state, story, walk, round) {
    const ended = round === state.n_rounds;
    const words = this.words(state, story, round);
    const verdict = this.find(".verdict");
    const gain = walk.at(-1).accuracy - walk[0].accuracy;
    verdict.dataset.end = !ended ? "" : gain >= 0 ? "up" : "down";
    setText(verdict.querySelector("strong"), words);
    for (const name of [".chart", ".crossing"]) this.find(name).setAttribute("aria-label", words);
    const limit = state.policy === "accumulate" ? "after 200 rounds" : "in the long run";
    const useful = this.map.usefulAngle(state);
    const pays = useful === null ? "" : `; a verifier pays up to ${angleText(useful)}`;
    const note = `By the law, ${wholePercent(story.limit)} ${limit}${pays}.`;
    setText(this.find(".map-note"), note);
    this.find(".phase").setAttribute("aria-label", `Where rounds end. ${note}`);
    this.find(".critical-key").hidden = state.policy !== "replace";
  }
}

function holdsPreset(preset, state) {
  return Boolean(preset) && Object.entries(preset.state).every(([name, value]) => state[name] === value);
}

export default mounted(LiveRounds);
