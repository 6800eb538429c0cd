import type { StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { FILE_START } from "./places.ts";
import type { Rule } from "./rule.ts";

/** A conflict can stand in git's index alone, where a merge driver could not run: then one side is nowhere in the text. */
export const unmerged: Rule<StateHead | WorkDocument> = {
  id: "unmerged",
  severity: "error",
  description: "A document must be merged in git",
  check({ facts, report }) {
    if (facts.unmerged === undefined) return;
    const path = facts.unmerged;
    const [, issue] = /(\d+)\.md$/.exec(path) ?? [];
    const recover = `gate recover${issue === undefined ? "" : ` --work ${issue}`}`;
    const how = `\`git checkout --merge ${path}\` shows the conflict, \`${recover}\` solves it, \`git add\` ends it`;
    report(FILE_START, `Unexpected unmerged file in git: ${how}`);
  },
};
