// One setting of the picture -> every number that is drawn. No DOM here.
const BAND = 0.1;
// Below this accuracy the law has not recovered the truth yet, whatever the theorem promises.
const RECOVERED = 0.9;
const STAGES = ["generate", "verify", "retrain"];
const LIMITS = {
  theta_gen: [0, Math.PI],
  theta_prune: [0, Math.PI],
  azimuth: [0, Math.PI],
  n_samples: [50, 1e6],
  dimension: [2, 1000],
  separation: [0, 4],
};
// Isotropic psi is 0/0 at theta_gen = 0 and phi at pi: step an invisible hair inside.
const HAIR = 1e-5;

function clampTo(name, value) {
  const [low, high] = LIMITS[name];
  return Math.max(low, Math.min(high, value));
}

function degrees(angle) {
  return (angle * 180) / Math.PI;
}

function radians(angle) {
  return (angle * Math.PI) / 180;
}

// No pruning keeps every label: the same as a pruner that copies the generator.
function prunerOf(state, thetaGen) {
  return state.pruning === "none"
    ? { angle: thetaGen, azimuth: 0 }
    : { angle: state.theta_prune, azimuth: state.azimuth };
}

function anglesOf(state, thetaGen) {
  const gen = Math.max(HAIR, Math.min(Math.PI - HAIR, thetaGen));
  const pruner = prunerOf(state, gen);
  const theta =
    state.pruning === "none" ? 0 : thetaFromAzimuth(gen, pruner.angle, pruner.azimuth);
  return { gen, prune: pruner.angle, azimuth: pruner.azimuth, theta };
}

function lawAt(state, thetaGen) {
  const at = anglesOf(state, thetaGen);
  return retrainingLaw(
    at.gen, at.prune, at.theta, state.separation, state.n_samples, state.dimension,
  );
}

// p = p_star exactly where the error rates of generator and verifier add up to 1, which is where
// theta_gen + theta_prune = pi, at every azimuth and separation. Keeping everything is the same as
// a verifier that copies the generator: crossed at pi/2.
function crossingAngle(state) {
  return state.pruning === "none" ? Math.PI / 2 : Math.PI - state.theta_prune;
}

function crossingRate(state) {
  return errorRate(crossingAngle(state), state.separation);
}

