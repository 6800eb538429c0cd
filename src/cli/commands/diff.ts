/** `gate diff`: see `gate/history/diff.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { type Diff, diff as readDiff } from "../../gate/history/diff.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { type Style, shown } from "../style.ts";
import { formatPatch } from "../views/patch.ts";

export const diff = command({
  description:
    "Shows what a version of a document changed, as a unified diff from the one it was made from; with two ids what " +
    "tells the two apart. Without an id it is the newest version of the state file. Reads only.",
  examples: [
    ["gate diff", "what has happened to the state file last"],
    ["gate diff 3f9a1c", "what one version changed, by the end of its id"],
    ["gate diff 20241023T1630 --now", "all that has happened since a version"],
    ["gate diff 3f9a1c 77ab01", "from one version to another"],
    ["gate diff --work 1234", "what has happened to a work file last"],
    ["gate diff --path task_plan.md", "what has happened to a guarded file last"],
  ],
  notes: ["`gate history` lists the ids. Their beginning or the six characters at their end are enough."],
  arguments: {
    id: { name: "[id]", about: "a version of the history" },
    other: { name: "[other]", about: "the version to compare it with" },
  },
  options: {
    issue: { flag: "--work <issue>", about: "the newest version of this issue's work file", read: parseIssueNumber },
    path: { flag: "--path <path>", about: "the newest version of this document, such as a guarded file" },
    now: { flag: "--now", about: "compare with the document as it is now" },
  },
  async run({ io, openGate }, { path, ...given }) {
    const gate = openGate();
    const input = { ...given, ...(path !== undefined && { path: documentAt(gate, io.cwd, path) }) };
    return found(await readDiff(gate, input), view);
  },
});

function view(result: Diff, style: Style): string {
  if (result.diff !== "") return formatPatch(result.diff, style).replace(/\n$/, "");
  const { operation, timestamp, path, fromRevision, toRevision } = result;
  const name = `${shown(path)}, ${shown(operation)} of ${timestamp}`;
  return fromRevision === toRevision
    ? `No difference: ${name}.`
    : `The text does not differ, only bytes that are not UTF-8: ${name}.`;
}
