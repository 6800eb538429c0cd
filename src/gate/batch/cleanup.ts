/** Removes a batch; the history keeps it as the text of a record, also one that was shared. */
import { GateError } from "../../base/errors.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { acquireLock } from "../../files/lock/lock.ts";
import { noteGone, storeFound, storeVersion } from "../../files/record/store-version.ts";
import { readBatch } from "../../records/batch.ts";
import { requireCall } from "../call.ts";
import { readSnapshot } from "../commit/record-transaction.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import { auditStore, outcomeOf, picture, withStore } from "../kv/store.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { newer, replaceRecord } from "./file.ts";
import {
  BATCH_PATH,
  type BatchOptions,
  PLACE,
  placeOf,
  readRememberedBatch,
  recordPath,
  rememberBatch,
  type SharedPlace,
  withRecord,
} from "./place.ts";

/** What `cleanUpBatch` came to. */
export interface BatchCleanup {
  readonly success: true;
  readonly message: string;
  /** Whether there was a batch. */
  readonly removed: boolean;
  readonly path: string;
}

/**
 * Removes the batch record, damaged or not: the call is the consent. The history keeps its
 * bytes. That there is none is fine; one of a newer version is left alone.
 */
export async function cleanUpBatch(
  gate: Gate,
  input: BatchOptions = {},
  options: WriteOptions = {},
): Promise<Outcome<BatchCleanup>> {
  requireCall("cleanUpBatch", { gate, input, options }, PLACE);
  const place = placeOf(gate, input);
  if (place.kind === "shared") return await cleanUpShared(gate, place, options);
  const meant = withRecord(gate, input);
  // Where nothing is to be removed no lock is taken, because that would make a folder.
  const path = recordPath(meant);
  const first = readSnapshot(meant, path);
  const absent = options.dryRun ? options : { ...options, dryRun: !first.exists };
  return await replaceRecord(meant, "batch cleanup", absent, (snapshot) => {
    requireKnown(snapshot);
    const removed = snapshot.exists;
    const value = resultOf(path, removed);
    return removed ? { value, text: null } : { value };
  });
}

function resultOf(path: string, removed: boolean): BatchCleanup {
  return { success: true, message: removed ? `Removed ${path}` : `There is no ${path}`, removed, path };
}

/** A text that is damaged may go: that is what cleaning up is for. */
function requireKnown({ path, text }: RecordSnapshot): void {
  const reading = text === undefined ? undefined : readBatch(text);
  if (reading?.kind === "newer") throw newer(path, "remove", reading.version);
}

async function cleanUpShared(
  gate: Gate,
  place: SharedPlace,
  { dryRun = false }: WriteOptions,
): Promise<Outcome<BatchCleanup>> {
  const { textOfRows, useOf } = await import("./rows.ts");
  const use = useOf(place, "cleanup", dryRun ? "read" : "write");
  const outcome = await withStore(gate, use, async (driver) => {
    for (;;) {
      const entries = await driver.entries();
      const result = resultOf(driver.place, entries.size > 0);
      if (dryRun) return outcomeOf(result, [picture(driver.place, entries, new Map())]);
      if (!result.removed) return outcomeOf(result);
      const entry = await keptWhile(gate, textOfRows(entries, { place, driver }), () =>
        driver.update([...entries.keys()], (found) => {
          const isSame = [...entries].every(([key, { value }]) => found.get(key)?.value === value);
          return { writes: new Map(isSame ? [...entries.keys()].map((key) => [key, undefined]) : []), result: isSame };
        }),
      );
      if (entry === undefined) continue;
      auditStore(gate, driver, use, { entry });
      return { ...outcomeOf(result), entries: [entry] };
    }
  });
  const own = readRememberedBatch(gate);
  if (!dryRun && own?.id === place.id && own.backend === place.backend) await rememberBatch(gate, undefined);
  return outcome;
}

/**
 * Keeps a text as a version of the record while what it was made from is removed; its id,
 * `undefined` where that was not removed. Under the record's lock, to whose holder the
 * history of a document belongs.
 */
async function keptWhile(gate: Gate, text: string, remove: () => Promise<boolean>): Promise<string | undefined> {
  const { project, actor } = gate;
  ensureGateFolder(project);
  const lock = await acquireLock(project, BATCH_PATH, { timeoutMs: gate.lockTimeout, command: "gate batch cleanup" });
  try {
    const about = { operation: "batch cleanup", timestamp: gate.clock(), actor };
    const found = readSnapshot(gate, BATCH_PATH).bytes;
    const stored = storeVersion(project, BATCH_PATH, found, { ...about, bytes: Buffer.from(text) });
    let isRemoved = false;
    try {
      isRemoved = await remove();
    } finally {
      if (isRemoved) stored.confirm();
      else stored.withdraw();
    }
    if (!isRemoved) return undefined;
    // The version is what the store held. The record in the project is what it was.
    if (found === undefined) noteGone(project, BATCH_PATH, { ...about, from: stored.id });
    else storeFound(project, BATCH_PATH, found, about);
    return stored.id;
  } finally {
    lock.release();
  }
}

/** Where the batch to remove is; `undefined` where there is none. */
export async function findBatch(gate: Gate, input: BatchOptions = {}): Promise<string | undefined> {
  const place = placeOf(gate, input);
  if (place.kind === "shared") {
    const { removed, path } = (await cleanUpShared(gate, place, { dryRun: true })).value;
    return removed ? path : undefined;
  }
  const meant = withRecord(gate, input);
  const path = recordPath(meant);
  try {
    return readSnapshot(meant, path).exists ? path : undefined;
  } catch (error) {
    if (error instanceof GateError && error.code === "CORRUPT") return path;
    throw error;
  }
}
