/**
 * What a place for key-value state can do. There is one contract, held by one suite
 * for all of them (`driver-contract.ts`).
 *
 * Values are JSON text. What is not there is absent, never a value. A change is a
 * function of what it was shown and may be asked again where somebody else was
 * quicker, so it must not act on anything else.
 */
import type { Project } from "../files/guard/project.ts";

export type Backend = "json" | "sqlite" | "redis";
export const BACKENDS: readonly Backend[] = ["json", "sqlite", "redis"];

/** The version of the layouts. A store with a higher one is left alone. */
export const SCHEMA_VERSION = 1;

/** What is kept under a key. */
export interface Entry {
  /** JSON text without space between its parts. */
  readonly value: string;
  /** When it was saved; absent where another program left it out. */
  readonly timestamp: string | undefined;
}

/** Everything kept under keys, at one moment. */
export type Entries = ReadonlyMap<string, Entry>;

/** A picture of all keys, under a name. */
export interface Checkpoint {
  readonly name: string;
  readonly createdAt: string;
  readonly entries: Entries;
}

/** A checkpoint without what it holds. */
export interface CheckpointSummary {
  readonly name: string;
  readonly createdAt: string;
  /** How many keys it holds; `undefined` where it is damaged. */
  readonly keys: number | undefined;
}

/** What becomes of keys: the JSON text of a value, or `undefined` for a key that goes. */
export type Writes = ReadonlyMap<string, string | undefined>;

/** What becomes of a store, and what the caller is told. */
export interface Change<T> {
  readonly writes: Writes;
  readonly result: T;
}

/** An open store of one namespace. Has to be closed. */
export interface Driver {
  /** What kind of store it is, in a word. */
  readonly backend: string;
  /** Where it is, for people: a path below the project, or a server without its password. */
  readonly place: string;
  /** What the user should know; grows while it is used. */
  readonly warnings: readonly string[];
  /** Those of the keys that are there. */
  get(keys: readonly string[]): Promise<Entries>;
  /** All keys, sorted. */
  keys(): Promise<string[]>;
  /** Everything, as it was at one moment. */
  entries(): Promise<Entries>;
  /**
   * Shows `change` what is kept under `keys` and does in one step what it answers,
   * if nobody has changed those keys meanwhile; else it is asked again. With no keys
   * it writes unseen. `LOCKED` or `CONFLICT` when the time is up; then nothing was written.
   */
  update<T>(keys: readonly string[], change: (found: Entries) => Change<T>): Promise<T>;
  /** Keeps a picture of everything under a name; `CONFLICT` where the name is taken and not to be replaced. */
  checkpoint(name: string, options?: { readonly replace?: boolean }): Promise<void>;
  /** Newest first. */
  checkpoints(): Promise<CheckpointSummary[]>;
  /** One of them; `undefined` where there is none of this name, `CORRUPT` where it is damaged. */
  readCheckpoint(name: string): Promise<Checkpoint | undefined>;
  /** Removes checkpoints, but for those that have been replaced since they were listed. */
  forget(checkpoints: readonly Pick<CheckpointSummary, "name" | "createdAt">[]): Promise<void>;
  /** Makes everything what the checkpoint holds, and keeps what there was as the checkpoint `before`, in one step. */
  restore(name: string, before: string): Promise<void>;
  /** Makes the store exactly this, checkpoints included; with nothing it is emptied. */
  fill(entries: Entries, checkpoints: readonly Checkpoint[]): Promise<void>;
  /** What time it is for all who use the store, in milliseconds since the epoch; absent where each has a clock of its own. */
  now?(): Promise<number>;
  close(): Promise<void>;
}

/** Whether the store may be written, or made: reading makes nothing, and a store that is not there is empty. */
export type Access = "read" | "write";

/** What any driver is opened with. */
export interface OpenDriverOptions {
  /** A name, already checked. */
  readonly namespace: string;
  readonly access: Access;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** How long to wait for others, in milliseconds. */
  readonly timeout: number;
}

/** Opens the store of a namespace, for `openKv`; it must keep the contract. */
export type OpenDriver = (options: OpenDriverOptions) => Driver | Promise<Driver>;

/** What the drivers of the package are opened with. */
export interface DriverOptions extends OpenDriverOptions {
  readonly project: Project;
  /** Who waits, for those who look at the lock. */
  readonly command: string;
}

/**
 * Where the files of a namespace are, relative to the project. Not every file system
 * can have the colon of `batch:<id>` in a name; `batch=` is refused to users for it.
 */
export function folderOf(namespace: string): string {
  return `.claude/state/${namespace.replace(":", "=")}`;
}

/** Those of `keys` that are among the entries. */
export function pick(entries: Entries, keys: readonly string[]): Entries {
  const found = new Map<string, Entry>();
  for (const key of keys) {
    const entry = entries.get(key);
    if (entry !== undefined) found.set(key, entry);
  }
  return found;
}

export function sorted(keys: Iterable<string>): string[] {
  return [...keys].sort(compareTexts);
}

/** By UTF-16 code units, the one order that is the same everywhere. */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
