/** `gate edit`: see `gate/documents/edit.ts`. */
import { basename } from "node:path";
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { isSameBytes } from "../../base/same.ts";
import { type EditCopy, makeEditCopy } from "../../files/replace/edit-copy.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { commitEdit, type Editable, type Edited, openForEdit, type RefusedEdit } from "../../gate/documents/edit.ts";
import type { Gate } from "../../gate/gate.ts";
import type { Outcome } from "../../gate/outcome.ts";
import { wrote } from "../answer.ts";
import { type Call, command } from "../command.ts";
import { type Editor, editorOf, runEditor } from "../editor.ts";
import { askYes } from "../prompts/ask.ts";
import { plural, shown, styleOf } from "../style.ts";

export const edit = command({
  description:
    "Opens a copy of the state file, or of an issue's work file, in your editor: $VISUAL, else $EDITOR, else vi or " +
    "nano. What you make of it is checked and committed, with what others wrote meanwhile. Where it would have " +
    "errors you are shown them and may edit it again; nothing you typed is lost.",
  examples: [
    ["gate edit", "the state file"],
    ["gate edit 1234", "the work file of an issue that is open or paused"],
    ["gate edit task_plan.md", "a guarded file"],
    ["VISUAL='code --wait' gate edit", "in an editor that would not wait otherwise"],
    ["EDITOR='sed -i s/staging/production/' gate edit", "from a script"],
  ],
  notes: ["The editor is run without a shell: quotes and backslashes keep words together, everything else is text."],
  arguments: {
    document: {
      name: "[document]",
      about: "the issue whose work file it shall be, or a guarded file; the state file by default",
    },
  },
  async run(call, { document }) {
    const gate = call.openGate();
    const editor = editorOf(call.io);
    const target = await openForEdit(gate, document === undefined ? document : meant(gate, call.io.cwd, document));
    const copy = makeEditCopy(gate.project, basename(target.path), target.bytes, call.flags.dryRun);
    try {
      const outcome = await new Session(call, gate, editor, copy).edit(target);
      copy.remove();
      const notes = copy.others.map(
        (path) => `Another edit is open or was never committed: ${path} (remove that file if you do not need it)`,
      );
      return { ...wrote(outcome, ({ message }, { bold }) => bold(shown(message))), notes };
    } catch (error) {
      throw keeping(error, call, copy, target.bytes);
    }
  },
});

/** A number is that of an issue, anything else a path. */
function meant(gate: Gate, cwd: string, word: string): number | string {
  return /[./\\]/.test(word) ? documentAt(gate, cwd, word) : parseIssueNumber(word);
}

/** One document in an editor, once or, where it is not in order, again. */
class Session {
  readonly #call: Call;
  readonly #gate: Gate;
  readonly #editor: Editor;
  readonly #copy: EditCopy;

  constructor(call: Call, gate: Gate, editor: Editor, copy: EditCopy) {
    this.#call = call;
    this.#gate = gate;
    this.#editor = editor;
    this.#copy = copy;
  }

  async edit(opened: Editable): Promise<Outcome<Edited>> {
    const { io, flags, write } = this.#call;
    for (let target = opened; ; ) {
      const failure = await runEditor(this.#editor, this.#copy.path, io, flags.json);
      if (failure !== undefined) throw failed(this.#editor, target, failure);
      const outcome = await commitEdit(this.#gate, target, this.#copy.read(), write);
      const { value } = outcome;
      if (value.success) return { ...outcome, value };
      // What is shown has the lines of the text that is edited next.
      if (!isSameBytes(value.base, target.bytes)) this.#copy.write(value.merged);
      target = { ...target, bytes: value.base };
      await this.#again(target, value);
    }
  }

  /** Returns where the person wants to edit it again. */
  async #again({ path }: Editable, { problems, conflicts }: RefusedEdit): Promise<void> {
    const { io, flags } = this.#call;
    const { red } = styleOf(io, "error");
    const places = problems.map(({ line, column, rule, message }) => `${path}:${line}:${column} ${rule} ${message}`);
    const why =
      conflicts > 0
        ? `${plural(conflicts, "conflict")} with what was written meanwhile`
        : plural(problems.length, "error");
    if (!flags.input || !io.terminal.input || flags.yes) {
      throw new GateError(conflicts > 0 ? "CONFLICT" : "INVALID_RESULT", `Cannot edit ${path}: it would have ${why}`, {
        path,
        hint: ["Nothing was written.", ...places].join("\n"),
      });
    }
    io.error(places.map((place) => `${red("error")} ${shown(place)}\n`).join(""));
    if (await askYes(io, `${shown(path)} would have ${why}. Edit it again?`)) return;
    throw new GateError("DECLINED", `Cannot edit ${path}: it would have ${why}`, {
      path,
      hint: "Nothing was written.",
    });
  }
}

function failed([file]: Editor, { path }: Editable, reason: string): GateError {
  return new GateError("DECLINED", `Cannot edit ${path}: ${basename(file)} ${reason}`, {
    path,
    hint: "Nothing was written.",
  });
}

/** The failure, which says where the words are that stand nowhere else; a copy without any goes. */
function keeping(error: unknown, { io }: Call, copy: EditCopy, before: Uint8Array): unknown {
  if (isUnchanged(copy, before)) {
    copy.remove();
    return error;
  }
  const kept = `What you typed is kept in ${copy.path}`;
  if (!(error instanceof GateError)) {
    io.error(`${shown(kept)}\n`);
    return error;
  }
  const { code, message, path, hint } = error;
  return new GateError(code, message, { path, hint: [hint, kept].filter(Boolean).join("\n"), cause: error });
}

/** One that cannot be read may hold anything. */
function isUnchanged(copy: EditCopy, before: Uint8Array): boolean {
  try {
    return isSameBytes(copy.read(), before);
  } catch {
    return false;
  }
}
