/**
 * The lock of a document, between processes.
 *
 * Invariant: at most one live holder. A lock is taken by linking a finished record
 * to the next number, which only one process can; it is never taken from a holder
 * that may live, and what a dead one left is passed over, not removed. The number
 * is a fencing token: who was overtaken finds a higher one and must not write.
 * Lock files with a time to live were tried by others: two holders after a stale
 * one, and a clock an hour ahead steals from the living.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { removeQuietly } from "../guard/descriptor.ts";
import { asGateError, attempt, codeOf } from "../guard/errors.ts";
import { type Folder, isMissing, keyOf, type Stats, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { Claim, cleanUp, isExhausted, lookAt, openLockFolder, readOwner, type Standing } from "./generations.ts";
import { HeldLock, type Lock, SILENCE } from "./held-lock.ts";
import { lifeOf, type Owner, ownFacts, parseOwner } from "./owner.ts";

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
/** But only if no heartbeat comes while we watch: after a suspend all clocks jump before anybody can beat. */
const WATCH = 15_000;
/** Without links a record may be read while it is written. */
const WRITING = 10_000;
const NOTICEABLE = 500;
/** From when on a look may cost a process. */
const PATIENCE = 250;
const LONGEST_PAUSE = 25;

/** Takes the lock of a document. `LOCKED` when the time is up, with the holder named. */
export async function acquireLock(project: Project, document: string, options: LockOptions): Promise<Lock> {
  const key = keyOf(document);
  const began = system.monotonic();
  const timeout = options.timeoutMs ?? DEFAULT_TIMEOUT;
  const watch: Watch = { since: began, beat: undefined };
  let told = false;
  for (let pause = 2; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
    const waited = system.monotonic() - began;
    const result = await attemptLock(project, document, key, options.command, watch, waited > PATIENCE);
    if (result.kind === "taken") return result.lock;
    const over = system.monotonic() - began;
    if (over >= timeout) throw locked(document, key, result.owner);
    if (!told && over >= NOTICEABLE && result.owner !== undefined) {
      told = true;
      options.onWait?.(describe(result.owner));
    }
    await sleep(Math.min(timeout - over, pause * (0.5 + Math.random() / 2)));
  }
}

type Attempt = { readonly kind: "taken"; readonly lock: Lock } | { readonly kind: "busy"; readonly owner?: Owner };

/** What one who waits has seen of a heartbeat, by its own clock. */
interface Watch {
  since: number;
  beat: string | undefined;
}

async function attemptLock(
  project: Project,
  document: string,
  key: string,
  command: string,
  watch: Watch,
  thorough: boolean,
): Promise<Attempt> {
  let folder: Folder | undefined;
  try {
    folder = openLockFolder(project, key);
    if (folder === undefined) return { kind: "busy" };
    const standing = lookAt(folder);
    if (isExhausted(standing)) throw damaged(document, key);
    if (standing.generation > 0 && !standing.released) {
      const judged = await judge(folder, standing.generation, watch, thorough);
      if (judged !== "dead") return { kind: "busy", ...judged };
    }
    const owner: Owner = { id: system.random(8), ...ownFacts(), command, since: system.now() };
    const lock = take(folder, standing, document, owner);
    if (lock === undefined) return { kind: "busy" };
    folder = undefined;
    return { kind: "taken", lock };
  } catch (error) {
    // The folder was removed under our hands: look again, in the one that is there now.
    if (isMissing(error)) return { kind: "busy" };
    throw asGateError(error, "lock", document);
  } finally {
    folder?.close();
  }
}

/** Tries to become the next generation; `undefined` where another process was quicker. */
function take(folder: Folder, standing: Standing, document: string, owner: Owner): Lock | undefined {
  const token = standing.generation + 1;
  const record = Buffer.from(`${JSON.stringify(owner)}\n`);
  let claim = new Claim(folder);
  let lock: HeldLock | undefined;
  try {
    const now = claim.write(record);
    const linked = claim.link(String(token));
    if (linked === false) return undefined;
    if (linked === undefined) {
      claim.close();
      const exclusive = claimExclusively(folder, token, record);
      if (exclusive === undefined) return undefined;
      claim = exclusive;
    }
    claim.unname();
    lock = new HeldLock(document, token, folder, claim, record);
    if (isOvertaken(folder, standing)) {
      lock.withdraw();
      return undefined;
    }
    attempt(() => cleanUp(folder, standing.names, token, now));
    return lock;
  } catch (error) {
    lock?.withdraw();
    throw error;
  } finally {
    if (lock === undefined) claim.close();
  }
}

