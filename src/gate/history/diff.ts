/** What a change did to a document, as a unified diff. Reads only. */
import { GateError } from "../../base/errors.ts";
import { readFile } from "../../files/read/read.ts";
import { listHistory } from "../../files/record/history.ts";
import type { HistoryEntry } from "../../files/record/history-entry.ts";
import { unifiedDiff } from "../../text/diff/unified-diff.ts";
import { decode, revisionOf } from "../../text/source.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { type Change, changeOf, findEntry, twoDocuments } from "./history.ts";
import { type Content, contentOf } from "./timeline.ts";

/** Which change is shown. */
export interface DiffInput {
  /** An entry of the history; without it the newest one of the state document. */
  readonly id?: string;
  /** Without an id: the newest one of this issue's work file. */
  readonly issue?: number;
  /** Compare with the document as it is now, not as the change left it. */
  readonly now?: boolean;
}

/** What a change did. */
export interface Diff extends Change {
  /** The one change that is shown. */
  readonly entries: readonly Change[];
  /** Empty where no line differs. */
  readonly diff: string;
  /** The digests of the bytes on both sides; absent where there was or is no document. */
  readonly fromRevision: string | undefined;
  readonly toRevision: string | undefined;
}

/**
 * What a change did, as a unified diff: the newest change of the state document, of an
 * issue's work file, or the one of an id, which may be cut short as long as one entry is
 * meant. Reads only. Rejects with `NOT_FOUND` where there is none, and with
 * `INVALID_ARGUMENT` for an id that may be several.
 *
 * ```ts
 * const { value } = await diff(gate, { id: entries[0].id, now: true });
 * ```
 */
export async function diff(gate: Gate, input: DiffInput = {}): Promise<Diff> {
  const { id, issue } = input;
  if (id !== undefined && issue !== undefined) throw twoDocuments("show a diff");
  const entry = id === undefined ? newestOf(gate, issue) : findEntry(gate, id);
  const from = contentOf(gate.project, entry);
  const to = afterwards(gate, entry, input.now ?? false);
  const change = changeOf(entry);
  return {
    entries: [change],
    ...change,
    diff: unifiedDiff(entry.path, textOf(from), textOf(to)),
    fromRevision: from && revisionOf(from),
    toRevision: to && revisionOf(to),
  };
}

function newestOf(gate: Gate, issue: number | undefined): HistoryEntry {
  const path = issue === undefined ? STATE_PATH : workPath(issue);
  const [newest] = listHistory(gate.project, path, 1);
  if (newest) return newest;
  throw new GateError("NOT_FOUND", `Cannot show a diff: ${path} has no history`, {
    path,
    hint: "Run `gate history` to see which documents have one.",
  });
}

/** What stood in the document after a change: what the next one replaced, else what stands there now. */
function afterwards(gate: Gate, entry: HistoryEntry, now: boolean): Content {
  const { project } = gate;
  const { path } = entry;
  const entries = listHistory(project, path);
  const next = now ? undefined : entries[entries.findIndex(({ id }) => id === entry.id) - 1];
  if (next) return contentOf(project, next);
  const standing = read(gate, path);
  if (standing) return standing;
  // Work that is done has its file in the archive; that is no removal.
  const archived = path.replace(/^\.claude\/work\//, ".claude/archive/");
  const moved = archived === path ? undefined : read(gate, archived);
  return moved && revisionOf(moved) === entries[0]?.revision ? moved : undefined;
}

function read({ project }: Gate, path: string): Content {
  const file = readFile(project, path);
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
