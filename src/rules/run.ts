/** Rules on a document, and what they find in the order in which it is shown. */
import type { StateHead } from "../document/state.ts";
import { indexLines, type LineIndex } from "../text/lines.ts";
import { StateMessage } from "./message.ts";
import type { AnyDocument, Diagnostic, Facts, PlainText, Rule, RuleContext } from "./rule.ts";

/** What some rules find, rule by rule. */
export function runRules<D extends AnyDocument | StateHead | PlainText>(
  rules: readonly Rule<D>[],
  document: D,
  facts: Facts,
): StateMessage[] {
  const messages: StateMessage[] = [];
  let lines: LineIndex | undefined;
  for (const { id, severity, check } of rules) {
    const report: RuleContext<D>["report"] = (span, message, details) => {
      lines ??= indexLines(document.text);
      // A message is an error that shows no stack, and taking one would cost more than all the rest of it.
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      messages.push(new StateMessage(span, { rule: id, severity, message, ...details }, lines));
      Error.stackTraceLimit = stackTraceLimit;
    };
    check({ document, facts, report });
  }
  return messages;
}

/** Sorted by position, then rule. */
export function inOrder<T extends Pick<Diagnostic, "rule" | "start">>(diagnostics: readonly T[]): T[] {
  return [...diagnostics].sort((a, b) => a.start - b.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
}
