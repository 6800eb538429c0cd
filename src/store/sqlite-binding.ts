/**
 * SQLite in whichever form this Node has it.
 *
 * `node:sqlite` where it is built in and needs no flag, else the package `libsql`
 * if it is installed beside this program. It is asked for where this program
 * stands and nowhere else: a package in the project could be anybody's code, and
 * a store found there must not make it run.
 */
import { GateError } from "../base/errors.ts";

export type Value = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, Value>>;

export interface Database {
  exec(sql: string): void;
  all(sql: string, ...parameters: readonly Value[]): Row[];
  close(): void;
}

/** SQLite reported an error; `code` is its primary result code. */
export class SqliteFault extends Error {
  override readonly name = "SqliteFault";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  noDatabase: 26,
};

interface Statement {
  all(...parameters: readonly Value[]): unknown[];
}

interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

type Open = (path: string, mode: Mode) => Connection;

/** `frozen`: the file cannot change, so no lock is needed; for folders in which nothing can be made. */
export type Mode = "write" | "read" | "frozen";

/** Opens a database file by its absolute path. `BACKEND_UNAVAILABLE` where there is no SQLite. */
export async function openDatabase(path: string, mode: Mode): Promise<Database> {
  const open = builtIn() ?? (await installed());
  if (open === undefined) {
    throw new GateError("BACKEND_UNAVAILABLE", "Cannot open a SQLite store: this Node has no SQLite", {
      hint: "Use Node 22.13 or newer, or run: npm install libsql",
    });
  }
  return new Prepared(guarded(() => open(path, mode)));
}

/** Which SQLite there is, for people; `undefined` where there is none. */
export async function sqliteName(): Promise<string | undefined> {
  if (builtIn() !== undefined) return "node:sqlite";
  return (await installed()) === undefined ? undefined : "libsql";
}

interface BuiltIn {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => Connection;
}

function builtIn(): Open | undefined {
  const emit = process.emitWarning;
  let module: BuiltIn | undefined;
  // Some releases warn that it is experimental; a user of this program can do nothing with that.
  process.emitWarning = (() => {}) as typeof process.emitWarning;
  try {
    module = (process.getBuiltinModule as (id: string) => unknown)("node:sqlite") as BuiltIn | undefined;
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emit;
  }
  if (module?.DatabaseSync === undefined) return undefined;
  const { DatabaseSync } = module;
  return (path, mode) => new DatabaseSync(urlOf(path, mode), { readOnly: mode !== "write" });
}

async function installed(): Promise<Open | undefined> {
  try {
    const { default: Libsql } = (await import("libsql")) as unknown as { default: new (path: string) => Installed };
    return (path, mode) => {
      const database = new Libsql(urlOf(path, mode));
      return {
        exec: (sql) => database.exec(sql),
        prepare(sql) {
          const statement = database.prepare(sql);
          // A lone `null` is not taken for a parameter there, a list always is.
          return { all: (...parameters) => statement.all(parameters) };
        },
        close: () => database.close(),
      };
    };
  } catch {
    return undefined;
  }
}

interface Installed {
  exec(sql: string): unknown;
  prepare(sql: string): { all(parameters: readonly Value[]): unknown[] };
  close(): void;
}

function urlOf(path: string, mode: Mode): string {
  if (mode === "write") return path;
  const escaped = path.replace(/[%?#]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return `file:${escaped}?${mode === "read" ? "mode=ro" : "immutable=1"}`;
}

/** Keeps statements, because preparing one costs more than running it. */
class Prepared implements Database {
  readonly #connection: Connection;
  readonly #statements = new Map<string, Statement>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  exec(sql: string): void {
    guarded(() => this.#connection.exec(sql));
  }

  all(sql: string, ...parameters: readonly Value[]): Row[] {
    return guarded(() => {
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#connection.prepare(sql);
        this.#statements.set(sql, statement);
      }
      return statement.all(...parameters) as Row[];
    });
  }

  close(): void {
    this.#statements.clear();
    guarded(() => this.#connection.close());
  }
}

function guarded<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    const { errcode, rawCode, message } = error as { errcode?: unknown; rawCode?: unknown; message: string };
    // One of them tells the code of a failed opening at the end of its words only.
    const code = Number(errcode ?? rawCode ?? /: (\d+)"\)$/.exec(message)?.[1]);
    throw Number.isFinite(code) ? new SqliteFault(code & 0xff, message) : error;
  }
}
