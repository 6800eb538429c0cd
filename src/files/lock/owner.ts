/**
 * Who holds a lock, and whether that process still lives.
 *
 * Invariant: a live holder is never called dead, however long it was stopped and
 * whatever the clocks did; where this process cannot know, it says `unsure`, and
 * the heartbeat decides. A pid alone proves nothing: pids are reused, and other
 * containers and machines count their own.
 * Model: `proof/lock.pml`.
 */
import { hostname, uptime } from "node:os";
import { parseObject } from "../../base/json.ts";
import { closeQuietly, openRegular, readAll } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { type Folder, fingerprint, type Stats } from "../guard/path.ts";
import { FLAGS, system } from "../guard/system.ts";

/** The record a holder leaves in its lock file. */
export interface Owner {
  /** Random, one for each lock taken. */
  readonly id: string;
  readonly pid: number;
  /** When the process started: clock ticks since boot on Linux, else milliseconds since the epoch; 0 unknown. */
  readonly start: number;
  /** Identifies one run of the machine; empty where there is no such id. */
  readonly boot: string;
  /** Identifies who counts the pids; empty where unknown. */
  readonly namespace: string;
  readonly host: string;
  /** Tells machines of one name apart. */
  readonly machine: string;
  readonly command: string;
  /** When the lock was taken, milliseconds since the epoch. */
  readonly since: number;
}

type Facts = Omit<Owner, "id" | "command" | "since">;

export type Life = "alive" | "dead" | "unsure";

/** Without a boot id the start of the machine is an estimate that follows the clock. */
const BOOT_TOLERANCE = 300_000;
/** A process that took a pid over started after the lock was taken, by more than clocks are read apart. */
const START_TOLERANCE = 5000;

let facts: Facts | undefined;

/** What identifies this process, looked up once. */
export function ownFacts(): Facts {
  facts ??= {
    pid: process.pid,
    start:
      system.platform === "linux" ? (startOf(readText("/proc/self/stat")) ?? 0) : Math.round(performance.timeOrigin),
    boot: bootOf(),
    namespace: namespaceOf(),
    host: hostname(),
    machine: fingerprint(readText("/etc/machine-id")),
  };
  return facts;
}

/** The record by which this process is known in the folder of a lock. */
export function recordOf(command: string): Uint8Array {
  const owner: Owner = { id: system.random(8), ...ownFacts(), command, since: system.now() };
  return Buffer.from(`${JSON.stringify(owner)}\n`);
}

/** What a look at a record found. */
export type OwnerRead =
  | { readonly kind: "text"; readonly text: string; readonly stats: Stats }
  | { readonly kind: "gone" | "forbidden" | "unreadable" };

/** Reads the record that has a name in the folder of a lock. */
export function readOwner(folder: Folder, name: string): OwnerRead {
  try {
    const opened = openRegular(folder, name);
    if (opened.kind === "missing") return { kind: "gone" };
    if (opened.kind === "refused") return { kind: "unreadable" };
    try {
      return { kind: "text", text: Buffer.from(readAll(opened.descriptor, 8192)).toString(), stats: opened.stats };
    } finally {
      closeQuietly(opened.descriptor);
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { kind: "forbidden" };
  }
}

/** Reads a record; `undefined` where the text is not one whole JSON object, as a power cut leaves it. */
export function parseOwner(text: string): Owner | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const word = (key: string): string => (typeof record[key] === "string" ? record[key] : "");
  const whole = (key: string): number => (Number.isSafeInteger(record[key]) ? (record[key] as number) : 0);
  return {
    id: word("id"),
    pid: whole("pid"),
    start: whole("start"),
    boot: word("boot"),
    namespace: word("namespace"),
    host: word("host"),
    machine: word("machine"),
    command: word("command"),
    since: whole("since"),
  };
}

/**
 * Judges a holder from what this process can see. `thorough` allows what costs a
 * process of its own, so it is asked for only after some waiting.
 */
export async function lifeOf(owner: Owner, thorough: boolean): Promise<Life> {
  const own = ownFacts();
  if (owner.pid <= 0 || owner.host !== own.host || owner.machine !== own.machine) return "unsure";
  if (own.boot !== "" && owner.boot !== "" && own.boot !== owner.boot) {
    if (!isEstimate(own.boot) || !isEstimate(owner.boot)) return "dead";
    const apart = Math.abs(Number(own.boot.slice(1)) - Number(owner.boot.slice(1)));
    if (!(apart <= BOOT_TOLERANCE)) return "unsure";
  }
  if (own.namespace === "" || owner.namespace !== own.namespace) return "unsure";
  if (system.platform === "linux") return lifeOnLinux(owner);
  const life = probe(owner.pid);
  return life === "alive" && system.platform === "darwin" && thorough ? lifeByPs(owner) : life;
}

function lifeOnLinux(owner: Owner): Life {
  const stat = readText(`/proc/${owner.pid}/stat`);
  // Nothing to read may also mean a /proc that hides the processes of others.
  if (stat === "") return probe(owner.pid);
  const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  if (state === "Z" || state === "X") return "dead";
  const start = startOf(stat);
  return owner.start > 0 && start !== undefined && start !== owner.start ? "dead" : "alive";
}

async function lifeByPs(owner: Owner): Promise<Life> {
  let answer: string;
  try {
    answer = (await system.ps(owner.pid)).trim();
  } catch {
    return "alive";
  }
  const match = /^(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s+(\S+)$/.exec(answer);
  if (!match) return "alive";
  const [, started = "", state = ""] = match;
  if (state.startsWith("Z")) return "dead";
  const start = Date.parse(`${started} UTC`);
  return start > Math.max(owner.start, owner.since) + START_TOLERANCE ? "dead" : "alive";
}

function probe(pid: number): Life {
  try {
    system.probe(pid);
    return "alive";
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code === "ESRCH" ? "dead" : "alive";
  }
}

function bootOf(): string {
  if (system.platform === "linux") return readText("/proc/sys/kernel/random/boot_id").trim();
  return system.platform === "win32" ? `~${Math.round(system.now() - uptime() * 1000)}` : "";
}

function isEstimate(boot: string): boolean {
  return boot.startsWith("~");
}

/** Pids mean the same only within one pid namespace, start times only within one time namespace. */
function namespaceOf(): string {
  if (system.platform !== "linux") return system.platform;
  try {
    const pids = system.readlinkSync("/proc/self/ns/pid");
    return `${pids} ${linkOrNone("/proc/self/ns/time")}`;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "";
  }
}

function linkOrNone(path: string): string {
  try {
    return system.readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "";
  }
}

/** Field 22 of a stat line; the name in field 2 may itself hold spaces and parentheses. */
function startOf(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const start = Number(fields[19]);
  return Number.isSafeInteger(start) && start > 0 ? start : undefined;
}

/** A small file of the system, or nothing. */
function readText(path: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = system.openSync(path, FLAGS.read | FLAGS.noWait);
    const bytes = new Uint8Array(4096);
    return Buffer.from(bytes.subarray(0, system.readSync(descriptor, bytes, 0, bytes.length, null))).toString();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "";
  } finally {
    if (descriptor !== undefined) closeQuietly(descriptor);
  }
}
