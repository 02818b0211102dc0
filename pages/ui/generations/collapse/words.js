// One sentence on what happened until round r, from the numbers that are drawn.
const POLICIES = {
  replace: ["Replace", "Each model learns from the one before alone", ["d", "T", "sigma2", "T0", "sigma0_2"]],
  accumulate: ["Accumulate", "Each model learns from all data so far", ["d", "T", "sigma2"]],
  growing: ["Growing data", "Round m replaces its data by m T samples", ["d", "T", "sigma2"]],
  mix: ["Mix", "Synthetic rows beside fresh real ones", ["d", "T", "sigma2", "real"]],
  weighted: ["Weighted mix", "T real and T synthetic rows, weighted; an estimate for T ≫ d", ["d", "T", "sigma2", "weight"]],
  min_norm: ["Fewer samples than d", "The shortest vector that fits T < d samples", ["d", "T_small", "sigma2"]],
  ridge: ["Ridge", "A ridge fit after each generation of least squares", ["d", "T", "sigma2", "T0", "sigma0_2", "lam", "beta", "source"]],
  verifier: ["Verifier", "Labels within t σ of a verifier's prediction are kept", ["d", "T", "sigma2", "t", "anchor"]],
};
const CHOICES = { accumulate: "inputs", min_norm: "inputs" };

function said(state, r, lines) {
  const own = lines[0].points;
  const [first, now] = [own[0], own[r]];
  if (r === 0) {
    return `Round 0: the first fit, on labels of the truth, has error ${figures(first)}.`;
  }
  const rounds = `After ${r} round${r > 1 ? "s" : ""}`;
  const error = `the error is ${figures(now)}, ${times(now / first)} the first fit's`;
  const limit = limitOf(state);
  const ends = limit === null ? "and grows without end" : `and ends at ${figures(limit / first)}`;
  switch (state.policy) {
    case "replace": return `${rounds} of replaced data ${error}; ${nullWords(state, r, own)}.`;
    case "accumulate": return `${rounds} of accumulated data (${state.inputs} inputs) ${error}, ${ends}; replaced data: ${figures(replacedAt(state, r) / first)}.`;
    case "growing": return `${rounds}, each on ${state.T} samples more, ${error}, without end but slower than the ${times(r + 1)} of equal samples.`;
    case "mix": return `${rounds} with ${realRows(state)} fresh real rows of ${state.T} ${error}, ${ends}; without them: ${figures(replacedAt(state, r) / first)}.`;
    case "weighted": return `${rounds} with weight ${figures(state.weight)} on real rows the error is ${figures(now)} and ends at ${figures(limit)}; weight 0.618 ends lowest, at ${figures(errorAt(state, Infinity, state.T, GOLDEN))}.`;
    case "min_norm": return minNormWords(state, r, rounds, now);
    case "ridge": return ridgeWords(state, r, rounds, lines);
    default: return `${rounds} beside a verifier of error ${figures(state.anchor)} ${error}, ${ends}; unverified: ${figures(replacedAt(state, r) / first)}.`;
  }
}

function nullWords(state, r, own) {
  const n = horizon(state, own);
  if (n === 0) return "even the first fit is worse than predicting 0";
  const from = Math.floor(n) + 1;
  if (own[r] > 1) return `since round ${from} it is worse than predicting 0`;
  return `worse than predicting 0 it is from round ${from} on`;
}

function minNormWords(state, r, rounds, now) {
  const eta = state.T_small / state.d;
  if (state.inputs === "fresh") {
    return `${rounds} on ${state.T_small} fresh inputs in ${state.d} dimensions ${share(eta ** (r + 1))} of the truth is left: the error is ${figures(now)}, where predicting 0 has 1.`;
  }
  const noise = now - (1 - eta);
  return `${rounds} on the same ${state.T_small} inputs in ${state.d} dimensions ${share(eta)} of the truth stays, and the noise has grown to ${figures(noise)}: the error is ${figures(now)}.`;
}

function ridgeWords(state, r, rounds, lines) {
  const [own, clean, best] = lines.map(({ points }) => points[r]);
  const left = effectiveSample(state.d, state.T, state.sigma2, r, state.T0, state.sigma0_2);
  return `${rounds} ${state.T} samples are worth T_eff = ${figures(left)}: the adapted penalty has error ${figures(best)}, the one best for clean data ${figures(clean)}, and λ = ${figures(state.lam)} has ${figures(own)}.`;
}

function simulatedWords(simulated, r) {
  if (!simulated) return "Simulating …";
  const { mean, low, high, repetitions } = simulated;
  return `${repetitions} simulated chains: ${figures(mean[r])} on average, most (80 %) from ${figures(low[r])} to ${figures(high[r])}.`;
}
