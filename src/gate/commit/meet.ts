/**
 * What others wrote into a document becomes a version as soon as a hook or a watch sees it,
 * not only when the gate writes next: until then it would stand nowhere but in the file. A service
 * that may be refused at any time without harm.
 */
import { GateError } from "../../base/errors.ts";
import { checkedOutBranch } from "../../files/git/checkout.ts";
import { acquireLock } from "../../files/lock/lock.ts";
import { storeFound } from "../../files/record/store-version.ts";
import { newestVersion } from "../../files/record/versions.ts";
import type { Gate } from "../gate.ts";
import { bytesOfPath } from "../view/bytes.ts";
import { outsideOf } from "../view/origin.ts";
import { isHeldBy } from "../view/version.ts";

/** Stores what a document holds where that is no version; for documents of the gate alone. */
export async function meetVersion(gate: Gate, path: string, command = "gate hook"): Promise<void> {
  const { project } = gate;
  try {
    const newest = newestVersion(project, path);
    const bytes = bytesOfPath(gate, path);
    if (bytes === undefined || (newest !== undefined && isHeldBy(project, newest, bytes))) return;
    // Who holds the lock is writing, and stores what it finds.
    const lock = await acquireLock(project, path, { timeoutMs: 0, command });
    try {
      const found = bytesOfPath(gate, path);
      if (found === undefined) return;
      const met = outsideOf(gate, path, found);
      storeFound(project, path, found, { timestamp: gate.clock(), branch: checkedOutBranch(project.root), met });
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
  }
}
