/** Putting a batch record back: byte for byte what a version of it has, as a version of its own. */
import { GateError } from "../../base/errors.ts";
import { decode } from "../../text/source.ts";
import { replaceRecord } from "../batch/file.ts";
import { BATCH_PATH } from "../batch/place.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { Content } from "./timeline.ts";
import type { Plan } from "./undo-plan.ts";

/** Puts back what is planned for what the record holds. It may be damaged or gone now, as it may have been then. */
export async function putBackRecord(
  gate: Gate,
  operation: string,
  options: WriteOptions,
  planOf: (content: Content) => Plan,
): Promise<Outcome<{ readonly plan: Plan; readonly now: number }>> {
  return await replaceRecord(gate, operation, options, (snapshot, now) => {
    const plan = planOf(snapshot.bytes);
    const { content, restores, warnings } = plan;
    const step = content ? textOf(content) : { text: null };
    return { value: { plan, now }, ...step, restores, warnings };
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
