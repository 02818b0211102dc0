// Rounds of choices on one axis, the browser's copy of synverify_core.theory.curation.
// A browser test holds both copies together.
const STEP = 0.5;
const [BEFORE, BEYOND] = [20, 4.5];
const TAPS = Math.floor((BEFORE + BEYOND) / STEP) + 1;

function axisOf(world) {
  const { points, reach } = world;
  return Float64Array.from({ length: points }, (_, i) => reach * ((2 * i + 1) / points - 1));
}

function startOf(world, x) {
  const p = x.map((place) => Math.exp(-0.5 * (place / world.spread) ** 2));
  const total = sum(p);
  return p.map((share) => share / total);
}

function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

// What a group's choices do: its utility e^r, and for finite K the nodes of the integral
// H(x) = K a(x) integral e^(-t a(x)) (E e^(-t a))^(K-1) dt in log t, 49 for each point.
class Taste {
  constructor(x, [peak, width]) {
    this.reward = x.map((place) => -0.5 * ((place - peak) / width) ** 2);
    this.utility = this.reward.map(Math.exp);
  }

  prepare() {
    if (this.first) return;
    const n = this.reward.length;
    const grow = Math.exp(STEP);
    this.first = new Int32Array(n);
    this.alone = new Float64Array(n * TAPS);
    this.arrival = new Float64Array(n * TAPS);
    let last = 0;
    for (let i = 0; i < n; i++) {
      this.first[i] = Math.ceil((-BEFORE - this.reward[i]) / STEP);
      let arrival = Math.exp(STEP * this.first[i] + this.reward[i]);
      for (let k = 0; k < TAPS; k++, arrival *= grow) {
        this.alone[i * TAPS + k] = Math.exp(-arrival);
        this.arrival[i * TAPS + k] = arrival * this.alone[i * TAPS + k];
      }
      last = Math.max(last, this.first[i]);
    }
    this.least = this.first.reduce((a, b) => Math.min(a, b));
    this.nodes = last - this.least + TAPS + 1;
    this.gone = new Float64Array(this.nodes);
    this.after = new Float64Array(this.nodes);
  }

  // Adds weight p H to `into`.
  choose(p, K, weight, into) {
    if (K === Infinity) {
      let mean = 0;
      for (let i = 0; i < p.length; i++) mean += p[i] * this.utility[i];
      for (let i = 0; i < p.length; i++) into[i] += (weight * p[i] * this.utility[i]) / mean;
      return;
    }
    this.prepare();
    this.none(p, K);
    const { first, arrival, gone, least } = this;
    for (let i = 0; i < p.length; i++) {
      let total = 0;
      for (let k = 0, j = first[i] - least, at = i * TAPS; k < TAPS; k++) {
        total += arrival[at + k] * gone[j + k];
      }
      into[i] += weight * p[i] * STEP * K * total;
    }
  }

  // Leaves (E e^(-t a))^(K-1) at the nodes in `gone`.
  none(p, K) {
    const { first, alone, gone, after, least } = this;
    gone.fill(0);
    after.fill(0);
    for (let i = 0; i < p.length; i++) {
      const share = p[i];
      const j = first[i] - least;
      for (let k = 0, at = i * TAPS; k < TAPS; k++) gone[j + k] += share * (1 - alone[at + k]);
      after[j + TAPS] += share;
    }
    let whole = 0;
    for (let j = 0; j < gone.length; j++) {
      whole += after[j];
      gone[j] = Math.exp((K - 1) * Math.log1p(-Math.min(1, gone[j] + whole)));
    }
  }
}

// Means over 11 cells.
function blurred(p) {
  const reach = 5;
  const means = new Float64Array(p.length);
  let total = 0;
  for (let i = -reach; i < p.length; i++) {
    total += (p[i + reach] ?? 0) - (p[i - reach - 1] ?? 0);
    if (i >= 0) means[i] = Math.max(0, total) / (2 * reach + 1);
  }
  return means;
}

