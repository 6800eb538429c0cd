/** `gate undo`: see `gate/history/undo.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { type Undo, type UndoInput, undo as undoChange } from "../../gate/history/undo.ts";
import { wrote } from "../answer.ts";
import { command } from "../command.ts";
import { type Style, shown } from "../style.ts";

export const undo = command({
  description:
    "Puts a document back to the version that the one it holds was made from; again goes further back. Undoing is a " +
    "version of its own: nothing is lost by it, and --redo goes forward again. It concerns one document, by default " +
    "the state file, damaged or not.",
  examples: [
    ["gate undo", "take back the newest change of the state file"],
    ["gate undo --redo", "take that back"],
    ["gate undo --dry-run", "see what it would change"],
    ["gate undo 3f9a1c", "go back behind one version, by the end of its id"],
    ["gate undo --work 1234", "take back the newest change of a work file"],
    ["gate undo --path task_plan.md", "take back the newest change of a guarded file"],
  ],
  notes: ["`gate history` lists the ids. Their beginning or the six characters at their end are enough."],
  arguments: { id: { name: "[id]", about: "a version of the history" } },
  options: {
    issue: { flag: "--work <issue>", about: "the work file of this issue", read: parseIssueNumber },
    path: { flag: "--path <path>", about: "this document, such as a guarded file" },
    redo: { flag: "--redo", about: "go forward again over what was undone last" },
  },
  async run({ io, openGate, write }, { path: named, ...given }) {
    const gate = openGate();
    const input = { ...given, ...(named !== undefined && { path: documentAt(gate, io.cwd, named) }) };
    return wrote(await undoChange(gate, input, write), (undone, style) => view(undone, input, style));
  },
});

export const redo = command({
  description:
    "Goes forward again over what was undone last: `gate undo --redo` under a name of its own. It concerns one document, " +
    "by default the state file.",
  examples: [
    ["gate redo", "take back the newest undoing of the state file"],
    ["gate redo --path task_plan.md", "of a guarded file"],
  ],
  options: {
    issue: { flag: "--work <issue>", about: "the work file of this issue", read: parseIssueNumber },
    path: { flag: "--path <path>", about: "this document, such as a guarded file" },
  },
  async run({ io, openGate, write }, { path, issue }) {
    const gate = openGate();
    const aim = path === undefined ? {} : { path: documentAt(gate, io.cwd, path) };
    const input = { redo: true, ...aim, ...(issue !== undefined && { issue }) };
    return wrote(await undoChange(gate, input, write), (undone, style) => view(undone, input, style));
  },
});

function view(undone: Undo, { redo, issue, path }: UndoInput, style: Style): string {
  const aim = path === undefined ? (issue === undefined ? [] : [`--work ${issue}`]) : [`--path ${path}`];
  const other = ["gate undo", ...aim, ...(redo ? [] : ["--redo"])];
  return viewUndo(undone, other.join(" "), style);
}

/** What was put back, and the call that takes that back. */
export function viewUndo({ message, removed, path, also }: Undo, back: string | undefined, style: Style): string {
  return [
    style.bold(shown(message)),
    ...(removed ? [`${shown(path)} was not there then, and is gone now.`] : []),
    ...(also.length > 0 ? [`The same command had changed ${also.map(shown).join(", ")}: that went along.`] : []),
    ...(back === undefined ? [] : [style.dim(`\`${back}\` takes that back.`)]),
  ].join("\n");
}
