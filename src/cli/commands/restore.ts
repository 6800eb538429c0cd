/** `gate restore`: see `gate/history/undo.ts`. */
import { documentAt } from "../../gate/documents/document-path.ts";
import { endOf } from "../../gate/history/history.ts";
import { restore as putBack } from "../../gate/history/undo.ts";
import { wrote } from "../answer.ts";
import { command } from "../command.ts";
import { viewUndo } from "./undo.ts";

export const restore = command({
  description:
    "Puts the bytes of a version back into its document, whether or not undoing would lead there: after `git reset`, " +
    "a checkout or a rebuild. It is a version of its own: nothing is lost by it, and the version that was there can be put back as well.",
  examples: [
    ["gate restore 3f9a1c", "put one version back, by the end of its id"],
    ["gate restore 3f9a1c --dry-run", "see what it would change"],
    ["gate restore --path task_plan.md", "bring a guarded file back to its newest version"],
  ],
  notes: ["`gate history` lists the ids. Their beginning or the six characters at their end are enough."],
  arguments: { id: { name: "[id]", about: "a version of the history; with --path the newest by default" } },
  options: { path: { flag: "--path <path>", about: "a version of this document, such as a guarded file" } },
  async run({ io, openGate, write }, { id, path }) {
    const gate = openGate();
    const input = {
      ...(id !== undefined && { id }),
      ...(path !== undefined && { path: documentAt(gate, io.cwd, path) }),
    };
    return wrote(await putBack(gate, input, write), (restored, style) => {
      const { before } = restored;
      return viewUndo(restored, before && `gate restore ${endOf(before)}`, style);
    });
  },
});
