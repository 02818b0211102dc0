// Sliders: HTML beside the drawings.
function htmlNode(name, attributes, parent, text) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

class Slider {
  constructor(parent, field, onChange) {
    const spec = SLIDER[field];
    Object.assign(this, { field, spec, pointer: false });
    const label = htmlNode("label", { class: "slider", title: spec.name }, parent);
    const head = htmlNode("span", { class: "slider-head" }, label);
    htmlNode("b", {}, head, spec.symbol);
    htmlNode("span", {}, head, spec.name);
    this.output = htmlNode("output", {}, head);
    const attributes = { type: "range", "aria-label": spec.name, "data-field": field };
    this.input = htmlNode("input", attributes, label);
    if (spec.mark) {
      const [low, high] = spec.range;
      const left = `left:${(100 * (spec.mark[0] - low)) / (high - low)}%`;
      htmlNode("i", { style: left }, htmlNode("span", { class: "at-mark" }, label), spec.mark[1]);
    }
    const send = (how) => onChange({ [field]: spec.put(Number(this.input.value)) }, how);
    this.input.addEventListener("pointerdown", () => { this.pointer = true; });
    this.input.addEventListener("input", () => send(this.pointer ? "drag" : "key"));
    this.input.addEventListener("change", () => {
      send(this.pointer ? "release" : "key");
      this.pointer = false;
    });
  }

  update(state) {
    const { input, spec } = this;
    const [min, max, step] = rangeOf(this.field, state);
    for (const [name, value] of Object.entries({ min, max, step })) {
      if (input[name] !== String(value)) input[name] = value;
    }
    const value = state[this.field];
    if (spec.put(Number(input.value)) !== value) input.value = spec.get(value);
    const part = (100 * (Number(input.value) - min)) / (max - min);
    input.style.setProperty("--share", `${part.toFixed(2)}%`);
    setText(this.output, spec.text(value));
    input.setAttribute("aria-valuetext", spec.text(value));
  }
}
