/** An operation on several documents that was interrupted between its steps, as its record in the intent log says. */
import type { StateHead } from "../document/state.ts";
import { showsInterruptedDone } from "./active-work.ts";
import { activeIssueOf, FILE_START } from "./places.ts";
import type { Diagnostic, Facts, Rule } from "./rule.ts";

type Unfinished = NonNullable<Facts["unfinished"]>;

export const unfinishedOperation: Rule<StateHead> = {
  id: "unfinished-operation",
  severity: "warning",
  description: "An operation on several documents must be finished",
  check({ document, facts, report }) {
    const { unfinished } = facts;
    if (!unfinished) return;
    // That rule says it already, with what else could be done about it.
    if (unfinished.command === "gate done" && showsInterruptedDone(document, facts)) return;
    report(activeIssueOf(document)?.span ?? FILE_START, messageOf(unfinished));
  },
};

/** What an interrupted operation comes to where the state file is missing or cannot be read. */
export function checkInterrupted(unfinished: Unfinished | undefined): readonly Diagnostic[] {
  if (!unfinished) return [];
  const { id: rule, severity } = unfinishedOperation;
  return [{ ...FILE_START, rule, severity, message: messageOf(unfinished) }];
}

function messageOf({ command }: Unfinished): string {
  if (command === undefined) {
    return "Unexpected unfinished operation: a command was interrupted, run it again to finish it, or delete `.claude/.gate/pending.json`";
  }
  // All else is added only where it is missing; a log line may well be meant twice.
  const how = command === "gate save" ? "without the log lines that the work file has" : "with the options it had";
  return `Unexpected unfinished operation: \`${command}\` was interrupted, run it again, ${how}, to finish it`;
}
