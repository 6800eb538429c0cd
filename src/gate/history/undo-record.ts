/** Putting a batch record or a file of others back: byte for byte what a version of it has, as a version of its own. */
import { GateError } from "../../base/errors.ts";
import { decode } from "../../text/source.ts";
import { replaceRecord } from "../batch/file.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { transactGuarded } from "../commit/guarded.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { Content } from "./timeline.ts";
import type { Aim, Plan } from "./undo-plan.ts";

/** What was put back, and when. */
interface PutBack {
  readonly plan: Plan;
  readonly now: number;
}

/** Puts back what is planned for what the record holds. It may be damaged or gone now, as it may have been then. */
export async function putBackRecord(
  gate: Gate,
  { operation }: Aim,
  options: WriteOptions,
  planOf: (content: Content) => Plan,
): Promise<Outcome<PutBack>> {
  return await replaceRecord(gate, operation, options, (snapshot, now) => {
    const plan = planOf(snapshot.bytes);
    const { content, restores, warnings } = plan;
    const step = content ? textOf(content) : { text: null };
    return { value: { plan, now }, ...step, restores, warnings };
  });
}

/** The same of a file that is in nobody's format: whatever its bytes were. */
export async function putBackGuarded(
  gate: Gate,
  { path, operation }: Aim,
  options: WriteOptions,
  planOf: (content: Content) => Plan,
): Promise<Outcome<PutBack>> {
  return await transactGuarded(gate, { path, operation }, options, ({ bytes }, now) => {
    const plan = planOf(bytes);
    const { content, restores, warnings } = plan;
    return { value: { plan, now }, ...(content ? { bytes: content } : { text: null }), restores, warnings };
  });
}

function textOf(content: Uint8Array): { readonly text: string; readonly bom: boolean } {
  const { text, bom, invalidAt } = decode(content);
  if (invalidAt === undefined) return { text, bom };
  throw new GateError("CORRUPT", `Cannot put ${BATCH_PATH} back: what is kept is no UTF-8`, {
    path: BATCH_PATH,
    hint: "`gate diff ID --now` shows it.",
  });
}
