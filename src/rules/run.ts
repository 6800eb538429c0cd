/** Rules on a document, and what they find in the order in which it is shown. */
import type { StateHead } from "../document/state.ts";
import type { AnyDocument, Diagnostic, Facts, Rule } from "./rule.ts";

/** What some rules find, rule by rule. */
export function runRules<D extends AnyDocument | StateHead>(
  rules: readonly Rule<D>[],
  document: D,
  facts: Facts,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const { id, severity, check } of rules) {
    check({
      document,
      text: document.text,
      facts,
      report: (finding) => diagnostics.push({ rule: id, severity, ...finding }),
    });
  }
  return diagnostics;
}

/** Sorted by position, then rule. */
export function inOrder<T extends Pick<Diagnostic, "rule" | "start">>(diagnostics: readonly T[]): T[] {
  return [...diagnostics].sort((a, b) => a.start - b.start || compare(a.rule, b.rule));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
