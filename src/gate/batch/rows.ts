/**
 * A batch in a store: rows in the namespace `batch:<id>`, for several machines.
 *
 * An operation is computed from the rows it asks for and written in one step with a
 * look whether those rows are still the same, so of two that want one thing one
 * wins, and none is lost. Its cost does not depend on how many features there are.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { BATCH_VERSION, type Batch, type BatchState } from "../../records/batch-state.ts";
import { HEAD, keysAbout, NotLoaded, SharedBatch } from "../../records/shared-batch.ts";
import { DamagedRow, NewerRow } from "../../records/shared-rows.ts";
import { printShared, readShared } from "../../records/shared-whole.ts";
import type { Driver, Entries } from "../../store/driver.ts";
import { remember } from "../../store/remembered.ts";
import { revisionOf } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { auditStore, outcomeOf, picture, type StoreUse, storeOptions, withStore } from "../kv/store.ts";
import type { Outcome } from "../outcome.ts";
import type { BatchCompute, BatchWrite } from "./place.ts";
import { actOf, namespaceOf, type SharedPlace } from "./place.ts";

/** How the store of a batch is opened. */
export function useOf({ backend, id, redisUrl }: SharedPlace, operation: string, access: StoreUse["access"]): StoreUse {
  return {
    backend,
    namespace: namespaceOf(id),
    operation: `batch ${operation}`,
    access,
    ...(redisUrl !== undefined && { redisUrl }),
  };
}

/** All of a batch that is kept as rows. */
interface RowsRead {
  readonly batch: Batch;
  readonly revision: string;
  readonly path: string;
  readonly entries: Entries;
  /** What time it is for all who use the store. */
  readonly now: number;
}

/** All of the batch, as it was at one moment. */
export async function loadRows(gate: Gate, place: SharedPlace): Promise<RowsRead> {
  const outcome = await withStore(gate, useOf(place, "status", "read"), async (driver) => {
    const entries = await driver.entries();
    const opened = { place, driver, act: "read" };
    requireHead(entries, opened);
    const batch = readable(opened, () => readShared(textsOf(entries), driver.now !== undefined));
    const now = await timeOf(gate, driver);
    return outcomeOf({ batch, entries, now, revision: revisionOfRows(entries), path: driver.place });
  });
  return outcome.value;
}

/** What can be told from the rows that are asked for. */
export async function viewRows<T>(
  gate: Gate,
  place: SharedPlace,
  view: (batch: BatchState, now: number, path: string) => T,
): Promise<T> {
  const outcome = await withStore(gate, useOf(place, "next", "read"), async (driver) => {
    const value = await loading([HEAD], async (keys) => {
      const opened = { place, driver, act: "read" };
      const { state } = open(await driver.get(keys), keys, opened);
      const now = await timeOf(gate, driver);
      return readable(opened, () => view(state, now, driver.place));
    });
    return outcomeOf(value);
  });
  return outcome.value;
}

/** Changes the batch. The revision is the digest of what is one value for the whole batch. */
export async function changeRows<T extends object>(
  gate: Gate,
  place: SharedPlace,
  { operation, index, dryRun = false, ifMatch }: BatchWrite & { readonly index: number | undefined },
  compute: BatchCompute<T>,
): Promise<Outcome<T & { readonly revision: string }>> {
  // Who joins is told about the backend as who creates, and then not any more.
  const tell = operation === "resume" && !dryRun;
  const use = { ...useOf(place, operation, dryRun ? "read" : "write"), tell };
  const first = index === undefined || !Number.isSafeInteger(index) ? [HEAD] : [HEAD, ...keysAbout(index)];
  return await withStore(gate, use, async (driver) => {
    const opened = { place, driver, act: actOf(operation) };
    const now = await timeOf(gate, driver);
    const change = (found: Entries, keys: readonly string[]) => {
      const { rows, state } = open(found, keys, opened);
      return readable(opened, () => {
        const { changes, value, warnings = [] } = compute(state, now, driver.place);
        requireRevision(found, ifMatch, driver);
        rows.apply(changes);
        const writes = rows.writes();
        const head = writes.get(HEAD) ?? found.get(HEAD)!.value;
        const result = { ...value(rows.state()), revision: revisionOf(Buffer.from(head)) };
        return { writes, result: { value: result, warnings, changed: writes.size > 0 } };
      });
    };
    if (dryRun) {
      return await loading(first, async (keys) => {
        const found = await driver.get(keys);
        const { writes, result } = change(found, keys);
        const after = new Map([...writes].map(([key, value]) => [key, { value, timestamp: undefined }]));
        return outcomeOf(result.value, [picture(driver.place, found, new Map([...found, ...after]))], result.warnings);
      });
    }
    const step = (keys: readonly string[]) => driver.update(keys, (found) => change(found, keys));
    const { value, warnings, changed } = await loading(first, step);
    if (tell) await remember(storeOptions(gate, use), { backend: place.backend, told: driver.warnings });
    if (changed) auditStore(gate, driver, use, index === undefined ? {} : { feature: index });
    return outcomeOf(value, [], warnings);
  });
}

