// The picture in words: verdict, legends, and texts for those who do not see it.
function describe(live, state, d, counts) {
  const { find, root } = live;
  const verdict = find(".verdict");
  verdict.dataset.verdict = d.verdict;
  setText(find(".verdict-icon"), VERDICTS[d.verdict].icon);
  setText(find(".verdict strong"), verdictText(d));
  setText(find(".verdict-more"), live.presets.explanation(state) || whyText(state, d));
  setText(find(".theta-text"), state.pruning === "none"
    ? "no verifier: every label is kept"
    : `θ = ${angleText(d.at.theta)} between verifier and generator`);
  root.classList.toggle("unpruned", state.pruning === "none");
  const chart = `${verdictText(d)}. Accuracy of the retraining law: ${percent(d.law.accuracy)}. `
    + `Both error rates add up to 1 at p = ${fixed(crossingRate(state), 2)}: there accuracy falls.`;
  find(".chart").setAttribute("aria-label", chart);
  find(".crossing").setAttribute("aria-label", `p⋆ against the error rate. ${chart}`);
  find(".phase").setAttribute("aria-label", "Phase diagram. "
    + `Generator ${angleText(state.theta_gen)}, verifier ${angleText(state.theta_prune)}. ${chart}`);
  if (counts) describeCloud(live, state, counts);
}

function describeCloud({ find, player }, state, counts) {
  const words = ["dropped", "kept right", "kept wrong"];
  const order = [[KEPT_RIGHT, "right"], [KEPT_WRONG, "wrong"], [DROPPED, "dropped"]];
  if (player.progress <= 1) words.splice(0, 3, "dropped", "right", "wrong");
  const keys = find(".cloud-keys");
  if (!keys.childElementCount) {
    for (const [, name] of order) htmlNode("span", { class: `key ${name}` }, keys);
  }
  for (const [i, [kind]] of order.entries()) {
    keys.children[i].dataset.count = counts[kind];
    setText(keys.children[i], `${words[kind]} ${counts[kind]}`);
  }
  find(".cloud").setAttribute("aria-label", `${CLOUD_POINTS} sampled points: `
    + words.map((word, i) => `${word} ${counts[i]}`).join(", "));
  const flat = Math.sin(state.azimuth) * Math.sin(state.theta_prune) < 0.02;
  setText(find(".cloud-note"), flat || state.pruning === "none"
    ? "Plane of w⋆ (up) and generator (right)."
    : "Plane of w⋆ (up), generator (right); verifier tilts out.");
}

// The marks of the simulated series; a second line is kept free for them.
function describeSimulated(keys, simulated) {
  const labels = simulated.map((series) => series.label);
  if (keys.dataset.labels === JSON.stringify(labels)) return;
  keys.dataset.labels = JSON.stringify(labels);
  keys.replaceChildren();
  for (const [index, label] of labels.entries()) {
    const title = "Simulated here; dim where the picture has left its setting";
    const key = htmlNode("span", { class: "key dots", title }, keys);
    const svg = svgNode("svg", { viewBox: "-7 -7 14 14" }, key);
    const mark = index % SIMULATED_MARKS.length;
    svgNode("path", { d: SIMULATED_MARKS[mark], class: `simulated mark-${mark}` }, svg);
    htmlNode("span", {}, key, label);
  }
}

function hoverText(state, angle) {
  const d = derive({ ...state, theta_gen: angle });
  return `p = ${fixed(d.p, 2)}, p⋆ = ${fixed(d.pStar, 2)}, accuracy ${percent(d.law.accuracy)}`;
}
