// Wires state, panels and controls. Nothing goes to the server while a control moves; one
// setStateValue on release.
const KEY_PAUSE_MS = 250;
const PLAY_MS = 5000;

class Collapse {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.shown = 0;
    this.rounds = new Panel(this.find(".rounds-plot"), (r, how) => this.scrub(Math.round(r), how));
    this.across = new Panel(this.find(".across-plot"), (v, how) => this.aim(v, how));
    this.buttons = new Map(Object.entries(POLICIES).map(([policy, [label, title]]) => {
      const button = htmlNode("button", { type: "button", title }, this.find(".policies"), label);
      button.addEventListener("click", () => this.change({ policy }, "click"));
      return [policy, button];
    }));
    for (const button of root.querySelectorAll(".player button")) {
      button.addEventListener("click", () => this[button.dataset.action]());
    }
    this.scrubber = this.find(".scrub input");
    this.scrubber.addEventListener("input", () => this.scrub(Number(this.scrubber.value), "drag"));
    this.scrubber.addEventListener("change", () => this.release());
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  watch() {
    this.sizes ??= new ResizeObserver(() => {
      this.resized = true;
      this.schedule();
    });
    for (const plot of this.root.querySelectorAll(".plot")) this.sizes.observe(plot);
    const page = this.root.getRootNode().host?.closest("[data-testid=stMainBlockContainer]");
    if (page) this.sizes.observe(page);
  }

  // A rerun brings data; only a new revision may move what the user set.
  receive({ data, setStateValue }) {
    this.watch();
    this.send = setStateValue;
    // The call for an earlier run may come after that of a later one: a band says whose it is.
    this.band = data.simulated ?? this.band;
    this.root.classList.toggle("presentation", Boolean(data.presentation));
    if (data.revision !== this.revision) {
      this.revision = data.revision;
      this.state = settle(data.state);
      this.sent = JSON.stringify(data.state);
      this.pause();
      this.shown = this.state.round;
    }
    this.resized = true;
    this.schedule();
  }

  change(patch, how) {
    this.state = settle({ ...this.state, ...patch });
    if (!("round" in patch)) {
      this.pause();
      this.shown = this.state.round;
    }
    this.schedule();
    if (how === "drag") return;
    clearTimeout(this.timer);
    if (how === "key") this.timer = setTimeout(() => this.release(), KEY_PAUSE_MS);
    else this.release();
  }

  scrub(round, how) {
    this.pause();
    this.shown = round;
    this.change({ round }, how);
  }

  // Where the second panel is pointed to: its samples, or its weight.
  aim(value, how) {
    const { policy, d } = this.state;
    if (policy === "weighted") this.change({ weight: Number(value.toFixed(3)) }, how);
    else if (policy === "min_norm") this.change({ T_small: Math.round(Math.min(value, d - 2)) }, how);
    else this.change({ T: Math.round(value) }, how);
  }

  release() {
    clearTimeout(this.timer);
    const text = JSON.stringify(this.state);
    if (text === this.sent || !this.root.isConnected) return;
    this.sent = text;
    this.find(".announce").textContent = this.find(".verdict strong").textContent;
    this.send("state", { ...this.state, revision: this.revision });
  }

  reset() { this.scrub(0, "click"); }

  step() { this.scrub((this.state.round + 1) % (this.state.rounds + 1), "click"); }

