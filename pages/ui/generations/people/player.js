// Play, pause, step and scrub the rounds. The first rounds change most: they are played slower.
const PACE = (progress) => 1.5 + progress / 5;

class Player {
  constructor(root, rounds, change) {
    Object.assign(this, { rounds, change, playing: false, progress: 0 });
    const find = (selector) => root.querySelector(selector);
    this.buttons = {};
    for (const button of root.querySelectorAll(".player button")) {
      this.buttons[button.dataset.action] = button;
      button.addEventListener("click", () => this[button.dataset.action]());
    }
    this.input = find(".scrub");
    this.output = find(".player output");
    this.input.max = rounds;
    this.input.addEventListener("input", () => this.scrub(Number(this.input.value), "drag"));
    this.input.addEventListener("change", () => this.scrub(null, "release"));
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  // To a round, also between two; null: where it is. Rests on whole rounds.
  scrub(progress, how) {
    this.pause();
    const to = progress ?? this.progress;
    this.progress = how === "drag" ? to : Math.round(to);
    this.change(how);
  }

  reset() {
    this.scrub(0, "release");
  }

  step() {
    this.scrub(this.progress >= this.rounds ? 0 : Math.floor(this.progress) + 1, "release");
  }

  play() {
    if (this.playing) {
      this.scrub(null, "release");
      return;
    }
    this.playing = true;
    if (this.progress >= this.rounds) this.progress = 0;
    let [clock, last] = [this.progress, null];
    const tick = (now) => {
      if (!this.playing) return;
      clock += last === null ? 0 : Math.min(0.1, Math.max(0, now - last) / 1000) * PACE(clock);
      last = now;
      if (clock >= this.rounds) {
        this.scrub(this.rounds, "release");
        return;
      }
      this.progress = this.still.matches ? Math.floor(clock) : clock;
      this.change("frame");
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
    this.change("frame");
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
  }

  update() {
    const round = Math.round(this.progress);
    if (Number(this.input.value) !== round) this.input.value = round;
    this.input.style.setProperty("--share", `${((100 * this.progress) / this.rounds).toFixed(1)}%`);
    this.input.setAttribute("aria-valuetext", `round ${round} of ${this.rounds}`);
    setText(this.output, `round ${round} of ${this.rounds}`);
    const { play } = this.buttons;
    play.classList.toggle("playing", this.playing);
    play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }
}