function claimExclusively(folder: Folder, token: number, record: Uint8Array): Claim | undefined {
  let claim: Claim;
  try {
    claim = new Claim(folder, token);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
  try {
    claim.write(record);
    return claim;
  } catch (error) {
    removeQuietly(folder, String(token));
    claim.close();
    throw error;
  }
}

/**
 * Whether our number had been used and cleaned up before we took it, because we
 * slept since the listing: then a higher one rules, or the one before ours is gone.
 */
function isOvertaken(folder: Folder, standing: Standing): boolean {
  if (lookAt(folder).generation > standing.generation + 1) return true;
  return standing.generation > 0 && statsAt(folder.at(String(standing.generation))) === undefined;
}

async function judge(
  folder: Folder,
  generation: number,
  watch: Watch,
  thorough: boolean,
): Promise<"dead" | { readonly owner?: Owner }> {
  const read = readOwner(folder, generation);
  if (read.kind === "unreadable") return "dead";
  if (read.kind !== "text") return {};
  const owner = parseOwner(read.text);
  if (owner === undefined) return isLeftover(folder, read.stats) ? "dead" : {};
  const life = await lifeOf(owner, thorough);
  if (life === "unsure" && isSilent(folder, `${generation} ${read.stats.mtimeNs}`, read.stats, watch)) return "dead";
  return life === "dead" ? "dead" : { owner };
}

/** A torn record: linked whole, it can only come from a power cut; written in place, it may be still on its way. */
function isLeftover(folder: Folder, stats: Stats): boolean {
  const claim = new Claim(folder);
  const second = `own-${system.random(8)}`;
  try {
    const now = claim.write(Buffer.from("{}"));
    if (claim.link(second) !== undefined) return true;
    return now - Number(stats.mtimeMs) > WRITING;
  } finally {
    claim.close();
    removeQuietly(folder, second);
  }
}

/** Whether the heart of a holder on another machine has stopped, by the clock of the file system and by ours. */
function isSilent(folder: Folder, beat: string, stats: Stats, watch: Watch): boolean {
  const now = system.monotonic();
  if (watch.beat !== beat) {
    watch.beat = beat;
    watch.since = now;
  }
  if (now - watch.since < WATCH) return false;
  watch.since += 1000;
  const claim = new Claim(folder);
  try {
    return claim.write(Buffer.from("{}")) - Number(stats.mtimeMs) > SILENCE;
  } finally {
    claim.close();
  }
}

function describe(owner: Owner): string {
  if (owner.pid <= 0) return "another process holds it";
  const what = owner.command === "" ? "" : ` (${printable(owner.command)})`;
  const where = owner.host === "" ? "" : ` on ${printable(owner.host)}`;
  const since = owner.since > 0 && owner.since < 8.64e15 ? ` since ${formatTime(owner.since)}` : "";
  return `process ${owner.pid}${what}${where} has held it${since}`;
}

function locked(document: string, key: string, owner: Owner | undefined): GateError {
  const folder = `${GATE_FOLDER}/locks/${key}`;
  const reason = owner === undefined ? "another process holds it" : describe(owner);
  const hint =
    owner === undefined || owner.pid <= 0 || owner.host !== ownFacts().host
      ? `Wait and try again; if no gate is running on any machine that uses this folder, delete ${folder}`
      : `Wait and try again, or end process ${owner.pid} if it hangs; if it is no gate, delete ${folder}`;
  return new GateError("LOCKED", `Cannot lock ${printable(document)}: ${reason}`, { path: document, hint });
}

function damaged(document: string, key: string): GateError {
  return new GateError("IO", `Cannot lock ${printable(document)}: its lock folder holds impossible numbers`, {
    path: document,
    hint: `Delete ${GATE_FOLDER}/locks/${key} while no gate is running.`,
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
