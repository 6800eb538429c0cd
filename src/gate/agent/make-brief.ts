/** A brief from facts alone, for who has them from elsewhere. */
import { batchPart } from "./brief-batch.ts";
import { damagePart } from "./brief-damage.ts";
import { type BriefFacts, isDamaged, partsOf } from "./brief-parts.ts";
import { BRIEF_BYTES, type Brief, compose } from "./compose.ts";
import { markParts } from "./marked.ts";

/** Composes a brief from facts: the same facts give the same text. */
export function makeBrief(facts: BriefFacts, budget: number = BRIEF_BYTES): Brief {
  const { status, batch, batchMarks, now } = facts;
  const damage = isDamaged(status) ? damagePart(status) : undefined;
  return compose(markParts(partsOf(facts, { batch: batchPart(batch, batchMarks), damage }), now), budget);
}
