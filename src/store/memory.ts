/** State that nobody else sees and that ends with the process: the contract in its plainest form. */
import { formatTime } from "../base/time.ts";
import {
  type Backend,
  type Change,
  type Checkpoint,
  type CheckpointSummary,
  type Driver,
  type Entries,
  type Entry,
  pick,
  sorted,
} from "./driver.ts";
import { nameTaken, noCheckpoint } from "./faults.ts";
import { expiredNames, newestFirst } from "./names.ts";

/** Also stands for a store that is not there yet, for those who only read. */
export class MemoryDriver implements Driver {
  readonly backend: Backend;
  readonly place: string;
  readonly warnings: readonly string[] = [];
  readonly #clock: () => number;
  #entries: Entries = new Map();
  readonly #checkpoints = new Map<string, Checkpoint>();

  constructor(given: { readonly backend?: Backend; readonly place?: string; readonly clock: () => number }) {
    this.backend = given.backend ?? "json";
    this.place = given.place ?? "memory";
    this.#clock = given.clock;
  }

  async get(keys: readonly string[]): Promise<Entries> {
    return pick(this.#entries, keys);
  }

  async keys(): Promise<string[]> {
    return sorted(this.#entries.keys());
  }

  async entries(): Promise<Entries> {
    return this.#entries;
  }

  async update<T>(keys: readonly string[], change: (found: Entries) => Change<T>): Promise<T> {
    const { writes, result } = change(pick(this.#entries, keys));
    const next = new Map<string, Entry>(this.#entries);
    for (const [key, value] of writes) {
      if (value === undefined) next.delete(key);
      else next.set(key, { value, timestamp: formatTime(this.#clock()) });
    }
    this.#entries = next;
    return result;
  }

  async checkpoint(name: string, { replace = false }: { readonly replace?: boolean } = {}): Promise<void> {
    if (!replace && this.#checkpoints.has(name)) throw nameTaken(name);
    this.#checkpoints.set(name, { name, createdAt: formatTime(this.#clock()), entries: this.#entries });
    for (const expired of expiredNames([...this.#checkpoints.keys()])) this.#checkpoints.delete(expired);
  }

  async checkpoints(): Promise<CheckpointSummary[]> {
    const all = [...this.#checkpoints.values()];
    return newestFirst(all.map(({ name, createdAt, entries }) => ({ name, createdAt, keys: entries.size })));
  }

  async readCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return this.#checkpoints.get(name);
  }

  async restore(name: string, before: string): Promise<void> {
    const found = this.#checkpoints.get(name);
    if (found === undefined) throw noCheckpoint(name);
    await this.checkpoint(before);
    this.#entries = found.entries;
  }

  async forget(checkpoints: readonly Pick<Checkpoint, "name" | "createdAt">[]): Promise<void> {
    for (const { name, createdAt } of checkpoints) {
      if (this.#checkpoints.get(name)?.createdAt === createdAt) this.#checkpoints.delete(name);
    }
  }

  async fill(entries: Entries, checkpoints: readonly Checkpoint[]): Promise<void> {
    this.#entries = new Map(entries);
    this.#checkpoints.clear();
    for (const checkpoint of checkpoints) this.#checkpoints.set(checkpoint.name, checkpoint);
  }

  async close(): Promise<void> {}
}
