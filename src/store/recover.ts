/**
 * A damaged store made good again: what there is to go back to, and the way there.
 *
 * The damaged file is copied first, with the log of a database beside it. The new
 * one is made whole and then takes its place by a rename, so that after a crash
 * there is the damaged file or the good one, never an empty store.
 */
import { GateError } from "../base/errors.ts";
import { formatTime } from "../base/time.ts";
import { acquireLock, type Lock } from "../files/lock/lock.ts";
import { exists, listFolder, readStore } from "../files/read/read.ts";
import { storeVersion, withStored } from "../files/record/store-version.ts";
import { bytesOfVersion, listVersions } from "../files/record/versions.ts";
import { backUp } from "../files/replace/backup.ts";
import { removeFile } from "../files/replace/move.ts";
import { replaceFile } from "../files/replace/replace.ts";
import {
  type Backend,
  type Checkpoint,
  compareTexts,
  type Driver,
  type DriverOptions,
  type Entries,
  folderOf,
} from "./driver.ts";
import { formatRows, parseRows, rowsOf } from "./json-rows.ts";
import { newestFirst } from "./names.ts";

/** Something good to go back to. */
export interface RecoverySource extends Checkpoint {
  readonly kind: "version" | "checkpoint" | "backup" | "salvage";
  /** The very bytes of a version. */
  readonly bytes?: Uint8Array;
}

export interface RecoveryFound {
  readonly path: string;
  /** Newest first. */
  readonly sources: readonly RecoverySource[];
  /** The good checkpoints that the damaged file itself holds and the new one shall hold too. */
  readonly checkpoints: readonly Checkpoint[];
}

/** What a damaged file can be made good from. Writes nothing. */
export async function findSources(backend: Exclude<Backend, "redis">, options: DriverOptions): Promise<RecoveryFound> {
  const found = backend === "json" ? await jsonSources(options) : await sqliteSources(options);
  // A version is first where it is as old as another by the second: it is what was saved behind a checkpoint.
  const good = newestFirst(found.sources.filter(({ kind }) => kind !== "salvage")).sort((one, other) => {
    return compareTexts(other.createdAt, one.createdAt) || Number(isVersion(other)) - Number(isVersion(one));
  });
  // What can still be read of a damaged file may lack anything: only where there is nothing else.
  return { ...found, sources: [...good, ...found.sources.filter(({ kind }) => kind === "salvage")] };
}

function isVersion({ kind }: RecoverySource): boolean {
  return kind === "version";
}

/** Puts a source in the place of the damaged file; returns the paths of the copies of what was damaged. */
export async function recoverFrom(
  backend: Exclude<Backend, "redis">,
  options: DriverOptions,
  { path, checkpoints }: RecoveryFound,
  source: RecoverySource,
): Promise<string[]> {
  const { project, timeout, command } = options;
  const lock = await acquireLock(project, path, { timeoutMs: timeout, command });
  try {
    const damagedFile = readStore(project, path);
    const isGone = damagedFile.kind === "missing" && source.kind === "version";
    if (damagedFile.kind !== "file" && !isGone) {
      throw new GateError("CONFLICT", `Cannot recover ${path}: it is gone`, { path });
    }
    const expected = damagedFile.kind === "file" ? damagedFile.bytes : undefined;
    const companions = [path, `${path}-wal`, `${path}-journal`].filter((each) => exists(project, each));
    const backups = companions.map((each) => backUp(project, each));
    const bytes =
      backend === "json"
        ? (source.bytes ?? Buffer.from(formatRows(rowsOf(source.entries))))
        : await makeDatabase(options, source.entries, checkpoints, lock);
    // A log that belongs to the old file would be replayed into the new one.
    for (const suffix of LOGS) drop(options, path + suffix, lock);
    const replace = () => replaceFile(project, path, bytes, { expected, lock });
    if (backend === "json") {
      const addition = { operation: "kv recover", timestamp: options.clock(), bytes };
      const stored = storeVersion(project, path, expected, addition);
      withStored(project, { document: path, bytes, stored }, replace);
    } else replace();
    return backups;
  } finally {
    lock.release();
  }
}

