/** `gate tick`: see `gate/documents/tick.ts`. */
import { documentAt } from "../../gate/documents/document-path.ts";
import { tick as tickBox } from "../../gate/documents/tick.ts";
import { viewMessage, wrote } from "../answer.ts";
import { command } from "../command.ts";

export const tick = command({
  description:
    "Checks one box of any Markdown file of the project, guarded or not: one byte of it changes, and nothing else. " +
    "What only looks like a box, in code or in a comment, is none.",
  examples: [
    ["gate tick specs/001-limits/tasks.md T003", "by words that only one item has"],
    ['gate tick todo.md "Write the migration"', "by all of its text"],
  ],
  notes: [
    "Words mean the item that reads so, else the one that begins so, else the one that has them. Several are refused.",
  ],
  arguments: {
    path: { name: "<path>", about: "a Markdown file, relative to the current folder or to the project" },
    text: { name: "<text>", about: "the text of the item, or some of its words" },
  },
  options: {},
  async run({ io, openGate, write }, { path, text }) {
    const gate = openGate();
    return wrote(await tickBox(gate, { path: documentAt(gate, io.cwd, path), text }, write), viewMessage);
  },
});
