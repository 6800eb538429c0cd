/** What must hold of a new text before it is written. */
import { GateError } from "../../base/errors.ts";
import { isForeign } from "../../document/ours.ts";
import type { StateDocument } from "../../document/state.ts";
import type { WorkDocument } from "../../document/work.ts";
import { MAX_BYTES } from "../../files/read/read.ts";
import { checkState, checkWork } from "../../rules/check.ts";
import type { Diagnostic, Facts } from "../../rules/rule.ts";
import { decode, revisionOf } from "../../text/source.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { findUnfinished } from "../view/interrupted.ts";
import { stateFrom, workFrom } from "../view/parse-once.ts";
import { activeNumber, type Snapshot, type StateSnapshot, stateFacts, workFacts, yamlFor } from "../view/read.ts";
import { agreesWithRemark } from "./cross-check.ts";
import type { WriteStep } from "./steps.ts";

/** The result must be a document without errors, and read the same by remark. */
export async function requireValid(gate: Gate, operation: string, step: WriteStep, now: number): Promise<void> {
  const { path } = step.snapshot;
  if (step.bytes.length > MAX_BYTES) {
    throw new GateError("INVALID_RESULT", `Cannot ${operation}: ${path} would grow beyond 1 MiB`, {
      path,
      hint: "Nothing was written. Shorten the file by hand; old entries of a Progress Log are the usual reason.",
    });
  }
  const diagnostics = await diagnose(gate, path, step.bytes, now, step.snapshot as StateSnapshot);
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error) {
    throw new GateError(
      "INVALID_RESULT",
      `Cannot ${operation}: ${path} would become invalid, ${error.rule}: ${error.message}`,
      {
        path,
        hint: "Nothing was written. Run `gate check` and mend what it names, or give other values.",
      },
    );
  }
  const before = textOf(step.snapshot);
  const { blocks } = await documentOf(path, step.bytes);
  if (!(await agreesWithRemark(before, { text: step.text, blocks }))) {
    throw new GateError(
      "INVALID_RESULT",
      `Cannot ${operation}: other Markdown tools would read the new ${path} differently`,
      {
        path,
        hint: "Nothing was written. Please report this with the file; `gate check` names unusual markup in it.",
      },
    );
  }
}

/** What the rules say of bytes in the place of a document that was read `before`. */
export async function diagnose(
  gate: Gate,
  path: string,
  bytes: Uint8Array,
  now: number,
  before?: StateSnapshot,
): Promise<readonly Diagnostic[]> {
  const document = await documentOf(path, bytes);
  const at = { ...gate, clock: () => now };
  if (document.kind === "work") return checkWork(document, workFacts(at, path));
  const unfinished = await findUnfinished(gate, () => revisionOf(bytes));
  const facts = factsFrom(before, document, now) ?? stateFacts(at, document);
  return checkState(document, { ...facts, ...(unfinished && { unfinished }) });
}

async function documentOf(path: string, bytes: Uint8Array): Promise<StateDocument | WorkDocument> {
  const source = decode(bytes);
  const readYaml = await yamlFor(source.text);
  return path === STATE_PATH ? stateFrom(source, readYaml) : workFrom(source, readYaml);
}

/** The surroundings as they were when the document was read, where they say the same of the new one: those of another issue are others. */
function factsFrom(before: StateSnapshot | undefined, document: StateDocument, now: number): Facts | undefined {
  const { facts, document: read } = before ?? {};
  if (!facts || !read || isForeign(read) || isForeign(document)) return undefined;
  if (activeNumber(read) !== activeNumber(document)) return undefined;
  const { modified: _, unfinished: __, ...lasting } = facts;
  return { ...lasting, now };
}

/** The text of a document as it was read. */
export function textOf({ document }: Snapshot<unknown>): string | undefined {
  return (document as { readonly text: string } | undefined)?.text;
}
