// What live pictures share: state, frames, sizes, colours. Nothing goes to the server while a control
// moves; one setStateValue on release.
const KEY_PAUSE_MS = 250;

function parseColor(text) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  return Array.from(probe.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

// A subclass draws (`draw`), says which drawings have a size (`drawings`) and which one is computed in
// idle moments (`map`), and what is spoken on a release (`released`).
class Stage {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.onKey = () => {};
  }

  get host() {
    return this.root.getRootNode().host ?? this.root;
  }

  watch() {
    this.sizes ??= new ResizeObserver(() => {
      this.resized = true;
      this.schedule();
    });
    for (const plot of this.root.querySelectorAll(".plot")) this.sizes.observe(plot);
    // What stands above the picture may grow or go without any plot changing its size.
    const page = this.host.closest("[data-testid=stMainBlockContainer]");
    if (page) this.sizes.observe(page);
    addEventListener("keydown", this.onKey);
  }

  // A rerun brings data; only a new revision may move what the user set.
  receive({ data, setStateValue }) {
    this.watch();
    this.send = setStateValue;
    this.take(data);
    if (data.revision !== this.revision) {
      this.revision = data.revision;
      const held = this.held ? { [this.held]: this.state[this.held] } : {};
      this.state = { ...data.state, ...held };
      this.sent = JSON.stringify(data.state);
      this.lastSent = data.state;
      clearTimeout(this.timer);
      this.restored();
    }
    // A theme switch arrives the same way, with the same data: read the colours again.
    this.stale = true;
    this.schedule();
  }

  take(data) {
    this.root.classList.toggle("presentation", Boolean(data.presentation));
  }

  restored() {}

  changed() {}

  readColors() {
    const style = getComputedStyle(this.root);
    const [r, g, b] = parseColor(style.backgroundColor);
    this.root.classList.toggle("dark", 0.3 * r + 0.59 * g + 0.11 * b < 128);
    const value = (name) => style.getPropertyValue(name).trim();
    const colors = { font: style.fontFamily };
    for (const name of ["ink", "muted", "faint", "gen", "prune", "hat", "right", "wrong", "dropped"]) {
      colors[name] = value(`--${name}`);
    }
    colors.ink = style.color;
    colors.muted = getComputedStyle(this.find(".note")).color;
    colors.rightRgb = parseColor(colors.right);
    colors.wrongRgb = parseColor(colors.wrong);
    colors.middleRgb = parseColor(value("--middle"));
    this.colors = colors;
    this.em = parseFloat(style.fontSize);
  }

  change(patch, how) {
    this.held = how === "drag" ? Object.keys(patch).at(-1) : null;
    if (how === "drag" && !this.moved) {
      performance.mark("synverify:move");
      this.moved = true;
    }
    this.state = { ...this.state, ...patch };
    this.changed(patch);
    this.schedule();
    if (how === "drag") return;
    clearTimeout(this.timer);
    if (how === "key") this.timer = setTimeout(() => this.release(), KEY_PAUSE_MS);
    else this.release();
  }

  release() {
    const text = JSON.stringify(this.state);
    if (text === this.sent || !this.root.isConnected) return;
    this.sent = text;
    const before = this.lastSent;
    this.lastSent = this.state;
    // Spoken once per release, not at every step of a drag.
    this.find(".announce").textContent = this.released(before);
    this.send("state", { ...this.state, revision: this.revision });
  }

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.state && this.root.isConnected) this.paint();
    });
  }

  paint() {
    if (this.stale) this.readColors();
    if (this.resized || this.stale) this.resize();
    this.stale = false;
    this.resized = false;
    this.draw();
    if (this.map.pending) this.workSoon();
    if (this.moved) this.measure();
  }

  // Everything that was invalidated is painted before the message of this frame arrives.
  measure() {
    this.moved = false;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      performance.measure("synverify:move-to-paint", "synverify:move");
      performance.clearMarks("synverify:move");
      if (performance.getEntriesByName("synverify:move-to-paint").length > 500) {
        performance.clearMeasures("synverify:move-to-paint");
      }
      channel.port1.close();
    };
    channel.port2.postMessage(null);
  }

  resize() {
    this.measureAbove();
    for (const [selector, drawing] of Object.entries(this.drawings)) {
      const { clientWidth, clientHeight } = this.find(selector).parentElement;
      const fitted = `${clientWidth}x${clientHeight}x${this.em}`;
      if (drawing.fitted === fitted) continue;
      drawing.fitted = fitted;
      drawing.resize(clientWidth, clientHeight, this.em);
    }
  }

  // How much of the page stands above the picture: its main row fills the rest of the screen.
  measureAbove() {
    const scrolled = this.host.closest("[data-testid=stMain]")?.scrollTop ?? 0;
    const above = Math.round(this.root.getBoundingClientRect().top + scrolled);
    this.root.style.setProperty("--above", `${above}px`);
    this.root.classList.toggle("crowded", above > 0.3 * innerHeight);
  }

  workSoon() {
    if (this.idle) return;
    const idle = globalThis.requestIdleCallback
      ?? ((run) => setTimeout(() => run({ timeRemaining: () => 8 }), 30));
    this.idle = idle((deadline) => {
      this.idle = 0;
      if (!this.root.isConnected) return;
      if (this.map.work(() => deadline.timeRemaining())) this.schedule();
      else this.workSoon();
    });
  }

  // Frames and timers in flight end by themselves; a later call may wake the instance.
  rest() {
    this.sizes.disconnect();
    removeEventListener("keydown", this.onKey);
  }
}

// Streamlit calls this again on every rerun with new data, and may run a superseded call's
// cleanup after the next call: only the cleanup of the latest call puts the instance to rest.
const instances = new WeakMap();

function mounted(Picture) {
  return (component) => {
    const root = component.parentElement.querySelector(".live");
    if (!instances.has(root)) instances.set(root, { live: new Picture(root), calls: 0 });
    const entry = instances.get(root);
    entry.calls += 1;
    const call = entry.calls;
    entry.live.receive(component);
    return () => {
      if (entry.calls === call) entry.live.rest();
    };
  };
}
