/**
 * Document → diagnostics. Pure: the clock, other files and git come in as facts,
 * and the same document with the same facts has the same diagnostics.
 */
import { isForeign } from "../document/ours.ts";
import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import type { Edit } from "../text/edit.ts";
import { FIRST_RULES, STATE_RULES, STATE_TEXT_RULES, WORK_RULES } from "./index.ts";
import type { StateMessage } from "./message.ts";
import type { AnyDocument, Diagnostic, Facts, Rule } from "./rule.ts";
import { inOrder, runRules } from "./run.ts";
import { unfinishedOperation } from "./unfinished-operation.ts";

/**
 * What is wrong with a state file, sorted by position. `now` is the only fact that must be
 * given; rules about facts that are not given are silent.
 *
 * ```ts
 * const diagnostics = checkState(document, { now: Date.now() });
 * if (hasErrors(diagnostics)) console.log(diagnostics[0].message);
 * ```
 */
export function checkState(document: StateDocument, facts: Facts): readonly Diagnostic[] {
  return messagesOf(document, facts);
}

/** What is wrong with a work file, in the work folder or archived; see `checkState`. */
export function checkWork(document: WorkDocument, facts: Facts): readonly Diagnostic[] {
  return messagesOf(document, facts);
}

/** What is wrong with a document of either kind, as messages of the unified world. */
export function messagesOf(document: AnyDocument, facts: Facts): readonly StateMessage[] {
  return document.kind === "state" ? check(document, facts, STATE_RULES) : check(document, facts, WORK_RULES);
}

/**
 * What is wrong with a state file wherever it stands, and whenever that is asked; the
 * rest `checkFacts` says. `undefined` where the two cannot be told apart.
 */
export function checkAlone(document: StateDocument): readonly Diagnostic[] | undefined {
  if (isForeign(document) || runRules(FIRST_RULES, document, NOTHING_KNOWN).length > 0) return undefined;
  return inOrder(runRules(STATE_TEXT_RULES, document, NOTHING_KNOWN));
}

/** For rules that ask nothing. */
const NOTHING_KNOWN: Facts = { now: Number.NaN };

/** Whether the document cannot be trusted, and so must not be written. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** The edits of all fixes that do not get into each other's way; of two that overlap the one that starts first stays. */
export function fixesOf(diagnostics: readonly Diagnostic[]): Edit[] {
  const edits = diagnostics
    .flatMap(({ fix }, owner) => (fix ?? []).map((edit, index) => ({ edit, owner, index })))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.owner - b.owner || a.index - b.index);
  // A fix is applied as a whole or not at all.
  const refused = new Set<number>();
  let position = 0;
  for (const { edit, owner } of edits) {
    if (edit.start < position) refused.add(owner);
    else if (!refused.has(owner)) position = edit.end;
  }
  return edits.filter(({ owner }) => !refused.has(owner)).map(({ edit }) => edit);
}

function check<D extends AnyDocument>(document: D, facts: Facts, rules: readonly Rule<D>[]): readonly StateMessage[] {
  const first = FIRST_RULES.map((rule) => runRules([rule], document, facts)).find((found) => found.length > 0);
  // What was interrupted is not about the text, so it is reported of an empty or foreign text too.
  const further = first ? rules.filter(({ id }) => id === unfinishedOperation.id) : rules;
  return inOrder([...(first ?? []), ...runRules(further, document, facts)]);
}
