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
import { byKey, membersOf } from "../json/members.ts";
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
import { makeRow, parseRow, parseRows, textOf } from "./json-rows.ts";
import { expiredNames, newestFirst } from "./names.ts";
import { durabilityOf } from "./redis-durability.ts";
import { DEFAULT_URL, LinkLost, RedisLink, type Reply } from "./redis-link.ts";
import { ALL, CHECKPOINT, FILL, RESTORE, WRITE } from "./redis-scripts.ts";
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
  const key = `state-schema:${options.namespace}`;
  try {
    const version = await link.ask(["GET", key]);
    if (Number(version ?? 0) > SCHEMA_VERSION) throw tooNew(`${link.place}, ${key}`, Number(version));
    if (version === null && options.access === "write") await link.ask(["SET", key, String(SCHEMA_VERSION)]);
    return new RedisDriver(link, options, await durabilityOf(link));
  } catch (error) {
    link.close();
    throw error;
  }
}

class RedisDriver implements Driver {
  readonly backend = "redis";
  readonly place: string;
  readonly warnings: readonly string[];
  readonly #link: RedisLink;
  readonly #options: RedisOptions;
  readonly #keys: Names;
  readonly #checkpoints: Names;

  constructor(link: RedisLink, options: RedisOptions, warnings: readonly string[]) {
    this.#link = link;
    this.#options = options;
    this.warnings = warnings;
    this.#keys = names("state", options.namespace);
    this.#checkpoints = names("checkpoint", options.namespace);
    this.place = `${link.place}, state:${options.namespace}`;
  }

  async get(keys: readonly string[]): Promise<Entries> {
    return this.#entriesOf(keys, await this.#texts(keys));
  }

  async keys(): Promise<string[]> {
    return await this.#scan(this.#keys);
  }

