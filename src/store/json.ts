/**
 * Key-value state in one file: `state.json` and, beside it, `checkpoints/`.
 *
 * Every change replaces the file, under its lock and only if it still holds the
 * bytes that the change was computed from, as documents are written. What was read
 * last is kept with its bytes, and believed only where the disk still has these bytes.
 * Up to 15 MiB it has versions as records have; a checkpoint is one itself.
 */
import { GateError } from "../base/errors.ts";
import { formatTime } from "../base/time.ts";
import { ensureFolders, ensureGateFolder } from "../files/guard/folders.ts";
import { acquireLock, type Lock } from "../files/lock/lock.ts";
import { listFolder, lookOf, MAX_RECORD_BYTES, MAX_STORE_BYTES, readStore } from "../files/read/read.ts";
import { storeOften, withStored } from "../files/record/store-version.ts";
import { removeFile } from "../files/replace/move.ts";
import { replaceFile } from "../files/replace/replace.ts";
import { retryChanged } from "../files/replace/retry.ts";
import { warningsOf } from "../files/replace/warnings.ts";
import { decode } from "../text/source.ts";
import {
  type Change,
  type Checkpoint,
  type CheckpointSummary,
  type Driver,
  type DriverOptions,
  type Entries,
  folderOf,
  pick,
  sorted,
} from "./driver.ts";
import { contended, damaged, damagedCheckpoint, nameTaken, noCheckpoint } from "./faults.ts";
import { formatRows, isLine, makeRow, parseRows, type Row, type Rows, rowsOf, spliceRow } from "./json-rows.ts";
import { expiredNames, newestFirst, timeOfName } from "./names.ts";

const SUFFIX = ".json";

interface Content {
  /** `undefined` where there is no file. */
  readonly bytes: Uint8Array | undefined;
  /** Changed in place when what it says has been written, so it is not given to anybody. */
  readonly rows: Map<string, Row>;
  /** Whether the bytes are what `formatRows` makes, a line for each row. */
  readonly linewise: boolean;
  /** What the file looked like when these bytes had been written to it. */
  readonly look?: string | undefined;
}

/** Opens the store; `CORRUPT` where its file is damaged, unless it is opened for its checkpoints alone. */
export function openJson(options: DriverOptions, { isRead = true }: { readonly isRead?: boolean } = {}): Driver {
  return new JsonDriver(options, isRead);
}

class JsonDriver implements Driver {
  readonly backend = "json";
  readonly place: string;
  readonly warnings: string[] = [];
  readonly #options: DriverOptions;
  readonly #folder: string;
  #last: Content = { bytes: undefined, rows: new Map(), linewise: false };
  /** Whether the folders are there: looking costs as much as a third of a change. */
  #made = false;

  /** With `isRead` the file is read at once, so that damage shows before anything is done. */
  constructor(options: DriverOptions, isRead: boolean) {
    this.#options = options;
    this.#folder = folderOf(options.namespace);
    this.place = `${this.#folder}/state.json`;
    if (isRead) this.#read();
  }

  async get(keys: readonly string[]): Promise<Entries> {
    return pick(this.#read().rows, keys);
  }

  async keys(): Promise<string[]> {
    return sorted(this.#read().rows.keys());
  }

  async entries(): Promise<Entries> {
    return new Map(this.#read().rows);
  }

  async update<T>(keys: readonly string[], change: (found: Entries) => Change<T>): Promise<T> {
    return await this.#changing((lock, attempt) => {
      // What is written unseen need not be read either: replacing compares, and then it is read after all.
      const isBlind = keys.length === 0 && attempt === 1 && this.#looksTheSame();
      const before = isBlind ? this.#last : this.#read();
      const { writes, result } = change(pick(before.rows, keys));
      if (writes.size === 0) return result;
      const timestamp = formatTime(this.#options.clock());
      const rowOf = (key: string, value: string) => makeRow(value, timestamp, before.rows.get(key));
      const [only, ...others] = writes;
      if (before.linewise && others.length === 0 && only?.[1] !== undefined) {
        this.#set(lock, before, only[0], rowOf(only[0], only[1]));
        return result;
      }
      const rows = new Map(before.rows);
      for (const [key, value] of writes) {
        if (value === undefined) rows.delete(key);
        else rows.set(key, rowOf(key, value));
      }
      this.#replace(lock, before, rows);
      return result;
    });
  }

  async checkpoint(name: string, { replace = false }: { readonly replace?: boolean } = {}): Promise<void> {
    await this.#changing((lock) => {
      this.#keep(lock, name, this.#read().rows, replace);
      this.#prune(lock);
    });
  }

