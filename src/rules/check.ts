/**
 * Document → diagnostics. Pure: the clock and the surroundings come in as facts,
 * and the same document with the same facts has the same diagnostics.
 */
import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import type { Edit } from "../text/edit.ts";
import { FIRST_RULES, STATE_RULES, WORK_RULES } from "./index.ts";
import type { AnyDocument, Diagnostic, Facts, Rule } from "./rule.ts";
import { unfinishedOperation } from "./unfinished-operation.ts";

/** What is wrong with a state file, sorted by position, then rule. Of empty, foreign and newer files nothing else is said, but for what was interrupted. */
export function checkState(document: StateDocument, facts: Facts): readonly Diagnostic[] {
  return check(document, facts, STATE_RULES);
}

/** What is wrong with a work file, in the work folder or archived; see `checkState`. */
export function checkWork(document: WorkDocument, facts: Facts): readonly Diagnostic[] {
  return check(document, facts, WORK_RULES);
}

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

function check<D extends AnyDocument>(document: D, facts: Facts, rules: readonly Rule<D>[]): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const run = (rule: Rule<D>) =>
    rule.check({
      document,
      text: document.text,
      facts,
      report: (finding) => diagnostics.push({ rule: rule.id, severity: rule.severity, ...finding }),
    });
  const first = FIRST_RULES.find((rule) => {
    run(rule);
    return diagnostics.length > 0;
  });
  // What was interrupted is not about the text, so it can be said of a text that says nothing.
  for (const rule of first ? rules.filter(({ id }) => id === unfinishedOperation.id) : rules) run(rule);
  return diagnostics.sort((a, b) => a.start - b.start || compare(a.rule, b.rule));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
