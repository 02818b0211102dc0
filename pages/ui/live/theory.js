// Closed forms of the theory, the browser's copy of synverify_core.theory.
// Pure functions of numbers; angles in radians. A browser test holds both copies to 1e-6.
const TWO_PI = 2 * Math.PI;

function normPdf(x) {
  return Math.exp(-0.5 * x * x) / Math.sqrt(TWO_PI);
}

// Hart's algorithm 5666 in West's arrangement: double precision in both tails.
function normCdf(x) {
  const z = Math.abs(x);
  let tail = 0;
  if (z <= 37) {
    const e = Math.exp(-0.5 * z * z);
    if (z < 7.07106781186547) {
      let num = 3.52624965998911e-2 * z + 0.700383064443688;
      num = num * z + 6.37396220353165;
      num = num * z + 33.912866078383;
      num = num * z + 112.079291497871;
      num = num * z + 221.213596169931;
      num = num * z + 220.206867912376;
      let den = 8.83883476483184e-2 * z + 1.75566716318264;
      den = den * z + 16.064177579207;
      den = den * z + 86.7807322029461;
      den = den * z + 296.564248779674;
      den = den * z + 637.333633378831;
      den = den * z + 793.826512519948;
      den = den * z + 440.413735824752;
      tail = (e * num) / den;
    } else {
      const f = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
      tail = e / (f * 2.506628274631);
    }
  }
  return x > 0 ? 1 - tail : tail;
}

