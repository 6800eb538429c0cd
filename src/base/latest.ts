/**
 * What was made of the last few texts, for those who ask for the same thing of the
 * same text again and again and do not know of each other.
 */
import { isSameList } from "./same.ts";

export class Latest<T> {
  readonly #most: number;
  readonly #made: { readonly text: string; readonly key: readonly unknown[]; readonly value: T }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** What `make` returns; from an earlier call with the same text and the same values in `key`. Nobody may change it. */
  of(text: string, key: readonly unknown[], make: () => T): T {
    const known = this.#made.find((each) => each.text === text && isSameList(each.key, key));
    if (known) return known.value;
    const value = make();
    if (this.#made.length === this.#most) this.#made.shift();
    this.#made.push({ text, key, value });
    return value;
  }
}