async function jsonSources(options: DriverOptions): Promise<RecoveryFound> {
  const path = `${folderOf(options.namespace)}/state.json`;
  const { openJson } = await import("./json.ts");
  const checkpoints = await goodCheckpoints(openJson(options, { isRead: false }));
  const sources: RecoverySource[] = [
    ...versionsOf(options, path),
    ...checkpoints.map((each) => ({ ...each, kind: "checkpoint" as const })),
  ];
  for (const { name, file, modified } of backupsOf(options, "state.json")) {
    const read = readStore(options.project, file);
    const rows = read.kind === "file" ? parseRows(new TextDecoder().decode(read.bytes)) : "";
    if (typeof rows === "string") continue;
    sources.push({ kind: "backup", name, createdAt: formatTime(modified), entries: rows });
  }
  return { path, sources, checkpoints: [] };
}

/** The newest version of the file that is good. */
function versionsOf({ project }: DriverOptions, path: string): RecoverySource[] {
  for (const { id, timestamp, revision, written } of listVersions(project, path)) {
    const bytes = written && revision !== undefined ? bytesOfVersion(project, { id, path }) : undefined;
    const rows = bytes && parseRows(new TextDecoder().decode(bytes));
    if (rows === undefined || typeof rows === "string") continue;
    return [{ kind: "version", name: id, createdAt: formatTime(timestamp), entries: rows, bytes: bytes! }];
  }
  return [];
}

async function sqliteSources(options: DriverOptions): Promise<RecoveryFound> {
  const path = `${folderOf(options.namespace)}/state.db`;
  const { readDamaged } = await import("./sqlite-salvage.ts");
  const own = await readDamaged(options.project, path, "read");
  const sources: RecoverySource[] = (own?.checkpoints ?? []).map((each) => ({ ...each, kind: "checkpoint" }));
  for (const { name, file, modified } of backupsOf(options, "state.db")) {
    const entries = (await readDamaged(options.project, file, "frozen"))?.entries;
    if (entries) sources.push({ kind: "backup", name, createdAt: formatTime(modified), entries });
  }
  if (own?.entries) {
    sources.push({ kind: "salvage", name: "what can still be read", createdAt: "", entries: own.entries });
  }
  return { path, sources, checkpoints: own?.checkpoints ?? [] };
}

async function goodCheckpoints(driver: Driver): Promise<Checkpoint[]> {
  const good: Checkpoint[] = [];
  for (const { name, keys } of await driver.checkpoints()) {
    const checkpoint = keys === undefined ? undefined : await driver.readCheckpoint(name);
    if (checkpoint !== undefined) good.push(checkpoint);
  }
  return good;
}

function backupsOf({ project, namespace }: DriverOptions, name: string) {
  const folder = folderOf(namespace);
  return listFolder(project, folder, true)
    .filter((entry) => entry.kind === "file" && (entry.name === `${name}.bak` || entry.name.startsWith(`${name}.bak.`)))
    .filter((entry) => !/-(?:wal|shm|journal)$/.test(entry.name))
    .map((entry) => ({ name: entry.name, file: `${folder}/${entry.name}`, modified: entry.modified ?? 0 }));
}

const NEW = "recovering";
/** What SQLite keeps beside a database. */
const LOGS = ["-wal", "-journal", "-shm"];

/** The bytes of a new database, made beside the old one. */
async function makeDatabase(
  options: DriverOptions,
  entries: Entries,
  checkpoints: readonly Checkpoint[],
  lock: Lock,
): Promise<Uint8Array> {
  const { openSqlite } = await import("./sqlite.ts");
  const path = `${folderOf(options.namespace)}/${NEW}.db`;
  const clear = () => {
    for (const suffix of ["", ...LOGS]) drop(options, path + suffix, lock);
  };
  clear();
  const driver = await openSqlite({ ...options, access: "write" }, `${NEW}.db`);
  await driver.fill(entries, checkpoints);
  await driver.close();
  const made = readStore(options.project, path);
  clear();
  if (made.kind === "file") return made.bytes;
  throw new GateError("IO", `Cannot make ${path}: it is not there`, { path, hint: "Try again." });
}

function drop({ project }: DriverOptions, path: string, lock: Lock): void {
  const file = readStore(project, path);
  if (file.kind === "file") removeFile(project, path, { expected: file.bytes, lock });
}
