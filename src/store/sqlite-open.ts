/**
 * Opening a SQLite file: what is looked at before anything in it is believed or changed.
 *
 * The path is the guard's (`files/path`): no links, inside the project. SQLite opens
 * by name, so the guard is asked for the companions of the file too.
 */
import { join } from "node:path";
import { GateError } from "../base/errors.ts";
import { printable } from "../base/line.ts";
import { locate } from "../files/guard/path.ts";
import type { Project } from "../files/guard/project.ts";
import { exists, readHead } from "../files/read/read.ts";
import { SCHEMA_VERSION } from "./driver.ts";
import { damaged, foreign, tooNew } from "./faults.ts";
import { type Database, type Mode, openDatabase, type Row, SQLITE, SqliteFault } from "./sqlite-binding.ts";

/** Up to this size every page is looked at when a file is opened, in bytes; it takes milliseconds. */
const CHECKED_PAGES = 8 * 1024 * 1024;
const PAGE_SIZE = 4096;
/** Short, because it stops the whole process: who waits longer waits between attempts. */
const BUSY = 25;

const TABLES = {
  state: ["key", "value", "timestamp"],
  checkpoints: ["name", "state", "created_at"],
} as const;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS state(key TEXT PRIMARY KEY, value TEXT NOT NULL, timestamp TEXT);
CREATE TABLE IF NOT EXISTS checkpoints(name TEXT PRIMARY KEY, state TEXT NOT NULL, created_at TEXT NOT NULL);
PRAGMA user_version = ${SCHEMA_VERSION};`;

/** Opens a store to be written, and makes it where it is not there. */
export async function openToWrite(project: Project, path: string): Promise<Database> {
  guard(project, path);
  const database = await open(project, path, "write");
  attempt(path, database, () => {
    const { version, tables } = inspect(path, database);
    const complete = tables === Object.keys(TABLES).length && version === SCHEMA_VERSION;
    database.all("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    if (complete) return;
    // Other processes may be making the same tables; each statement does nothing the second time.
    database.exec("BEGIN IMMEDIATE");
    try {
      database.exec(SCHEMA);
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  });
  return database;
}

/** Opens a store to be read; `undefined` where there is none yet. */
export async function openToRead(project: Project, path: string): Promise<Database | undefined> {
  if (!exists(project, path)) return undefined;
  guard(project, path);
  const database = await openReadable(project, path);
  const { tables } = attempt(path, database, () => inspect(path, database));
  if (tables === Object.keys(TABLES).length) return database;
  // Made, but not filled: its maker died, or is at it.
  database.close();
  return undefined;
}

/** Where nothing can be made beside the file, it can be read only if nobody writes it. */
async function openReadable(project: Project, path: string): Promise<Database> {
  const database = await open(project, path, "read");
  try {
    database.all("PRAGMA user_version");
    return database;
  } catch (error) {
    database.close();
    const stuck = error instanceof SqliteFault && (error.code === SQLITE.cannotOpen || error.code === SQLITE.readOnly);
    if (!stuck || readHead(project, `${path}-wal`, 1).kind === "file") throw explain(error, path);
    return await open(project, path, "frozen");
  }
}

async function open(project: Project, path: string, mode: Mode): Promise<Database> {
  try {
    const database = await openDatabase(join(project.root, path), mode);
    database.exec(`PRAGMA busy_timeout = ${BUSY}`);
    return database;
  } catch (error) {
    throw explain(error, path);
  }
}

function guard(project: Project, path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) locate(project, `${path}${suffix}`).close();
}

/** Closes the database where a step on it fails. */
function attempt<T>(path: string, database: Database, step: () => T): T {
  try {
    return step();
  } catch (error) {
    database.close();
    throw explain(error, path);
  }
}

/** Refuses what is newer than this program, not a store, or damaged; says how many of our tables are there. */
function inspect(path: string, database: Database): { readonly version: number; readonly tables: number } {
  const version = Number(firstOf(database, "PRAGMA user_version"));
  if (version > SCHEMA_VERSION) throw tooNew(path, version);
  const names = database.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => String(name));
  const ours = Object.entries(TABLES).filter(([name]) => names.includes(name));
  if (names.length > 0 && !names.includes("state")) throw foreign(path, "it is a database of another kind");
  for (const [name, columns] of ours) {
    const there = database.all(`PRAGMA table_info(${name})`).map((column) => String(column["name"]));
    const missing = columns.find((column) => !there.includes(column));
    if (missing !== undefined) throw foreign(path, `its table ${name} has no column ${missing}`);
  }
  const size = Number(firstOf(database, "PRAGMA page_count")) * PAGE_SIZE;
  const verdict = size <= CHECKED_PAGES ? String(firstOf(database, "PRAGMA quick_check(1)")) : "ok";
  if (verdict !== "ok") throw damaged(path, `SQLite says: ${verdict}`);
  return { version, tables: ours.length };
}

function firstOf(database: Database, sql: string): unknown {
  return Object.values((database.all(sql)[0] ?? {}) as Row)[0];
}

/** Whether another process is at it, which passes. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteFault && (error.code === SQLITE.busy || error.code === SQLITE.locked);
}

const REASONS: Readonly<Record<number, readonly [reason: string, hint: string]>> = {
  [SQLITE.full]: ["the disk is full", "Free some space and try again; nothing was changed."],
  [SQLITE.readOnly]: ["it or its folder is read-only", "Check who owns the file and its folder."],
  [SQLITE.cannotOpen]: ["it or the files beside it cannot be opened", "Check who owns the file and its folder."],
  [SQLITE.io]: ["the disk reports an error", "Check the disk, then try again."],
};

/** What SQLite says, in the program's own terms; being busy stays as it is, for those who wait. */
export function explain(error: unknown, path: string): unknown {
  if (!(error instanceof SqliteFault) || isBusy(error)) return error;
  if (error.code === SQLITE.corrupt) return damaged(path, `SQLite says: ${error.message}`, error);
  if (error.code === SQLITE.noDatabase) return damaged(path, "it is not a SQLite database", error);
  const [reason, hint] = REASONS[error.code] ?? [`SQLite says: ${printable(error.message)}`, "Try again."];
  return new GateError("IO", `Cannot use ${path}: ${reason}`, { path, hint, cause: error });
}
