// Closed forms of regression over rounds, the browser's copy of synverify_core.theory.regression.
// Pure functions of numbers; |w0|^2 = 1. A browser test holds both copies to 1e-6.
const GOLDEN = (Math.sqrt(5) - 1) / 2;

function erf(x) {
  // Series below 3, continued fraction above: double precision in both.
  const z = Math.abs(x);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let i = 1; i < 80; i++) {
      term *= (-z * z) / i;
      sum += term / (2 * i + 1);
    }
    return Math.sign(x) * sum * 2 / Math.sqrt(Math.PI);
  }
  let tail = z;
  for (let i = 60; i > 0; i--) tail = z + (i / 2) / tail;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (tail * Math.sqrt(Math.PI)));
}

function fitError(d, T, sigma2) {
  return T > d + 1 ? (sigma2 * d) / (T - d - 1) : Infinity;
}

// Sum over i <= n of 1/(i (i - q)); Euler-Maclaurin beyond 1,000.
function inverseSum(n, q) {
  const last = Math.min(n, 1000);
  let sum = 0;
  for (let i = 1; i <= last; i++) sum += 1 / (i * (i - q));
  if (n <= 1000) return sum;
  const integral = (x) => (q === 0 ? -1 / x : Math.log1p(-q / x) / q);
  const term = (x) => 1 / x / (x - q);
  const slope = (x) => -2 / x / x / x;
  return sum + integral(n) - integral(1000) + (term(n) - term(1000)) / 2
    + (slope(n) - slope(1000)) / 12;
}

function geometric(gap, n) {
  return gap === 0 ? n : -Math.expm1(n * Math.log1p(-gap)) / gap;
}

function replaceError(d, T, sigma2, n, T0, sigma02) {
  return fitError(d, T, sigma2) + (n ? n * fitError(d, T0, sigma02) : 0);
}

function horizonOf(d, T, sigma2, T0, sigma02) {
  return Math.max(0, (1 - fitError(d, T, sigma2)) / fitError(d, T0, sigma02));
}

function growingError(d, T, sigma2, n) {
  let sum = 0;
  for (let m = 1; m <= n; m++) sum += fitError(d, m * T, sigma2);
  return sum;
}

function accumulateError(d, T, sigma2, n, inputs) {
  if (T < d + 2) return Infinity;
  if (inputs === "same") return fitError(d, T, sigma2) * inverseSum(n, 0);
  return ((sigma2 * d) / T) * inverseSum(n, (d + 1) / T);
}

function mixFactor(d, made, real) {
  const total = made + real;
  const [a, whole] = [made / 2, total / 2];
  const two = ((a * (a + 1)) / (whole * (whole + 1))) * d * (d + 2) / 3;
  const pair = ((a * (a - 0.5)) / (whole * (whole - 0.5))) * 2 * d * (d - 1) / 3;
  return ((total - 1) * (two - pair / 2) - (two + pair)) / ((total - d - 1) * d);
}

function mixError(d, made, real, sigma2, n) {
  const gap = real ? 1 - mixFactor(d, made, real) : 0;
  return n === Infinity && gap <= 0
    ? Infinity : fitError(d, made + real, sigma2) * geometric(gap, n);
}

function weightedError(d, T, sigma2, w, n) {
  const reached = -Math.expm1(2 * n * Math.log1p(-w));
  return (fitError(d, T, sigma2) * (w * w + (1 - w) ** 2) * reached) / (w * (2 - w));
}

// NaN where the variance is infinite: d - 2 < T < d + 2.
function minNormError(d, T, sigma2, n, inputs) {
  if (T > d - 2 && T < d + 2) return NaN;
  if (T > d) return n * fitError(d, T, sigma2);
  const [added, share] = [(sigma2 * T) / (d - T - 1), T / d];
  if (inputs === "same") return 1 - share + n * added;
  return (1 - share + added) * geometric(1 - share, n);
}

function residualCut(t) {
  const kept = erf(t / Math.SQRT2);
  const gap = (2 * t * Math.exp(-0.5 * t * t)) / Math.sqrt(2 * Math.PI) / kept;
  return { kept, gap, shrink: t > 3e-3 ? 1 - gap : t ** 2 / 3 - (2 * t ** 4) / 45 };
}

function verifierError(d, T, t, sigma2, anchor, n) {
  const { kept, gap, shrink } = residualCut(t);
  if (kept * T < d + 2) return Infinity;
  const spread = (sigma2 * shrink * d) / (kept * T - d - 1);
  const rate = gap < 0.5 ? Math.log1p(-gap) : Math.log(shrink);
  const ends = spread / (gap * (1 + shrink));
  return anchor * Math.expm1(n * rate) ** 2 - ends * Math.expm1(2 * n * rate);
}

// Eigenvalues and squared coefficients of w0: a power law, or isotropic where beta is 0.
function powerLaw(d, beta, r) {
  const s = Array.from({ length: d }, (_, i) => (i + 1) ** -beta);
  if (!beta) return { s, w2: s.map(() => 1 / d) };
  const raw = s.map((_, i) => (i + 1) ** -(1 + (2 * Math.min(1, r) - 1) * beta));
  const total = raw.reduce((sum, w, i) => sum + w * s[i], 0);
  return { s, w2: raw.map((w) => w / total) };
}

function effectivePenalty(lam, T, s) {
  let kappa = lam + s.reduce((sum, x) => sum + x, 0) / T;
  for (let step = 0; step < 200; step++) {
    let [one, two] = [0, 0];
    for (const x of s) {
      const share = x / (x + kappa);
      one += share;
      two += share * share;
    }
    const move = (kappa - lam - (kappa * one) / T) / (1 - two / T);
    kappa = Math.max(kappa - move, lam);
    if (Math.abs(move) <= 1e-14 * kappa) break;
  }
  return kappa;
}

// `problem`: {s, w2, T, sigma2, n, T0, sigma02}.
function ridgeError(problem, lam) {
  const { s, w2, T, sigma2, n, T0, sigma02 } = problem;
  const kappa = effectivePenalty(lam, T, s);
  let [df2, bias, rest2] = [0, 0, 0];
  for (let i = 0; i < s.length; i++) {
    const rest = kappa / (s[i] + kappa);
    df2 += (1 - rest) ** 2;
    rest2 += rest * rest;
    bias += rest * rest * s[i] * w2[i];
  }
  const u = df2 / (T - df2);
  const spread = n ? (n * sigma02) / (T0 - s.length - 1) : 0;
  return (bias * T) / (T - df2) + sigma2 * u + spread * (df2 + u * rest2);
}

// Golden section on the logarithm of the penalty.
function bestPenalty(problem) {
  let [low, high] = [-10, 4];
  const at = (x) => ridgeError(problem, 10 ** x);
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [first, second] = [at(left), at(right)];
  for (let step = 0; step < 28; step++) {
    if (first < second) {
      [high, right, second] = [right, left, first];
      left = high - GOLDEN * (high - low);
      first = at(left);
    } else {
      [low, left, first] = [left, right, second];
      right = low + GOLDEN * (high - low);
      second = at(right);
    }
  }
  return 10 ** ((low + high) / 2);
}

function effectiveSample(d, T, sigma2, n, T0, sigma02) {
  return sigma2 / (sigma2 / T + (n ? (n * sigma02) / (T0 - d - 1) : 0));
}

globalThis.synverifyRegression = {
  replaceError, horizonOf, growingError, accumulateError, mixError, weightedError, minNormError,
  verifierError, powerLaw, ridgeError, bestPenalty, effectiveSample,
};
