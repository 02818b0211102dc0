// What each policy shows: its sliders, its line over rounds, its line over samples, its sentence.
const round10 = (v) => Number((10 ** v).toPrecision(2));
const whole = (v) => Math.round(v);
const same = (v) => v;

function figures(value) {
  if (!Number.isFinite(value)) return "∞";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) {
    const [head, power] = value.toExponential(1).split("e");
    return `${head} · 10${[...String(Number(power))].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;
  }
  return String(Number(value.toPrecision(3)));
}

const times = (value) => `${figures(value)} times`;
const share = (value) => `${figures(100 * value)} %`;

// range: slider's own units [min, max, step]; get/put translate to the state.
const SLIDER = {
  d: { symbol: "d", name: "dimension", range: [4, 40, 1], get: same, put: whole, text: String },
  T: { symbol: "T", name: "samples of a fit", get: Math.log10, put: (v) => whole(10 ** v), text: String },
  T_small: { symbol: "T", name: "samples, below d", get: same, put: whole, text: String },
  T0: { symbol: "T₀", name: "samples of a generation", get: Math.log10, put: (v) => whole(10 ** v), text: String },
  sigma2: { symbol: "σ²", name: "noise", range: [-3, 1, 0.05], get: Math.log10, put: round10, text: figures },
  sigma0_2: { symbol: "σ₀²", name: "noise of a generation", range: [-3, 1, 0.05], get: Math.log10, put: round10, text: figures },
  real: { symbol: "ρ", name: "real share", range: [1, 100, 1], get: (v) => 100 * v, put: (v) => whole(v) / 100, text: share },
  weight: { symbol: "w", name: "weight on real rows", range: [2, 100, 0.1], get: (v) => 100 * v, put: (v) => Number((v / 100).toFixed(3)), text: figures, mark: [100 * GOLDEN, "0.618"] },
  lam: { symbol: "λ", name: "penalty", range: [-4, 2, 0.05], get: Math.log10, put: round10, text: figures },
  beta: { symbol: "β", name: "eigenvalues j⁻ᵝ", range: [1, 3, 0.1], get: (v) => v || 1, put: (v) => (v > 1.01 ? Number(v.toFixed(1)) : 0), text: (v) => (v ? figures(v) : "flat") },
  source: { symbol: "r", name: "source of the truth", range: [0.3, 1, 0.05], get: same, put: (v) => Number(v.toFixed(2)), text: figures },
  t: { symbol: "t", name: "cut, in σ", range: [0.3, 4, 0.05], get: same, put: (v) => Number(v.toFixed(2)), text: figures },
  anchor: { symbol: "V", name: "verifier's error", range: [-4, 0, 0.05], get: (v) => Math.log10(v), put: round10, text: figures },
  rounds: { symbol: "n", name: "rounds", range: [5, 40, 1], get: same, put: whole, text: String },
};

// Ends of a slider that depend on the others; samples are those that least squares can use.
function rangeOf(field, state) {
  const { d } = state;
  if (field === "T_small") return [1, d - 2, 1];
  if (field === "T0") return [Math.log10(d + 2), Math.log10(400), 0.002];
  if (field === "T") {
    const least = state.policy === "ridge" ? 2
      : state.policy === "verifier" ? Math.ceil(2 * (d + 2) / residualCut(state.t).kept) : d + 2;
    return [Math.log10(least), Math.log10(400), 0.002];
  }
  return SLIDER[field].range;
}

// The nearest state that can be: sizes depend on each other.
function settle(state) {
  const next = { ...state };
  for (const field of ["T_small", "T0", "T"]) {
    const [low, high] = rangeOf(field, next).map((v) => (field === "T_small" ? v : whole(10 ** v)));
    next[field] = Math.min(high, Math.max(low, next[field]));
  }
  next.round = Math.min(next.round, next.rounds);
  return next;
}

const realRows = (state) => Math.min(state.T, Math.max(1, Math.round(state.real * state.T)));
const samplesOf = (state) => (state.policy === "min_norm" ? state.T_small : state.T);

function ridgeProblem(state, r, T) {
  const { d, sigma2, T0, sigma0_2: sigma02 } = state;
  return { ...powerLaw(d, state.beta, state.source), T, sigma2, n: r, T0, sigma02 };
}

// Error at round r; T and weight may be others than the state's. Round r is fit r + 1.
function errorAt(state, r, T = samplesOf(state), weight = state.weight) {
  const { d, sigma2, inputs } = state;
  const n = r + 1;
  switch (state.policy) {
    case "replace": return replaceError(d, T, sigma2, r, state.T0, state.sigma0_2);
    case "accumulate": return accumulateError(d, T, sigma2, n, inputs);
    case "growing": return growingError(d, T, sigma2, n);
    case "mix": {
      // Along the second axis rows need not be whole: the line would be a saw.
      const real = T === state.T ? realRows(state) : state.real * T;
      return mixError(d, T - real, real, sigma2, n);
    }
    case "weighted": return weightedError(d, T, sigma2, weight, n);
    case "min_norm": return minNormError(d, T, sigma2, n, inputs);
    case "ridge": return ridgeError(ridgeProblem(state, r, T), state.lam);
    default: return verifierError(d, T, state.t, sigma2, state.anchor, n);
  }
}

function replacedAt(state, r, T = samplesOf(state)) {
  if (state.policy === "ridge") {
    return replaceError(state.d, T, state.sigma2, r, state.T0, state.sigma0_2);
  }
  return (r + 1) * fitError(state.d, T, state.sigma2);
}

function adaptedAt(state, r, T = state.T) {
  const problem = ridgeProblem(state, r, T);
  return ridgeError(problem, bestPenalty(problem));
}

// The penalty that is best without generations, kept at round r.
function cleanAt(state, r, T = state.T, lam = bestPenalty(ridgeProblem(state, 0, T))) {
  return ridgeError(ridgeProblem(state, r, T), lam);
}

// Where the rounds end, or null where they do not.
function limitOf(state) {
  const endless = ["accumulate", "mix", "weighted", "verifier"].includes(state.policy)
    || (state.policy === "min_norm" && state.inputs === "fresh");
  const limit = endless ? errorAt(state, Infinity) : Infinity;
  return Number.isFinite(limit) ? limit : null;
}

// The last round whose error is below that of predicting 0, as a number that need not be whole.
function horizon(state, line) {
  if (state.policy === "replace") {
    return horizonOf(state.d, state.T, state.sigma2, state.T0, state.sigma0_2);
  }
  const first = line.findIndex((e) => e > 1);
  return first < 0 ? Infinity : first;
}

const over = (state, f) => Array.from({ length: state.rounds + 1 }, (_, r) => f(r));

// Where the line is not exact at any size.
const LAW = {
  weighted: "estimate for T ≫ d",
  ridge: "law of large T and d",
  verifier: "law of deviations ≪ σ",
};

// Lines over rounds: the policy's own first, then what it is compared with.
function linesOf(state) {
  const lines = [{ name: LAW[state.policy] ?? "exact", kind: "own", points: over(state, (r) => errorAt(state, r)) }];
  const add = (name, kind, f) => lines.push({ name, kind, points: over(state, f) });
  if (state.policy === "accumulate") {
    const inputs = state.inputs === "same" ? "fresh" : "same";
    add(`${inputs} inputs`, "other", (r) => errorAt({ ...state, inputs }, r));
  }
  if (state.policy === "ridge") {
    const lam = bestPenalty(ridgeProblem(state, 0, state.T));
    add("λ best for clean data", "other", (r) => cleanAt(state, r, state.T, lam));
    add("λ adapted to each round", "best", (r) => adaptedAt(state, r));
  }
  const name = state.policy === "ridge" ? "least squares" : "replaced data";
  if (state.policy !== "replace" && samplesOf(state) >= state.d + 2) {
    add(name, "replaced", (r) => replacedAt(state, r));
  }
  return lines;
}

// Lines over the second axis (samples, or the weight) at round r.
function acrossOf(state, r) {
  if (state.policy === "weighted") {
    const xs = Array.from({ length: 99 }, (_, i) => 0.02 + i * 0.01);
    const at = (n) => xs.map((w) => [w, errorAt(state, n, state.T, w)]);
    return [{ kind: "own", points: at(r) }, { kind: "best", points: at(Infinity) }];
  }
  const [low, high] = acrossRange(state);
  const count = state.policy === "ridge" ? 40 : 120;
  const raw = Array.from({ length: count + 1 }, (_, i) => low * (high / low) ** (i / count));
  const xs = [...new Set(raw.map(Math.round))].filter((T) => T >= low);
  const line = (kind, f) => ({ kind, points: xs.map((T) => [T, f(T)]) });
  const lines = [line("own", (T) => errorAt(state, r, T)), line("start", (T) => errorAt(state, 0, T))];
  if (state.policy === "ridge") {
    lines.push(line("other", (T) => cleanAt(state, r, T)), line("best", (T) => adaptedAt(state, r, T)));
  }
  return lines;
}

function acrossRange(state) {
  if (state.policy === "weighted") return [0.02, 1];
  if (state.policy === "min_norm") return [1, 10 * state.d];
  const low = whole(10 ** rangeOf("T", state)[0]);
  return [low, Math.max(2000, 4 * low)];
}

function acrossKeys(state) {
  if (state.policy === "weighted") return [["own", "this round"], ["best", "in the end"]];
  const keys = [["own", "this round"], ["start", "round 0"]];
  if (state.policy === "ridge") keys.push(["other", "λ best for clean data"], ["best", "adapted λ"]);
  return keys;
}

// What a simulation depends on: all but the round that is shown.
function simulationKey(state) {
  return JSON.stringify(Object.keys(state).filter((name) => name !== "round").sort()
    .map((name) => [name, state[name]]));
}
