/** A text in an editor, in the place of a document: what `check` says of it, saved or not. */
import { MAX_BYTES, refuse } from "../../files/read/read.ts";
import { checkUnreadable } from "../../rules/unreadable-file.ts";
import { decode, encode } from "../../text/source.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { type Loaded, loadTolerantly } from "./facts.ts";
import { type AnyDocument, judge, readState, readWork, type Snapshot } from "./read.ts";

/** A text in an editor as a snapshot, and what the disk has in its place. */
export interface EditedSnapshot extends Snapshot<AnyDocument> {
  /** The text of the file; absent where there is none, or none that is read. */
  readonly saved: string | undefined;
}

/**
 * Judges a text as the document at a path. One that the file holds is judged with what is known of
 * the file; of any other nothing is said that concerns the file alone, such as its age. What is no
 * regular file is told of as it is. Takes no lock, writes nothing, never throws for what is found.
 */
export async function judgeEdited(gate: Gate, path: string, text: string): Promise<EditedSnapshot> {
  const file = loadTolerantly(gate, path);
  const saved = file.bytes && decode(file.bytes).text;
  const edited = encode({ bom: false }, text);
  if (saved !== undefined && saved === withoutMark(text)) return { ...(await asRead(gate, path, file)), saved };
  if (isNoFile(file)) return { path, exists: true, diagnostics: file.diagnostics, saved };
  if (edited.length > MAX_BYTES) {
    const { rule, message } = refuse("file-too-large", path);
    return { path, exists: true, diagnostics: [checkUnreadable(rule, message)], saved };
  }
  const { document, messages, facts } = await judge(gate, path, edited);
  return { path, exists: true, bytes: edited, document, diagnostics: messages, facts, saved };
}

async function asRead(gate: Gate, path: string, file: Loaded): Promise<Snapshot<AnyDocument>> {
  return path === STATE_PATH ? await readState(gate, file) : await readWork(gate, path);
}

/** Whether there is something that can be no document; one that is too large may have become smaller in the editor. */
function isNoFile({ exists, bytes, diagnostics }: Loaded): boolean {
  return exists && bytes === undefined && diagnostics.some(({ rule }) => rule !== "file-too-large");
}

function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
