/** The store of a namespace, opened for one operation and closed after it. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { AuditLog } from "../../files/record/audit.ts";
import {
  type Access,
  BACKENDS,
  type Backend,
  type Driver,
  type Entries,
  type OpenDriver,
  sorted,
} from "../../store/driver.ts";
import { MemoryDriver } from "../../store/memory.ts";
import { openStore } from "../../store/open.ts";
import type { RedisOptions } from "../../store/redis.ts";
import { guessBackend, type Remembered, readRemembered } from "../../store/remembered.ts";
import { revisionOf } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { audit } from "../commit/post-write.ts";
import type { Gate } from "../gate.ts";
import type { Outcome, Written } from "../outcome.ts";

/** Which store is meant; all operations on keys take these. */
export interface KvOptions {
  /** `default` by default. */
  readonly namespace?: string;
  /** The one remembered by default, else the one whose file is there, else `json`. */
  readonly backend?: Backend;
  /** `redis://127.0.0.1:6379` by default. */
  readonly redisUrl?: string;
}

/** What each of them is. */
export const STORE: Shape<KvOptions> = { namespace: "text?", backend: [...BACKENDS, undefined], redisUrl: "text?" };

export interface StoreUse extends KvOptions {
  /** Such as `kv save`. */
  readonly operation: string;
  readonly access: Access;
  readonly ttl?: number | undefined;
  /** Say what is to be toldBy about the backend although it has been said. */
  readonly tell?: boolean;
}

/** A gate whose stores stay open between operations. Has to be closed. */
export interface KvSession {
  readonly gate: Gate;
  close(): Promise<void>;
}

/** How a session keeps its stores. */
export interface OpenKvOptions {
  /** A driver of one's own, for all namespaces; it has to pass `driverContract` of `state-gatekeeper/driver-contract`. */
  readonly driver?: OpenDriver;
}

/**
 * For programs that save often: operations on keys with the gate of the session open
 * a store once, instead of each time. With `driver` they keep the keys there.
 */
export function openKv(gate: Gate, options: OpenKvOptions = {}): KvSession {
  requireCall("openKv", { gate, input: options }, { driver: "function?" });
  const { driver } = options;
  const stores = new Map<string, Promise<Driver>>();
  const log = new AuditLog(gate.project);
  return {
    gate: { ...gate, stores, log, ...(driver && { openDriver: driver }) },
    async close() {
      const opened = [...stores.values()];
      stores.clear();
      for (const driver of await Promise.allSettled(opened)) {
        if (driver.status === "fulfilled") await driver.value.close();
      }
      log.close();
    },
  };
}

/** Runs `work` on the open store; its warnings are added to what `work` says. */
export async function withStore<T>(
  gate: Gate,
  use: StoreUse,
  work: (driver: Driver) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const options = storeOptions(gate, use);
  const { driver, stays, remembered } = await storeOf(gate, use, options);
  try {
    const outcome = await work(driver);
    const fresh = driver.warnings.slice(use.tell ? 0 : (toldBy.get(driver) ?? 0));
    toldBy.set(driver, driver.warnings.length);
    if (fresh.length === 0) return outcome;
    const told = use.tell ? [] : ((remembered ?? readRemembered(options))?.told ?? []);
    return { ...outcome, warnings: [...outcome.warnings, ...fresh.filter((warning) => !told.includes(warning))] };
  } finally {
    if (!stays) await driver.close();
  }
}

/** How many of the warnings of a store that stays open have been passed on. */
const toldBy = new WeakMap<Driver, number>();

/** A store that is open. */
interface Opened {
  readonly driver: Driver;
  /** Whether a session keeps it open. */
  readonly stays: boolean;
  /** What was looked up on the way. */
  readonly remembered?: Remembered | undefined;
}

/** The store that is meant: of the backend that is named, of the session's own driver, or where the namespace is kept. */
async function storeOf(gate: Gate, use: StoreUse, options: RedisOptions): Promise<Opened> {
  const { openDriver } = gate;
  if (use.backend === undefined && openDriver !== undefined) {
    return await openOnce(gate, keyOfStore("own", options), async () => await openDriver(options));
  }
  // A store that is named and that the session has open has been looked up already.
  const opened = use.backend && gate.stores?.get(keyOfStore(use.backend, options));
  if (opened) return { driver: await opened, stays: true };
  const remembered = readRemembered(options);
  const backend = use.backend ?? remembered?.backend ?? guessBackend(options);
  const key = keyOfStore(backend, options);
  const { driver, stays } = await openOnce(gate, key, () => openStore(backend, options));
  // It stands for a store that is not there, and may be there at the next look.
  if (driver instanceof MemoryDriver) gate.stores?.delete(key);
  return { driver, stays, remembered };
}

