/** What may be said of a file in nobody's format: that it is text, in one piece, and not an older one. */
import { scanBlocks } from "../syntax/scan.ts";
import type { Source } from "../text/source.ts";
import { conflictMarker } from "./conflict-marker.ts";
import { invalidEncoding } from "./invalid-encoding.ts";
import { nulByte } from "./nul-byte.ts";
import { FILE_START } from "./places.ts";
import { rolledBack } from "./rolled-back.ts";
import type { Diagnostic, Facts, PlainText, Rule } from "./rule.ts";
import { inOrder, runRules } from "./run.ts";
import { unmerged } from "./unmerged.ts";

/** What solves a conflict in a file whose format nobody knows is a person. */
const unmergedText: Rule<PlainText> = {
  ...unmerged,
  check({ facts: { unmerged: path }, report }) {
    if (path === undefined) return;
    const how = `\`git checkout --merge ${path}\` shows the conflict, \`gate edit ${path}\` opens it, \`git add\` ends it`;
    report(FILE_START, `Unexpected unmerged file in git: ${how}`);
  },
};

export const GUARDED_RULES: readonly Rule<PlainText>[] = [
  invalidEncoding,
  nulByte,
  conflictMarker,
  rolledBack,
  unmergedText,
];

/** What is wrong with a guarded file, sorted by position. It is parsed only where a marker of a conflict may stand in it. */
export function checkGuarded(source: Source, facts: Facts): readonly Diagnostic[] {
  const { text } = source;
  const blocks = /^(?:<{7}|>{7})/m.test(text) ? scanBlocks(text) : [];
  return inOrder(runRules(GUARDED_RULES, { text, source, blocks }, facts));
}
