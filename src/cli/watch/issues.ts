/**
 * The issues besides the active one, and who has claimed which: looked for once the
 * first picture stands, again when a work file or the active issue is another, and
 * claims, which give no notice, now and then.
 */
import { attemptLater } from "../../base/errors.ts";
import { isSameValue } from "../../base/same.ts";
import type { Gate } from "../../gate/gate.ts";
import type { StateEvent, WorkEvent } from "../../gate/watch/events.ts";
import type { WatchModel } from "../views/watch/model.ts";

/** Milliseconds from a change to the look: what belongs together mostly comes together. */
const GATHER = 100;
/** So many times as long as a look took it rests, so that in a project of thousands nothing else waits for it. */
const REST = 20;
/** Milliseconds between two looks at claims alone. */
const CLAIMS = 30_000;
/** As many as ever fit beside the active one. */
const MOST = 40;

type Found = Pick<WatchModel, "issues" | "claims">;

export interface OtherIssuesOptions {
  /** The gate of the project; throws while that is not there. */
  openGate(): Gate;
  /** Takes what was found each time it is another. */
  show(found: Found): void;
  /** Is told what went wrong: nobody waits for what a timer begins. */
  failed(error: unknown): void;
}

export class OtherIssues {
  readonly #options: OtherIssuesOptions;
  #found: Found = { issues: [], claims: [] };
  #active: number | undefined;
  /** Whether there is a state to stand beside. */
  #begun = false;
  #isStale = true;
  #rest = GATHER;
  #looked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OtherIssuesOptions) {
    this.#options = options;
  }

  /** Takes note of a document; saves of the active issue change nothing about the others. */
  take(change: StateEvent | WorkEvent): void {
    if (change.event === "work") {
      if (change.issueNumber === this.#active) return;
    } else {
      if (this.#begun && change.issueNumber === this.#active) return;
      this.#active = change.issueNumber;
      this.#begun = true;
    }
    this.#isStale = true;
    this.#lookAgain();
  }

  /** Is called now and then. */
  tick(): void {
    if (performance.now() - this.#looked >= CLAIMS) this.#lookAgain();
  }

  #lookAgain(): void {
    if (this.#begun) this.#timer ??= setTimeout(() => void this.#refresh().catch(this.#options.failed), this.#rest);
  }

  close(): void {
    this.#begun = false;
    clearTimeout(this.#timer);
  }

  async #refresh(): Promise<void> {
    const began = performance.now();
    this.#looked = began;
    const isStale = this.#isStale;
    this.#isStale = false;
    const active = this.#active;
    // What cannot be looked at is not shown: the view goes on without.
    const found = await attemptLater(async (): Promise<Found> => {
      const gate = this.#options.openGate();
      const { newestOpen } = await import("../../gate/documents/list.ts");
      const { localClaims } = await import("../../gate/claims/claims.ts");
      const claims = [...(await localClaims(gate)).values()].filter(({ live }) => live);
      return { issues: isStale ? await newestOpen(gate, MOST, active) : this.#found.issues, claims };
    });
    this.#rest = Math.max(GATHER, REST * (performance.now() - began));
    this.#timer = undefined;
    if (this.#isStale) this.#lookAgain();
    if (found === undefined || isSameValue(found, this.#found)) return;
    this.#found = found;
    this.#options.show(found);
  }
}
