/**
 * The plan of a paused issue: what stood under Active Work, kept in the work file under
 * `## Paused Plan` in the very form it has in the state file, so that it reads the same and
 * comes back to the byte.
 */
import type { Span } from "../text/edit.ts";
import { sourceOf } from "../text/source.ts";
import { normalTitle } from "./document.ts";
import { parseState, type StateDocument } from "./state.ts";
import { nameOf, type WorkDocument } from "./work.ts";

export const PAUSED_TITLE = "Paused Plan";

/** The section with all that is below it; `undefined` in the work file of an issue that is not paused. */
export function pausedSection({ sections, text }: WorkDocument): (Span & { readonly bodyStart: number }) | undefined {
  const at = sections.findIndex(({ depth, title }) => depth === 2 && normalTitle(title) === normalTitle(PAUSED_TITLE));
  if (at === -1) return undefined;
  const { start, bodyStart } = sections[at]!;
  const next = sections.slice(at + 1).find((other) => other.depth <= 2 || nameOf(other) !== undefined);
  return { start, bodyStart, end: next?.start ?? text.length };
}

/** The plan, read as the Active Work of a state file. */
export function pausedPlan(document: WorkDocument): StateDocument | undefined {
  const section = pausedSection(document);
  return section && readPlan(document.text.slice(section.bodyStart, section.end));
}

/** What a plan is read behind. */
export const PLAN_START = "## Active Work\n";

/** A plan from what stands below its heading. */
export function readPlan(body: string): StateDocument {
  return parseState(sourceOf(`${PLAN_START}${body}\n## Recent Work\n`));
}
