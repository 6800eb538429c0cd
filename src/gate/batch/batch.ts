/** The batch that is meant, read or changed wherever it is kept. What every batch operation starts with. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { byKey, membersOf } from "../../json/members.ts";
import type { Batch, BatchState } from "../../records/batch-state.ts";
import { featureText, messageText } from "../../records/sanitize.ts";
import type { Gate } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeFile, loadFile } from "./file.ts";
import { type BatchCompute, type BatchOptions, type BatchWrite, placeOf, recordPath, withRecord } from "./place.ts";
import { BatchSession } from "./session.ts";

/** All of a batch. */
interface Loaded {
  readonly batch: Batch;
  readonly revision: string;
  readonly path: string;
  /** What time it is where the batch is kept: by that its leases end. */
  readonly now: number;
  /** The JSON of each key, as the record has or would have it. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads all of the batch. `NOT_FOUND` without one, `CORRUPT` with the key that is wrong, `UNSUPPORTED_VERSION`. */
export async function loadBatch(gate: Gate, options: BatchOptions): Promise<Loaded> {
  const place = placeOf(gate, options);
  if (place.kind === "file") {
    const meant = withRecord(gate, options);
    const { batch, revision } = loadFile(meant, place);
    return { batch, revision, path: recordPath(meant), now: gate.clock(), texts: byKey(batch.record.members) };
  }
  const { batch, revision, path, entries, now } = await (await import("./rows.ts")).loadRows(gate, place);
  const { printShared } = await import("../../records/shared-whole.ts");
  const printed = printShared(new Map([...entries].map(([key, { value }]) => [key, value])), path);
  return { batch, revision, path, now, texts: byKey(membersOf(printed) ?? []) };
}

/** What can be told of the batch without loading all of it. */
export async function viewBatch<T>(
  gate: Gate,
  options: BatchOptions,
  view: (batch: BatchState, now: number, path: string) => T,
): Promise<T> {
  const place = placeOf(gate, options);
  if (place.kind === "file") {
    const meant = withRecord(gate, options);
    return view(loadFile(meant, place).batch, gate.clock(), recordPath(meant));
  }
  return await (await import("./rows.ts")).viewRows(gate, place, view);
}

/** Changes the batch that is there; `path` is where it is, for messages. The result has its revision afterwards. */
export async function changeBatch<T extends object>(
  gate: Gate,
  write: BatchWrite,
  input: BatchOptions & { readonly index?: FeatureReference },
  compute: BatchCompute<T>,
): Promise<Outcome<T & { readonly revision: string }>> {
  const place = placeOf(gate, input);
  if (place.kind === "file") {
    const meant = withRecord(gate, input);
    const { batchSession: session, record } = meant;
    const mayWait =
      record === undefined && session instanceof BatchSession && write.ifMatch === undefined && !write.dryRun;
    const written = mayWait && !session.isDue() ? await session.change(place, write.operation, compute) : undefined;
    return written ?? (await changeFile(meant, place, write, compute));
  }
  const { changeRows } = await import("./rows.ts");
  const index = typeof input.index === "number" ? input.index : undefined;
  return await changeRows(gate, place, { ...write, index }, compute);
}

/** A feature: its index, or its name where only one has it. */
export type FeatureReference = number | string;

/** A feature's index; `INVALID_ARGUMENT` where the batch has no such feature, or several of this name. */
export function requireFeature(batch: BatchState, feature: FeatureReference, path: string): number {
  if (typeof feature === "number") return requireIndex(batch, feature, path);
  const found = batch.indicesOf(featureText(String(feature)));
  if (found.length === 1) return found[0]!;
  const reason = found.length === 0 ? "there is none of this name" : `features ${found.join(", ")} have this name`;
  throw new GateError("INVALID_ARGUMENT", `Cannot find feature ${printable(messageText(String(feature)))}: ${reason}`, {
    path,
    hint: "Give its index; `gate batch status` lists the features.",
  });
}

function requireIndex({ total }: BatchState, index: number, path: string): number {
  if (Number.isSafeInteger(index) && index >= 0 && index < total) return index;
  const known = total === 0 ? "the batch has no features" : `expected 0 to ${total - 1}`;
  throw new GateError("INVALID_ARGUMENT", `Cannot find feature ${index}: ${known}`, {
    path,
    hint: "Features count from 0; `gate batch status` lists them.",
  });
}
