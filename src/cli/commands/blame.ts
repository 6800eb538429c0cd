/** `gate blame`: see `gate/history/blame.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { blame as readBlame } from "../../gate/history/blame.ts";
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
    ["gate blame --json", "for programs"],
  ],
  notes: ["`gate history` lists the versions, `gate diff ID` shows what one of them changed."],
  arguments: {
    issue: { name: "[issue]", about: "the issue's number; the state file by default", read: parseIssueNumber },
  },
  async run({ io, openGate }, { issue }) {
    const gate = openGate();
    return found(await readBlame(gate, issue), (result, style) => viewBlame(result, gate.clock(), widthOf(io), style));
  },
});
