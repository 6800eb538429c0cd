/**
 * Waits that have an end. All waits of one connection share a timer: one for each
 * command costs more than the rest of what is done about it here.
 */
import { system } from "../files/guard/system.ts";

interface Wait {
  readonly ends: number;
  giveUp(): void;
}

/** The waits of one connection, each for the same time. */
export class Deadline {
  readonly #limit: number;
  readonly #failure: () => Error;
  /** In the order in which they end. */
  readonly #waits = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;

  /** `limit` is in milliseconds; `failure` is what a wait ends with that lasts longer. */
  constructor(limit: number, failure: () => Error) {
    this.#limit = limit;
    this.#failure = failure;
  }

  /** Passes an answer on, if it comes in time. */
  within<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait: Wait = { ends: system.monotonic() + this.#limit, giveUp: () => reject(this.#failure()) };
      this.#add(wait);
      answer.finally(() => this.#remove(wait)).then(resolve, reject);
    });
  }

  #add(wait: Wait): void {
    this.#waits.add(wait);
    if (this.#timer === undefined) this.#arm(this.#limit);
    else if (this.#waits.size === 1) this.#timer.ref();
  }

  /** Without a wait the timer runs on, but keeps no process alive. */
  #remove(wait: Wait): void {
    if (this.#waits.delete(wait) && this.#waits.size === 0) this.#timer?.unref();
  }

  #arm(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), milliseconds);
  }

  #look(): void {
    this.#timer = undefined;
    for (const wait of this.#waits) {
      const left = wait.ends - system.monotonic();
      if (left > 0) {
        this.#arm(left);
        return;
      }
      this.#waits.delete(wait);
      wait.giveUp();
    }
  }
}
