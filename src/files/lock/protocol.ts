/**
 * The steps of a lock between processes, in the order in which they are taken: look,
 * judge, claim, look again, then withdraw, or hold and release; clean up on the way.
 *
 * A lock is a folder of numbered files of which the highest rules: `<n>` holds its
 * owner, `<n>.rel` says it was released. Invariant: a file that may belong to a live
 * holder is never removed, so there is no check-then-delete that could race. Old
 * generations go in ascending order, so that as long as `n` is there, no generation
 * after it can have been removed.
 * Model: `proof/lock.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { closeQuietly, createNew, removeQuietly } from "../guard/descriptor.ts";
import { asGateError, attempt, codeOf } from "../guard/errors.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, isMissing, isSameFile, keyOf, openFolder, type Stats, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { lifeOf, type Owner, parseOwner, readOwner, recordOf } from "./owner.ts";
import { PROBE, privateName, publish, publishNew, writeRecord } from "./private-file.ts";
import type { Place } from "./queue.ts";

/** How many generations behind the ruling one are kept, for those who look at an old listing. */
const KEPT_GENERATIONS = 16;
/** Numbers of that size are no work of ours. */
const MAX_GENERATION = 999_999_999_999_999;
/** A heartbeat this old, in milliseconds, is a sign of death. */
export const SILENCE = 60_000;
/** But only if no heartbeat comes while we watch: after a suspend all clocks jump before anybody can beat. */
const WATCH = 15_000;
/** Without links a record may be read while it is written. */
const WRITING = 10_000;
/** From when on a look may cost a process. */
const PATIENCE = 250;
/** A private file older than this, in milliseconds, was left by a process that died. */
const ORPHANED_AFTER = 3_600_000;

/** Where the lock of a document is, relative to the project. */
export function lockPath(document: string): string {
  return `${GATE_FOLDER}/locks/${keyOf(document)}`;
}

/** What came of a look at a lock: it was taken, or somebody has it, whose record may be unreadable. */
export type Attempt =
  | { readonly kind: "taken"; readonly claim: Claim }
  | { readonly kind: "busy"; readonly owner?: Owner };

/** Takes the lock of a document if it can be had now. */
export async function attemptLock(project: Project, document: string, command: string, watch: Watch): Promise<Attempt> {
  let folder: Folder | undefined;
  try {
    folder = openLockFolder(project, lockPath(document));
    if (folder === undefined) return BUSY;
    const standing = look(folder);
    if (standing.generation >= MAX_GENERATION) throw damaged(document);
    const judgement = await judge(folder, standing, watch);
    if (judgement !== "free") watch.place.join(folder, standing.names);
    if (judgement !== "free") return judgement;
    if (!(await watch.place.hasTurn(folder, standing.generation, standing.names))) return BUSY;
    const claimed = claim(folder, standing, command);
    if (claimed === undefined || !confirm(claimed, standing)) return BUSY;
    folder = undefined;
    return { kind: "taken", claim: claimed };
  } catch (error) {
    // The folder was removed under our hands: look again, in the one that is there now.
    if (isMissing(error)) return BUSY;
    throw asGateError(error, "lock", document);
  } finally {
    folder?.close();
  }
}

const BUSY = { kind: "busy" } as const;

/** Opens a lock folder, made where it is missing. */
function openLockFolder(project: Project, path: string): Folder | undefined {
  const present = openFolder(project, path);
  if (present !== undefined) return present;
  ensureGateFolder(project);
  ensureFolders(project, [path]);
  return openFolder(project, path);
}

/** A lock folder as it was seen. */
export interface Standing {
  /** The ruling generation; 0 where there was none yet. */
  readonly generation: number;
  readonly released: boolean;
  readonly names: readonly string[];
}

/** Look: lists the folder and finds the ruling generation. */
export function look(folder: Folder): Standing {
  const names = folder.names();
  let generation = 0;
  for (const name of names) generation = Math.max(generation, generationOf(name) ?? 0);
  return { generation, released: names.includes(`${generation}.rel`), names };
}

function generationOf(name: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(name) ? Number(name) : undefined;
}

/** What one who waits has seen so far, in milliseconds of its own clock. */
export interface Watch {
  readonly began: number;
  readonly place: Place;
  /** The last heartbeat, and since when there was no other. */
  heartbeat?: string;
  since: number;
}

/** Judge: whether the next generation may be claimed, because the ruling one was released or its owner is dead. */
async function judge(
  folder: Folder,
  { generation, released }: Standing,
  watch: Watch,
): Promise<"free" | { readonly kind: "busy"; readonly owner?: Owner }> {
  if (generation === 0 || released) return "free";
  const read = readOwner(folder, String(generation));
  if (read.kind === "unreadable") return "free";
  if (read.kind !== "text") return BUSY;
  const owner = parseOwner(read.text);
  if (owner === undefined) return isLeftover(folder, read.stats) ? "free" : BUSY;
  const life = await lifeOf(owner, system.monotonic() - watch.began > PATIENCE);
  if (life === "dead") return "free";
  if (life === "unsure" && isSilent(folder, `${generation} ${read.stats.mtimeNs}`, read.stats, watch)) return "free";
  return { kind: "busy", owner };
}

