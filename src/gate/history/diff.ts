/** What tells two versions of a document apart, as a unified diff. Reads only. */
import { GateError } from "../../base/errors.ts";
import { readFile, readRecord } from "../../files/read/read.ts";
import type { Version } from "../../files/record/version.ts";
import { unifiedDiff } from "../../text/diff/unified-diff.ts";
import { decode, revisionOf } from "../../text/source.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { requireCall } from "../call.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { type Change, changeOf, findEntry, requireDocument, twoDocuments } from "./history.ts";
import { COMPACT, type Content, contentOf, Timeline } from "./timeline.ts";

/** Which versions are compared. */
export interface DiffInput {
  /** A version of the history; without it the newest one of the state document. */
  readonly id?: string;
  /** Compare `id` with this version, not with the one it was made from. */
  readonly other?: string;
  /** Without an id: the newest one of this issue's work file. */
  readonly issue?: number;
  /** Without an id: the newest one of this document, relative to the project; with one its document. */
  readonly path?: string;
  /** Compare the version with the document as it is now. */
  readonly now?: boolean;
}

/** What tells two versions apart. */
export interface Diff extends Change {
  /** The version that is shown, and the other one where two were named. */
  readonly entries: readonly Change[];
  /** Empty where no line differs. */
  readonly diff: string;
  /** The digests of the bytes on both sides; absent where there was or is no document. */
  readonly fromRevision: string | undefined;
  readonly toRevision: string | undefined;
}

/**
 * What a version changed, as a unified diff from the one it was made from: the newest one of
 * the state document, of an issue's work file, or the one of an id, which may be cut short
 * as long as one is meant. With `now` from the version to the document as it is, with
 * `other` to that version. Reads only. Rejects with `NOT_FOUND` where there is none, and
 * with `INVALID_ARGUMENT` for an id that may be several.
 *
 * ```ts
 * const { diff: text } = await diff(gate, { id: entries[0].id });
 * ```
 */
export async function diff(gate: Gate, input: DiffInput = {}): Promise<Diff> {
  requireCall("diff", { gate, input }, { id: "text?", other: "text?", issue: "issue?", path: "text?", now: "flag?" });
  const { id, other, issue, path: given, now = false } = input;
  if ((id ?? given) !== undefined && issue !== undefined) throw twoDocuments("show a diff");
  if (other !== undefined && (now || id === undefined)) {
    throw new GateError("INVALID_ARGUMENT", "Cannot show a diff: two versions are compared with each other", {
      hint: "Give two ids, or one with --now.",
    });
  }
  const { project } = gate;
  const named =
    given === undefined ? (issue === undefined ? STATE_PATH : workPath(issue)) : await requireDocument(gate, given);
  const version = id === undefined ? newestOf(gate, named) : findEntry(gate, id, given);
  const { path } = version;
  const second = other === undefined ? undefined : findEntry(gate, other, given);
  const before = second || now ? version : new Timeline(project, path).madeFrom(version);
  const from = before && contentOf(project, before);
  const to = now ? read(gate, path) : contentOf(project, second ?? version);
  const change = changeOf(version);
  return {
    entries: second ? [change, changeOf(second)] : [change],
    ...change,
    diff: unifiedDiff(path, textOf(from), textOf(to)),
    fromRevision: from && revisionOf(from),
    toRevision: to && revisionOf(to),
  };
}

function newestOf(gate: Gate, path: string): Version {
  const { versions } = new Timeline(gate.project, path);
  // A mark changes nothing.
  const [newest, before] = versions.filter(({ written, operation }) => written && operation !== COMPACT);
  if (newest && before && isMove(newest, before)) return before;
  if (newest) return newest;
  throw new GateError("NOT_FOUND", `Cannot show a diff: ${path} has no history`, {
    path,
    hint: "Run `gate history` to see which documents have one.",
  });
}

/** Work that is done has its file in the archive: what it wrote before it moved the file is what it changed. */
function isMove(gone: Version, before: Version): boolean {
  return gone.revision === undefined && gone.operation === before.operation && gone.timestamp === before.timestamp;
}

function read({ project }: Gate, path: string): Content {
  const file = path === BATCH_PATH ? readRecord(project, path) : readFile(project, path);
  if (file.kind === "missing") return undefined;
  if (file.kind === "file") return file.bytes;
  throw new GateError(file.rule === "symbolic-link" ? "UNSAFE_PATH" : "CORRUPT", file.message, {
    path,
    hint: `Run \`gate check ${path}\` to see what is wrong with it.`,
  });
}

/** The text with its byte order mark, so that a change of the mark is seen. What is no UTF-8 reads as U+FFFD. */
function textOf(content: Content): string | undefined {
  if (content === undefined) return undefined;
  const { text, bom } = decode(content);
  return bom ? `\ufeff${text}` : text;
}