// A random number in (0, 1) for each call: mulberry32.
function randomOf(seed) {
  let state = (seed + 1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

// The shares that N draws from p have: sorted uniforms by their spacings, one walk through p.
function sampled(p, N, random) {
  const spacing = Float64Array.from({ length: N + 1 }, () => -Math.log(random()));
  const total = sum(spacing);
  const counts = new Float64Array(p.length);
  let [i, passed, at] = [0, p[0], 0];
  for (let k = 0; k < N; k++) {
    at += spacing[k] / total;
    while (at > passed && i < p.length - 1) passed += p[++i];
    counts[i] += 1 / N;
  }
  return counts;
}

// The rounds of one setting, made one by one; `path[t]` are the shares after round t.
class Path {
  constructor(world, state, known) {
    this.state = state;
    this.K = state.candidates === "inf" ? Infinity : Number(state.candidates);
    this.x = axisOf(world);
    this.path = [startOf(world, this.x)];
    this.rounds = world.rounds;
    this.tastes = state.groups.map((group) => {
      const key = `${group[0]}|${group[1]}`;
      if (!known.has(key)) known.set(key, new Taste(this.x, group));
      return known.get(key);
    });
    this.random = randomOf(state.seed);
    this.smoothed = [];
    this.facts = [this.measure(this.path[0])];
  }

  get done() {
    return this.path.length > this.rounds;
  }

  // Whether the law of the limit K -> inf holds: nothing else is mixed in.
  get endless() {
    const { real, rows, policy } = this.state;
    return this.K === Infinity && !real && !rows && policy === "replace";
  }

  step() {
    const { state, path } = this;
    const [p, start] = [path[path.length - 1], path[0]];
    let next = new Float64Array(p.length);
    state.groups.forEach(([, , weight], g) => {
      if (weight > 0) this.tastes[g].choose(p, this.K, weight, next);
    });
    const total = sum(next);
    for (let i = 0; i < p.length; i++) {
      next[i] = state.real * start[i] + ((1 - state.real) * next[i]) / total;
    }
    if (state.rows) next = sampled(next, state.rows, this.random);
    if (state.policy === "accumulate") {
      const part = 1 / (path.length + 1);
      for (let i = 0; i < p.length; i++) next[i] = p[i] + part * (next[i] - p[i]);
    }
    path.push(next);
    this.facts.push(this.measure(next));
  }

  // Shares of round t as they are drawn: of N samples, spread over some cells around each.
  smooth(t) {
    if (!this.state.rows || t === 0) return this.path[t];
    this.smoothed[t] ??= blurred(blurred(blurred(this.path[t])));
    return this.smoothed[t];
  }

  // Utilities E e^r, their product weighted by the shares of the choices, and the entropy.
  measure(p) {
    let [bargain, entropy] = [0, 0];
    const utilities = this.tastes.map((taste, g) => {
      let mean = 0;
      for (let i = 0; i < p.length; i++) mean += p[i] * taste.utility[i];
      if (this.state.groups[g][2] > 0) bargain += this.state.groups[g][2] * Math.log(mean);
      return mean;
    });
    for (const share of p) if (share > 0) entropy -= share * Math.log(share);
    return { utilities, bargain, entropy };
  }
}

function play(world, state) {
  const path = new Path(world, state, new Map());
  while (!path.done) path.step();
  return path;
}

// The limit of two equal groups: 0, or the camps' place (mu, s as in the Python docstring).
function campsOf(mu, s) {
  if (mu <= s) return 0;
  const pull = (mu / s) ** 2;
  let [low, high] = [0, 1];
  const least = Math.sqrt((3 * (1 - 1 / pull)) / pull ** 2);
  low = Math.min(1, 0.999 * least);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (Math.tanh(pull * middle) > middle) low = middle;
    else high = middle;
  }
  return mu * low;
}

function survivalOf(U, K) {
  return K === Infinity ? 1 / (1 + U) : (1 + (K - 2) / (U + 1)) / K;
}

globalThis.synverifyCuration = { play, campsOf, survivalOf, axisOf, sampled, randomOf };
