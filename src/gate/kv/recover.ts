/** A damaged store goes back to the newest good checkpoint or backup, after a copy of what is damaged. */
import { GateError } from "../../base/errors.ts";
import type { Backend, Driver } from "../../store/driver.ts";
import { automaticName } from "../../store/names.ts";
import { openStore } from "../../store/open.ts";
import { findSources, type RecoveryFound, type RecoverySource, recoverFrom } from "../../store/recover.ts";
import type { RedisOptions } from "../../store/redis.ts";
import { findBackend } from "../../store/remembered.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { auditStore, type KvOptions, outcomeOf, picture, storeOptions } from "./store.ts";

/** What `kvRecover` came to. */
export interface KvRecovery {
  /** `false` where nothing was damaged, and nothing done. */
  readonly recovered: boolean;
  readonly backend: Backend;
  /** Copies of what was damaged: paths, or the name of a checkpoint on a server. */
  readonly backups: readonly string[];
  /** What it went back to; absent where nothing was damaged. */
  readonly source:
    | { readonly kind: RecoverySource["kind"]; readonly name: string; readonly createdAt: string }
    | undefined;
  readonly keys: number;
}

/** Makes a damaged store good again from its newest good checkpoint or backup. The call is the consent. */
export async function kvRecover(
  gate: Gate,
  input: KvOptions = {},
  { dryRun = false }: WriteOptions = {},
): Promise<Outcome<KvRecovery>> {
  const use = { ...input, operation: "kv recover" };
  const options = storeOptions(gate, { ...use, access: "read" });
  const backend = input.backend ?? findBackend(options);
  const sound = await countIfSound(backend, options);
  if (sound !== undefined) return outcomeOf({ recovered: false, backend, backups: [], source: undefined, keys: sound });
  const writing = { ...options, access: "write" } as const;
  if (backend === "redis") return await recoverServer(gate, writing, dryRun);
  const found = await findSources(backend, options);
  const source = firstOf(found, found.path);
  const result = { recovered: !dryRun, backend, source: describe(source), keys: source.entries.size };
  if (dryRun) return outcomeOf({ ...result, backups: [] }, [picture(found.path, new Map(), source.entries)]);
  const backups = await recoverFrom(backend, writing, found, source);
  if ((await countIfSound(backend, options)) === undefined) {
    throw new GateError("INVALID_RESULT", `Cannot recover ${found.path}: it is still damaged`, {
      path: found.path,
      hint: `What was damaged is kept as ${backups.join(", ")}.`,
    });
  }
  auditStore(gate, { backend }, use, { source: source.name, backups });
  return outcomeOf({ ...result, backups });
}

/** The number of keys, if every one of them can be read. */
async function countIfSound(backend: Backend, options: RedisOptions): Promise<number | undefined> {
  let driver: Driver | undefined;
  try {
    driver = await openStore(backend, options);
    return (await driver.entries()).size;
  } catch (error) {
    if (error instanceof GateError && error.code === "CORRUPT") return undefined;
    throw error;
  } finally {
    await driver?.close();
  }
}

/** On a server only single keys can be damaged, and its checkpoints take them as they are. */
async function recoverServer(gate: Gate, options: RedisOptions, dryRun: boolean): Promise<Outcome<KvRecovery>> {
  const driver = await openStore("redis", options);
  try {
    const summaries = (await driver.checkpoints()).filter(({ keys }) => keys !== undefined);
    const checkpoint = summaries[0] && (await driver.readCheckpoint(summaries[0].name));
    const sources = checkpoint ? [{ ...checkpoint, kind: "checkpoint" as const }] : [];
    const source = firstOf({ sources }, driver.place);
    const before = automaticName("before-restore", gate.clock());
    if (!dryRun) await driver.restore(source.name, before);
    const backups = dryRun ? [] : [before];
    const result = {
      recovered: !dryRun,
      backend: "redis",
      backups,
      source: describe(source),
      keys: source.entries.size,
    };
    return outcomeOf(result as KvRecovery, dryRun ? [picture(driver.place, new Map(), source.entries)] : []);
  } finally {
    await driver.close();
  }
}

function firstOf({ sources }: Pick<RecoveryFound, "sources">, place: string): RecoverySource {
  const [source] = sources;
  if (source !== undefined) return source;
  throw new GateError("CORRUPT", `Cannot recover ${place}: there is no good checkpoint and no good backup`, {
    hint: "Mend it by hand, or move it away to begin anew; nothing was written.",
  });
}

function describe({ kind, name, createdAt }: RecoverySource) {
  return { kind, name, createdAt };
}
