/** `gate blame`: see `gate/history/blame.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { blame as readBlame } from "../../gate/history/blame.ts";
import { twoDocuments } from "../../gate/history/history.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { widthOf } from "../io.ts";
import { viewBlame } from "../views/blame.ts";

export const blame = command({
  description:
    "Shows for each line of the state file which version, actor and session it came from; with a number for those of " +
    "the issue's work file. `outside` is what did not come through the gate: a brief marks such lines or holds them back. Reads only.",
  examples: [
    ["gate blame", "the state file"],
    ["gate blame 1234", "the work file of an issue"],
    ["gate blame --path task_plan.md", "a guarded file"],
    ["gate blame --json", "for programs"],
  ],
  notes: ["`gate history` lists the versions, `gate diff ID` shows what one of them changed."],
  arguments: {
    issue: { name: "[issue]", about: "the issue's number; the state file by default", read: parseIssueNumber },
  },
  options: { path: { flag: "--path <path>", about: "this document, such as a guarded file" } },
  async run({ io, openGate }, { issue, path }) {
    const gate = openGate();
    if (path !== undefined && issue !== undefined) throw twoDocuments("blame");
    return found(
      await readBlame(gate, path === undefined ? issue : { path: documentAt(gate, io.cwd, path) }),
      (result, style) => viewBlame(result, gate.clock(), widthOf(io), style),
    );
  },
});
