// What happened, in words computed from the shares of the round that is shown.

// Two groups: half their distance, width (of the mean of both), middle, who stands left.
function twoGroups({ groups }) {
  if (groups.length !== 2) return null;
  const [[m, s, q], [other, width, rest]] = groups;
  const equal = Math.abs(q - rest) < 1e-9 && Math.abs(s - width) < 1e-9;
  const order = m <= other ? [0, 1] : [1, 0];
  return { mu: Math.abs(m - other) / 2, s: (s + width) / 2, middle: (m + other) / 2, equal, order };
}

// How much likelier a group chooses its own peak than the other's, as a gap of rewards.
function gapOf([[m, s], [other]]) {
  return 0.5 * ((m - other) / s) ** 2;
}

// The shares of the choices below which a group's favourite dies out, if only the two peaks are
// on offer: a rare one grows iff q growth + (1 - q) decay > 1.
function thresholdsOf(groups, K) {
  if (groups.length !== 2) return null;
  const odds = [Math.exp(gapOf(groups)), Math.exp(gapOf([groups[1], groups[0]]))];
  const growth = (U) => (K === Infinity ? U : (K * U) / (U + K - 1));
  const decay = (U) => (K === Infinity ? 1 / U : K / (1 + (K - 1) * U));
  return odds.map((own, k) => {
    const other = odds[1 - k];
    if (Math.abs(own - other) < 1e-12 * own) return survivalOf(own, K);
    return (1 - decay(other)) / (growth(own) - decay(other));
  });
}

// Camps: stretches with 2 % of the shares or more, cut at valleys below half of both peaks.
function campsIn(p, x) {
  const cuts = [0];
  let [top, valley, lowest] = [0, Infinity, 0];
  for (let i = 0; i < p.length; i++) {
    if (p[i] < valley) [valley, lowest] = [p[i], i];
    if (p[i] > 2 * valley && top > 2 * valley && p[i] > 0.02 * top) {
      cuts.push(lowest);
      [top, valley] = [0, Infinity];
    }
    if (p[i] > top) [top, valley] = [p[i], Infinity];
  }
  const camps = cuts.map((from, k) => {
    let [mass, moment] = [0, 0];
    for (let i = from; i < (cuts[k + 1] ?? p.length); i++) {
      mass += p[i];
      moment += p[i] * x[i];
    }
    return { mass, place: moment / mass };
  });
  return camps.filter(({ mass }) => mass >= 0.02);
}

// Means left and right of the middle between two groups, for the pitchfork.
function sidesOf(p, x, middle) {
  const sides = [[0, 0], [0, 0]];
  for (let i = 0; i < p.length; i++) {
    const side = sides[x[i] < middle ? 0 : 1];
    side[0] += p[i];
    side[1] += p[i] * x[i];
  }
  return sides.map(([mass, moment]) => (mass > 1e-9 ? moment / mass : middle));
}