/** All rows as the text of a record; where they do not make a batch, as they are. */
export function textOfRows(entries: Entries, opened: Omit<Opened, "act">): string {
  const texts = textsOf(entries);
  try {
    return readable({ ...opened, act: "remove" }, () => printShared(texts, opened.driver.place));
  } catch (error) {
    if (!(error instanceof GateError && error.code === "CORRUPT")) throw error;
    return JSON.stringify(Object.fromEntries(texts), null, 2);
  }
}

/** The time by the clock of the store, where it has one that all go by, unless the caller has given another one. */
async function timeOf(gate: Gate, driver: Driver): Promise<number> {
  return (gate.clock === Date.now ? await driver.now?.() : undefined) ?? gate.clock();
}

/** Runs `step` until it has all the rows it asks for. */
async function loading<T>(first: readonly string[], step: (keys: readonly string[]) => Promise<T>): Promise<T> {
  const keys = new Set(first);
  for (;;) {
    try {
      return await step([...keys]);
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      for (const key of error.keys) keys.add(key);
    }
  }
}

/** An open store, and what is being done, for messages. */
interface Opened {
  readonly place: SharedPlace;
  readonly driver: Driver;
  readonly act: string;
}

function open(found: Entries, keys: readonly string[], opened: Opened) {
  requireHead(found, opened);
  return readable(opened, () => {
    const rows = new SharedBatch(textsOf(found), new Set(keys), opened.driver.now !== undefined);
    return { rows, state: rows.state() };
  });
}

function textsOf(entries: Entries): ReadonlyMap<string, string> {
  return new Map([...entries].map(([key, { value }]) => [key, value]));
}

function revisionOfRows(entries: Entries): string {
  return revisionOf(Buffer.from(entries.get(HEAD)!.value));
}

function requireHead(found: Entries, { place: { id, backend }, driver, act }: Opened): void {
  if (found.has(HEAD)) return;
  throw new GateError("NOT_FOUND", `Cannot ${act} batch ${printable(id)}: there is none in ${driver.place}`, {
    path: driver.place,
    hint: `Run \`gate batch create --backend ${backend} …\` to begin one, or name another one with --id.`,
  });
}

function requireRevision(found: Entries, wanted: string | undefined, { place }: Driver): void {
  if (wanted === undefined || revisionOfRows(found) === wanted) return;
  throw new GateError("CONFLICT", `Cannot write ${place}: the batch was changed since revision ${printable(wanted)}`, {
    path: place,
    hint: "Read it again with --json and decide anew.",
  });
}

/** What the rows say, or in the gate's terms why they say nothing. */
function readable<T>({ place: { backend, id }, driver: { place }, act }: Opened, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedRow) {
      throw new GateError("CORRUPT", `Cannot ${act} ${place}: ${printable(error.message)}`, {
        path: place,
        hint: `Run \`gate batch recover --backend ${backend} --id ${printable(id)}\`; nothing was written.`,
      });
    }
    if (error instanceof NewerRow) {
      const reason = `its schema_version is ${error.message}, and this program knows ${BATCH_VERSION}`;
      throw new GateError("UNSUPPORTED_VERSION", `Cannot ${act} ${place}: ${reason}`, {
        path: place,
        hint: "Use a newer gate for this batch; nothing was touched.",
      });
    }
    throw error;
  }
}
