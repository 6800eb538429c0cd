/**
 * Key-value state in a SQLite file.
 *
 * Every step is one transaction that takes the right to write before it reads, so
 * what a change was computed from is still true when it is written; in it nothing
 * is awaited, so that no other step of this process gets between. The log is
 * flushed at every commit. Who finds the file in use tries again, with pauses in
 * which this process can go on.
 */
import { GateError } from "../base/errors.ts";
import { formatTime } from "../base/time.ts";
import { ensureFolders } from "../files/guard/folders.ts";
import { compactJson } from "../json/layout.ts";
import {
  type Change,
  type Checkpoint,
  type CheckpointSummary,
  type Driver,
  type DriverOptions,
  type Entries,
  type Entry,
  folderOf,
  sorted,
} from "./driver.ts";
import { damaged, damagedCheckpoint, nameTaken, noCheckpoint } from "./faults.ts";
import { formatList, parseList, timeOf } from "./json-rows.ts";
import { MemoryDriver } from "./memory.ts";
import { expiredNames, newestFirst } from "./names.ts";
import { retrying } from "./retry.ts";
import type { Database, Row } from "./sqlite-binding.ts";
import { explain, isBusy, openToRead, openToWrite } from "./sqlite-open.ts";

const PUT =
  "INSERT INTO state(key, value, timestamp) VALUES (?, ?, ?) " +
  "ON CONFLICT(key) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp";
const KEEP =
  "INSERT INTO checkpoints(name, state, created_at) VALUES (?, ?, ?) " +
  "ON CONFLICT(name) DO UPDATE SET state = excluded.state, created_at = excluded.created_at";

/** Opens the store; `CORRUPT` where it is damaged, `BACKEND_UNAVAILABLE` without SQLite. */
export async function openSqlite(options: DriverOptions, name = "state.db"): Promise<Driver> {
  const { project, access, clock } = options;
  const place = `${folderOf(options.namespace)}/${name}`;
  if (access === "write") ensureFolders(project, [folderOf(options.namespace)]);
  const database = await waiting(options, place, async () =>
    access === "write" ? await openToWrite(project, place) : await openToRead(project, place),
  );
  if (database === undefined) return new MemoryDriver({ backend: "sqlite", place, clock });
  return new SqliteDriver(database, place, options);
}

function waiting<T>({ timeout }: DriverOptions, place: string, step: () => T | Promise<T>): Promise<T> {
  const failure = (cause: unknown) =>
    new GateError("LOCKED", `Cannot lock ${place}: another process keeps writing it`, {
      path: place,
      hint: "Wait and try again.",
      cause,
    });
  return retrying({ timeout, passes: isBusy, failure }, step);
}

class SqliteDriver implements Driver {
  readonly backend = "sqlite";
  readonly place: string;
  readonly warnings: readonly string[] = [];
  readonly #database: Database;
  readonly #options: DriverOptions;

  constructor(database: Database, place: string, options: DriverOptions) {
    this.#database = database;
    this.place = place;
    this.#options = options;
  }

  async get(keys: readonly string[]): Promise<Entries> {
    return await this.#reading(() => this.#find(keys));
  }

  async keys(): Promise<string[]> {
    const rows = await this.#reading(() => this.#database.all("SELECT key FROM state"));
    return sorted(rows.map(({ key }) => String(key)));
  }

  async entries(): Promise<Entries> {
    return await this.#reading(() => this.#all());
  }