// The generator's angle at which it errs on a share p; errorRate grows with the angle.
function angleOfRate(p, separation) {
  let [low, high] = [0, Math.PI];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (errorRate(middle, separation) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function verdictOf(state, rates, law) {
  const gap = crossingAngle(state) - state.theta_gen;
  if (!(rates.keepRate > 1e-9)) return { verdict: "empty" };
  if (gap < -1e-9) return { verdict: "fails" };
  if (gap <= 1e-9) return { verdict: "even" };
  if (law.accuracy >= RECOVERED) return { verdict: "recovers" };
  const at = anglesOf(state, state.theta_gen);
  const setting = [at.gen, at.prune, at.theta, state.separation];
  const needed = samplesNeeded(RECOVERED, ...setting, state.dimension);
  if (Number.isFinite(needed)) return { verdict: "more", needed };
  const limit = retrainingLaw(...setting, Infinity, state.dimension).accuracy;
  return { verdict: "limited", limit };
}

function derive(state) {
  const at = anglesOf(state, state.theta_gen);
  const k = state.separation;
  const rates = ratesFromAngles(at.gen, at.prune, at.theta, k);
  const law = lawAt(state, state.theta_gen);
  const vectors = {
    gen: unitVector(at.gen, 0),
    prune: unitVector(at.prune, at.azimuth),
  };
  return {
    ...rates,
    ...verdictOf(state, rates, law),
    at,
    law,
    verifierErrs: errorRate(at.prune, k),
    vectors,
    hat: hatVector(law, vectors),
    kept: rates.keepRate * state.n_samples,
    band: [pMinus(BAND, rates.phi, rates.psi), pPlus(BAND, rates.phi, rates.psi)],
  };
}

// The retrained direction inside the span of the three vectors. Its length is the share of
// the unit vector that estimation noise in the other d - 3 directions has left there.
function hatVector(law, vectors) {
  const [s, g, q] = law.coefficients;
  const scale = law.length > 1e-12 ? 1 / law.length : 0;
  return [0, 1, 2].map(
    (i) => scale * ((i === 0 ? s : 0) + g * vectors.gen[i] + q * vectors.prune[i]),
  );
}

// The law and p_star along theta_gen in [0, pi], all else fixed; denser at the crossing.
function lawCurve(state) {
  const crossing = crossingAngle(state);
  const angles = [];
  for (let i = 0; i <= 96; i++) angles.push((Math.PI * i) / 96);
  for (let i = -14; i <= 14; i++) {
    const near = crossing + 0.15 * Math.sign(i) * (i / 14) ** 2;
    if (near > 0 && near < Math.PI) angles.push(near);
  }
  angles.sort((x, y) => x - y);
  return angles.map((angle) => {
    const at = anglesOf(state, angle);
    const { p, pStar } = ratesFromAngles(at.gen, at.prune, at.theta, state.separation);
    return { angle, p, pStar, accuracy: lawAt(state, angle).accuracy };
  });
}

// Settings that the curve depends on: everything but theta_gen, which it runs through.
const CURVE_FIELDS = [
  "theta_prune", "azimuth", "n_samples", "dimension", "separation", "pruning",
];

function curveKey(state) {
  return CURVE_FIELDS.map((name) => {
    const value = state[name];
    return typeof value === "number" ? value.toPrecision(6) : value;
  }).join("|");
}

function mulberry32(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Noise along (w*, generator's side, out of plane) and a coin for the class.
function drawCloud(seed, count) {
  const uniform = mulberry32(seed * 2654435761 + 97);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(TWO_PI * uniform());
  const noise = new Float64Array(3 * count);
  const coin = new Int8Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) noise[3 * i + j] = normal();
    coin[i] = uniform() < 0.5 ? -1 : 1;
  }
  return { noise, coin, count };
}

const DROPPED = 0;
const KEPT_RIGHT = 1;
const KEPT_WRONG = 2;

// Position, generator's correctness and the pruner's decision for every point.
function classifyCloud(cloud, state, vectors, out) {
  const { noise, coin, count } = cloud;
  const [g, v] = [vectors.gen, vectors.prune];
  const k = state.separation;
  const counts = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x1 = noise[3 * i] + k * coin[i];
    const x2 = noise[3 * i + 1];
    const x3 = noise[3 * i + 2];
    const label = g[0] * x1 + g[1] * x2 + g[2] * x3 > 0 ? 1 : -1;
    const truth = k === 0 ? (x1 > 0 ? 1 : -1) : coin[i];
    const vote = v[0] * x1 + v[1] * x2 + v[2] * x3 > 0 ? 1 : -1;
    out.right[i] = label === truth ? 1 : 0;
    const kept = state.pruning === "none" || vote === label;
    const kind = kept ? (label === truth ? KEPT_RIGHT : KEPT_WRONG) : DROPPED;
    out.kind[i] = kind;
    out.x[i] = x2;
    out.y[i] = x1;
    counts[kind] += 1;
  }
  return counts;
}

function groupDigits(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}

// As few digits as tell the two numbers apart.
function distinctDigits(x, y) {
  for (let digits = 2; digits < 5; digits++) {
    if (fixed(x, digits) !== fixed(y, digits)) return digits;
  }
  return 2;
}

function percent(value, digits = 1) {
  return Number.isFinite(value) ? `${(100 * value).toFixed(digits)} %` : "–";
}

function angleText(angle) {
  return `${degrees(angle).toFixed(0)}°`;
}

// Rounded up to two digits: what is promised must suffice.
function atLeast(value) {
  const scale = 10 ** (Math.floor(Math.log10(value)) - 1);
  return groupDigits(Math.ceil(value / scale) * scale);
}

const VERDICTS = {
  recovers: { icon: "✓", sign: "<", words: () => "retraining recovers the truth" },
  more: {
    icon: "…", sign: "<",
    words: (d) => `would recover with more data: n ≥ ${atLeast(d.needed)}`,
  },
  limited: {
    icon: "…", sign: "<",
    words: (d) => `better than chance, but no more than ${percent(d.limit, 0)} at any n`,
  },
  fails: { icon: "✗", sign: ">", words: () => "retraining turns against the truth" },
  even: { icon: "≈", sign: "=", words: () => "the breakdown point: retraining is a coin flip" },
  empty: {
    icon: "∅", sign: "", words: () => "the verifier contradicts every label: nothing is kept",
  },
};

function verdictText(d) {
  const verdict = VERDICTS[d.verdict];
  if (d.verdict === "empty") return verdict.words(d);
  const digits = distinctDigits(d.p, d.pStar);
  const sign = fixed(d.p, digits) === fixed(d.pStar, digits) ? "≈" : verdict.sign;
  return `p = ${fixed(d.p, digits)} ${sign} p⋆ = ${fixed(d.pStar, digits)}: ${verdict.words(d)}`;
}

// What decides: (1 - p) phi - p psi = P(both right) - P(both wrong) = 1 - the sum of both rates.
function whyText(state, d) {
  const sum = d.p + d.verifierErrs;
  const word = Math.abs(sum - 1) < 5e-4 ? "exactly" : sum < 1 ? "below" : "above";
  const who = state.pruning === "none" ? "no verifier counts as its copy" : "the verifier";
  return `The generator errs on ${percent(d.p, 0)}, ${who} on ${percent(d.verifierErrs, 0)}: `
    + `${percent(sum, 0)} together, ${word} 100 %. Accuracy now ${percent(d.law.accuracy)}.`;
}

Object.assign(globalThis.synverifyTheory, { angleOfRate, crossingRate, lawCurve });