/** Opens a store, or takes the one that a session has open. */
async function openOnce({ stores }: Gate, key: string, open: () => Promise<Driver>): Promise<Opened> {
  if (stores === undefined) return { driver: await open(), stays: false };
  const opening = stores.get(key) ?? open();
  stores.set(key, opening);
  try {
    const driver = await opening;
    return { driver, stays: true };
  } catch (error) {
    stores.delete(key);
    throw error;
  }
}

/** What tells the stores of a session apart. */
function keyOfStore(backend: Backend | "own", { namespace, access, url, ttl }: RedisOptions): string {
  return JSON.stringify([backend, namespace, access, url, ttl]);
}

/** What a driver is opened with; `UNSAFE_PATH` for a namespace that is no name. */
export function storeOptions(
  gate: Gate,
  use: Pick<StoreUse, "namespace" | "redisUrl" | "operation" | "access" | "ttl">,
): RedisOptions {
  const { namespace = "default", redisUrl, operation, access, ttl } = use;
  requireNamespace(namespace, access === "read" || operation.startsWith("batch "));
  return {
    project: gate.project,
    namespace,
    access,
    clock: gate.clock,
    timeout: gate.lockTimeout,
    command: `gate ${operation}`,
    url: redisUrl,
    ttl,
  };
}

/** Shared batches are kept beside the namespaces of users, who may look at them. */
function requireNamespace(namespace: string, mayBeBatch: boolean): void {
  const [, batch] = /^batch:(.+)$/s.exec(namespace) ?? [];
  requireName("namespace", batch ?? namespace);
  if (batch === undefined ? !namespace.startsWith("batch=") : mayBeBatch) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot write namespace ${printable(namespace)}: it is kept by gate batch`, {
    hint: "Use the commands of `gate batch`.",
  });
}

/** Refuses what cannot be the name of a namespace or a checkpoint. */
export function requireName(what: "namespace" | "checkpoint", name: string): void {
  const fault = faultOfName(name);
  if (fault === undefined) return;
  throw new GateError("UNSAFE_PATH", `Cannot use ${what} ${JSON.stringify(printable(name))}: ${fault}`, {
    hint: "Use another name.",
  });
}

const MAX_KEY = 1024;

/** Refuses what cannot be a key in every backend. */
export function requireKey(key: string): void {
  const fault =
    key === ""
      ? "it is empty"
      : key.length > MAX_KEY
        ? `it is longer than ${MAX_KEY} characters`
        : /\0|\p{Surrogate}/u.test(key)
          ? "it holds a character that not every store can keep"
          : undefined;
  if (fault === undefined) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot use key ${JSON.stringify(printable(key.slice(0, 80)))}: ${fault}`, {
    hint: "Use another key.",
  });
}

/** An outcome without anything to tell of documents. */
export function outcomeOf<T>(value: T, written: readonly Written[] = [], warnings: readonly string[] = []): Outcome<T> {
  return { value, written, moved: [], removed: [], backups: [], entries: [], warnings };
}

/** What would become of entries, as the change of a text with a line for each key. */
export function picture(place: string, before: Entries, after: Entries): Written {
  const text = linesOf(after);
  const bytes = Buffer.from(text);
  return { path: place, size: bytes.length, revision: revisionOf(bytes), before: linesOf(before), after: text };
}

function linesOf(entries: Entries): string {
  return sorted(entries.keys())
    .map((key) => `${JSON.stringify(key)}: ${entries.get(key)!.value}\n`)
    .join("");
}

/** Adds a line to the log. */
export function auditStore(
  gate: Gate,
  driver: Pick<Driver, "backend">,
  use: Pick<StoreUse, "operation" | "namespace">,
  more: object,
): void {
  const { operation, namespace = "default" } = use;
  audit(gate, operation, gate.clock(), { namespace, backend: driver.backend, ...more });
}
