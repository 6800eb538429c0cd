/** The store of a namespace, opened for one operation and closed after it. */
import { GateError } from "../base/errors.ts";
import { faultOfName } from "../base/ids.ts";
import { printable } from "../base/line.ts";
import { appendAudit } from "../files/audit.ts";
import type { Access, Backend, Driver, Entries } from "../store/driver.ts";
import { sorted } from "../store/driver.ts";
import { openStore } from "../store/open.ts";
import type { RedisOptions } from "../store/redis.ts";
import { findBackend, readRemembered } from "../store/remembered.ts";
import { revisionOf } from "../text/source.ts";
import type { Gate } from "./gate.ts";
import type { Outcome, Written } from "./transaction.ts";

/** Which store is meant; all operations on keys take these. */
export interface KvOptions {
  /** `default` by default. */
  readonly namespace?: string;
  /** The one remembered by default, else the one whose file is there, else `json`. */
  readonly backend?: Backend;
  /** `redis://127.0.0.1:6379` by default. */
  readonly redisUrl?: string;
}

export interface StoreUse extends KvOptions {
  /** Such as `kv save`. */
  readonly operation: string;
  readonly access: Access;
  readonly ttl?: number | undefined;
  /** Say what is to be said about the backend although it has been said. */
  readonly tell?: boolean;
}

/** Runs `work` on the open store; its warnings are added to what `work` says. */
export async function withStore<T>(
  gate: Gate,
  use: StoreUse,
  work: (driver: Driver) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const options = storeOptions(gate, use);
  const backend = use.backend ?? findBackend(options);
  const told = use.tell ? [] : (readRemembered(options)?.told ?? []);
  const driver = await openStore(backend, options);
  try {
    const outcome = await work(driver);
    const warnings = driver.warnings.filter((warning) => !told.includes(warning));
    return { ...outcome, warnings: [...outcome.warnings, ...warnings] };
  } finally {
    await driver.close();
  }
}

/** What a driver is opened with; `UNSAFE_PATH` for a namespace that is no name. */
export function storeOptions(
  gate: Gate,
  use: Pick<StoreUse, "namespace" | "redisUrl" | "operation" | "access" | "ttl">,
): RedisOptions {
  const { namespace = "default", redisUrl, operation, access, ttl } = use;
  requireName("namespace", namespace);
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
  appendAudit(gate.project, {
    timestamp: new Date(gate.clock()).toISOString(),
    operation,
    namespace,
    backend: driver.backend,
    ...more,
    ...(gate.actor !== undefined && { actor: gate.actor }),
  });
}
