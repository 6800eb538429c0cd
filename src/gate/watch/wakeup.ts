/** What wakes the watch: rung now or in a while, as often as anybody likes, and heard once. */
export class Wakeup {
  #due = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rung = false;
  #wake: (() => void) | undefined;

  /** Rings in some milliseconds, or when it is about to ring anyway if that is sooner. */
  ring(delay: number): void {
    const due = performance.now() + delay;
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ringNow(), delay);
  }

  ringNow(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when it rings, at once if it rang since it was last heard. */
  async heard(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    this.#rung = false;
  }

  /** Rings for the last time. */
  close(): void {
    this.ringNow();
    this.#due = Number.NEGATIVE_INFINITY;
  }
}
