/**
 * Key-value state on a Redis server, for several machines.
 *
 * A change reads its keys, computes, and hands the server both what it has seen and
 * what it wants: a script writes only if all of it is still so. That needs no
 * connection of its own, as `WATCH` would, and costs the same however many keys
 * there are. If the connection breaks while such a script is under way, the keys
 * tell: unchanged, it is done again; else nobody can know, and the error says that.
 */
import { GateError } from "../base/errors.ts";
import { formatTime } from "../base/time.ts";
import {
  type Change,
  type Checkpoint,
  type CheckpointSummary,
  type Driver,
  type DriverOptions,
  type Entries,
  type Entry,
  SCHEMA_VERSION,
  sorted,
  type Writes,
} from "./driver.ts";
import { contended, damaged, damagedCheckpoint, nameTaken, noCheckpoint, tooNew } from "./faults.ts";
import { expiredNames, newestFirst } from "./names.ts";
import { durabilityOf } from "./redis-durability.ts";
import { checkpointOf, entryOf, keptOf, type Layout, layoutOf, type Names, partsOf } from "./redis-layout.ts";
import { DEFAULT_URL, LinkLost, RedisLink, type Reply } from "./redis-link.ts";
import { ALL, CHECKPOINT, CHECKPOINTS, CONVERT, FILL, FORGET, READ, RESTORE, WRITE } from "./redis-scripts.ts";
import { retrying } from "./retry.ts";

export interface RedisOptions extends DriverOptions {
  readonly url?: string | undefined;
  /** Seconds until a saved value goes by itself; it stays without. */
  readonly ttl?: number | undefined;
}

/** Another one was quicker. */
class Overtaken extends Error {}

/** Opens the store; `BACKEND_UNAVAILABLE` where the server cannot be reached or refuses. */
export async function openRedis(options: RedisOptions): Promise<Driver> {
  const link = new RedisLink(options.url ?? DEFAULT_URL, options.timeout);
  const { facts, marker } = layoutOf(options.namespace);
  try {
    const versions = [await link.ask(["HGET", facts, "schema_version"]), await link.ask(["GET", marker])];
    const newest = Math.max(...versions.map((version) => Number(version ?? 0)));
    if (newest > SCHEMA_VERSION) throw tooNew(`${link.place}, ${facts}`, newest);
    if (newest === 0 && options.access === "write") {
      await link.ask(["HSET", facts, "schema_version", String(SCHEMA_VERSION)]);
    }
    return new RedisDriver(link, options, await durabilityOf(link));
  } catch (error) {
    link.close();
    throw error;
  }
}

/** Keys, with what is kept under each and since when. */
interface Rows {
  readonly keys: readonly string[];
  readonly texts: readonly Reply[];
  readonly times: readonly Reply[];
}

/** What was read, as text and as what it says. */
interface Seen {
  readonly texts: readonly Reply[];
  readonly entries: Entries;
  /** An earlier version has marked the namespace. */
  readonly isEarlier: boolean;
}

class RedisDriver implements Driver {
  readonly backend = "redis";
  readonly place: string;
  readonly warnings: readonly string[];
  readonly #link: RedisLink;
  readonly #options: RedisOptions;
  readonly #layout: Layout;

  constructor(link: RedisLink, options: RedisOptions, warnings: readonly string[]) {
    this.#link = link;
    this.#options = options;
    this.warnings = warnings;
    this.#layout = layoutOf(options.namespace);
    this.place = `${link.place}, state:${options.namespace}`;
  }

