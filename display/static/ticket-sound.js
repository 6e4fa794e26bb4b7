// A short sound for a call. Browsers let a page sound only once it has been touched, so any touch will do.

const NOTES_HZ = [784, 988, 784, 988];
const NOTE_S = 0.22;

/** Calls `changed(isOn)` when the phone begins or ceases to let the page sound; null: it cannot at all. */
export class Sound {
  #context = null;
  #changed;

  constructor(changed) {
    this.#changed = changed;
    if (!("AudioContext" in globalThis)) {
      changed(null);
      return;
    }
    changed(false);
    const wake = () => this.#wake();
    for (const touch of ["pointerup", "click", "keydown"]) document.addEventListener(touch, wake);
    document.addEventListener("visibilitychange", () => this.#context && wake());
  }

  /** Made with the first touch: before, a browser would refuse it and complain. */
  async #wake() {
    try {
      this.#context ??= this.#made();
      if (this.#context.state !== "running") await this.#context.resume();
    } catch {
      // Refused: the button stays.
    }
    this.#tell();
  }

  #made() {
    const context = new AudioContext();
    context.addEventListener("statechange", () => this.#tell());
    return context;
  }

  #tell() {
    this.#changed(this.#context?.state === "running");
  }

  /** Rings once; silent where the phone does not let it. */
  ring() {
    const context = this.#context;
    if (context?.state !== "running") return false;
    NOTES_HZ.forEach((hertz, at) => {
      const [tone, volume] = [context.createOscillator(), context.createGain()];
      const from = context.currentTime + at * NOTE_S;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.5, from + 0.02);
      volume.gain.linearRampToValueAtTime(0, from + NOTE_S * 0.9);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + NOTE_S);
    });
    return true;
  }
}
