// Wires state, drawings and controls. Nothing goes to the server while something moves or plays;
// one setStateValue on release.
const KEY_PAUSE_MS = 250;
const WORK_MS = 1.5;
const ENDLESS = 5;
const ROW_CHOICES = [100, 300, 1000, 3000, 10000];

function pixelOf(color) {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return Array.from(pen.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

class People {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
  }

  // Controls need to know the world, which comes with the first data.
  build({ world, limits, candidates, presets }) {
    this.world = world;
    this.known = new Map();
    const { find } = this;
    const read = () => this.state;
    const change = (patch, how) => this.change(patch, how);
    const most = NAMES.length;
    this.density = new Density(find(".density"), { world, limits, most }, read, change);
    this.player = new Player(this.root, world.rounds, (how) => this.change({}, how));
    const scrub = (progress, how) => this.player.scrub(progress, how);
    this.strip = new Strip(find(".strip"), find(".strip-line"), world, scrub);
    const groups = NAMES.map((_, g) => `group-${g}`);
    const rounds = world.rounds;
    const shares = { rounds, lines: [...groups, "bargain"], up: [0, 1], ticks: [0, 0.5, 1] };
    const nats = { rounds, lines: ["total"], up: [0, 6], ticks: [0, 3, 6] };
    this.utility = new Lines(find(".utility"), shares, scrub);
    this.entropy = new Lines(find(".entropy"), nats, scrub);
    this.fork = new Fork(find(".fork"));
    this.dial = new Dial(find(".dial"), read, change);
    this.addControls(candidates);
    const pick = (name) => this.change(presets[name].state, "preset");
    const options = Object.entries(presets).map(([name, { label, help }]) => [name, label, help]);
    this.presets = new Buttons(find(".presets"), options, pick);
    this.presetStates = Object.entries(presets).map(([name, { state }]) => [name, settingKey(state)]);
  }

  addControls(candidates) {
    const { find } = this;
    const change = (field) => (value, how = "click") => this.change({ [field]: value }, how);
    const counts = [1, 2, 3].map((n) => [n, String(n), `${n} group${n > 1 ? "s" : ""} of people`]);
    const grouped = (n) => this.change({ groups: this.grouped(n) }, "click");
    this.count = new Buttons(find(".count"), counts, grouped);
    const help = (K) => (K === "inf" ? "Endlessly many samples: the whole distribution"
      : `Each user sees ${K} samples and keeps one`);
    const options = candidates.map((K) => [K, K === "inf" ? "∞" : K, help(K)]);
    this.candidates = new Buttons(find(".candidates"), options, change("candidates"));
    const policies = [
      ["replace", "last choices", "Replace: only what was chosen in the last round"],
      ["accumulate", "all so far", "Accumulate: the start and every round's choices"],
    ];
    this.policy = new Buttons(find(".policy"), policies, change("policy"));
    const sliders = find(".sliders");
    this.real = new Slider(sliders, {
      name: "Real data", help: "Share of fresh data of round 0 in each round", range: [0, 100, 1],
      to: (v) => v / 100, from: (v) => Math.round(100 * v), text: percent,
    }, change("real"));
    this.rows = new Slider(sliders, {
      name: "Samples N", help: "Samples that the next model learns from; few bring chance in",
      range: [0, ENDLESS, 1], to: (v) => ROW_CHOICES[v] ?? 0,
      from: (v) => (v ? ROW_CHOICES.findIndex((N) => N >= v) : ENDLESS),
      text: (v) => (v ? v.toLocaleString("en") : "∞"),
    }, change("rows"));
    const again = { type: "button", title: "Other random samples" };
    this.again = html("button", again, sliders, "Draw other samples");
    this.again.addEventListener("click", () => this.change({ seed: this.state.seed + 1 }, "click"));
  }

  // The first n groups, or one more beside them; all shares of the choices anew.
  grouped(n) {
    const more = [[-1.5, 1, 0], [1.5, 1, 0], [0, 1, 0]];
    const groups = [...this.state.groups, ...more.slice(this.state.groups.length)].slice(0, n);
    const share = Math.floor(1e4 / n) / 1e4;
    return groups.map(([m, s], g) => [m, s, g ? share : Math.round(1e4 * (1 - (n - 1) * share)) / 1e4]);
  }

  watch() {
    this.sizes ??= new ResizeObserver(() => this.schedule());
    for (const plot of this.root.querySelectorAll(".plot, .dial")) this.sizes.observe(plot);
    this.sizes.observe(this.root);
  }

  // A rerun brings data; only a new revision may move what the user set.
  receive({ data, setStateValue }) {
    this.send = setStateValue;
    if (!this.world) this.build(data);
    this.watch();
    this.root.classList.toggle("presentation", Boolean(data.presentation));
    if (data.revision !== this.revision) {
      this.revision = data.revision;
      this.state = data.state;
      this.sent = JSON.stringify(data.state);
      clearTimeout(this.timer);
      this.player.pause();
      this.player.progress = data.state.round;
      this.path = null;
    }
    this.colors = null; // a theme switch arrives the same way
    this.schedule();
  }

  // `how`: frame and drag stay here; key waits a moment; all others are released at once.
  change(patch, how) {
    this.state = { ...this.state, ...patch, round: Math.round(this.player.progress) };
    this.schedule();
    clearTimeout(this.timer);
    if (how === "preset") this.player.scrub(0, "drag");
    if (how === "preset") this.player.play();
    else if (how === "key") this.timer = setTimeout(() => this.release(), KEY_PAUSE_MS);
    else if (how !== "frame" && how !== "drag") this.release();
  }

  release() {
    const text = JSON.stringify(this.state);
    if (text === this.sent || !this.root.isConnected) return;
    this.sent = text;
    this.telling = true;
    this.schedule();
    this.send("state", { ...this.state, revision: this.revision });
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.state && this.root.isConnected) this.paint();
    });
  }

  // Rounds of the present setting, a few milliseconds a frame; until they are there, the last ones
  // stay. A setting that moves on meanwhile waits until these are drawn.
  work() {
    const key = settingKey(this.state);
    if (this.path?.key === key) return;
    if (!this.job) {
      if (this.known.size > 40) this.known.clear();
      this.job = Object.assign(new Path(this.world, this.state, this.known), { key });
    }
    const until = this.path ? performance.now() + WORK_MS : Infinity;
    while (!this.job.done && performance.now() < until) this.job.step();
    if (this.job.done) {
      this.path = this.job;
      this.job = null;
    }
    if (this.path?.key !== key) this.schedule();
  }

  paint() {
    this.colors ??= this.readColors();
    this.measureAbove();
    for (const part of [this.density, this.utility, this.entropy, this.fork]) part.fit(this.em);
    this.work();
    const { state, path, player } = this;
    const { progress } = player;
    const round = Math.round(progress);
    this.density.update(path, progress, state);
    this.strip.update(path, progress, this.colors);
    this.utility.update(path, progress, ({ utilities, bargain }) => [
      ...NAMES.map((_, g) => utilities[g] ?? null), Math.exp(bargain)]);
    this.entropy.update(path, progress, ({ entropy }) => [entropy]);
    const two = twoGroups(state);
    this.fork.update(state, two && sidesOf(path.path[round], path.x, two.middle), path.endless);
    this.dial.update(state, thresholdsOf(state.groups, this.kept()));
    this.count.update(state.groups.length);
    this.candidates.update(state.candidates);
    this.policy.update(state.policy);
    this.real.update(state.real);
    this.rows.update(state.rows);
    this.again.hidden = !state.rows;
    const setting = settingKey(state);
    this.presets.update(this.presetStates.find(([, key]) => key === setting)?.[0]);
    player.update();
    this.say(path, round);
    // Spoken once per release, not at every step of a play or a drag.
    if (this.telling && path.key === setting) {
      this.telling = false;
      setText(this.find(".announce"), this.find(".verdict").textContent);
    }
  }

  kept() {
    return this.state.candidates === "inf" ? Infinity : Number(this.state.candidates);
  }

  say(path, round) {
    const key = `${path.key}|${round}|${this.state.groups}`;
    if (this.said === key) return;
    this.said = key;
    const [what, more] = sentence(path, round);
    setText(this.find(".verdict strong"), what);
    setText(this.find(".verdict .more"), more);
    describe(this, path, round, `${what} ${more}`);
  }

  readColors() {
    const style = getComputedStyle(this.root);
    this.em = parseFloat(style.fontSize);
    const ground = pixelOf(style.backgroundColor);
    this.root.classList.toggle("dark", 0.3 * ground[0] + 0.59 * ground[1] + 0.11 * ground[2] < 128);
    const ink = pixelOf(getComputedStyle(this.root).getPropertyValue("--model").trim());
    return { ground, ink, key: `${ground}|${ink}` };
  }

  // How much of the page stands above the picture: its rows fill the rest of the screen.
  measureAbove() {
    const page = (this.root.getRootNode().host ?? this.root).closest("[data-testid=stMain]");
    const above = Math.round(this.root.getBoundingClientRect().top + (page?.scrollTop ?? 0));
    if (above === this.above) return;
    this.above = above;
    this.root.style.setProperty("--above", `${above}px`);
  }

  rest() {
    this.sizes.disconnect();
    this.player.pause();
  }
}

function settingKey({ groups, candidates, real, rows, policy, seed }) {
  return JSON.stringify([groups, candidates, real, rows, policy, seed]);
}

// Streamlit calls this again on every rerun with new data, and may run a superseded call's
// cleanup after the next call: only the cleanup of the latest call puts the instance to rest.
const instances = new WeakMap();

export default function mount(component) {
  const root = component.parentElement.querySelector(".people");
  if (!instances.has(root)) instances.set(root, { people: new People(root), calls: 0 });
  const entry = instances.get(root);
  entry.calls += 1;
  const call = entry.calls;
  entry.people.receive(component);
  return () => {
    if (entry.calls === call) entry.people.rest();
  };
}
