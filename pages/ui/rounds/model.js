// One setting of the rounds -> every number and sentence that is drawn. No DOM here.
Object.assign(LIMITS, { separation: [0.2, 4], dimension: [10, 1000] });
const ROUND_FIELDS = [
  "theta_gen", "theta_prune", "azimuth", "pruning", "n_samples", "dimension", "separation",
  "policy", "real", "ridge", "n_rounds",
];

function roundsKey(state) {
  return ROUND_FIELDS.map((name) => {
    const value = state[name];
    if (name === "real" && state.policy !== "mix") return "";
    return typeof value === "number" ? value.toPrecision(6) : value;
  }).join("|");
}

// `alone`: the same rounds without a verifier.
function settingOf(state, alone = false) {
  const bare = alone || state.pruning === "none";
  return {
    k: state.separation,
    ratio: state.n_samples / state.dimension,
    prune: bare ? null : state.theta_prune,
    policy: state.policy,
    real: state.real,
    c: Math.cos(state.theta_gen),
    b: Math.sin(state.theta_gen) * Math.cos(state.azimuth),
  };
}

// agreementWithBayes with one bivariate normal instead of two: there are hundreds a frame.
function accuracyOf(cosine, k) {
  const c = Math.max(-1, Math.min(1, cosine));
  return clampUnit(2 * bvnCdf(k, k * c, c) + 1 - normCdf(k) - normCdf(k * c));
}

// All rounds by the law, with the accuracy of each model.
function storyOf(state) {
  const k = state.separation;
  const priced = (walk) => walk.map((at) => ({ ...at, accuracy: accuracyOf(at.c, k) }));
  const law = priced(walkRounds(settingOf(state), state.n_rounds));
  const alone = state.pruning === "none" ? null
    : priced(walkRounds(settingOf(state, true), state.n_rounds));
  const end = longRunCosine(settingOf(state));
  return {
    law, alone,
    limit: accuracyOf(state.theta_gen < Math.PI / 2 ? end : law.at(-1).c, k),
    verifier: state.pruning === "none" ? null : accuracyOf(Math.cos(state.theta_prune), k),
    floor: accuracyOf(Math.min(1, 3 / Math.sqrt(state.dimension)), k) - 0.5,
  };
}

// With a weak ridge the law says nothing: what is simulated, as far as it goes.
function pathOfRounds(state, story, simulated) {
  const points = state.ridge === "weak" ? simulated?.points : null;
  if (!points?.length) return story.law;
  return story.law.map((at, round) => {
    if (round === 0) return at;
    const point = points[Math.min(round, points.length) - 1];
    const pull = roundPull(state.separation, point.c, point.b, settingOf(state).prune);
    const rates = roundRates(state.separation, point.c, pull);
    return { c: point.c, b: point.b, accuracy: point.accuracy, kept: pull.kept, ...rates };
  });
}

// The model at a fractional round, as a unit vector on the globe: its first side is the rim, the
// verifier stands on the meridian of the azimuth. What is neither w* nor the verifier's side is
// drawn as one direction.
function globeVector(walk, progress, azimuth) {
  const low = Math.min(walk.length - 1, Math.floor(progress));
  const high = Math.min(walk.length - 1, low + 1);
  const t = progress - low;
  const part = (name) => (1 - t) * walk[low][name] + t * walk[high][name];
  const [c, b] = [part("c"), part("b")];
  const h = Math.sqrt(Math.max(0, 1 - c * c - b * b));
  const [x, y] = [Math.cos(azimuth), Math.sin(azimuth)];
  return [c, b * x + h * y, b * y - h * x];
}

function ratioText(ratio) {
  return ratio >= 100 ? groupDigits(ratio) : ratio.toPrecision(2);
}

// Number and sign stay on one line.
function wholePercent(value) {
  return percent(value, 0).replace(" ", "\u00a0");
}

// One sentence on what happened, from the numbers that are drawn.
function roundsSentence(state, story, simulated) {
  const { law, alone, verifier } = story;
  const [start, end] = [law[0].accuracy, law.at(-1).accuracy];
  const ratio = state.n_samples / state.dimension;
  const critical = criticalRatio(state.separation);
  const rule = `n/d = ${ratioText(ratio)} is ${ratio > critical ? "above" : "below"} the critical `
    + ratioText(critical);
  if (state.ridge === "weak") return weakSentence(state, story, simulated);
  const moved = Math.round(100 * start) === Math.round(100 * end) ? `stays at ${wholePercent(end)}`
    : `${end > start ? "rises" : "falls"} from ${wholePercent(start)} to ${wholePercent(end)}`;
  const rounds = `in ${state.n_rounds} rounds`;
  if (!alone) {
    const why = state.policy === "replace" ? `: ${rule}` : "";
    return `Without a verifier, accuracy ${moved} ${rounds}${why}.`;
  }
  const gap = end - verifier;
  const itself = Math.abs(gap) < 0.005 ? "as good as the verifier itself"
    : `${gap > 0 ? "better" : "worse"} than the verifier itself (${wholePercent(verifier)})`;
  const peak = Math.max(...law.map((at) => at.accuracy));
  const back = peak > Math.max(start, end) + 0.005 ? `, after a peak of ${wholePercent(peak)}` : "";
  const bare = alone.at(-1).accuracy;
  const without = Math.abs(bare - end) < 0.005 ? "without one it ends the same"
    : `without one it ends at ${wholePercent(bare)}`;
  const why = state.policy === "replace" && ratio <= critical ? `, since ${rule}` : "";
  return `With this verifier, accuracy ${moved} ${rounds}${back}, ${itself}; ${without}${why}.`;
}

function weakSentence(state, story, simulated) {
  const law = wholePercent(story.law.at(-1).accuracy);
  const last = simulated?.points?.at(-1);
  if (!last) return "With a weak ridge the law does not hold: the models are being simulated.";
  const end = wholePercent(last.accuracy);
  const head = `With a weak ridge, ${last.round} simulated rounds end at ${end}`;
  if (story.verifier === null) {
    return `${head}, from ${wholePercent(story.law[0].accuracy)}; a strong one ends at ${law}.`;
  }
  const near = Math.abs(last.accuracy - story.verifier) < 0.02;
  return `${head}: ${near ? "they copy their verifier" : "beside their verifier"}, itself right on `
    + `${wholePercent(story.verifier)}; a strong one ends at ${law}.`;
}

// What is seen at one round, before the last one.
function roundText(state, at, round) {
  const head = round === 0 ? "Round 0, the first model" : `Round ${round} of ${state.n_rounds}`;
  const digits = distinctDigits(at.p, at.pStar);
  const [p, star] = [fixed(at.p, digits), fixed(at.pStar, digits)];
  const sign = at.p < at.pStar ? "<" : at.p > at.pStar ? ">" : "=";
  return `${head}: accuracy ${percent(at.accuracy)}, p = ${p} ${p === star ? "≈" : sign} `
    + `p⋆ = ${star}`;
}

Object.assign(globalThis.synverifyTheory, { storyOf, roundsSentence });