/** A torn record: linked whole, it can only come from a power cut; written in place, it may be still on its way. */
function isLeftover(folder: Folder, stats: Stats): boolean {
  const name = privateName();
  try {
    const { linked, descriptor, written } = publish(folder, PROBE, name);
    if (linked) closeQuietly(descriptor);
    return linked !== undefined || written - Number(stats.mtimeMs) > WRITING;
  } finally {
    removeQuietly(folder, name);
  }
}

/** Whether the heart of a holder on another machine has stopped, by the clock of the file system and by ours. */
function isSilent(folder: Folder, heartbeat: string, stats: Stats, watch: Watch): boolean {
  const now = system.monotonic();
  if (watch.heartbeat !== heartbeat) {
    watch.heartbeat = heartbeat;
    watch.since = now;
  }
  if (now - watch.since < WATCH) return false;
  watch.since += 1000;
  return publish(folder, PROBE).written - Number(stats.mtimeMs) > SILENCE;
}

/** A generation that was taken. Its file stays open, so that its inode number is not given to another. */
export interface Claim {
  readonly folder: Folder;
  /** The number of the generation, which is the fencing token. */
  readonly token: number;
  readonly record: Uint8Array;
  readonly descriptor: number;
  /** What the file system's clock said when the record was written, in milliseconds. */
  readonly written: number;
}

/** Claim: tries to become the next generation; `undefined` where another process was quicker. */
function claim(folder: Folder, { generation }: Standing, command: string): Claim | undefined {
  const token = generation + 1;
  const record = recordOf(command);
  const published = publishNew(folder, record, String(token));
  return published && { folder, token, record, ...published };
}

/** Whether a claim stands. One that does not is withdrawn; behind one that does is cleaned up. */
function confirm(claimed: Claim, standing: Standing): boolean {
  let stands = false;
  try {
    if (!lookAgain(claimed)) return false;
    attempt(() => cleanUp(claimed, standing));
    stands = true;
    return true;
  } finally {
    if (!stands) withdraw(claimed);
  }
}

/**
 * Look again: whether the claim stands. Its number may have been used and cleaned up
 * before it was taken, because we slept since the look: then a higher one rules, or the
 * one before it is gone.
 */
function lookAgain({ folder, token }: Claim): boolean {
  if (look(folder).generation > token) return false;
  return token === 1 || statsAt(folder.at(String(token - 1))) !== undefined;
}

/**
 * Withdraw: gives up a claim that nobody can have relied on; the folder stays open. It is
 * marked and not removed: its number would become another's for those who have seen it, and
 * behind one who was passed over while he slept there would be a gap that hides the next ones.
 */
function withdraw(claim: Claim): void {
  if (!mark(claim)) empty(claim);
  closeQuietly(claim.descriptor);
}

/** Clean up: removes what is far behind a claim, and private files whose process died long ago. */
function cleanUp({ folder, token, written }: Claim, { names }: Standing): void {
  const old = names
    .map((name) => ({ name, number: generationOf(name.replace(/\.rel$/, "")) ?? Number.POSITIVE_INFINITY }))
    .filter(({ number }) => number <= token - KEPT_GENERATIONS)
    .sort((one, other) => one.number - other.number || one.name.length - other.name.length);
  for (const { name } of old) {
    // One that stays would stand before a gap, and the gap would look like a beginning.
    if (!removeQuietly(folder, name) && statsAt(folder.at(name)) !== undefined) return;
  }
  for (const name of names) {
    if (!/^own-[0-9a-f]{16}$/.test(name)) continue;
    const stats = statsAt(folder.at(name));
    if (stats !== undefined && written - Number(stats.mtimeMs) > ORPHANED_AFTER) removeQuietly(folder, name);
  }
}

/** Hold: whether nobody else has the lock by now; `false` also where that cannot be found out. */
export function isHeld({ folder, token, descriptor }: Claim): boolean {
  try {
    // In this order: a later generation that was there and is cleaned up took ours with it.
    if (statsAt(folder.at(String(token + 1))) !== undefined) return false;
    return isSameFile(statsAt(folder.at(String(token))), system.fstatSync(descriptor, { bigint: true }));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** Hold: shows that the owner lives. Writing the same bytes lets the file system set the time, by the clock all share. */
export function beat({ descriptor, record }: Claim): void {
  writeRecord(descriptor, record);
}

/** Release: marks the generation; where that fails, as on a full disk, an empty record says it too. */
export function release(claim: Claim): void {
  if (!(isHeld(claim) && mark(claim))) empty(claim);
  closeQuietly(claim.descriptor);
  claim.folder.close();
}

/** Marks a generation as released. */
function mark({ folder, token }: Claim): boolean {
  return attempt(() => closeQuietly(createNew(folder.at(`${token}.rel`), 0o644)));
}

/** Leaves a torn record, which is a dead one, and needs no space on the disk. */
function empty({ descriptor }: Claim): void {
  attempt(() => system.ftruncateSync(descriptor, 0));
}

function damaged(document: string): GateError {
  return new GateError("IO", `Cannot lock ${printable(document)}: its lock folder holds impossible numbers`, {
    path: document,
    hint: `Delete ${lockPath(document)} while no gate is running.`,
  });
}
