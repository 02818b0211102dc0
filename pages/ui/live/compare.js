// Two settings side by side: A is kept, B is the one that moves, and either can be brought back.
class Compare {
  // `read` gives the setting as of now, `show` puts another one into the picture.
  constructor(box, read, show, redraw) {
    Object.assign(this, { box, read, show, redraw, other: null, side: "B" });
    this.button("keep", "Compare", "Compare: keep this setting as A and go on as B");
    this.button("A", "A", "Bring setting A back; B stays for comparison");
    this.button("B", "B", "Bring setting B back; A stays for comparison");
    this.button("end", "✕", "End the comparison");
  }

  button(name, text, help) {
    const attributes = { type: "button", title: help, "aria-label": help, "data-compare": name };
    htmlNode("button", attributes, this.box, text)
      .addEventListener("click", () => this.press(name));
  }

  press(name) {
    if (name === this.side) return;
    const waiting = this.other;
    this.other = name === "end" ? null : this.read();
    this.side = name === "A" ? "A" : "B";
    if (name === this.side) this.show(waiting);
    else this.redraw();
  }

  // The name of the setting that waits.
  get waiting() {
    return this.side === "A" ? "B" : "A";
  }

  update() {
    for (const node of this.box.children) {
      const name = node.dataset.compare;
      node.hidden = (name === "keep") === Boolean(this.other);
      if (name.length === 1) node.setAttribute("aria-pressed", String(name === this.side));
    }
  }
}
