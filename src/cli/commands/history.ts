/** `gate history`: see `gate/history.ts`. */
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { history as readHistory } from "../../gate/history/history.ts";
import type { DefinedCommand } from "../command.ts";
import { optionsOf } from "../options.ts";
import { viewHistory } from "../views/history.ts";

export const history: DefinedCommand = {
  description:
    "Lists what changed the documents, newest first. Every change through the gate keeps the bytes it replaced: " +
    "the newest 100 of each document and those of 30 days, whichever is more. Reads only.",
  examples: [
    ["gate history --limit 10", "the newest changes"],
    ["gate history .claude/state.md", "those of one document"],
    ["gate history --work 1234", "those of a work file"],
  ],
  define(command) {
    command
      .argument("[path...]", "documents, relative to the current folder or to the project")
      .option("--work <issue>", "the work file of this issue, at work and archived")
      .option("--limit <count>", "at most so many entries");
    return async ({ io, openGate }) => {
      const { work, limit } = optionsOf<{ work?: string; limit?: string }>(command, "work", "limit");
      const most = limit === undefined ? undefined : readLimit(limit);
      const issue = work === undefined ? undefined : parseIssueNumber(work);
      const gate = openGate();
      const paths = command.args.map((path) => documentAt(gate, io.cwd, path));
      const result = await readHistory(gate, {
        paths,
        ...(issue !== undefined && { issue }),
        ...(most !== undefined && { limit: most }),
      });
      return { result, text: (style) => viewHistory(result, gate.clock(), style) };
    };
  },
};

function readLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new GateError("INVALID_ARGUMENT", `Cannot use --limit ${JSON.stringify(text)}: expected a number from 1`, {
    hint: "Give a number, for example --limit 10",
  });
}
