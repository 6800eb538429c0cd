/** `gate show`: see `gate/documents/show.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { show as showIssue } from "../../gate/documents/show.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { widthOf } from "../io.ts";
import { viewShown } from "../views/show.ts";

export const show = command({
  description:
    "Shows one issue, also a paused or an archived one, as `gate status` shows the active one, with its description, " +
    "decisions, learnings, tests, files and the newest entries of its log. Reads only.",
  examples: [
    ["gate show", "the active one"],
    ["gate show 1234", "any other one"],
    ["gate show 1234 --json", "for programs"],
  ],
  arguments: {
    issue: { name: "[issue]", about: "the issue's number; the active one by default", read: parseIssueNumber },
  },
  async run({ io, openGate }, { issue }) {
    const gate = openGate();
    return found(await showIssue(gate, issue), (shown, style) => viewShown(shown, gate.clock(), widthOf(io), style));
  },
});
