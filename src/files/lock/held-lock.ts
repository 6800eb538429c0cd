/**
 * A lock while it is held, as its holder has it: the heartbeat, and the release on the way out.
 * Model: `proof/lock.pml`.
 */
import { beat, type Claim, isHeld, release } from "./protocol.ts";

/** A lock that this process holds. */
export interface Lock {
  /** The path of the document it is for. */
  readonly document: string;
  /** Grows with every holder of the document. */
  readonly token: number;
  /** Whether nobody else has it by now; `false` also where that cannot be found out. */
  isHeld(): boolean;
  /** Gives it back; never throws. */
  release(): void;
}

/** How often a holder shows that it lives, in milliseconds. */
const HEARTBEAT = 10_000;

const held = new Set<HeldLock>();

/** What an exit leaves unreleased, others on this machine find dead, but those elsewhere would wait for a minute. */
function releaseAll(): void {
  for (const lock of held) lock.release();
}

/** One holding of a lock: a claim that stands and was not yet released. */
export class HeldLock implements Lock {
  readonly document: string;
  readonly token: number;
  readonly #claim: Claim;
  readonly #heartbeat: NodeJS.Timeout;
  #released = false;

  constructor(document: string, claim: Claim) {
    this.document = document;
    this.token = claim.token;
    this.#claim = claim;
    this.#heartbeat = setInterval(() => beatQuietly(claim), HEARTBEAT).unref();
    if (held.size === 0) process.once("exit", releaseAll);
    held.add(this);
  }

  isHeld(): boolean {
    return !this.#released && isHeld(this.#claim);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#heartbeat);
    held.delete(this);
    if (held.size === 0) process.removeListener("exit", releaseAll);
    release(this.#claim);
  }
}

function beatQuietly(claim: Claim): void {
  try {
    beat(claim);
  } catch {
    // A missed beat costs nothing yet, and nobody is here to be told.
  }
}