  async checkpoints(): Promise<CheckpointSummary[]> {
    return newestFirst(
      this.#files().map(({ name, createdAt }): CheckpointSummary => {
        const { rows } = this.#readRows(this.#pathOf(name));
        const keys = typeof rows === "object" ? rows.size : undefined;
        return { name, createdAt, keys };
      }),
    );
  }

  async forget(checkpoints: readonly Pick<CheckpointSummary, "name" | "createdAt">[]): Promise<void> {
    await this.#changing((lock) => {
      for (const { name, createdAt } of this.#files()) {
        if (checkpoints.some((each) => each.name === name && each.createdAt === createdAt)) this.#remove(lock, name);
      }
    });
  }

  async readCheckpoint(name: string): Promise<Checkpoint | undefined> {
    const file = this.#files().find((each) => each.name === name);
    if (file === undefined) return undefined;
    const { rows } = this.#readRows(this.#pathOf(name));
    if (typeof rows === "string") throw damagedCheckpoint(name, this.#pathOf(name));
    return rows && { name, createdAt: file.createdAt, entries: rows };
  }

  async restore(name: string, before: string): Promise<void> {
    await this.#changing((lock) => {
      const { rows } = this.#readRows(this.#pathOf(name));
      if (rows === undefined) throw noCheckpoint(name);
      if (typeof rows === "string") throw damagedCheckpoint(name, this.#pathOf(name));
      const now = this.#read();
      this.#keep(lock, before, now.rows, false);
      this.#replace(lock, now, rows);
      this.#prune(lock);
    });
  }

  /** The checkpoints first, oldest first: what the keys are is decided by one last step. */
  async fill(entries: Entries, checkpoints: readonly Checkpoint[]): Promise<void> {
    await this.#changing((lock) => {
      const wanted = new Set(checkpoints.map(({ name }) => name));
      for (const { name } of this.#files()) if (!wanted.has(name)) this.#remove(lock, name);
      for (const each of newestFirst(checkpoints).reverse()) this.#keep(lock, each.name, rowsOf(each.entries), true);
      this.#replace(lock, this.#read(), rowsOf(entries));
    });
  }

  async close(): Promise<void> {}

  /** Runs a change under the lock, again where another program wrote the file meanwhile. */
  async #changing<T>(step: (lock: Lock, attempt: number) => T): Promise<T> {
    const { project, timeout, command } = this.#options;
    if (!this.#made) {
      ensureGateFolder(project);
      ensureFolders(project, [this.#folder]);
    }
    // Should the folder go, the next change fails, and the one after it makes the folder again.
    this.#made = false;
    const lock = await acquireLock(project, this.place, { timeoutMs: timeout, command });
    try {
      const result = await retryChanged(
        (attempt) => step(lock, attempt),
        ({ path }) => contended(path),
      );
      this.#made = true;
      return result;
    } finally {
      lock.release();
    }
  }

  #read(): Content {
    const { bytes, rows } = this.#readRows(this.place, this.#last);
    if (typeof rows === "string") throw damaged(this.place, rows);
    if (bytes === undefined || bytes !== this.#last.bytes) {
      this.#last = { bytes, rows: rows ?? new Map(), linewise: false };
    }
    return this.#last;
  }

  #look(): string | undefined {
    return lookOf(this.#options.project, this.place);
  }

  #looksTheSame(): boolean {
    const { look } = this.#last;
    return look !== undefined && look === this.#look();
  }

  #readRows(
    path: string,
    known?: Content,
  ): { readonly bytes?: Uint8Array | undefined; readonly rows: Map<string, Row> | string | undefined } {
    const file = readStore(this.#options.project, path, known?.bytes);
    if (file.kind === "missing") return { rows: undefined };
    if (file.kind === "refused") {
      const code = file.rule === "symbolic-link" || file.rule === "not-a-regular-file" ? "UNSAFE_PATH" : "IO";
      const isTooLarge = file.rule === "file-too-large";
      const hint = isTooLarge ? "Move it away, or make it smaller with the program that wrote it." : MOVE_AWAY;
      throw new GateError(code, file.message, { path, hint });
    }
    const { bytes } = file;
    if (known !== undefined && known.bytes === bytes) return known;
    const { text, invalidAt } = decode(bytes);
    // Bytes that are no UTF-8 make no text that could be a store.
    return { bytes, rows: parseRows(invalidAt === undefined ? text : "\0") };
  }

  #replace(lock: Lock, before: Content, rows: Map<string, Row>): void {
    const bytes = Buffer.from(formatRows(rows));
    this.#write(lock, this.place, bytes, before.bytes);
    this.#last = { bytes, rows, linewise: [...rows.values()].every(isLine), look: this.#look() };
  }

  /** The most frequent change: one row, and all others as they stand. */
  #set(lock: Lock, before: Content, key: string, row: Row): void {
    const bytes = spliceRow(before.bytes!, before.rows, key, row);
    this.#write(lock, this.place, bytes, before.bytes);
    before.rows.set(key, row);
    this.#last = { bytes, rows: before.rows, linewise: isLine(row), look: this.#look() };
  }

  #keep(lock: Lock, name: string, rows: Rows, replace: boolean): void {
    const path = this.#pathOf(name);
    ensureFolders(this.#options.project, [`${this.#folder}/checkpoints`]);
    const there = readStore(this.#options.project, path);
    if (there.kind !== "missing" && !replace) throw nameTaken(name);
    this.#write(lock, path, Buffer.from(formatRows(rows)), there.kind === "file" ? there.bytes : undefined);
  }

  #write(lock: Lock, path: string, bytes: Uint8Array, expected: Uint8Array | undefined): void {
    // What could not be read again must not be written.
    if (bytes.length > MAX_STORE_BYTES) throw tooLarge(path);
    const { project, clock, command } = this.#options;
    const replace = () => replaceFile(project, path, bytes, { expected, lock });
    const isKept = path === this.place && bytes.length <= MAX_RECORD_BYTES;
    const operation = command.replace(/^gate /, "");
    const stored = isKept ? storeOften(project, path, expected, { operation, timestamp: clock(), bytes }) : undefined;
    const replaced = stored ? withStored(project, { document: path, bytes, stored }, replace) : replace();
    this.warnings.push(...warningsOf(path, replaced));
  }

  #prune(lock: Lock): void {
    for (const name of expiredNames(this.#files().map((file) => file.name))) this.#remove(lock, name);
  }

  #remove(lock: Lock, name: string): void {
    const path = this.#pathOf(name);
    const file = readStore(this.#options.project, path);
    if (file.kind === "file") removeFile(this.#options.project, path, { expected: file.bytes, lock });
  }

  #files(): { readonly name: string; readonly createdAt: string }[] {
    const entries = listFolder(this.#options.project, `${this.#folder}/checkpoints`, true);
    return entries
      .filter(({ name, kind }) => kind === "file" && name.endsWith(SUFFIX) && !name.startsWith("."))
      .map(({ name: file, modified = 0 }) => {
        const name = file.slice(0, -SUFFIX.length);
        return { name, createdAt: timeOfName(name) ?? formatTime(modified) };
      });
  }

  #pathOf(name: string): string {
    return `${this.#folder}/checkpoints/${name}${SUFFIX}`;
  }
}

const MOVE_AWAY = "Move what stands there out of the way.";

function tooLarge(path: string): GateError {
  const limit = `${MAX_STORE_BYTES / 1024 / 1024} MiB`;
  return new GateError("IO", `Cannot write ${path}: it would be larger than ${limit}`, {
    path,
    hint: "Keep it in a database: gate kv migrate --from json --to sqlite; nothing was written.",
  });
}
