/** `gate undo`: see `gate/undo.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { type Undo, undo as undoChange } from "../../gate/history/undo.ts";
import type { DefinedCommand } from "../command.ts";
import { optionsOf } from "../options.ts";
import { type Style, shown } from "../style.ts";
import { written } from "../written.ts";

interface Given {
  readonly work?: string;
  readonly redo?: boolean;
}

export const undo: DefinedCommand = {
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
  define(command) {
    command
      .argument("[id]", "an entry of the history")
      .option("--work <issue>", "the work file of this issue")
      .option("--redo", "go forward again over what was undone last");
    return async ({ openGate, write }) => {
      const { work, redo = false } = optionsOf<Given>(command, "work", "redo");
      const [id] = command.args;
      const issue = work === undefined ? undefined : parseIssueNumber(work);
      const input = { redo, ...(id !== undefined && { id }), ...(issue !== undefined && { issue }) };
      const outcome = await undoChange(openGate(), input, write);
      return {
        result: outcome.value,
        ...written(outcome),
        text: (style) => view(outcome.value, redo, issue, style),
      };
    };
  },
};

function view({ message, removed, path }: Undo, redo: boolean, issue: number | undefined, style: Style): string {
  const other = ["gate undo", ...(issue === undefined ? [] : [`--work ${issue}`]), ...(redo ? [] : ["--redo"])];
  return [
    style.bold(shown(message)),
    ...(removed ? [`${shown(path)} was not there then, and is gone now.`] : []),
    style.dim(`\`${other.join(" ")}\` takes that back.`),
  ].join("\n");
}
