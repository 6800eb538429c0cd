/** What can still be read of a SQLite file that may be damaged. Nothing here fails because of that. */
import { join } from "node:path";
import { GateError } from "../base/errors.ts";
import { locate } from "../files/guard/path.ts";
import type { Project } from "../files/guard/project.ts";
import { compactJson } from "../json/layout.ts";
import type { Checkpoint, Entries, Entry } from "./driver.ts";
import { parseList, timeOf } from "./json-rows.ts";
import { type Database, type Mode, openDatabase, type Row, SqliteFault } from "./sqlite-binding.ts";

/** Reads the file; `undefined` where it cannot even be opened. A `frozen` one is changed by nobody, such as a backup. */
export async function readDamaged(
  project: Project,
  path: string,
  mode: "read" | "frozen",
): Promise<Salvaged | undefined> {
  const database = await open(project, path, mode);
  try {
    return database && readTables(database);
  } finally {
    database?.close();
  }
}

async function open(project: Project, path: string, mode: Mode): Promise<Database | undefined> {
  locate(project, path).close();
  try {
    return await openDatabase(join(project.root, path), mode);
  } catch (error) {
    if (error instanceof GateError) throw error;
    return undefined;
  }
}

interface Salvaged {
  /** All rows, if all can be read and are in order. */
  readonly entries: Entries | undefined;
  /** Those checkpoints that are in order. */
  readonly checkpoints: readonly Checkpoint[];
}

function readTables(database: Database): Salvaged {
  const rows = tolerant(database, "SELECT key, value, timestamp FROM state ORDER BY rowid");
  const kept = tolerant(database, "SELECT name, state, created_at FROM checkpoints") ?? [];
  return { entries: rows && entriesOf(rows), checkpoints: kept.flatMap(checkpointOf) };
}

function tolerant(database: Database, sql: string): Row[] | undefined {
  try {
    return database.all(sql);
  } catch (error) {
    if (!(error instanceof SqliteFault)) throw error;
    return undefined;
  }
}

function entriesOf(rows: readonly Row[]): Entries | undefined {
  const entries = new Map<string, Entry>();
  for (const { key, value, timestamp } of rows) {
    const text = compactJson(String(value));
    if (typeof key !== "string" || text === undefined) return undefined;
    entries.set(key, { value: text, timestamp: timeOf(timestamp) });
  }
  return entries;
}

function checkpointOf(row: Row): Checkpoint[] {
  const entries = parseList(String(row["state"]));
  const name = row["name"];
  if (entries === undefined || typeof name !== "string") return [];
  return [{ name, createdAt: timeOf(row["created_at"]) ?? "", entries }];
}