  async entries(): Promise<Entries> {
    const reply = (await this.#script(ALL, [], [this.#keys.prefix, this.#keys.pattern])) as readonly string[];
    const keys = reply.filter((_, index) => index % 2 === 0);
    const texts = reply.filter((_, index) => index % 2 === 1);
    return this.#entriesOf(keys, texts);
  }

  async update<T>(keys: readonly string[], change: (found: Entries) => Change<T>): Promise<T> {
    const failure = () => contended(this.place);
    const passes = (error: unknown) => error instanceof Overtaken;
    return await retrying({ timeout: this.#options.timeout, passes, failure }, async () => {
      const texts = keys.length === 0 ? [] : await this.#texts(keys);
      const { writes, result } = change(this.#entriesOf(keys, texts));
      if (writes.size > 0) await this.#write(keys, texts, writes);
      return result;
    });
  }

  async checkpoint(name: string, { replace = false }: { readonly replace?: boolean } = {}): Promise<void> {
    const { prefix, pattern } = this.#keys;
    const values = [prefix, pattern, this.#now(), replace ? "1" : "0"];
    const kept = await this.#once(CHECKPOINT, [this.#checkpoints.prefix + name], values);
    if (kept !== 1) throw nameTaken(name);
    await this.#prune();
  }

  async checkpoints(): Promise<CheckpointSummary[]> {
    const found = (await this.#scan(this.#checkpoints)).map(async (name): Promise<CheckpointSummary[]> => {
      const text = await this.#link.ask(["GET", this.#checkpoints.prefix + name]);
      if (typeof text !== "string") return [];
      const checkpoint = parseCheckpoint(name, text);
      return [{ name, createdAt: checkpoint?.createdAt ?? "", keys: checkpoint?.entries.size }];
    });
    return newestFirst((await Promise.all(found)).flat());
  }

  async readCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return (await this.#checkpoint(name))?.checkpoint;
  }

  async restore(name: string, before: string): Promise<void> {
    const found = await this.#checkpoint(name);
    if (found === undefined) throw noCheckpoint(name);
    const texts = [...found.checkpoint.entries].flatMap(([key, entry]) => [key, textOfEntry(entry)]);
    const keys = [name, before].map((each) => this.#checkpoints.prefix + each);
    const values = [this.#keys.prefix, this.#keys.pattern, this.#now(), found.text, ...texts];
    const restored = await this.#once(RESTORE, keys, values);
    if (restored === 2) throw nameTaken(before);
    if (restored !== 1) throw contended(`checkpoint ${name}`);
    await this.#prune();
  }

  async fill(entries: Entries, checkpoints: readonly Checkpoint[]): Promise<void> {
    const texts = [...entries].flatMap(([key, entry]) => [this.#keys.prefix + key, textOfEntry(entry)]);
    const kept = checkpoints.flatMap((each) => [this.#checkpoints.prefix + each.name, textOfCheckpoint(each)]);
    const both = [this.#keys, this.#checkpoints].flatMap(({ prefix, pattern }) => [prefix, pattern]);
    await this.#script(FILL, [], [...both, ...texts, ...kept]);
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  /** Writes if the keys still hold what they were seen to hold. */
  async #write(seen: readonly string[], texts: readonly Reply[], writes: Writes): Promise<void> {
    const timestamp = this.#now();
    const wanted = [...writes.values()].map((value) =>
      value === undefined ? "-" : `=${textOfEntry({ value, timestamp })}`,
    );
    const expected = texts.map((text) => (text === null ? "-" : `=${text}`));
    const life = String(Math.round((this.#options.ttl ?? 0) * 1000));
    const keys = [...seen, ...writes.keys()].map((key) => this.#keys.prefix + key);
    const [only = "-", ...others] = wanted;
    if (seen.length === 0 && others.length === 0 && only !== "-") {
      // The most frequent write of all needs no script.
      return void (await this.#link.ask(["SET", keys[0]!, only.slice(1), ...(life === "0" ? [] : ["PX", life])]));
    }
    const words = ["EVAL", WRITE, String(keys.length), ...keys, String(seen.length), ...expected, ...wanted, life];
    // What was seen does not matter to a blind write, so it can be done twice.
    if (seen.length === 0) return void (await this.#link.ask(words));
    try {
      if ((await this.#link.send(words)) !== 1) throw new Overtaken();
    } catch (error) {
      if (!(error instanceof LinkLost)) throw this.#link.explain(error);
      const now = await this.#texts(seen);
      if (texts.every((text, index) => text === now[index])) throw new Overtaken();
      const message = `Cannot tell whether ${this.place} was written: the connection was lost`;
      throw new GateError("BACKEND_UNAVAILABLE", message, { hint: "Look at the keys before you run it again." });
    }
  }

  async #texts(keys: readonly string[]): Promise<readonly Reply[]> {
    if (keys.length === 0) return [];
    return (await this.#link.ask(["MGET", ...keys.map((key) => this.#keys.prefix + key)])) as readonly Reply[];
  }

  #entriesOf(keys: readonly string[], texts: readonly Reply[]): Entries {
    const entries = new Map<string, Entry>();
    for (const [index, key] of keys.entries()) {
      const text = texts[index];
      if (typeof text !== "string") continue;
      const row = parseRow(text);
      if (row === undefined) {
        throw damaged(this.place, `the key ${JSON.stringify(key)} is not of the form {value, timestamp}`);
      }
      entries.set(key, { value: row.value, timestamp: row.timestamp });
    }
    return entries;
  }

  async #checkpoint(name: string): Promise<{ readonly text: string; readonly checkpoint: Checkpoint } | undefined> {
    const text = await this.#link.ask(["GET", this.#checkpoints.prefix + name]);
    if (typeof text !== "string") return undefined;
    const checkpoint = parseCheckpoint(name, text);
    if (checkpoint === undefined) throw damagedCheckpoint(name, undefined);
    return { text, checkpoint };
  }

  async #prune(): Promise<void> {
    const expired = expiredNames(await this.#scan(this.#checkpoints));
    if (expired.length > 0) await this.#link.ask(["DEL", ...expired.map((name) => this.#checkpoints.prefix + name)]);
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

  #script(script: string, keys: readonly string[], values: readonly string[]): Promise<Reply> {
    return this.#link.ask(["EVAL", script, String(keys.length), ...keys, ...values]);
  }

  /** A script that must not run twice; whether it ran before the connection broke is for the caller to look at. */
  async #once(script: string, keys: readonly string[], values: readonly string[]): Promise<Reply> {
    // A connection that broke unnoticed is made anew here, where nothing has been sent yet.
    await this.#link.ask(["PING"]);
    try {
      return await this.#link.send(["EVAL", script, String(keys.length), ...keys, ...values]);
    } catch (error) {
      throw this.#link.explain(error);
    }
  }

  async now(): Promise<number> {
    const [seconds, microseconds] = (await this.#link.ask(["TIME"])) as readonly string[];
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  }

  #now(): string {
    return formatTime(this.#options.clock());
  }
}

interface Names {
  readonly prefix: string;
  /** The names with the prefix, for `SCAN`. */
  readonly pattern: string;
}

function names(kind: string, namespace: string): Names {
  const prefix = `${kind}:${namespace}:`;
  return { prefix, pattern: `${prefix.replace(/[\\*?[\]]/g, "\\$&")}*` };
}

function textOfEntry({ value, timestamp }: Entry): string {
  return makeRow(value, timestamp).raw;
}

function textOfCheckpoint({ createdAt, entries }: Checkpoint): string {
  const rows = [...entries].map(([key, entry]) => `${JSON.stringify(key)}:${textOfEntry(entry)}`);
  return `{"created_at":${JSON.stringify(createdAt)},"state":{${rows.join(",")}}}`;
}

function parseCheckpoint(name: string, text: string): Checkpoint | undefined {
  const members = byKey(membersOf(text) ?? []);
  const entries = parseRows(members.get("state") ?? "");
  if (typeof entries === "string") return undefined;
  return { name, createdAt: textOf(members.get("created_at")) ?? "", entries };
}
