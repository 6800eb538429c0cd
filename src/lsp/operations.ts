/**
 * The operations that lenses call. They are the gate's, on the file, one after the other; a
 * document with unsaved changes is not written beside the editor, but for `save`, which
 * brings both together. What came of it is said, and nothing here ends the server.
 */
import { failureOf } from "../base/failure.ts";
import { smallestEdit } from "../document/items.ts";
import { commitEdit, openForEdit } from "../gate/documents/edit.ts";
import { save } from "../gate/documents/save.ts";
import type { Gate } from "../gate/gate.ts";
import { undo } from "../gate/history/undo.ts";
import type { Outcome } from "../gate/outcome.ts";
import { decode, encode } from "../text/source.ts";
import { changeOf } from "./capabilities/code-actions.ts";
import { COMMANDS, type CommandName } from "./capabilities/lenses.ts";
import type { Reading } from "./documents.ts";
import type { Session } from "./session.ts";
import { placesIn } from "./view.ts";

type Said = Outcome<{ readonly message: string }>;

const WRITERS: Readonly<Record<Exclude<CommandName, "save">, (gate: Gate, text: string) => Promise<Said>>> = {
  done: (gate, text) => save(gate, { progress: [{ status: "completed", text }] }),
  doing: (gate, text) => save(gate, { progress: [{ status: "in_progress", text }] }),
  undo: (gate) => undo(gate),
};

export class Operations {
  readonly #session: Session;
  #last: Promise<void> = Promise.resolve();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Runs a command in its turn; one that is none does nothing. */
  async run(command: string, [uri, text]: readonly unknown[]): Promise<null> {
    const [name] = Object.entries(COMMANDS).find(([, id]) => id === command) ?? [];
    const turn = this.#last.then(() => this.#run(name as CommandName | undefined, String(uri), String(text ?? "")));
    this.#last = turn.catch(() => {});
    await turn;
    return null;
  }

  /** Resolves when nothing is being written any more. */
  async ended(): Promise<void> {
    await this.#last;
  }

  async #run(name: CommandName | undefined, uri: string, text: string): Promise<void> {
    const { documents, wire } = this.#session;
    try {
      const reading = await documents.read(uri);
      if (name === undefined || reading === undefined) return;
      if (name === "save") await this.#save(reading);
      else if (!reading.view.isUnsaved) this.#wrote(reading, await WRITERS[name](reading.open.gate, text));
      else {
        const { path } = reading.view;
        wire.show(
          "Warning",
          `Cannot write ${path}: it has unsaved changes in the editor. Save it, or use "save" above it, first.`,
        );
      }
    } catch (error) {
      const { message, hint } = failureOf(error);
      wire.show("Error", hint === undefined ? message : `${message}. ${hint}`);
    }
  }

  #wrote({ open: { uri, path } }: Reading, { value, warnings, written }: Said): void {
    const { documents, publisher, wire } = this.#session;
    const after = written.find((each) => each.path === path)?.after;
    // What the editor is about to load is what it was told of.
    if (after !== undefined) documents.agree(uri, placesIn(after).text);
    documents.forget(uri);
    publisher.changed(uri);
    wire.show(warnings.length > 0 ? "Warning" : "Info", [value.message, ...warnings].join(". "));
  }

  /** As `gate edit`: what was typed since the file and the editor had a text in common, with what others have written. */
  async #save(reading: Reading): Promise<void> {
    const { gate, path, common } = reading.open;
    const { text } = reading.view;
    const target = await openForEdit(gate, undefined);
    const { bom, text: disk } = decode(target.bytes);
    const base = encode({ bom }, common ?? disk);
    const outcome = await commitEdit(gate, { ...target, bytes: base }, encode({ bom }, text), {});
    const { value, written } = outcome;
    if (value.success) {
      this.#wrote(reading, { ...outcome, value });
      await this.#show(reading, placesIn(written[0]?.after ?? disk).text);
      return;
    }
    const { conflicts, problems, merged } = value;
    const [first] = problems;
    const why =
      conflicts > 0
        ? `${conflicts === 1 ? "a line was" : `lines at ${conflicts} places were`} changed by others as well, and now stand between markers`
        : `it would have errors: ${first?.rule}: ${first?.message}`;
    if (conflicts > 0) {
      this.#session.documents.agree(reading.open.uri, disk);
      await this.#show(reading, decode(merged).text);
    }
    this.#session.wire.show("Error", `Cannot save ${path}: ${why}. Nothing was written; mend it and save again.`);
  }

  /** Brings the editor to a text, where it has not gone on meanwhile. */
  async #show({ view }: Reading, text: string): Promise<void> {
    const { client, wire } = this.#session;
    const edit = smallestEdit(0, view.text, text);
    if (edit && client.takesEdits) await wire.edit(changeOf(view, [edit], client));
  }
}
