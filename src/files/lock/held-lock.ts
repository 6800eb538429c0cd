/**
 * A lock while it is held: the heartbeat, the question whether it still is ours,
 * and the release, which has to work on a full disk too.
 */
import { closeQuietly, removeQuietly } from "../guard/descriptor.ts";
import { attempt, codeOf } from "../guard/errors.ts";
import { type Folder, isSameFile, statsAt } from "../guard/path.ts";
import { FLAGS, system } from "../guard/system.ts";
import type { Claim } from "./generations.ts";

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
export const HEARTBEAT = 10_000;
/** A heartbeat this old, in milliseconds, is a sign of death. */
export const SILENCE = 60_000;

const held = new Set<HeldLock>();

/** What an exit leaves unreleased, others on this machine find dead, but those elsewhere would wait for a minute. */
function releaseAll(): void {
  for (const lock of held) lock.release();
}

/** One holding of a lock: a generation that was taken and not yet released. */
export class HeldLock implements Lock {
  readonly document: string;
  readonly token: number;
  readonly #folder: Folder;
  readonly #claim: Claim;
  readonly #heartbeat: NodeJS.Timeout;
  #released = false;

  constructor(document: string, token: number, folder: Folder, claim: Claim, record: Uint8Array) {
    this.document = document;
    this.token = token;
    this.#folder = folder;
    this.#claim = claim;
    this.#heartbeat = setInterval(() => beat(claim, record), HEARTBEAT).unref();
    if (held.size === 0) process.once("exit", releaseAll);
    held.add(this);
  }

  isHeld(): boolean {
    if (this.#released) return false;
    try {
      // In this order: a later generation that was there and is cleaned up took ours with it.
      if (statsAt(this.#folder.at(String(this.token + 1))) !== undefined) return false;
      return isSameFile(statsAt(this.#folder.at(String(this.token))), this.#claim.stats());
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return false;
    }
  }

  release(): void {
    if (this.#released) return;
    const marked = this.isHeld() && attempt(() => this.#mark());
    if (!marked) attempt(() => this.#claim.clear());
    this.#end();
    this.#folder.close();
  }

  /** Gives up a generation nobody can have relied on; the folder stays with the caller. */
  withdraw(): void {
    if (this.#released) return;
    removeQuietly(this.#folder, String(this.token));
    attempt(() => this.#claim.clear());
    this.#end();
  }

  #mark(): void {
    const flags = FLAGS.write | FLAGS.create | FLAGS.exclusive | FLAGS.noFollow;
    closeQuietly(system.openSync(this.#folder.at(`${this.token}.rel`), flags, 0o644));
  }

  #end(): void {
    this.#released = true;
    clearInterval(this.#heartbeat);
    this.#claim.close();
    held.delete(this);
    if (held.size === 0) process.removeListener("exit", releaseAll);
  }
}

/** Writing the same bytes lets the file system set the time, by the clock that all holders share. */
function beat(claim: Claim, record: Uint8Array): void {
  try {
    claim.write(record);
  } catch {
    // A missed beat costs nothing yet, and nobody is here to be told.
  }
}
