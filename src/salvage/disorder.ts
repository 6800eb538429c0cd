/** Whether the lines of a damaged state file still stand in the sections they belong to. */
import { type Draft, groupsOf, isSubsection, rankOf, type StateChunk, type StateName } from "./draft.ts";
import { fieldFactOf, type ItemFact, isNone, STATE_LABELS, stateFieldIn } from "./fact.ts";

/** The labels of the fields of Active Work. */
export const ACTIVE_FIELDS: readonly string[] = ["Current Issue", "Branch", "Started"];
/** So many fields in the wrong section are more than a heading that got lost. */
const MISPLACED = 2;

/** Whether lines stand so far from where they belong that their place says nothing. */
export function isDisordered({ chunks }: Draft): boolean {
  const known = chunks.flatMap(({ name }) => (name ? [rankOf(name)] : []));
  const inversions = known.filter((rank, at) => at > 0 && rank < known[at - 1]!).length;
  let above: StateName | undefined;
  let torn = false;
  for (const { name } of chunks.slice(1)) {
    if (!name) continue;
    if (!isSubsection(name)) above = name;
    else if (above !== undefined && above !== "active") torn = true;
  }
  const present = new Set(chunks.map(({ name }) => name));
  let misplaced = 0;
  for (const { name, lines } of chunks) {
    if (!name) continue;
    for (const line of lines) {
      const key = stateFieldIn(line)?.key;
      const home = key && homeOf(key);
      // Below a heading that is gone they stand with the section before.
      if (home && home !== name && (present.has(home) || rankOf(name) > rankOf(home))) misplaced++;
    }
  }
  return torn || misplaced >= MISPLACED || (inversions > 1 && (misplaced > 0 || !isCoherent(chunks)));
}

/** Whether each list holds its own kind of items: then whole sections changed places, and not lines. */
function isCoherent(chunks: readonly StateChunk[]): boolean {
  return chunks.every(({ name, lines }) => {
    if (!name || name === "context" || name === "blockers") return true;
    return groupsOf(lines).every(({ item }) => !item || isAtHome(item, name));
  });
}

function isAtHome({ marked, number, text }: ItemFact, name: StateName): boolean {
  if (name === "progress") return marked || number === undefined;
  if (name === "nextSteps") return !marked;
  if (name === "openQuestions") return !marked && number === undefined;
  return !marked && (fieldFactOf(text, STATE_LABELS) !== undefined || isNone(text));
}

/** The section that a field stands in. */
export function homeOf(key: string): StateName | undefined {
  if (ACTIVE_FIELDS.includes(key)) return "active";
  if (key === "Last Updated") return "title";
  return key === "Previous Issue" ? "recentWork" : undefined;
}
