/** The versions of the documents, as far as the history remembers. Reads only. */
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { formatTime } from "../../base/time.ts";
import { readRecord } from "../../files/read/read.ts";
import type { Version } from "../../files/record/version.ts";
import { isCheckedOut } from "../../files/record/version-places.ts";
import { hasVersions, listVersions, readVersion } from "../../files/record/versions.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { requireCall } from "../call.ts";
import { archivePath, type Gate, STATE_PATH, workPath } from "../gate.ts";
import { isGuarded, mayBeGuarded } from "../view/guard.ts";
import { type Content, Timeline } from "./timeline.ts";

/** One version of a document, by what made it. */
export interface Change {
  /** What `diff`, `undo` and `restore` take. */
  readonly id: string;
  /** What made the version, such as `save`; `outside` where it was not the gate. */
  readonly operation: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`: when it was made or, from outside, met. */
  readonly timestamp: string;
  /** The document, relative to the project. */
  readonly path: string;
  /** How many bytes it has. */
  readonly size: number;
}

/** A version of a document. */
export interface HistoryItem extends Change {
  /** The digest of its bytes; absent where the document was gone. */
  readonly revision: string | undefined;
  /** The version that the document had before; absent where there was none. */
  readonly from: string | undefined;
  /** The version whose bytes an `undo` or `restore` put back, `none` for no document. */
  readonly restores: string | undefined;
  readonly actor: string | undefined;
  /** Whether the document holds it now. */
  readonly current: boolean;
  /** Whether the document is known to have had it; a kill right before it was written leaves one that it had not. */
  readonly written: boolean;
}

/** The versions of documents, as far as they are kept. */
export interface History {
  /** Newest first. */
  readonly entries: readonly HistoryItem[];
}

/** Which changes are listed. */
export interface HistoryInput {
  /** Documents, relative to the project, or the record of the batch; by default all documents. */
  readonly paths?: readonly string[];
  /** The issue whose work file is meant, at work and archived; adds to `paths`. */
  readonly issue?: number;
  /** How many entries at most. */
  readonly limit?: number;
}

/**
 * The versions of the documents, newest first, as far as they are kept: the newest 50 of a
 * document, then one an hour for two days and one a day for 30. Reads only.
 *
 * ```ts
 * const { entries } = await history(gate, { paths: [".claude/state.md"], limit: 10 });
 * entries.find(({ current }) => current); // the one that the file holds
 * ```
 */
export async function history(gate: Gate, input: HistoryInput = {}): Promise<History> {
  requireCall("history", { gate, input }, { paths: "texts?", issue: "issue?", limit: "number?" });
  const { project } = gate;
  const { issue, limit = Number.POSITIVE_INFINITY } = input;
  if (!(limit >= 1)) {
    throw new GateError("INVALID_ARGUMENT", `Cannot list ${limit} entries: expected a number from 1`, {
      hint: "Leave the limit away to list all.",
    });
  }
  const wanted = new Set(await Promise.all((input.paths ?? []).map((path) => requireDocument(gate, path))));
  if (issue !== undefined) wanted.add(workPath(issue)).add(archivePath(issue));
  const entries = documentEntries(gate)
    .filter(({ path }) => (wanted.size === 0 ? path !== BATCH_PATH : wanted.has(path)))
    .slice(0, limit);
  const held = new Map(
    [...new Set(entries.map(({ path }) => path))].map((path) => {
      const now = standing(gate, path);
      return [path, now && new Timeline(project, path, now).current?.id];
    }),
  );
  return { entries: entries.map((entry) => itemOf(entry, held.get(entry.path) === entry.id)) };
}

/**
 * The version that an id means, of one document where a path is given: the id itself, its
 * beginning, or the six characters at its end, as long as only one is meant. `NOT_FOUND`, `INVALID_ARGUMENT`
 * where several are, `UNSAFE_PATH` for what could be no id, `CORRUPT` for a torn one.
 */
export function findEntry(gate: Gate, id: string, path?: string): Version {
  const entries = documentEntries(gate).filter((entry) => path === undefined || entry.path === path);
  const exact = entries.find((entry) => entry.id === id);
  if (exact) return exact;
  const meant = entries.filter((entry) => (id.length >= SHORTEST && entry.id.startsWith(id)) || endOf(entry.id) === id);
  if (meant.length === 1) return meant[0]!;
  // It says why there is none.
  if (meant.length === 0) return requireOfDocument(gate, readVersion(gate.project, id).version, path);
  const named = meant.slice(0, NAMED).map((entry) => entry.id);
  const more = meant.length > NAMED ? ` and ${meant.length - NAMED} more` : "";
  throw new GateError("INVALID_ARGUMENT", `Cannot tell which version ${id} is: it may be ${named.join(", ")}${more}`, {
    hint: "Give more of the id, or the six characters at its end.",
  });
}

export function twoDocuments(act: string): GateError {
  return new GateError("INVALID_ARGUMENT", `Cannot ${act}: an issue is given, and what is another document`, {
    hint: "Give one of them; an id or a path says already which document is meant.",
  });
}

const SHORTEST = 4;
const NAMED = 5;

/** The part of an id that differs most from other ids. */
export function endOf(id: string): string {
  return id.slice(id.lastIndexOf("-") + 1);
}

export function changeOf({ id, operation, timestamp, path, size }: Version): Change {
  return { id, operation, timestamp: formatTime(timestamp), path, size };
}

export function itemOf(version: Version, current: boolean): HistoryItem {
  const { from, revision, restores, actor, written } = version;
  return { ...changeOf(version), revision, from, restores, actor, current, written: written || current };
}

/** How a document stands now; `undefined` where it cannot be read, which is no reason to hide its history. */
function standing({ project }: Gate, path: string): { readonly content: Content } | undefined {
  try {
    const file = readRecord(project, path);
    if (file.kind === "refused") return undefined;
    return { content: file.kind === "file" ? file.bytes : undefined };
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

const DOCUMENT = /^\.claude\/(?:work|archive)\/([^/]+\.md)$/i;

/** Versions come with a checkout too, and may then name anything: what is no document is nobody's history. */
function documentEntries({ project }: Gate): Version[] {
  return listVersions(project)
    .filter(({ path }) => isDocument(project, path))
    .sort(newestFirst);
}

/** Ids of one document differ in their time. Of two documents in one operation the state file is the later one. */
function newestFirst(one: Version, other: Version): number {
  const [time, otherTime] = [one, other].map(({ id }) => id.slice(0, -endOf(id).length)) as [string, string];
  if (time !== otherTime) return time < otherTime ? 1 : -1;
  return Number(other.path === STATE_PATH) - Number(one.path === STATE_PATH);
}

/** Files of others have a history as well, where it is certain that the gate has made it. */
function isDocument(project: Gate["project"], path: string): boolean {
  return isOwn(path) || (mayBeGuarded(path) && !isCheckedOut(project));
}

function isOwn(path: string): boolean {
  const name = DOCUMENT.exec(path)?.[1];
  return path === STATE_PATH || path === BATCH_PATH || (name !== undefined && faultOfName(name) === undefined);
}

function requireOfDocument({ project }: Gate, { id, path }: Version, wanted: string = path): Version {
  if (!isDocument(project, path)) throw noDocument(path);
  throw new GateError("INVALID_ARGUMENT", `Cannot use version ${id} for ${wanted}: it is one of ${path}`, {
    path: wanted,
    hint: `Run \`gate history --path ${wanted}\` to see those of the file.`,
  });
}

/** Refuses what is no document, and no file of others that is guarded or has a history. */
export async function requireDocument(gate: Gate, path: string): Promise<string> {
  const isKnown =
    isOwn(path) || (mayBeGuarded(path) && (hasVersions(gate.project, path) || (await isGuarded(gate, path))));
  if (isKnown) return path;
  throw noDocument(path);
}

function noDocument(path: string): GateError {
  return new GateError("INVALID_ARGUMENT", `Cannot tell the history of ${path || "."}: it is no document`, {
    path,
    hint: "Name .claude/state.md, a file in .claude/work or .claude/archive, .claude/batch_state.json, or a guarded file.",
  });
}
