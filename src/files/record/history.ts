/**
 * The bytes that changes replaced, one file for each, with a line in front that
 * says which change it was.
 *
 * Invariant: an entry is on the disk before the bytes it keeps are replaced, and
 * ids of a document sort in the order of its changes, also within a millisecond
 * and after the clock was set back: the caller holds the document's lock, so the
 * newest id is known. One file is one fsync, and nothing has to be rewritten.
 */
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { removeQuietly, writeNew } from "../guard/descriptor.ts";
import { attempt, explained } from "../guard/errors.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, keyOf, openFolder, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { encodeHeader, readEntry } from "./entry-file.ts";
import type { Addition, HistoryEntry } from "./history-entry.ts";

const FOLDER = `${GATE_FOLDER}/history`;
const ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z-[0-9a-f]{6}$/;
const KEPT_ENTRIES = 100;
const DAY = 24 * 3_600_000;
const KEPT_FOR = 30 * DAY;

/** Keeps the bytes that a change is about to replace, durably, and returns the id of the entry. */
export function addHistory(project: Project, document: string, addition: Addition): string {
  const folder = openOrMake(project, keyOf(document));
  try {
    return explained("keep the history of", document, () => {
      const ids = idsIn(folder);
      const id = nextId(addition.timestamp, ids.at(-1));
      const bytes = addition.bytes ?? new Uint8Array();
      writeNew(folder, id, Buffer.concat([encodeHeader(document, addition), bytes]), 0o600);
      if (!folder.sync()) {
        removeQuietly(folder, id);
        throw new GateError("IO", `Cannot keep the history of ${printable(document)}: the disk did not confirm it`, {
          path: document,
          hint: "Check the disk; nothing was changed.",
        });
      }
      attempt(() => prune(folder, [...ids, id], addition));
      return id;
    });
  } finally {
    folder.close();
  }
}

/** The entries of one document or of all, newest first, at most `limit` of them. */
export function listHistory(
  project: Project,
  document?: string,
  limit: number = Number.POSITIVE_INFINITY,
): HistoryEntry[] {
  const found: { readonly id: string; readonly folder: Folder }[] = [];
  const folders = foldersOf(project, document);
  try {
    for (const folder of folders) for (const id of idsIn(folder)) found.push({ id, folder });
    found.sort((one, other) => (one.id < other.id ? 1 : -1));
    const entries: HistoryEntry[] = [];
    for (const { id, folder } of found) {
      if (entries.length >= limit) break;
      const entry = explained("read the history in", folder.path, () => readEntry(folder, id, false)?.entry);
      if (entry !== undefined && (document === undefined || entry.path === document)) entries.push(entry);
    }
    return entries;
  } finally {
    for (const folder of folders) folder.close();
  }
}

/** When the newest entry of a document was added, in milliseconds since the epoch; `undefined` without one. */
export function newestHistory(project: Project, document: string): number | undefined {
  const folder = openFolder(project, `${FOLDER}/${keyOf(document)}`);
  try {
    const newest = folder && explained("list", folder.path, () => idsIn(folder).at(-1));
    return newest === undefined ? undefined : instantOf(newest);
  } finally {
    folder?.close();
  }
}

/** Whether the gate has ever changed this document, as far as it remembers. */
export function hasHistory(project: Project, document: string): boolean {
  return listHistory(project, document, 1).length > 0;
}

/**
 * Reads what an entry kept; whose it is need not be known, but is found faster with
 * it. `NOT_FOUND`, `UNSAFE_PATH` for an id that could be no name, `CORRUPT` for a torn file.
 */
export function readHistory(
  project: Project,
  id: string,
  document?: string,
): { readonly entry: HistoryEntry; readonly bytes: Uint8Array } {
  return withEntry(project, id, document, (folder) => {
    const read = explained("read the history entry", id, () => readEntry(folder, id, true));
    if (read !== undefined) return read;
    throw new GateError("CORRUPT", `Cannot read history entry ${id}: its file is damaged`, {
      path: `${folder.path}/${id}`,
      hint: "Choose another entry with: gate history",
    });
  });
}