  play() {
    if (this.playing) {
      this.pause();
      this.release();
      return;
    }
    this.playing = true;
    let clock = this.state.round >= this.state.rounds ? 0 : this.state.round;
    let last = null;
    const tick = (now) => {
      if (!this.playing) return;
      const speed = this.state.rounds / Math.min(PLAY_MS, 500 * this.state.rounds);
      clock += last === null ? 0 : Math.min(100, now - last) * speed;
      last = now;
      const done = clock >= this.state.rounds;
      this.state.round = done ? this.state.rounds : Math.floor(clock);
      this.shown = done || this.still.matches ? this.state.round : clock;
      if (done) {
        this.pause();
        this.paintSoon = true;
      } else this.beat = requestAnimationFrame(tick);
      this.schedule();
    };
    this.beat = requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.beat);
  }

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.state && this.root.isConnected) this.paint();
    });
  }

  paint() {
    performance.mark("synverify:collapse");
    if (this.resized) this.resize();
    const { state } = this;
    const key = JSON.stringify({ ...state, round: 0 });
    if (key !== this.key) this.lines = linesOf(state);
    if (key !== this.key || state.round !== this.acrossRound) {
      this.acrossRound = state.round;
      this.points = acrossOf(state, state.round);
    }
    this.key = key;
    const known = this.band && simulationKey(this.band.state) === simulationKey(state);
    const simulated = known ? this.band : null;
    if (this.rounds.box) {
      drawRounds(this.rounds, state, this.lines, simulated, this.shown);
      drawAcross(this.across, state, this.points, state.round);
    }
    this.describe(simulated);
    this.controls();
    performance.measure("synverify:collapse-frame", "synverify:collapse");
    performance.clearMarks("synverify:collapse");
    if (this.paintSoon) {
      this.paintSoon = false;
      this.release();
    }
  }

  resize() {
    this.resized = false;
    const dark = getComputedStyle(this.root).backgroundColor.match(/[\d.]+/g).map(Number);
    this.root.classList.toggle("dark", 0.3 * dark[0] + 0.59 * dark[1] + 0.11 * dark[2] < 128);
    const main = this.root.getRootNode().host?.closest("[data-testid=stMain]");
    const above = this.root.getBoundingClientRect().top + (main?.scrollTop ?? 0);
    this.root.style.setProperty("--above", `${Math.round(above)}px`);
    const em = parseFloat(getComputedStyle(this.root).fontSize);
    for (const panel of [this.rounds, this.across]) {
      const { clientWidth, clientHeight } = panel.svg.parentElement;
      if (clientWidth > 100 && clientHeight > 80) panel.resize(clientWidth, clientHeight, em);
    }
  }

  describe(simulated) {
    const { state, lines } = this;
    const sentence = said(state, state.round, lines);
    setText(this.find(".verdict strong"), sentence);
    setText(this.find(".verdict-more"), simulatedWords(simulated, state.round));
    this.find(".verdict").dataset.verdict = lines[0].points[state.round] > 1 ? "fails" : "holds";
    this.find(".rounds-plot").setAttribute("aria-label", `Error over rounds. ${sentence}`);
    const weights = state.policy === "weighted";
    const title = weights ? "Which weight?" : "Would more samples help?";
    setText(this.find(".across-title"), title);
    const now = figures(lines[0].points[state.round]);
    const where = weights ? `weight ${figures(state.weight)}` : `T = ${samplesOf(state)}`;
    this.find(".across-plot").setAttribute("aria-label",
      `${title} At round ${state.round} and ${where} the error is ${now}.`);
    this.keys(".rounds-keys", [
      ...lines.map(({ name, kind }) => [kind, name]), ["band", "80 % of simulated chains"], ["average", "their mean"],
    ]);
    this.keys(".across-keys", acrossKeys(state));
  }

  keys(selector, keys) {
    const text = JSON.stringify(keys);
    const node = this.find(selector);
    if (node.dataset.keys === text) return;
    node.dataset.keys = text;
    node.replaceChildren();
    for (const [kind, name] of keys) htmlNode("span", { class: `key ${kind}` }, node, name);
  }

  controls() {
    const { state } = this;
    if (this.policy !== state.policy) {
      this.policy = state.policy;
      const parent = this.find(".sliders");
      parent.replaceChildren();
      const change = (patch, how) => this.change(patch, how);
      this.find(".settings").classList.toggle("many", POLICIES[state.policy][2].length > 6);
      const fields = [...POLICIES[state.policy][2], "rounds"];
      this.sliders = fields.map((field) => new Slider(parent, field, change));
      setText(this.find(".help"), `${POLICIES[state.policy][1]}.`);
      this.choices();
    }
    for (const slider of this.sliders) slider.update(state);
    for (const [policy, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(policy === state.policy));
    }
    for (const button of this.find(".choice").children) {
      button.setAttribute("aria-pressed", String(button.dataset.inputs === state.inputs));
    }
    this.scrubber.max = state.rounds;
    this.scrubber.value = state.round;
    const part = (100 * state.round) / state.rounds;
    this.scrubber.style.setProperty("--share", `${part.toFixed(1)}%`);
    setText(this.find(".scrub output"), `round ${state.round} of ${state.rounds}`);
    const play = this.find("[data-action=play]");
    play.classList.toggle("playing", Boolean(this.playing));
    play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  choices() {
    const parent = this.find(".choice");
    parent.replaceChildren();
    if (!CHOICES[this.state.policy]) return;
    for (const inputs of ["fresh", "same"]) {
      const attributes = { type: "button", "data-inputs": inputs };
      const button = htmlNode("button", attributes, parent, `${inputs} inputs`);
      button.addEventListener("click", () => this.change({ inputs }, "click"));
    }
  }

  // Frames and timers in flight end by themselves; a later call may wake the instance.
  rest() {
    this.sizes.disconnect();
    this.pause();
  }
}

// Streamlit calls this again on every rerun with new data, and may run a superseded call's
// cleanup after the next call: only the cleanup of the latest call puts the instance to rest.
const instances = new WeakMap();

export default function mount(component) {
  const root = component.parentElement.querySelector(".collapse");
  if (!instances.has(root)) instances.set(root, { live: new Collapse(root), calls: 0 });
  const entry = instances.get(root);
  entry.calls += 1;
  const call = entry.calls;
  entry.live.receive(component);
  return () => {
    if (entry.calls === call) entry.live.rest();
  };
}
