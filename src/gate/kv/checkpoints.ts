/** Pictures of a namespace: made, listed, compared with what is there now, and put back. */
import { isSameJson } from "../../base/json.ts";
import { parseTime } from "../../base/time.ts";
import { type CheckpointSummary, type Driver, type Entries, sorted } from "../../store/driver.ts";
import { nameTaken, noCheckpoint } from "../../store/faults.ts";
import { automaticName } from "../../store/names.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { auditStore, type KvOptions, outcomeOf, picture, requireName, STORE, withStore } from "./store.ts";

/** The checkpoint that is made. */
export interface KvCheckpointInput extends KvOptions {
  /** One that says when it was made by default; of those, the newest 50 are kept. */
  readonly name?: string;
  /** Also where there is one of this name. */
  readonly force?: boolean;
}

/** What `kvRestore` came to. */
export interface KvRestore {
  readonly restored: string;
  readonly keys: number;
  /** The checkpoint of what was there before. */
  readonly before: string;
}

/** A value as the JSON text it is kept as. */
export interface KvDifference {
  readonly checkpoint: string;
  /** Keys that came since. */
  readonly added: readonly { readonly key: string; readonly value: string }[];
  readonly removed: readonly { readonly key: string; readonly value: string }[];
  readonly changed: readonly { readonly key: string; readonly before: string; readonly after: string }[];
}

/** Keeps everything of a namespace, as it is at one moment, under a name. */
export async function kvCheckpoint(
  gate: Gate,
  input: KvCheckpointInput = {},
  options: WriteOptions = {},
): Promise<Outcome<{ readonly name: string }>> {
  requireCall("kvCheckpoint", { gate, input, options }, { ...STORE, name: "text?", force: "flag?" });
  const { dryRun = false } = options;
  const name = input.name ?? automaticName("auto", gate.clock());
  requireName("checkpoint", name);
  const use = { ...input, operation: "kv checkpoint", access: dryRun ? "read" : "write" } as const;
  return await withStore(gate, use, async (driver) => {
    if (dryRun) {
      if (!input.force && (await driver.readCheckpoint(name))) throw nameTaken(name);
      return outcomeOf({ name });
    }
    await driver.checkpoint(name, { replace: input.force ?? false });
    auditStore(gate, driver, use, { checkpoint: name });
    return outcomeOf({ name });
  });
}

/** The checkpoints of a namespace, newest first. */
export async function kvCheckpoints(
  gate: Gate,
  input: KvOptions = {},
): Promise<Outcome<{ readonly checkpoints: readonly CheckpointSummary[] }>> {
  requireCall("kvCheckpoints", { gate, input }, STORE);
  return await withStore(gate, { ...input, operation: "kv checkpoints", access: "read" }, async (driver) =>
    outcomeOf({ checkpoints: await driver.checkpoints() }),
  );
}

/** Which checkpoints are removed. */
export interface KvPruneInput extends KvOptions {
  /** Those made longer ago than so many milliseconds. */
  readonly olderThan: number;
}

/** What `kvPrune` came to. */
export interface KvPruned {
  readonly success: true;
  readonly message: string;
  /** The names of those that were or, in a dry run, would be removed. */
  readonly pruned: readonly string[];
}

/** Removes the checkpoints that were made before a time; the call is the consent. One whose time nobody knows stays. */
export async function kvPrune(gate: Gate, input: KvPruneInput, options: WriteOptions = {}): Promise<Outcome<KvPruned>> {
  requireCall("kvPrune", { gate, input, options }, { ...STORE, olderThan: "whole" });
  const { olderThan, ...place } = input;
  const { dryRun = false } = options;
  const use = { ...place, operation: "kv prune", access: dryRun ? "read" : "write" } as const;
  return await withStore(gate, use, async (driver) => {
    const before = gate.clock() - olderThan;
    const old = (await driver.checkpoints()).filter(({ createdAt }) => isBefore(createdAt, before));
    const pruned = old.map(({ name }) => name);
    const count = pruned.length === 1 ? "1 checkpoint" : `${pruned.length} checkpoints`;
    const result = { success: true, message: `${count} ${dryRun ? "would be " : ""}removed`, pruned } as const;
    if (dryRun || pruned.length === 0) return outcomeOf(result);
    await driver.forget(old);
    auditStore(gate, driver, use, { checkpoints: pruned });
    return outcomeOf(result);
  });
}

/** A time that nobody can read is before none. */
function isBefore(time: string, instant: number): boolean {
  const reading = parseTime(time);
  return (reading?.kind === "exact" || reading?.kind === "other") && reading.instant < instant;
}

/** Makes a namespace exactly what a checkpoint holds; what it held is kept as another one first. The call is the consent. */
export async function kvRestore(
  gate: Gate,
  input: KvOptions & { readonly checkpoint: string },
  options: WriteOptions = {},
): Promise<Outcome<KvRestore>> {
  requireCall("kvRestore", { gate, input, options }, { ...STORE, checkpoint: "text" });
  const { dryRun = false } = options;
  const { checkpoint } = input;
  requireName("checkpoint", checkpoint);
  const use = { ...input, operation: "kv restore", access: dryRun ? "read" : "write" } as const;
  return await withStore(gate, use, async (driver) => {
    const entries = await entriesOf(driver, checkpoint);
    const before = automaticName("before-restore", gate.clock());
    const result = { restored: checkpoint, keys: entries.size, before };
    if (dryRun) return outcomeOf(result, [picture(driver.place, await driver.entries(), entries)]);
    await driver.restore(checkpoint, before);
    auditStore(gate, driver, use, { checkpoint, before });
    return outcomeOf(result);
  });
}

/** What has changed since a checkpoint. */
export async function kvDiff(
  gate: Gate,
  input: KvOptions & { readonly checkpoint: string },
): Promise<Outcome<KvDifference>> {
  requireCall("kvDiff", { gate, input }, { ...STORE, checkpoint: "text" });
  const { checkpoint } = input;
  requireName("checkpoint", checkpoint);
  return await withStore(gate, { ...input, operation: "kv diff", access: "read" }, async (driver) => {
    const before = await entriesOf(driver, checkpoint);
    const after = await driver.entries();
    return outcomeOf({ checkpoint, ...compare(before, after) }, [picture(driver.place, before, after)]);
  });
}

function compare(before: Entries, after: Entries): Omit<KvDifference, "checkpoint"> {
  const valueIn = (entries: Entries, key: string) => ({ key, value: entries.get(key)!.value });
  const both = sorted(before.keys()).filter((key) => after.has(key));
  return {
    added: sorted(after.keys()).flatMap((key) => (before.has(key) ? [] : [valueIn(after, key)])),
    removed: sorted(before.keys()).flatMap((key) => (after.has(key) ? [] : [valueIn(before, key)])),
    changed: both
      .map((key) => ({ key, before: before.get(key)!.value, after: after.get(key)!.value }))
      .filter((each) => !isSameJson(each.before, each.after)),
  };
}

async function entriesOf(driver: Driver, name: string): Promise<Entries> {
  const checkpoint = await driver.readCheckpoint(name);
  if (checkpoint === undefined) throw noCheckpoint(name);
  return checkpoint.entries;
}
