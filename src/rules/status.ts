/** What a status word means, where that is certain. Rules go by it, so that mending the word brings no new finding. */
import type { WorkDocument, WorkStatus } from "../document/work.ts";
import { withoutRemark } from "../syntax/fields.ts";

const MEANINGS: ReadonlyMap<string, WorkStatus> = new Map([
  ["inprogress", "in_progress"],
  ["completed", "completed"],
  ["complete", "completed"],
  ["done", "completed"],
  ["finished", "completed"],
]);
const LONGEST = 20;

/** The status that the word in the header means, in whatever spelling; `undefined` where it is not certain. */
export function meantStatus(document: WorkDocument): WorkStatus | undefined {
  const word = withoutRemark(document.fields["Status"]?.value.value ?? "");
  return word.length > LONGEST ? undefined : MEANINGS.get(word.toLowerCase().replace(/[\s_-]+/g, ""));
}
