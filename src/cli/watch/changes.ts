/** The last changes of the documents: those in the history, and those that were only seen. */
import { attemptLater } from "../../base/errors.ts";
import { OUTSIDE } from "../../files/record/version.ts";
import type { Gate } from "../../gate/gate.ts";
import { history } from "../../gate/history/history.ts";
import type { StateEvent, WorkEvent } from "../../gate/watch/events.ts";
import { CHANGES, mergeChanges, type SeenChange } from "../views/watch/model.ts";

/** Milliseconds. */
const GATHER = 100;

type Change = StateEvent | WorkEvent;

export interface ChangesOptions {
  /** The gate of the project; throws while that is not there. */
  openGate(): Gate;
  /** Takes the changes, newest first, each time there are others. */
  show(changes: readonly SeenChange[]): void;
  /** Is told what went wrong: nobody waits for what a timer begins. */
  failed(error: unknown): void;
}

/** Whose the changes are is asked once for all that came together. */
export class Changes {
  readonly #options: ChangesOptions;
  #told: readonly Change[] = [];
  #seen: readonly SeenChange[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChangesOptions) {
    this.#options = options;
  }

  /** Takes note of a document as it is now; `isNews` says whether it was another before. */
  take(change: Change, isNews: boolean): void {
    if (isNews) this.#told = [change, ...this.#told].slice(0, CHANGES);
    this.#timer ??= setTimeout(() => void this.#refresh().catch(this.#options.failed), GATHER);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    // A history that cannot be read is none: the view goes on without.
    const { entries: known = [] } =
      (await attemptLater(() => history(this.#options.openGate(), { limit: 2 * CHANGES }))) ?? {};
    const isOurs = ({ path, revision }: Change) =>
      known.some(
        (entry) =>
          entry.operation !== OUTSIDE && entry.revision === revision && (revision !== undefined || entry.path === path),
      );
    const others = this.#told.filter((change) => !isOurs(change)).map(seenChange);
    this.#told = [];
    this.#seen = [...others, ...this.#seen].slice(0, CHANGES);
    this.#options.show(mergeChanges(known, this.#seen));
  }
}

function seenChange({ timestamp, exists, path }: Change): SeenChange {
  return { time: Date.parse(timestamp), operation: exists ? "edited" : "removed", path, author: "another program" };
}