// Nodes and weights on [-1, 1] by Newton's method on the Legendre recurrence.
function gaussLegendre(order) {
  const rule = [];
  for (let i = 1; i <= order; i++) {
    let x = Math.cos((Math.PI * (i - 0.25)) / (order + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      let previous = 1;
      let value = x;
      for (let j = 2; j <= order; j++) {
        const next = ((2 * j - 1) * x * value - (j - 1) * previous) / j;
        previous = value;
        value = next;
      }
      slope = (order * (x * value - previous)) / (x * x - 1);
      x -= value / slope;
    }
    rule.push([x, 2 / ((1 - x * x) * slope * slope)]);
  }
  return rule;
}

const RULE_6 = gaussLegendre(6);
const RULE_12 = gaussLegendre(12);
const RULE_20 = gaussLegendre(20);

// P(X > h, Y > k) at correlation r. Genz 2004, "Numerical computation of rectangular
// bivariate and trivariate normal and t probabilities", the double-precision BVND.
function bvnUpper(h, kIn, r) {
  let k = kIn;
  let hk = h * k;
  if (Math.abs(r) < 0.925) {
    const rule = Math.abs(r) < 0.3 ? RULE_6 : Math.abs(r) < 0.75 ? RULE_12 : RULE_20;
    const hs = 0.5 * (h * h + k * k);
    const asr = Math.asin(r);
    let sum = 0;
    for (const [x, w] of rule) {
      const sn = Math.sin(0.5 * asr * (1 + x));
      sum += w * Math.exp((sn * hk - hs) / (1 - sn * sn));
    }
    return (sum * asr) / (2 * TWO_PI) + normCdf(-h) * normCdf(-k);
  }
  if (r < 0) {
    k = -k;
    hk = -hk;
  }
  let total = 0;
  if (Math.abs(r) < 1) total = bvnNearSingular(h, k, hk, r);
  if (r > 0) return total + normCdf(-Math.max(h, k));
  return -total + (k > h ? normCdf(k) - normCdf(h) : 0);
}

// The correction of Genz's expansion about |r| = 1.
function bvnNearSingular(h, k, hk, r) {
  const as = (1 - r) * (1 + r);
  let a = Math.sqrt(as);
  const bs = (h - k) * (h - k);
  const c = (4 - hk) / 8;
  const d = (12 - hk) / 16;
  let total = 0;
  const exponent = -0.5 * (bs / as + hk);
  if (exponent > -100) {
    const series = 1 - (c * (bs - as) * (1 - (d * bs) / 5)) / 3 + (c * d * as * as) / 5;
    total = a * Math.exp(exponent) * series;
  }
  if (-hk < 100) {
    const b = Math.sqrt(bs);
    const series = 1 - (c * bs * (1 - (d * bs) / 5)) / 3;
    total -= Math.exp(-0.5 * hk) * Math.sqrt(TWO_PI) * normCdf(-b / a) * b * series;
  }
  a /= 2;
  for (const [x, w] of RULE_20) {
    const xs = (a * (x + 1)) ** 2;
    const rs = Math.sqrt(1 - xs);
    const e = -0.5 * (bs / xs + hk);
    if (e > -100) {
      const exact = Math.exp((-hk * xs) / (2 * (1 + rs) ** 2)) / rs;
      total += a * w * Math.exp(e) * (exact - (1 + c * xs * (1 + d * xs)));
    }
  }
  return -total / TWO_PI;
}

// P(X <= a, Y <= b) at correlation r.
function bvnCdf(a, b, r) {
  return bvnUpper(-a, -b, Math.max(-1, Math.min(1, r)));
}

function clampUnit(x) {
  return Math.max(0, Math.min(1, x));
}

// The pruner's unit vector in the frame (w*, generator's side, out of that plane).
function unitVector(angle, azimuth) {
  const s = Math.sin(angle);
  return [Math.cos(angle), s * Math.cos(azimuth), s * Math.sin(azimuth)];
}

function dot(u, v) {
  return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
}

// Third angle from the azimuth: always feasible. atan2 keeps small angles exact.
function thetaFromAzimuth(thetaGen, thetaPrune, azimuth) {
  const u = unitVector(thetaGen, 0);
  const v = unitVector(thetaPrune, azimuth);
  const cross = [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  return Math.atan2(Math.hypot(...cross), dot(u, v));
}

// p_star = 1 / (1 + psi/phi), written so that phi = 0 does not divide by zero.
function pStarOf(phi, psi) {
  return phi / (phi + psi);
}

// Joint probabilities (kept and right, kept and wrong): the first over p's complement is phi.
function keptMasses(thetaGen, thetaPrune, theta, separation) {
  if (separation === 0) {
    const turn = thetaGen + thetaPrune;
    return [
      clampUnit((TWO_PI - turn - theta) / TWO_PI),
      clampUnit((turn - theta) / TWO_PI),
    ];
  }
  const a = separation * Math.cos(thetaGen);
  const b = separation * Math.cos(thetaPrune);
  const r = Math.cos(theta);
  return [clampUnit(bvnCdf(a, b, r)), clampUnit(bvnCdf(-a, -b, r))];
}

function errorRate(thetaGen, separation) {
  return separation === 0 ? thetaGen / Math.PI : normCdf(-separation * Math.cos(thetaGen));
}

// Feng et al. 2024, equation 6 and appendix E.6; separation 0 is the isotropic limit.
function ratesFromAngles(thetaGen, thetaPrune, theta, separation) {
  const [right, wrong] = keptMasses(thetaGen, thetaPrune, theta, separation);
  const p = errorRate(thetaGen, separation);
  const correct = separation === 0 ? 1 - p : normCdf(separation * Math.cos(thetaGen));
  const phi = Math.min(1, right / correct);
  const psi = Math.min(1, wrong / p);
  const keepRate = right + wrong;
  return { p, phi, psi, pStar: pStarOf(phi, psi), keepRate, precisionKept: right / keepRate };
}

// Feng et al. 2024, theorem E.3.
function pMinus(t, phi, psi) {
  return ((1 - t) * phi) / ((1 - t) * phi + (1 + t) * psi);
}

function pPlus(t, phi, psi) {
  return ((1 + t) * phi) / ((1 + t) * phi + (1 - t) * psi);
}

// Probability that sign(x.w) = sign(x.w*) where cos(angle(w, w*)) = c.
function agreementWithBayes(c, separation) {
  if (separation === 0) return 1 - Math.acos(Math.max(-1, Math.min(1, c))) / Math.PI;
  const k = separation;
  return clampUnit(bvnCdf(k, k * c, c) + bvnCdf(-k, -k * c, c));
}

// Expected direction of the mean classifier on the kept set: its coefficients on
// (w*, w_gen, w_prune), its squared length, and the keep rate.
function lawDirection(thetaGen, thetaPrune, theta, separation) {
  const [right, wrong] = keptMasses(thetaGen, thetaPrune, theta, separation);
  const coefficients = [
    separation * (right - wrong),
    normPdf(separation * Math.cos(thetaGen)),
    normPdf(separation * Math.cos(thetaPrune)),
  ];
  const [s, g, q] = coefficients;
  const cg = Math.cos(thetaGen);
  const cp = Math.cos(thetaPrune);
  const squared = s * s + g * g + q * q + 2 * (s * g * cg + s * q * cp + g * q * Math.cos(theta));
  return { coefficients, along: s + g * cg + q * cp, squared, keepRate: right + wrong };
}

function retrainingLaw(thetaGen, thetaPrune, theta, separation, nSamples, dimension) {
  const law = lawDirection(thetaGen, thetaPrune, theta, separation);
  const noise = (law.keepRate * dimension) / nSamples;
  const length = Math.sqrt(Math.max(0, law.squared) + noise);
  const cosine = length > 1e-12 ? Math.max(-1, Math.min(1, law.along / length)) : 0;
  const accuracy = agreementWithBayes(cosine, separation);
  // In the isotropic limit the label is sign(x.w*), so both accuracies are the same.
  const accuracyTrue = separation === 0 ? accuracy : normCdf(separation * cosine);
  return { cosine, accuracy, accuracyTrue, length, coefficients: law.coefficients };
}

// Samples from which on the law reaches an accuracy above 1/2; Infinity where none do.
function samplesNeeded(accuracy, thetaGen, thetaPrune, theta, separation, dimension) {
  const law = lawDirection(thetaGen, thetaPrune, theta, separation);
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (agreementWithBayes(middle, separation) < accuracy) low = middle;
    else high = middle;
  }
  const room = law.along > 0 ? (law.along / high) ** 2 - law.squared : 0;
  return room > 0 ? (law.keepRate * dimension) / room : Infinity;
}

globalThis.synverifyTheory = {
  normPdf,
  normCdf,
  bvnCdf,
  thetaFromAzimuth,
  ratesFromAngles,
  pStarOf,
  pMinus,
  pPlus,
  retrainingLaw,
  samplesNeeded,
};
