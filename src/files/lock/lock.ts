/**
 * The lock of a document, between processes.
 *
 * Invariant: at most one live holder. A lock is taken by linking a finished record
 * to the next number, which only one process can; it is never taken from a holder
 * that may live, and what a dead one left is passed over, not removed. The number
 * is a fencing token: who was overtaken finds a higher one and must not write.
 * Lock files with a time to live were tried by others: two holders after a stale
 * one, and a clock an hour ahead steals from the living.
 * Model: `proof/lock.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { HeldLock, type Lock } from "./held-lock.ts";
import { type Owner, ownFacts } from "./owner.ts";
import { attemptLock, lockPath, type Watch } from "./protocol.ts";
import { Place } from "./queue.ts";

export interface LockOptions {
  /** How long to wait for another holder, in milliseconds; 30 s by default. */
  readonly timeoutMs?: number | undefined;
  /** What the holder is doing, for those who wait. */
  readonly command: string;
  /** Called once, when the wait becomes noticeable, with a description of the holder. */
  readonly onWait?: ((holder: string) => void) | undefined;
}

export type { Lock } from "./held-lock.ts";

const DEFAULT_TIMEOUT = 30_000;
const NOTICEABLE = 500;

/** Takes the lock of a document. `LOCKED` when the time is up, with the holder named. */
export async function acquireLock(project: Project, document: string, options: LockOptions): Promise<Lock> {
  const { command, timeoutMs: timeout = DEFAULT_TIMEOUT, onWait } = options;
  const began = system.monotonic();
  const place = new Place(project, lockPath(document), { command, waits: timeout > 0 });
  const watch: Watch = { began, since: began, place };
  let told = false;
  try {
    for (;;) {
      const result = await attemptLock(project, document, command, watch);
      if (result.kind === "taken") return new HeldLock(document, result.claim);
      const waited = system.monotonic() - began;
      if (waited >= timeout) throw locked(document, result.owner);
      if (!told && waited >= NOTICEABLE && result.owner !== undefined) {
        told = true;
        onWait?.(describe(result.owner));
      }
      await sleep(Math.min(timeout - waited, place.nextPause() * (0.5 + Math.random() / 2)));
    }
  } finally {
    place.leave();
  }
}

function describe(owner: Owner): string {
  if (owner.pid <= 0) return "another process holds it";
  const what = owner.command === "" ? "" : ` (${printable(owner.command)})`;
  const where = owner.host === "" ? "" : ` on ${printable(owner.host)}`;
  const since = owner.since > 0 && owner.since < 8.64e15 ? ` since ${formatTime(owner.since)}` : "";
  return `process ${owner.pid}${what}${where} has held it${since}`;
}

function locked(document: string, owner: Owner | undefined): GateError {
  const folder = lockPath(document);
  const reason = owner === undefined ? "another process holds it" : describe(owner);
  const hint =
    owner === undefined || owner.pid <= 0 || owner.host !== ownFacts().host
      ? `Wait and try again; if no gate is running on any machine that uses this folder, delete ${folder}`
      : `Wait and try again, or end process ${owner.pid} if it hangs; if it is no gate, delete ${folder}`;
  return new GateError("LOCKED", `Cannot lock ${printable(document)}: ${reason}`, { path: document, hint });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
