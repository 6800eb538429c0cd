/** Begins a batch that several machines work on: one row for each feature. */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { HEAD } from "../../records/shared-batch.ts";
import { makeShared } from "../../records/shared-whole.ts";
import type { Backend } from "../../store/driver.ts";
import { remember } from "../../store/remembered.ts";
import { revisionOf } from "../../text/source.ts";
import { readSnapshot } from "../commit/record-transaction.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import { auditStore, outcomeOf, picture, storeOptions, withStore } from "../kv/store.ts";
import type { Outcome } from "../outcome.ts";
import { replaceRecord } from "./file.ts";
import { BATCH_PATH, rememberBatch, type SharedPlace } from "./place.ts";
import { type BatchCreated, type BatchPlan, createdOf, judgeRecord, newId, type Previous } from "./plan.ts";
import { useOf } from "./rows.ts";

/** Makes the rows, then the batch the project's. `CONFLICT` where a batch of this id is there already. */
export async function createShared(
  gate: Gate,
  plan: BatchPlan,
  { backend, before }: Pick<Making, "backend" | "before">,
  { dryRun = false }: WriteOptions,
): Promise<Outcome<BatchCreated>> {
  const { input } = plan;
  const previous = judgeRecord(gate, readSnapshot(gate, BATCH_PATH), input.force ?? false);
  for (;;) {
    const id = input.batchId ?? newId(gate, gate.clock(), previous.id);
    try {
      return await createRows(gate, plan, { backend, id, previous, before, dryRun });
    } catch (error) {
      if (!(error instanceof TakenId)) throw error;
      // Another machine may have made the same id at the same moment.
      if (input.batchId !== undefined) throw taken({ backend, id }, error.message);
    }
  }
}

interface Making {
  readonly backend: Exclude<Backend, "json">;
  readonly id: string;
  readonly previous: Previous;
  readonly before: string | undefined;
  readonly dryRun: boolean;
}

async function createRows(
  gate: Gate,
  plan: BatchPlan,
  { backend, id, previous, before, dryRun }: Making,
): Promise<Outcome<BatchCreated>> {
  const { input, given, features, warnings } = plan;
  const now = gate.clock();
  const place: SharedPlace = { kind: "shared", backend, id, redisUrl: input.redisUrl };
  const rows = makeShared({ ...given, id, features, issueNumbers: given.issueNumbers }, now);
  const use = { ...useOf(place, "create", dryRun ? "read" : "write"), tell: true };
  return await withStore(gate, use, async (driver) => {
    const created = createdOf(plan, id, driver.place, previous.moveTo ?? before);
    const value = { ...created, revision: revisionOf(Buffer.from(rows.get(HEAD)!)) };
    if ((await driver.get([HEAD])).has(HEAD)) throw new TakenId(driver.place);
    if (dryRun) {
      const after = new Map([...rows].map(([key, row]) => [key, { value: row, timestamp: undefined }]));
      return outcomeOf(value, [picture(driver.place, new Map(), after)], warnings);
    }
    await driver.update([HEAD], (found) => {
      if (found.has(HEAD)) throw new TakenId(driver.place);
      return { writes: rows, result: undefined };
    });
    await remember(storeOptions(gate, use), { backend, told: driver.warnings });
    const moved = await putAway(gate, previous.moveTo);
    await rememberBatch(gate, place);
    auditStore(gate, driver, use, { features: features.length });
    return { ...outcomeOf(value, [], warnings), moved };
  });
}

/** Where a record that is not finished goes. */
async function putAway(gate: Gate, moveTo: string | undefined): Promise<Outcome<unknown>["moved"]> {
  if (moveTo === undefined) return [];
  return (await replaceRecord(gate, "batch create", {}, () => ({ value: undefined, moveTo }))).moved;
}

/** A batch of this id is there already; the message is where. */
class TakenId extends Error {}

function taken({ id, backend }: Pick<SharedPlace, "id" | "backend">, path: string): GateError {
  return new GateError("CONFLICT", `Cannot create batch ${printable(id)}: there is one in ${path}`, {
    path,
    hint: `Go on with it: gate batch resume ${printable(id)} --backend ${backend}. Or choose another --id.`,
  });
}