  async get(keys: readonly string[]): Promise<Entries> {
    return (await this.#read(keys)).entries;
  }

  async keys(): Promise<string[]> {
    return await this.#scan(this.#layout.keys);
  }

  async entries(): Promise<Entries> {
    return (await this.#all()).entries;
  }

  async update<T>(keys: readonly string[], change: (found: Entries) => Change<T>): Promise<T> {
    const failure = () => contended(this.place);
    const passes = (error: unknown) => error instanceof Overtaken;
    return await retrying({ timeout: this.#options.timeout, passes, failure }, async () => {
      const { texts, entries, isEarlier } = await this.#read(keys);
      const { writes, result } = change(entries);
      if (writes.size === 0) return result;
      if (isEarlier) {
        await this.#convert();
        throw new Overtaken();
      }
      await this.#write(keys, texts, writes);
      return result;
    });
  }

  async checkpoint(name: string, { replace = false }: { readonly replace?: boolean } = {}): Promise<void> {
    const { keys, checkpoints } = this.#layout;
    // What no JSON can hold must not get into a checkpoint.
    if ((await this.#all()).isEarlier) await this.#convert();
    const values = [keys.prefix, keys.pattern, formatTime(this.#options.clock()), replace ? "1" : "0", name];
    const kept = await this.#once(CHECKPOINT, [checkpoints.prefix + name], values);
    if (kept === -1) throw contended(this.place);
    if (kept !== 1) throw nameTaken(name);
    await this.#prune();
  }

  async checkpoints(): Promise<CheckpointSummary[]> {
    const found = await this.#checkpoints(await this.#scan(this.#layout.checkpoints));
    return newestFirst(
      found.flatMap(({ name, text, made, checkpoint }): CheckpointSummary[] => {
        const createdAt = checkpoint?.createdAt ?? made ?? "";
        return text === undefined ? [] : [{ name, createdAt, keys: checkpoint?.entries.size }];
      }),
    );
  }

  async readCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return (await this.#checkpoint(name))?.checkpoint;
  }

  async restore(name: string, before: string): Promise<void> {
    if ((await this.#link.ask(["GET", this.#layout.marker])) !== null) await this.#convert();
    const found = await this.#checkpoint(name);
    if (found === undefined) throw noCheckpoint(name);
    const { keys, checkpoints } = this.#layout;
    const places = [name, before].map((each) => checkpoints.prefix + each);
    const texts = partsOf(found.checkpoint.entries);
    const values = [keys.prefix, keys.pattern, formatTime(this.#options.clock()), found.text, before, ...texts];
    const restored = await this.#once(RESTORE, places, values);
    if (restored === 2) throw nameTaken(before);
    if (restored !== 1) throw contended(`checkpoint ${name}`);
    await this.#prune();
  }

  async forget(checkpoints: readonly Pick<CheckpointSummary, "name" | "createdAt">[]): Promise<void> {
    const places = checkpoints.map(({ name }) => this.#layout.checkpoints.prefix + name);
    const values = checkpoints.flatMap(({ name, createdAt }) => [name, createdAt]);
    if (places.length > 0) await this.#script(FORGET, places, values);
  }

  async fill(entries: Entries, checkpoints: readonly Checkpoint[]): Promise<void> {
    const both = [this.#layout.keys, this.#layout.checkpoints].flatMap(({ prefix, pattern }) => [prefix, pattern]);
    const kept = checkpoints.flatMap((each) => [each.name, ...keptOf(each)]);
    const values = [...both, String(SCHEMA_VERSION), String(entries.size), ...partsOf(entries), ...kept];
    await this.#script(FILL, [], values);
  }

  async now(): Promise<number> {
    const [seconds, microseconds] = (await this.#link.ask(["TIME"])) as readonly string[];
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  /** Writes if the keys still hold what they were seen to hold. */
  async #write(seen: readonly string[], texts: readonly Reply[], writes: Writes): Promise<void> {
    const { prefix } = this.#layout.keys;
    const wanted = [...writes.values()].map((value) => (value === undefined ? "-" : `=${value}`));
    const expected = texts.map((text) => (text === null ? "-" : `=${text}`));
    const life = String(Math.round((this.#options.ttl ?? 0) * 1000));
    const keys = [...seen, ...writes.keys()].map((key) => prefix + key);
    const values = [prefix, formatTime(this.#options.clock()), life, String(seen.length), ...expected, ...wanted];
    // What was seen does not matter to a blind write, so it can be done twice.
    if (seen.length === 0) {
      if ((await this.#script(WRITE, keys, values)) === -1) throw await this.#converted();
      return;
    }
    try {
      const written = await this.#link.send(this.#words(WRITE, keys, values));
      if (written === -1) throw await this.#converted();
      if (written !== 1) throw new Overtaken();
    } catch (error) {
      if (!(error instanceof LinkLost)) throw this.#link.explain(error);
      const now = (await this.#read(seen)).texts;
      if (texts.every((text, index) => text === now[index])) throw new Overtaken();
      const message = `Cannot tell whether ${this.place} was written: the connection was lost`;
      throw new GateError("BACKEND_UNAVAILABLE", message, { hint: "Look at the keys before you run it again." });
    }
  }

  async #converted(): Promise<Overtaken> {
    await this.#convert();
    return new Overtaken();
  }

  /** Takes all that an earlier version wrote into the layout of today; again while somebody changes it. */
  async #convert(): Promise<void> {
    const { keys, checkpoints } = this.#layout;
    const failure = () => contended(this.place);
    const passes = (error: unknown) => error instanceof Overtaken;
    await retrying({ timeout: this.#options.timeout, passes, failure }, async () => {
      const { texts, entries, isEarlier } = await this.#all(true);
      if (!isEarlier) return;
      const kept = await this.#checkpoints(await this.#scan(checkpoints));
      const rows = [...entries].flatMap(([key, { value, timestamp = "" }], index) => {
        return [keys.prefix + key, texts[index] as string, value, key, timestamp];
      });
      const pictures = kept.flatMap(({ name, text, checkpoint }) => {
        if (text === undefined || checkpoint === undefined) return [];
        const [now, made, times] = keptOf(checkpoint);
        return [checkpoints.prefix + name, text, now, name, made, times];
      });
      const values = [String(SCHEMA_VERSION), String(entries.size), ...rows, ...pictures];
      if ((await this.#script(CONVERT, [], values)) !== 1) throw new Overtaken();
    });
  }

  async #read(keys: readonly string[]): Promise<Seen> {
    if (keys.length === 0) return { texts: [], entries: new Map(), isEarlier: false };
    const places = keys.map((key) => this.#layout.keys.prefix + key);
    const [mark, ...found] = (await this.#script(READ, places, keys)) as readonly Reply[];
    const at = (offset: number) => keys.map((_, index) => found[2 * index + offset] ?? null);
    return this.#seen({ keys, texts: at(0), times: at(1) }, mark !== null);
  }

  /** Everything; with `asItIs` a text that is no entry is taken for a value. */
  async #all(asItIs = false): Promise<Seen> {
    const { prefix, pattern } = this.#layout.keys;
    const [mark, ...found] = (await this.#script(ALL, [], [prefix, pattern])) as readonly Reply[];
    const each = (offset: number) => found.filter((_, index) => index % 3 === offset);
    const rows = { keys: each(0) as string[], texts: each(1), times: each(2) };
    return this.#seen(rows, mark !== null, asItIs);
  }

  #seen({ keys, texts, times }: Rows, isEarlier: boolean, asItIs = false): Seen {
    const entries = new Map<string, Entry>();
    for (const [index, key] of keys.entries()) {
      const text = texts[index];
      if (typeof text !== "string") continue;
      const time = times[index];
      const known = entryOf(text, typeof time === "string" ? time : undefined, isEarlier);
      const entry = known ?? (asItIs ? { value: text, timestamp: undefined } : undefined);
      if (entry === undefined) throw damaged(this.place, `the value of the key ${JSON.stringify(key)} is no JSON`);
      entries.set(key, entry);
    }
    return { texts, entries, isEarlier };
  }

  async #checkpoints(wanted: readonly string[]) {
    const places = wanted.map((name) => this.#layout.checkpoints.prefix + name);
    const [mark, ...found] = (await this.#script(CHECKPOINTS, places, wanted)) as readonly Reply[];
    return wanted.map((name, index) => {
      const [text, made, times] = found
        .slice(3 * index, 3 * index + 3)
        .map((part) => (part === null ? undefined : String(part)));
      const checkpoint = text === undefined ? undefined : checkpointOf(name, { text, made, times }, mark !== null);
      return { name, text, made, checkpoint };
    });
  }

  async #checkpoint(name: string): Promise<{ readonly text: string; readonly checkpoint: Checkpoint } | undefined> {
    const [{ text, checkpoint } = { text: undefined, checkpoint: undefined }] = await this.#checkpoints([name]);
    if (text === undefined) return undefined;
    if (checkpoint === undefined) throw damagedCheckpoint(name, undefined);
    return { text, checkpoint };
  }

  async #prune(): Promise<void> {
    const expired = expiredNames(await this.#scan(this.#layout.checkpoints));
    await this.forget(expired.map((name) => ({ name, createdAt: "" })));
  }

  async #scan({ prefix, pattern }: Names): Promise<string[]> {
    const found = new Set<string>();
    let cursor = "0";
    do {
      const reply = await this.#link.ask(["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"]);
      const [next, keys] = reply as [string, string[]];
      for (const key of keys) found.add(key.slice(prefix.length));
      cursor = next;
    } while (cursor !== "0");
    return sorted(found);
  }

  #words(script: string, keys: readonly string[], values: readonly string[]): readonly string[] {
    return ["EVAL", script, String(keys.length + 2), this.#layout.facts, this.#layout.marker, ...keys, ...values];
  }

  #script(script: string, keys: readonly string[], values: readonly string[]): Promise<Reply> {
    return this.#link.ask(this.#words(script, keys, values));
  }

  /** A script that must not run twice; whether it ran before the connection broke is for the caller to look at. */
  async #once(script: string, keys: readonly string[], values: readonly string[]): Promise<Reply> {
    // A connection that broke unnoticed is made anew here, where nothing has been sent yet.
    await this.#link.ask(["PING"]);
    try {
      return await this.#link.send(this.#words(script, keys, values));
    } catch (error) {
      throw this.#link.explain(error);
    }
  }
}
