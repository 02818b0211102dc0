// What a lecturer does to the picture: one slow sweep at the first visit, and keys.
const SWEPT = "synverify-swept";
const SWEEP_MS = 9000;

// Turns the generator through the fall and back, until something is touched.
class Sweep {
  constructor(read, paint, done) {
    Object.assign(this, { read, paint, done, running: false });
    this.stop = this.stop.bind(this);
  }

  begin() {
    const still = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || this.running || localStorage.getItem(SWEPT)) return;
    localStorage.setItem(SWEPT, "1");
    this.running = true;
    for (const touch of ["pointerdown", "keydown", "wheel"]) addEventListener(touch, this.stop, true);
    const start = this.read().theta_gen;
    const top = crossingAngle(this.read()) + radians(25);
    const began = performance.now();
    const tick = (now) => {
      if (!this.running) return;
      const share = Math.min(1, (now - began) / SWEEP_MS);
      // There in two thirds of the time, back in the rest.
      const way = share < 0.67 ? share / 0.67 : (1 - share) / 0.33;
      const eased = way * way * (3 - 2 * way);
      this.paint(share === 1 ? start : start + (Math.min(Math.PI, top) - start) * eased);
      if (share < 1) requestAnimationFrame(tick);
      else this.stop();
    };
    requestAnimationFrame(tick);
  }

  stop() {
    if (!this.running) return;
    this.running = false;
    for (const touch of ["pointerdown", "keydown", "wheel"]) removeEventListener(touch, this.stop, true);
    this.done();
  }
}

const CARDS = ["dial", "chart", "cloud", "phase"];

// Keys of the presentation: P plays, H hides the answer, 1 to 4 put one card into the light.
function presentationKey(root, player, event) {
  const typed = event.composedPath()[0];
  const writing = typed instanceof HTMLElement && typed.matches("input, textarea, [contenteditable]");
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "p") player.play();
  else if (key === "h") root.classList.toggle("veiled");
  else if (key === "escape") delete root.dataset.spot;
  else if (CARDS[key - 1]) {
    const card = CARDS[key - 1];
    if (root.dataset.spot === card) delete root.dataset.spot;
    else root.dataset.spot = card;
  }
}
