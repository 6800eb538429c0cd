/** Rules on a document, and what they find in the order in which it is shown. */
import type { StateHead } from "../document/state.ts";
import { indexLines, type LineIndex } from "../text/lines.ts";
import { StateMessage } from "./message.ts";
import type { AnyDocument, Diagnostic, Facts, Finding, Rule, RuleContext } from "./rule.ts";

/** What some rules find, rule by rule. */
export function runRules<D extends AnyDocument | StateHead>(
  rules: readonly Rule<D>[],
  document: D,
  facts: Facts,
): StateMessage[] {
  const messages: StateMessage[] = [];
  let lines: LineIndex | undefined;
  for (const { id, severity, check } of rules) {
    const report = (finding: Finding) => {
      lines ??= indexLines(document.text);
      messages.push(new StateMessage(id, finding.severity ?? severity, finding, lines));
    };
    check(new Context(document, facts, report));
  }
  return messages;
}

/** A class, because there is one for each rule and each of ten thousand files. */
class Context<D extends AnyDocument | StateHead> implements RuleContext<D> {
  readonly document: D;
  readonly facts: Facts;
  readonly report: RuleContext<D>["report"];

  constructor(document: D, facts: Facts, report: RuleContext<D>["report"]) {
    this.document = document;
    this.facts = facts;
    this.report = report;
  }

  /** What is known of a text by its bytes is decoded only for a rule that looks. */
  get text(): string {
    return this.document.text;
  }
}

/** Sorted by position, then rule. */
export function inOrder<T extends Pick<Diagnostic, "rule" | "start">>(diagnostics: readonly T[]): T[] {
  return [...diagnostics].sort((a, b) => a.start - b.start || compare(a.rule, b.rule));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
