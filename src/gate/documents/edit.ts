/** Edit: what a person made of a copy of a document comes into it, with what others made of it meanwhile. */
import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { formatTime } from "../../base/time.ts";
import { touch } from "../../changes/update-progress.ts";
import { contentOf } from "../../document/content.ts";
import type { StateDocument } from "../../document/state.ts";
import { exists } from "../../files/read/read.ts";
import { mergeFiles } from "../../merge/merge.ts";
import { type ReadDocument, writeDocument } from "../../pipeline/processor.ts";
import { problemsOf } from "../../rules/report.ts";
import { decode, encode } from "../../text/source.ts";
import { type Transaction, transact } from "../commit/transaction.ts";
import { archivePath, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { isForGuard, requireGuarded } from "../view/guard.ts";
import {
  type AnyDocument,
  activeNumber,
  isUntouchable,
  readState,
  readWork,
  requireSound,
  type Snapshot,
  yamlFor,
} from "../view/read.ts";
import { commitGuardedEdit, openGuarded } from "./edit-guarded.ts";
import { type Editable, type Edited, gone, type RefusedEdit } from "./editable.ts";

export type { Editable, Edited, RefusedEdit } from "./editable.ts";

/** The document to edit: the state file, the work file of an open issue, or a guarded file by its path. A damaged one may be mended in this way. */
export async function openForEdit(gate: Gate, of: number | string | undefined): Promise<Editable> {
  if (typeof of === "string") return openGuarded(gate, await requireGuarded(gate, of, "edit"));
  const issue = of;
  const snapshot = await (issue === undefined ? readState(gate) : readWork(gate, workPath(issue)));
  const { path, bytes } = snapshot;
  if (isUntouchable(snapshot)) requireSound(snapshot);
  if (bytes !== undefined) return { path, issue, bytes };
  if (snapshot.exists) requireSound(snapshot);
  throw missing(gate, path, issue);
}

function missing(gate: Gate, path: string, issue: number | undefined): GateError {
  if (issue === undefined) {
    const hint = "Run `gate start N --title T` to begin with an issue, or `gate recover` where there was one before.";
    return new GateError("NOT_FOUND", `Cannot edit ${path}: it does not exist`, { path, hint });
  }
  const archived = archivePath(issue);
  const isArchived = exists(gate.project, archived);
  return new GateError(
    "NOT_FOUND",
    `Cannot edit #${issue}: ${isArchived ? `it is archived, in ${archived}` : `it has no work file, ${path}`}`,
    {
      path: isArchived ? archived : path,
      hint: isArchived
        ? `\`gate start ${issue}\` opens it again, \`gate show ${issue}\` shows it.`
        : "Run `gate list --all` to see the issues that are there.",
    },
  );
}

/**
 * Writes what was made of a document, merged with what others made of it since. Last Updated
 * becomes the moment, unless it was edited. Nothing is written where the two are in conflict
 * or the result has errors: the result says what it would be.
 */
export async function commitEdit(
  gate: Gate,
  editable: Editable,
  edited: Uint8Array,
  options: WriteOptions,
): Promise<Outcome<Edited | RefusedEdit>> {
  const { path, issue, bytes: base } = editable;
  if (isForGuard(path)) return await commitGuardedEdit(gate, editable, edited, options);
  const outcome = await transact(gate, "edit", options, async (transaction) => {
    const snapshot = await (issue === undefined ? transaction.readState() : transaction.readWork(path));
    if (snapshot.bytes === undefined) throw gone(snapshot);
    if (isUntouchable(snapshot)) requireSound(snapshot);
    const result = await resultOf(transaction, snapshot, { base, edited });
    if ("refused" in result) return result;
    const changed = !isSameBytes(result.bytes, snapshot.bytes);
    if (changed) transaction.put(snapshot, result.bytes);
    return { ...result, changed, before: snapshot, now: transaction.now };
  });
  const { value } = outcome;
  if ("refused" in value) return { ...outcome, value: value.refused };
  return { ...outcome, value: describe(value, outcome.written[0]?.revision, issue) };
}

/** What is written: the edit, merged and dated. */
async function resultOf(
  transaction: Transaction,
  { path, bytes: disk }: Snapshot<AnyDocument>,
  { base, edited }: { readonly base: Uint8Array; readonly edited: Uint8Array },
) {
  const { now } = transaction;
  const merge = mergeFiles({
    ...{ base, ours: edited, theirs: disk!, kind: path === STATE_PATH ? "state" : "work", now },
    readYaml: await yamlFor(decode(edited).text),
  });
  const refuse = (merged: Uint8Array, { document, messages }: ReadDocument<AnyDocument>) => {
    const errors = messages.filter(({ severity }) => severity === "error");
    const problems = problemsOf(document.text, errors);
    return { refused: { success: false, conflicts: merge.conflicts, problems, merged, base: disk! } as const };
  };
  const judged = await transaction.judge(path, merge.bytes);
  if (merge.conflicts > 0) return refuse(merge.bytes, judged);
  const was = (await transaction.judge(path, base)).document.lastUpdated?.field.raw;
  const own = (await transaction.judge(path, edited)).document.lastUpdated?.field.raw;
  const { document } = judged;
  const isDated = was === own && !isSameBytes(merge.bytes, disk!) && document.source.invalidAt === undefined;
  const bytes = isDated ? encode(document.source, writeDocument(document, touch(document, now))) : merge.bytes;
  const result = await transaction.judge(path, bytes);
  if (result.messages.some(({ severity }) => severity === "error")) return refuse(bytes, result);
  return { bytes, document: result.document };
}

interface Done {
  readonly document: AnyDocument;
  readonly before: Snapshot<AnyDocument>;
  readonly changed: boolean;
  readonly now: number;
}

function describe({ document, before, changed, now }: Done, revision: string | undefined, issue?: number): Edited {
  const { path } = before;
  const state = document.kind === "state" ? (document as StateDocument) : undefined;
  const content = state && contentOf(state);
  const old = state && before.document && (before.document as StateDocument);
  const known = new Set((old ? contentOf(old).progressItems : []).map((item) => JSON.stringify(item)));
  return {
    success: true,
    message: changed ? `Edited ${path}` : `Nothing of ${path} was changed`,
    itemsUpdated: content?.progressItems.filter((item) => !known.has(JSON.stringify(item))).length ?? 0,
    timestamp: formatTime(now),
    workFileUpdated: changed && state === undefined ? path : undefined,
    issueNumber: issue ?? content?.issueNumber,
    progressItems: content?.progressItems ?? [],
    nextSteps: content?.nextSteps ?? [],
    openQuestions: content?.openQuestions ?? [],
    activeIssueChanged: old !== undefined && activeNumber(old) !== content?.issueNumber,
    changed,
    revision: revision ?? before.revision,
  };
}
