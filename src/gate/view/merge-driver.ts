/** What `check` says of a clone in which git cannot merge documents as `.gitattributes` asks it to. */
import { relative, sep } from "node:path";
import { lackingDriver, MERGE_DRIVER } from "../../files/git/merge-driver.ts";
import { type CheckedFile, problemsOf } from "../../rules/report.ts";
import { MISSING_MERGE_DRIVER } from "../../rules/unreadable-file.ts";
import type { Gate } from "../gate.ts";

const MESSAGE = `Missing merge driver \`${MERGE_DRIVER}\` in this clone: \`gate install --git\` sets it up`;

/** The attributes that name the driver in vain, as a file with a warning; none where all is set up. */
export function checkMergeDriver({ project: { root } }: Gate): readonly CheckedFile[] {
  const lacking = lackingDriver(root);
  if (lacking === undefined) return [];
  const { path, text, offset } = lacking;
  const place = { start: offset, end: offset + `merge=${MERGE_DRIVER}`.length };
  const problems = problemsOf(text, [{ ...place, rule: MISSING_MERGE_DRIVER, severity: "warning", message: MESSAGE }]);
  return [{ path: relative(root, path).split(sep).join("/"), problems }];
}
