/** Key-value state: values that programs keep between their runs, under keys in a namespace. */
import { GateError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { printable } from "../../base/line.ts";
import { inAscii, JsonText, toJsonText } from "../../json/json-text.ts";
import type { Entry } from "../../store/driver.ts";
import { readRemembered, remember } from "../../store/remembered.ts";
import { revisionOf } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { auditStore, type KvOptions, outcomeOf, picture, requireKey, STORE, storeOptions, withStore } from "./store.ts";

/** Where a namespace is to be kept. */
export interface KvInitInput extends KvOptions {
  /** Also where another backend is remembered; what that one keeps stays where it is. */
  readonly force?: boolean;
}

/** What `kvInit` came to. */
export interface KvInit {
  readonly initialized: true;
  readonly namespace: string;
  /** `json`, `sqlite` or `redis`; what a driver of one's own calls itself. */
  readonly backend: string;
  /** Where the state is: a path in the project, or a server. */
  readonly place: string;
}

/** A value, and under which key it is saved. */
export interface KvSaveInput extends KvOptions {
  readonly key: string;
  /** What JSON can say, or a `JsonText` that says it. */
  readonly value: unknown;
  /** Seconds until it goes by itself; Redis only. */
  readonly ttl?: number;
}

/** What `kvSave` came to. */
export interface KvSave {
  readonly success: true;
  readonly key: string;
  readonly revision: string;
}

/** Whose value is loaded. */
export interface KvLoadInput extends KvOptions {
  readonly key: string;
  /** Taken where the key is not there; `null` counts. */
  readonly default?: unknown;
}

/** A value, parsed and as the text it is kept as. */
export interface KvLoad {
  readonly key: string;
  readonly value: unknown;
  /** The value as it is kept: its own digits, its own order. */
  readonly json: string;
  readonly timestamp: string | undefined;
  /** The digest of the value; absent for a default. */
  readonly revision: string | undefined;
}

/** Makes the store of a namespace and remembers its backend. A second time nothing changes. */
export async function kvInit(
  gate: Gate,
  input: KvInitInput = {},
  options: WriteOptions = {},
): Promise<Outcome<KvInit>> {
  requireCall("kvInit", { gate, input, options }, { ...STORE, force: "flag?" });
  const { dryRun = false } = options;
  const use = { ...input, operation: "kv init", access: dryRun ? "read" : "write", tell: true } as const;
  const place = storeOptions(gate, use);
  const { namespace } = place;
  if (input.backend === undefined && gate.openDriver !== undefined) {
    return await withStore(gate, use, async (driver) =>
      outcomeOf({ initialized: true, namespace, backend: driver.backend, place: driver.place }),
    );
  }
  const there = readRemembered(place)?.backend;
  const backend = input.backend ?? there ?? "json";
  if (there !== undefined && there !== backend && !input.force) {
    throw new GateError("CONFLICT", `Cannot init ${namespace}: it is kept in ${there} already`, {
      hint: `Run \`gate kv migrate --from ${there} --to ${backend}\` to take its state along, or add --force to leave that where it is.`,
    });
  }
  return await withStore(gate, { ...use, backend }, async (driver) => {
    if (!dryRun) {
      // Taken once, so that what would stand in the way of writing shows now.
      await driver.update([], () => ({ writes: new Map(), result: undefined }));
      await remember(place, { backend, told: driver.warnings });
      auditStore(gate, driver, use, {});
    }
    return outcomeOf({ initialized: true, namespace, backend, place: driver.place });
  });
}

/**
 * Saves a value under a key, in a JSON file, SQLite or on a Redis server. `namespace` is
 * `default` unless given, `backend` the one remembered; the address of a server is an
 * argument (`redisUrl`), never the environment. `new JsonText(text)` saves a text as it is.
 * Rejects with `CORRUPT` for a damaged store and with `BACKEND_UNAVAILABLE` without the
 * server or without SQLite.
 *
 * ```ts
 * await kvSave(gate, { key: "build", value: { count: 7 } });
 * ```
 */
export async function kvSave(gate: Gate, input: KvSaveInput, options: WriteOptions = {}): Promise<Outcome<KvSave>> {
  requireCall("kvSave", { gate, input, options }, { ...STORE, key: "text", value: "any", ttl: "number?" });
  const { key } = input;
  const { dryRun = false, ifMatch } = options;
  requireKey(key);
  const value = textOf(input.value);
  const use = { ...input, operation: "kv save", access: dryRun ? "read" : "write" } as const;
  return await withStore(gate, use, async (driver) => {
    const result: KvSave = {
      success: true,
      key,
      // Who saves many does not ask, and a digest costs a tenth of a save.
      get revision() {
        return revisionOfValue(value);
      },
    };
    if (dryRun) {
      const before = await driver.get([key]);
      requireRevision(key, before.get(key), ifMatch);
      const after = new Map([[key, { value, timestamp: undefined }]]);
      return outcomeOf(result, [picture(driver.place, before, after)]);
    }
    await driver.update(ifMatch === undefined ? [] : [key], (found) => {
      requireRevision(key, found.get(key), ifMatch);
      return { writes: new Map([[key, value]]), result: undefined };
    });
    auditStore(gate, driver, use, { key });
    return outcomeOf(result);
  });
}

/**
 * Loads the value of a key, parsed and as the text it is kept as. Rejects with `NOT_FOUND`
 * for a key that is not there, unless there is a `default`; otherwise as `kvSave`.
 */
export async function kvLoad(gate: Gate, input: KvLoadInput): Promise<Outcome<KvLoad>> {
  requireCall("kvLoad", { gate, input }, { ...STORE, key: "text", default: "any?" });
  const { key } = input;
  requireKey(key);
  const fallback = "default" in input ? textOf(input.default) : undefined;
  return await withStore(gate, { ...input, operation: "kv load", access: "read" }, async (driver) => {
    const entry = (await driver.get([key])).get(key);
    const json = entry?.value ?? fallback;
    if (json === undefined) throw keyNotFound(key);
    const revision = entry && revisionOfValue(json);
    return outcomeOf({ key, value: parseJson(json), json, timestamp: entry?.timestamp, revision });
  });
}

/** Removes a key; `NOT_FOUND` where it is not there. */
export async function kvDelete(
  gate: Gate,
  input: KvOptions & { readonly key: string },
  options: WriteOptions = {},
): Promise<Outcome<{ readonly deleted: true; readonly key: string }>> {
  requireCall("kvDelete", { gate, input, options }, { ...STORE, key: "text" });
  const { dryRun = false, ifMatch } = options;
  const { key } = input;
  requireKey(key);
  const use = { ...input, operation: "kv delete", access: dryRun ? "read" : "write" } as const;
  return await withStore(gate, use, async (driver) => {
    const before = await driver.get([key]);
    if (!before.has(key)) throw keyNotFound(key);
    requireRevision(key, before.get(key), ifMatch);
    const result = { deleted: true, key } as const;
    if (dryRun) return outcomeOf(result, [picture(driver.place, before, new Map())]);
    await driver.update([key], (found) => {
      if (!found.has(key)) throw keyNotFound(key);
      requireRevision(key, found.get(key), ifMatch);
      return { writes: new Map([[key, undefined]]), result: undefined };
    });
    auditStore(gate, driver, use, { key });
    return outcomeOf(result);
  });
}

/** All keys, sorted. */
export async function kvKeys(
  gate: Gate,
  input: KvOptions = {},
): Promise<Outcome<{ readonly keys: readonly string[] }>> {
  requireCall("kvKeys", { gate, input }, STORE);
  return await withStore(gate, { ...input, operation: "kv keys", access: "read" }, async (driver) =>
    outcomeOf({ keys: await driver.keys() }),
  );
}

function textOf(value: unknown): string {
  return inAscii(value instanceof JsonText ? value.text : toJsonText(value));
}

function revisionOfValue(json: string): string {
  return revisionOf(Buffer.from(json));
}

function requireRevision(key: string, entry: Entry | undefined, wanted: string | undefined): void {
  if (wanted === undefined || (entry && revisionOfValue(entry.value) === wanted)) return;
  throw new GateError(
    "CONFLICT",
    `Cannot write key ${printable(key)}: it was changed since revision ${printable(wanted)}`,
    {
      hint: "Load it again, then decide.",
    },
  );
}

function keyNotFound(key: string): GateError {
  return new GateError("NOT_FOUND", `Key not found: ${printable(key)}`, { hint: "`gate kv keys` lists all keys." });
}
