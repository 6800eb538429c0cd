/** What must hold of a new text before it is written. */
import { GateError } from "../../base/errors.ts";
import { isForeign } from "../../document/ours.ts";
import type { StateDocument } from "../../document/state.ts";
import { MAX_BYTES } from "../../files/read/read.ts";
import type { ReadDocument } from "../../pipeline/processor.ts";
import type { Facts } from "../../rules/rule.ts";
import { type Gate, STATE_PATH, type WriteOptions } from "../gate.ts";
import {
  type AnyDocument,
  activeNumber,
  judge,
  judgeState,
  type Snapshot,
  type StateSnapshot,
  stateFacts,
} from "../view/read.ts";
import { agreesWithRemark } from "./cross-check.ts";
import type { DocumentStep } from "./document-step.ts";

/** The result must be a document without errors, and read the same by remark; that document. */
export async function requireValid(
  gate: Gate,
  operation: string,
  step: DocumentStep,
  now: number,
): Promise<AnyDocument> {
  const { path, bytes, snapshot } = step;
  const refuse = (reason: string, hint: string) =>
    new GateError("INVALID_RESULT", `Cannot ${operation}: ${reason}`, { path, hint: `Nothing was written. ${hint}` });
  if (bytes.length > MAX_BYTES) {
    const hint = "Shorten the file by hand; old entries of a Progress Log are the usual reason.";
    throw refuse(`${path} would grow beyond 1 MiB`, hint);
  }
  const { document, messages } = await judgeResult({ ...gate, clock: () => now }, path, bytes, snapshot);
  const error = messages.find(({ severity }) => severity === "error");
  if (error) {
    const reason = `${path} would become invalid, ${error.rule}: ${error.message}`;
    throw refuse(reason, "Run `gate check` and mend what it names, or give other values.");
  }
  if (await agreesWithRemark(snapshot.document?.text, document)) return document;
  const hint = "Please report this with the file; `gate check` names unusual markup in it.";
  throw refuse(`other Markdown tools would read the new ${path} differently`, hint);
}

/** What the rules say of bytes in the place of a document that was read `before`. */
async function judgeResult(
  gate: Gate,
  path: string,
  bytes: Uint8Array,
  before: Snapshot<AnyDocument>,
): Promise<ReadDocument<AnyDocument>> {
  if (path !== STATE_PATH) return await judge(gate, path, bytes);
  return await judgeState(
    gate,
    bytes,
    (document) => factsFrom(before as StateSnapshot, document, gate.clock()) ?? stateFacts(gate, document),
  );
}

/** The facts as they were when the document was read, where they hold for the new one too: another issue has others. */
function factsFrom(before: StateSnapshot, document: StateDocument, now: number): Facts | undefined {
  const { facts, document: read } = before;
  if (!facts || !read || isForeign(read) || isForeign(document)) return undefined;
  if (activeNumber(read) !== activeNumber(document)) return undefined;
  // That git holds it for unmerged is no fault of the text.
  const { modified: _, unfinished: __, unmerged: ___, ...lasting } = facts;
  return { ...lasting, now };
}

/** `CONFLICT` where the document does not have the revision that the write was meant for. */
export function requireMatch(snapshot: Snapshot<unknown>, { ifMatch }: WriteOptions): void {
  if (ifMatch === undefined || snapshot.revision === ifMatch) return;
  throw new GateError(
    "CONFLICT",
    `Cannot write ${snapshot.path}: its revision is ${snapshot.revision ?? "none, it is missing"}, not ${ifMatch}`,
    {
      path: snapshot.path,
      hint: `Read the document again with \`${readerOf(snapshot.path)} --json\` and decide anew.`,
    },
  );
}

function readerOf(path: string): string {
  return path === STATE_PATH ? "gate status" : `gate verify ${/(\d*)\.md$/.exec(path)?.[1]}`;
}
