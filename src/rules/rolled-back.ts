/** A document that git or a person put back behind what was saved last, or took away. */
import { formatTime } from "../base/time.ts";
import type { StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { FILE_START } from "./places.ts";
import type { Diagnostic, Facts, PlainText, Rule } from "./rule.ts";

type Newer = NonNullable<Facts["newer"]>;

export const rolledBack: Rule<StateHead | WorkDocument | PlainText> = {
  id: "rolled-back",
  severity: "warning",
  description: "A document must not fall behind its newest version",
  check({ facts: { newer }, report }) {
    if (newer) report(FILE_START, messageOf(newer));
  },
};

/** What that comes to where the document is missing. */
export function checkGone(newer: Newer | undefined): readonly Diagnostic[] {
  if (!newer) return [];
  const { id: rule, severity } = rolledBack;
  return [{ ...FILE_START, rule, severity, message: messageOf(newer) }];
}

function messageOf({ operation, timestamp, command, isMissing }: Newer): string {
  const found = isMissing ? "Unexpected missing file" : "Unexpected older version";
  const newest = operation === "outside" ? "a change from outside the gate" : `\`${operation}\``;
  return `${found}, the newest is that of ${newest} at \`${formatTime(timestamp)}\`: \`${command}\` brings it back`;
}
