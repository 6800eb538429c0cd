/** `gate undo`: see `gate/history/undo.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { type Undo, type UndoInput, undo as undoChange } from "../../gate/history/undo.ts";
import { wrote } from "../answer.ts";
import { command } from "../command.ts";
import { type Style, shown } from "../style.ts";

export const undo = command({
  description:
    "Puts a document back to what it was before the newest change that is not yet undone; again goes further " +
    "back. Undoing is a change of its own: nothing is lost by it, and --redo goes forward again. It concerns one " +
    "document, by default the state file, damaged or not.",
  examples: [
    ["gate undo", "take back the newest change of the state file"],
    ["gate undo --redo", "take that back"],
    ["gate undo --dry-run", "see what it would change"],
    ["gate undo 3f9a1c", "go back behind one change and all after it, by the end of its id"],
    ["gate undo --work 1234", "take back the newest change of a work file"],
  ],
  notes: ["`gate history` lists the ids. Their beginning or the six characters at their end are enough."],
  arguments: { id: { name: "[id]", about: "an entry of the history" } },
  options: {
    issue: { flag: "--work <issue>", about: "the work file of this issue", read: parseIssueNumber },
    redo: { flag: "--redo", about: "go forward again over what was undone last" },
  },
  async run({ openGate, write }, given) {
    return wrote(await undoChange(openGate(), given, write), (undone, style) => view(undone, given, style));
  },
});

function view({ message, removed, path }: Undo, { redo, issue }: UndoInput, style: Style): string {
  const other = ["gate undo", ...(issue === undefined ? [] : [`--work ${issue}`]), ...(redo ? [] : ["--redo"])];
  return [
    style.bold(shown(message)),
    ...(removed ? [`${shown(path)} was not there then, and is gone now.`] : []),
    style.dim(`\`${other.join(" ")}\` takes that back.`),
  ].join("\n");
}
