/**
 * What is doubtful is believed once it has stood still for a moment.
 *
 * An editor that writes in place shows half a file, one that removes before it
 * renames shows none, and git does both to many files. Reporting that as damage
 * would make people recover files that are in order a moment later. A file that is
 * in order is believed at once.
 */

/** Milliseconds without a change after which it is believed. */
const STILL = 150;
/** Milliseconds after which it is believed although it goes on changing. */
const PATIENCE = 2000;

export class Debounce {
  readonly #doubts = new Map<string, { readonly since: number; still: number; look: string }>();
  readonly #monotonic: () => number;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /**
   * How long, in milliseconds, to wait before what `path` looks like is believed; 0
   * from then on. `look` tells one look from another.
   */
  doubt(path: string, look: string): number {
    const now = this.#monotonic();
    const doubt = this.#doubts.get(path) ?? { since: now, still: now, look };
    this.#doubts.set(path, doubt);
    if (doubt.look !== look) Object.assign(doubt, { look, still: now });
    const left = Math.min(doubt.still + STILL, doubt.since + PATIENCE) - now;
    if (left <= 0) this.#doubts.delete(path);
    return Math.max(0, Math.ceil(left));
  }

  /** Forgets the doubt: the file is in order, or as it was. */
  trust(path: string): void {
    this.#doubts.delete(path);
  }
}
