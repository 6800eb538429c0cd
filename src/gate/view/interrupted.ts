/**
 * Whether an operation was interrupted between two documents. Reading: takes no
 * lock, and asks for no more than the existence of a file while nothing is wrong.
 *
 * A record is there also while its operation runs. Whoever wrote it held the lock
 * of the state document and gives that back after removing the record; so a record
 * that is still the same after its lock was seen in nobody's hands is left behind.
 */
import { GateError } from "../../base/errors.ts";
import { hasIntent, type IntentFound, isSameIntent, readIntent } from "../../files/record/intent-log.ts";
import { isCheckedOut } from "../../files/record/version-places.ts";
import type { Facts } from "../../rules/rule.ts";
import { type Gate, STATE_PATH } from "../gate.ts";

/** Who meets a different record each time sees others at work, and nothing interrupted. */
const LOOKS = 3;

/** The operation that nobody is at any more; `revision`, of the state document, is a function as it is hardly ever asked. */
export async function findInterrupted(gate: Gate, revision: () => string | undefined): Promise<Facts["unfinished"]> {
  const { project } = gate;
  if (!hasIntent(project)) return undefined;
  for (let look = 0; look < LOOKS; look++) {
    const found = readIntent(project);
    // One that came with a checkout tells of nobody's operation here.
    if (found === undefined || isCheckedOut(project) || isFinished(found, revision()) || (await isRunning(gate, found)))
      return undefined;
    if (isSameIntent(readIntent(project), found)) {
      return found.kind === "record" ? { command: found.intent.command } : {};
    }
  }
  return undefined;
}

/** Whether only the record is left of the operation: its last step gave the state document these bytes. */
export function isFinished(found: IntentFound, revision: string | undefined): boolean {
  return found.kind === "record" && found.intent.revision !== undefined && found.intent.revision === revision;
}

async function isRunning({ project }: Gate, found: IntentFound): Promise<boolean> {
  // A record arrives whole, so nobody who runs has written something else.
  if (found.kind === "foreign") return false;
  const { isLocked } = await import("../../files/lock/is-locked.ts");
  try {
    return await isLocked(project, STATE_PATH, found.kind === "record" ? found.intent.lock : undefined);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return false;
  }
}