  async update<T>(keys: readonly string[], change: (found: Entries) => Change<T>): Promise<T> {
    return await this.#changing(() => {
      const { writes, result } = change(this.#find(keys));
      const timestamp = this.#now();
      for (const [key, value] of writes) {
        if (value === undefined) this.#database.all("DELETE FROM state WHERE key = ?", key);
        else this.#database.all(PUT, key, value, timestamp);
      }
      return result;
    });
  }

  async checkpoint(name: string, { replace = false }: { readonly replace?: boolean } = {}): Promise<void> {
    await this.#changing(() => {
      this.#keep(name, replace);
      this.#prune();
    });
  }

  async checkpoints(): Promise<CheckpointSummary[]> {
    const rows = await this.#reading(() => this.#database.all("SELECT name, state, created_at FROM checkpoints"));
    return newestFirst(
      rows.map((row) => ({
        name: String(row["name"]),
        createdAt: timeOf(row["created_at"]) ?? "",
        keys: parseList(String(row["state"]))?.size,
      })),
    );
  }

  async readCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return await this.#reading(() => this.#checkpoint(name));
  }

  async restore(name: string, before: string): Promise<void> {
    await this.#changing(() => {
      const found = this.#checkpoint(name);
      if (found === undefined) throw noCheckpoint(name);
      this.#keep(before, false);
      this.#put(found.entries);
      this.#prune();
    });
  }

  async forget(checkpoints: readonly Pick<CheckpointSummary, "name" | "createdAt">[]): Promise<void> {
    await this.#changing(() => {
      for (const { name, created_at: made } of this.#database.all("SELECT name, created_at FROM checkpoints")) {
        const isMeant = checkpoints.some((each) => each.name === name && each.createdAt === (timeOf(made) ?? ""));
        if (isMeant) this.#database.all("DELETE FROM checkpoints WHERE name = ?", String(name));
      }
    });
  }

  async fill(entries: Entries, checkpoints: readonly Checkpoint[]): Promise<void> {
    await this.#changing(() => {
      this.#put(entries);
      this.#database.all("DELETE FROM checkpoints");
      for (const each of checkpoints) this.#database.all(KEEP, each.name, formatList(each.entries), each.createdAt);
    });
  }

  async close(): Promise<void> {
    if (this.#options.access === "write") {
      try {
        // One of the two SQLites leaves its log behind otherwise, and a copy of the file alone would be incomplete.
        this.#database.all("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // Somebody else is reading; the log is as good a place, and the next one tidies up.
      }
    }
    this.#database.close();
  }

  #reading<T>(step: () => T): Promise<T> {
    return this.#transaction("BEGIN", step);
  }

  #changing<T>(step: () => T): Promise<T> {
    return this.#transaction("BEGIN IMMEDIATE", step);
  }

  #transaction<T>(begin: string, step: () => T): Promise<T> {
    return waiting(this.#options, this.place, () => {
      try {
        this.#database.exec(begin);
        return this.#commit(step);
      } catch (error) {
        throw explain(error, this.place);
      }
    });
  }

  #commit<T>(step: () => T): T {
    try {
      const result = step();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      try {
        this.#database.exec("ROLLBACK");
      } catch {
        // SQLite has rolled it back itself already, as it does on a full disk.
      }
      throw error;
    }
  }

  #find(keys: readonly string[]): Entries {
    const sql = "SELECT key, value, timestamp FROM state WHERE key = ?";
    return this.#read(keys.flatMap((key) => this.#database.all(sql, key)));
  }

  #all(): Entries {
    return this.#read(this.#database.all("SELECT key, value, timestamp FROM state ORDER BY rowid"));
  }

  #read(rows: readonly Row[]): Entries {
    const entries = new Map<string, Entry>();
    for (const row of rows) {
      const key = String(row["key"]);
      const value = compactJson(String(row["value"]));
      if (value === undefined) throw damaged(this.place, `the value of the key ${JSON.stringify(key)} is no JSON`);
      entries.set(key, { value, timestamp: timeOf(row["timestamp"]) });
    }
    return entries;
  }

  #checkpoint(name: string): Checkpoint | undefined {
    const [row] = this.#database.all("SELECT state, created_at FROM checkpoints WHERE name = ?", name);
    if (row === undefined) return undefined;
    const entries = parseList(String(row["state"]));
    if (entries === undefined) throw damagedCheckpoint(name, this.place);
    return { name, createdAt: timeOf(row["created_at"]) ?? "", entries };
  }

  #keep(name: string, replace: boolean): void {
    const taken = this.#database.all("SELECT 1 FROM checkpoints WHERE name = ?", name).length > 0;
    if (taken && !replace) throw nameTaken(name);
    this.#database.all(KEEP, name, formatList(this.#all()), this.#now());
  }

  #put(entries: Entries): void {
    this.#database.all("DELETE FROM state");
    for (const [key, { value, timestamp }] of entries) this.#database.all(PUT, key, value, timestamp ?? null);
  }

  #prune(): void {
    const names = this.#database.all("SELECT name FROM checkpoints").map(({ name }) => String(name));
    for (const name of expiredNames(names)) this.#database.all("DELETE FROM checkpoints WHERE name = ?", name);
  }

  #now(): string {
    return formatTime(this.#options.clock());
  }
}
