// Rounds on the mixture, the browser's copy of synverify_core.theory.gaussian_rounds and
// gaussian_limits. A model is its cosine c with w* and its side b along the verifier's own error.
const SETTLED = 1e-7;
const MOST_ROUNDS = 600;

// Means of what is kept, along w*, along e and along the rest of w, and the share kept. `prune` is
// the verifier's angle, null without one.
function roundPull(k, c, b, prune) {
  const h = Math.sqrt(Math.max(0, 1 - c * c - b * b));
  const a = k * c;
  const slope = normPdf(a);
  if (prune === null) {
    const excess = normCdf(a) - normCdf(-a);
    return { star: k * excess + 2 * slope * c, side: 2 * slope * b, rest: 2 * slope * h,
      excess, kept: 1 };
  }
  const [along, across] = [Math.cos(prune), Math.sin(prune)];
  const g = k * along;
  const own = normPdf(g);
  const excess = a > g ? normCdf(g) - normCdf(-a) : normCdf(a) - normCdf(-g);
  const between = c * along + b * across;
  return {
    star: k * excess + slope * c + own * along,
    side: slope * b + own * across,
    rest: slope * h,
    excess,
    kept: Math.max(0, 2 * bvnCdf(a, g, between) - excess),
  };
}

// What a model's labels are worth to this verifier, before anything is trained.
function roundRates(k, c, pull) {
  const [p, right] = [normCdf(-k * c), normCdf(k * c)];
  const phi = Math.min(1, Math.max(0, (pull.kept + pull.excess) / (2 * right)));
  const psi = Math.min(1, Math.max(0, (pull.kept - pull.excess) / (2 * p)));
  return { p, phi, psi, pStar: pStarOf(phi, psi) };
}

// setting: k, ratio (n/d), prune, policy, real, c, b (the first model). One entry a round, the
// start included: c, b, kept, p, pStar.
function walkRounds(setting, rounds) {
  const { k, ratio, prune, policy } = setting;
  const real = policy === "mix" ? setting.real : 0;
  const noise = 1 / ratio;
  let { c, b } = setting;
  let [star, side, rest] = policy === "accumulate" ? [k, 0, noise] : [0, 0, 0];
  const walk = [];
  for (let round = 0; ; round++) {
    const pull = roundPull(k, c, b, prune);
    const kept = (1 - real) * pull.kept + real;
    walk.push({ c, b, kept, ...roundRates(k, c, pull) });
    if (round === rounds) return walk;
    const along = star + (1 - real) * pull.star + real * k;
    const across = side + (1 - real) * pull.side;
    const others = (Math.sqrt(rest) + (1 - real) * pull.rest) ** 2 + kept * noise;
    const size = Math.sqrt(along * along + across * across + others);
    [c, b] = size > 0 ? [along / size, across / size] : [0, 0];
    if (policy === "accumulate") [star, side, rest] = [along, across, others];
  }
}

function criticalRatio(k) {
  return Math.PI / 2 / ((1 + k * k) ** 2 - 1);
}

function halve(before, from, to) {
  let [low, high] = [from, to];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (before(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// The verifier's angle t0 -> the angle at which rounds end for n/d -> infinity.
function limitAngle(k, prune) {
  const g = k * Math.cos(prune);
  return halve((t) => k * (normCdf(g) - normCdf(-k * Math.cos(t))) * Math.sin(t)
    < normPdf(g) * Math.sin(prune - t), 0, prune);
}

function unverifiedLimit(k, ratio) {
  if (!(ratio > criticalRatio(k))) return 0;
  return halve((c) => {
    const excess = 2 * normCdf(k * c) - 1;
    const signal = (k * excess * (k * excess + 4 * normPdf(k * c) * c)) / (c * c);
    return (1 - c) * (1 + c) * signal > 1 / ratio;
  }, 0, 1);
}

// Cosine at which rounds end from a start better than chance; `accumulate`: after 200 rounds.
function longRunCosine({ k, ratio, prune, policy, real }) {
  const share = policy === "mix" ? real : 0;
  if (prune === null && policy !== "accumulate" && !share) return unverifiedLimit(k, ratio);
  let walk = { c: 0.5, b: 0 };
  if (policy === "accumulate") {
    return walkRounds({ k, ratio, prune, policy, real, ...walk }, 200).at(-1).c;
  }
  for (let done = 0; done < MOST_ROUNDS; done += 20) {
    const part = walkRounds({ k, ratio, prune, policy, real, ...walk }, 20);
    walk = part[20];
    if (Math.abs(walk.c - part[19].c) < SETTLED) break;
  }
  return walk.c;
}

Object.assign(globalThis.synverifyTheory, {
  walkRounds, criticalRatio, limitAngle, unverifiedLimit, longRunCosine,
});
