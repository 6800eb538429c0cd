/** A damaged store goes back to its newest good version, checkpoint or backup, after a copy of what is damaged. */
import { GateError } from "../../base/errors.ts";
import { exists } from "../../files/read/read.ts";
import { newestVersion } from "../../files/record/versions.ts";
import { type Backend, type Driver, type Entries, folderOf } from "../../store/driver.ts";
import { automaticName } from "../../store/names.ts";
import { openStore } from "../../store/open.ts";
import { findSources, type RecoveryFound, type RecoverySource, recoverFrom } from "../../store/recover.ts";
import type { RedisOptions } from "../../store/redis.ts";
import { findBackend } from "../../store/remembered.ts";
import { requireCall } from "../call.ts";
import type { RecordSource } from "../commit/record-recovery.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { auditStore, type KvOptions, outcomeOf, picture, STORE, storeOptions } from "./store.ts";

/** What `kvRecover` came to. */
export interface KvRecovery {
  /** `false` where nothing was damaged, and nothing done. */
  readonly recovered: boolean;
  readonly backend: Backend;
  /** Copies of what was damaged: paths, or the name of a checkpoint on a server. */
  readonly backups: readonly string[];
  /** What it went back to; absent where nothing was damaged. */
  readonly source: RecordSource | undefined;
  readonly keys: number;
}

/** Makes a damaged store good again from its newest good version, checkpoint or backup. The call is the consent. */
export async function kvRecover(
  gate: Gate,
  input: KvOptions = {},
  options: WriteOptions = {},
): Promise<Outcome<KvRecovery>> {
  requireCall("kvRecover", { gate, input, options }, STORE);
  if (input.backend === undefined && gate.openDriver !== undefined) {
    throw new GateError("INVALID_ARGUMENT", "Cannot recover the keys: the session keeps them by a driver of its own", {
      hint: "Restore a checkpoint, or name the backend whose store is damaged.",
    });
  }
  const outcome = await recoverStore(gate, { ...input, operation: "kv recover" }, options);
  const { place: _, ...value } = outcome.value;
  return { ...outcome, value };
}

/** Which store is recovered, under which name. */
interface StoreRecovery extends KvOptions {
  readonly operation: string;
  /** What its rows have to be besides; without it any rows are good. */
  readonly isGood?: IsGood;
}

type IsGood = (entries: Entries) => boolean;

/** As `kvRecover`; `place` is where the store is, for messages. */
export async function recoverStore(
  gate: Gate,
  { isGood = () => true, ...use }: StoreRecovery,
  { dryRun = false }: WriteOptions = {},
): Promise<Outcome<KvRecovery & { readonly place: string }>> {
  const options = storeOptions(gate, { ...use, access: "read" });
  const backend = use.backend ?? findBackend(options);
  const sound = isMissing(backend, options) ? undefined : await lookAt(backend, options, isGood);
  if (sound !== undefined) {
    const { keys, place } = sound;
    return outcomeOf({ recovered: false, backend, backups: [], source: undefined, keys, place });
  }
  const writing = { ...options, access: "write" } as const;
  if (backend === "redis") return await recoverServer(gate, writing, { dryRun, isGood });
  const all = await findSources(backend, options);
  const found = { ...all, sources: all.sources.filter(({ entries }) => isGood(entries)) };
  const { path: place } = found;
  const source = firstOf(found, place);
  const result = { recovered: !dryRun, backend, source: describe(source), keys: source.entries.size, place };
  if (dryRun) return outcomeOf({ ...result, backups: [] }, [picture(place, new Map(), source.entries)]);
  const backups = await recoverFrom(backend, writing, found, source);
  if ((await lookAt(backend, options, isGood)) === undefined) {
    throw new GateError("INVALID_RESULT", `Cannot recover ${place}: it is still damaged`, {
      path: place,
      hint: `What was damaged is kept as ${backups.join(", ")}.`,
    });
  }
  auditStore(gate, { backend }, use, { source: source.name, backups });
  return outcomeOf({ ...result, backups });
}

/** The number of keys and where they are, if every one of them can be read and they are good. */
async function lookAt(
  backend: Backend,
  options: RedisOptions,
  isGood: IsGood,
): Promise<{ readonly keys: number; readonly place: string } | undefined> {
  let driver: Driver | undefined;
  try {
    driver = await openStore(backend, options);
    const entries = await driver.entries();
    return isGood(entries) ? { keys: entries.size, place: driver.place } : undefined;
  } catch (error) {
    if (error instanceof GateError && error.code === "CORRUPT") return undefined;
    throw error;
  } finally {
    await driver?.close();
  }
}

/** Whether a file is gone that the history knows. */
function isMissing(backend: Backend, { project, namespace }: RedisOptions): boolean {
  const path = `${folderOf(namespace)}/state.json`;
  return backend === "json" && !exists(project, path) && newestVersion(project, path)?.revision !== undefined;
}

/** On a server only single keys can be damaged, and its checkpoints take them as they are. */
async function recoverServer(
  gate: Gate,
  options: RedisOptions,
  { dryRun, isGood }: { readonly dryRun: boolean; readonly isGood: IsGood },
): Promise<Outcome<KvRecovery & { readonly place: string }>> {
  const driver = await openStore("redis", options);
  try {
    const source = firstOf({ sources: await goodOn(driver, isGood) }, driver.place);
    const before = automaticName("before-restore", gate.clock());
    if (!dryRun) await driver.restore(source.name, before);
    const backups = dryRun ? [] : [before];
    const result = {
      recovered: !dryRun,
      backend: "redis",
      backups,
      source: describe(source),
      keys: source.entries.size,
      place: driver.place,
    } as const;
    return outcomeOf(result, dryRun ? [picture(driver.place, new Map(), source.entries)] : []);
  } finally {
    await driver.close();
  }
}

/** The newest checkpoint of a server that is good. */
async function goodOn(driver: Driver, isGood: IsGood): Promise<readonly RecoverySource[]> {
  for (const { name, keys } of await driver.checkpoints()) {
    const checkpoint = keys === undefined ? undefined : await driver.readCheckpoint(name);
    if (checkpoint !== undefined && isGood(checkpoint.entries)) return [{ ...checkpoint, kind: "checkpoint" }];
  }
  return [];
}

function firstOf({ sources }: Pick<RecoveryFound, "sources">, place: string): RecoverySource {
  const [source] = sources;
  if (source !== undefined) return source;
  throw new GateError("CORRUPT", `Cannot recover ${place}: there is no good version, checkpoint or backup`, {
    hint: "Mend it by hand, or move it away to begin anew; nothing was written.",
  });
}

function describe({ kind, name, createdAt }: RecoverySource) {
  return { kind, name, createdAt };
}
