/** `gate history`: see `gate/history/history.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { history as readHistory } from "../../gate/history/history.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { numberReader } from "../numbers.ts";
import { viewHistory } from "../views/history.ts";

export const history = command({
  description:
    "Lists the versions of the documents, newest first: what the gate wrote, and what it met that others had written. " +
    "The newest 50 of each document are kept, then one an hour for two days and one a day for 30. Reads only.",
  examples: [
    ["gate history --limit 10", "the newest versions"],
    ["gate history .claude/state.md", "those of one document"],
    ["gate history --work 1234", "those of a work file"],
  ],
  arguments: { words: { name: "[path...]", about: "documents, relative to the current folder or to the project" } },
  options: {
    issue: {
      flag: "--work <issue>",
      about: "the work file of this issue, at work and archived",
      read: parseIssueNumber,
    },
    path: { flag: "--path <path>", about: "this document, such as a guarded file" },
    limit: {
      flag: "--limit <count>",
      about: "at most so many versions",
      read: numberReader({
        pattern: /^[1-9]\d{0,8}$/,
        from: 1,
        to: 999_999_999,
        expected: "a number from 1",
        example: 10,
      }),
    },
  },
  async run({ io, openGate }, { words, path: named, ...narrowing }) {
    const gate = openGate();
    const paths = [...words, ...(named === undefined ? [] : [named])].map((path) => documentAt(gate, io.cwd, path));
    return found(await readHistory(gate, { paths, ...narrowing }), (result, style) => {
      return viewHistory(result, gate.clock(), style);
    });
  },
});