/** Forgets an entry whose change did not happen after all; one that is gone already is no failure. */
export function removeHistory(project: Project, document: string, id: string): void {
  if (!ID.test(id)) return;
  for (const folder of foldersOf(project, document)) {
    removeQuietly(folder, id);
    folder.close();
  }
}

function withEntry<T>(project: Project, id: string, document: string | undefined, use: (folder: Folder) => T): T {
  const fault = faultOfName(id);
  if (fault !== undefined) {
    throw new GateError("UNSAFE_PATH", `Cannot use history entry ${JSON.stringify(printable(id))}: ${fault}`, {
      hint: "Give an id that gate history prints.",
    });
  }
  const folders = ID.test(id) ? foldersOf(project, document) : [];
  try {
    const folder = folders.find((one) => explained("look at", one.path, () => statsAt(one.at(id))) !== undefined);
    if (folder !== undefined) return use(folder);
  } finally {
    for (const one of folders) one.close();
  }
  throw new GateError("NOT_FOUND", `Cannot find history entry ${printable(id)}: there is none with this id`, {
    hint: "Give an id that gate history prints.",
  });
}

function openOrMake(project: Project, key: string): Folder {
  const path = `${FOLDER}/${key}`;
  const present = openFolder(project, path);
  if (present !== undefined) return present;
  ensureGateFolder(project);
  ensureFolders(project, [path]);
  const made = openFolder(project, path);
  if (made !== undefined) return made;
  throw new GateError("IO", `Cannot open ${path}: another program removed it`, { path, hint: "Try again." });
}

function foldersOf(project: Project, document: string | undefined): Folder[] {
  if (document !== undefined) {
    const folder = openFolder(project, `${FOLDER}/${keyOf(document)}`);
    return folder === undefined ? [] : [folder];
  }
  const above = openFolder(project, FOLDER);
  if (above === undefined) return [];
  const opened: Folder[] = [];
  try {
    for (const name of explained("list", FOLDER, () => above.names())) {
      if (faultOfName(name) !== undefined) continue;
      const folder = openFolder(project, `${FOLDER}/${name}`);
      if (folder !== undefined) opened.push(folder);
    }
    return opened;
  } catch (error) {
    for (const folder of opened) folder.close();
    throw error;
  } finally {
    above.close();
  }
}

/** Oldest first. */
function idsIn(folder: Folder): string[] {
  return folder
    .names()
    .filter((name) => ID.test(name))
    .sort();
}

function nextId(timestamp: number, newest: string | undefined): string {
  const instant = Math.max(timestamp, newest === undefined ? 0 : instantOf(newest) + 1);
  return `${new Date(instant).toISOString().replace(/[-:.]/g, "")}-${system.random(3)}`;
}

function instantOf(id: string): number {
  const [, year, month, day, hour, minute, second, fraction] = ID.exec(id) ?? [];
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction),
  );
}

/**
 * Removes what is neither among the newest nor young. An entry from the future says
 * that a clock is or was wrong. As long as the newest entries are from there too it
 * may be the clock now, and how old the entry is nobody knows.
 */
function prune(folder: Folder, ids: readonly string[], { timestamp: now, keep }: Addition): void {
  if (keep !== undefined) {
    for (const id of ids.slice(0, -keep)) removeQuietly(folder, id);
    return;
  }
  const isFuture = (id: string) => timeOf(folder, id, now) > now + DAY;
  let isTrusted: boolean | undefined;
  for (const id of ids.slice(0, -KEPT_ENTRIES)) {
    if (isFuture(id)) {
      isTrusted ??= !ids.slice(-KEPT_ENTRIES).some(isFuture);
      if (!isTrusted) continue;
    } else if (now - timeOf(folder, id, now) <= KEPT_FOR) return;
    removeQuietly(folder, id);
  }
}

/** When a change was made. After a clock was set back ids go on from the newest; then the entry says it itself. */
function timeOf(folder: Folder, id: string, now: number): number {
  const instant = instantOf(id);
  return instant <= now ? instant : (readEntry(folder, id, false)?.entry.timestamp ?? instant);
}