function listed(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function whereWords(camps, variety) {
  if (camps.length > 1) {
    const places = camps.map(({ place, mass }) => `${fixed(place, 2)} (${percent(mass)})`);
    return `there are ${camps.length} camps, at ${listed(places)}`;
  }
  const place = fixed(camps[0].place, 2);
  if (variety > 0.6) return `it is still one broad crowd around ${place}`;
  return `all is gathered around ${place}`;
}

function costWords(facts, first, { state: { groups }, K }) {
  const thresholds = thresholdsOf(groups, K);
  const spans = facts.utilities.map((now, g) => ({ g, now, then: first.utilities[g] }));
  const span = ({ then, now }) => `from ${fixed(then, 2)} to ${fixed(now, 2)}`;
  const lost = spans.filter(({ now, then }) => now < then - 1e-9);
  if (!lost.length && groups.length > 1) return "Every group is better off than before.";
  if (!lost.length) return `Mean utility rose ${span(spans[0])}.`;
  const said = lost.map((one) => {
    const [, , weight] = groups[one.g];
    const few = thresholds && weight < thresholds[one.g];
    const below = few ? `, below q = ${percent(thresholds[one.g])}` : "";
    return `${NAMES[one.g]} (${percent(weight)} of the choices${below}), ${span(one)}`;
  });
  return `Mean utility fell for ${listed(said)}.`;
}

function bargainWords(path, round) {
  const { facts, state, endless, K } = path;
  const two = twoGroups(state);
  if (endless && two?.equal) {
    const place = campsOf(two.mu, two.s);
    const end = place ? `camps ${fixed(place, 2)} from the middle` : "consensus";
    return `The law for two equal groups: ${end}.`;
  }
  let rises = 0;
  for (let t = 1; t <= round; t++) if (facts[t].bargain > facts[t - 1].bargain - 1e-12) rises += 1;
  const sure = K === Infinity && !state.real && !state.rows;
  return `The groups' bargain rose in ${rises} of ${round} rounds`
    + `${sure ? ", as K → ∞ guarantees." : "; only K → ∞ on choices alone guarantees all."}`;
}

function sentence(path, round) {
  if (round === 0) return ["Round 0: nobody has chosen yet.", "Press play."];
  const [first, facts] = [path.facts[0], path.facts[round]];
  const variety = Math.exp(facts.entropy - first.entropy);
  const where = whereWords(campsIn(path.smooth(round), path.x), variety);
  const rounds = `After ${round} round${round > 1 ? "s" : ""}`;
  const cost = costWords(facts, first, path);
  return [
    `${rounds} ${where}; ${percent(variety)} of the variety is left.`,
    `${cost} ${bargainWords(path, round)}`,
  ];
}

function dialWords(groups, thresholds) {
  if (!thresholds) return "With two groups: below which share does a minority vanish?";
  const each = thresholds.map((share, g) => `${NAMES[g]} ${percent(share)}`).join(", ");
  return `Dashed: below q (${each}) a group's favourite dies out, were only the two peaks on offer.`;
}

function bridgeWords(groups) {
  if (groups.length !== 2) return "";
  const gap = gapOf(groups);
  const share = gap > 7 ? "over 99.9 %" : `${(100 / (1 + Math.exp(-gap))).toFixed(1)} %`;
  return "A's choice between the peaks is a verifier: "
    + `p⋆ = sigmoid(reward gap ${fixed(gap, 2)}) = ${share} (K → ∞).`;
}

function forkWords(two) {
  if (!two) return "Two equal groups: one place up to a half distance of one width, then two";
  const [camps, distance] = [campsOf(two.mu, two.s), two.mu / two.s].map((one) => fixed(one, 2));
  return `Two equal groups: camps ${camps} from the middle, 0 is consensus; half their distance is `
    + `${distance} widths`;
}

// The words beside the pictures, and what the pictures show to someone who cannot see them.
function describe(people, path, round, told) {
  const { find, state } = people;
  const { groups } = state;
  const facts = path.facts[round];
  const bargain = fixed(facts.bargain, 2);
  const each = facts.utilities.map((value, g) => `${NAMES[g]} ${fixed(value, 2)}`).join(", ");
  const entropies = [path.facts[0], facts].map(({ entropy }) => fixed(entropy, 2));
  setText(find(".dial-note"), dialWords(groups, thresholdsOf(groups, people.kept())));
  setText(find(".bridge"), bridgeWords(groups));
  setText(find(".utility-words"), `dashed: e^F; bargain F = ${bargain}`);
  const seen = {
    density: `Density of what the model makes, and tastes of the groups. ${told}`,
    strip: `Densities of rounds 0 to ${path.rounds}, from top to bottom. ${told}`,
    utility: `Mean utility in round ${round}: ${each}; bargain F ${bargain}`,
    entropy: `Entropy ${entropies[0]} in round 0, ${entropies[1]} in round ${round}`,
    fork: forkWords(twoGroups(state)),
  };
  for (const [name, text] of Object.entries(seen)) find(`.${name}`).setAttribute("aria-label", text);
}
