/**
 * The changes of one document in their order, and what of them can be undone.
 *
 * Nothing about undoing is stored but the entries themselves: an entry says which
 * other one's bytes it put back, and from that both stacks follow. So there is no
 * second record that a crash could leave in disagreement with the first.
 *
 * Invariant: an entry after which the document stands as it did before counts as
 * if it had not happened. A crash between the history and the rename leaves such
 * an entry; so does a person who puts the old text back by hand.
 */

import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { formatTime } from "../../base/time.ts";
import type { Project } from "../../files/guard/project.ts";
import { listHistory, readHistory } from "../../files/record/history.ts";
import type { HistoryEntry } from "../../files/record/history-entry.ts";

/** Newest first; stacks share what lies below. */
export type Stack = { readonly entry: HistoryEntry; readonly below: Stack } | undefined;

export interface Timeline {
  /** Newest first, those that changed nothing too. */
  readonly entries: readonly HistoryEntry[];
  /** The changes that undoing goes back behind. */
  readonly done: Stack;
  /** The undo entries that redoing goes forward over. */
  readonly redo: Stack;
  /** The newest entry that changed something. */
  readonly last: HistoryEntry | undefined;
  /** What could be undone right before an entry. */
  doneBefore(id: string): Stack;
}

/** The bytes of a document, `undefined` where there is none. */
export type Content = Uint8Array | undefined;

export const UNDO = "undo";
export const REDO = "undo --redo";
/** An entry that only keeps how the document stood: nobody changed it then, so there is nothing to undo. */
export const COMPACT = "compact";

/** Reads the timeline of a document that stands as `now` says; without `now` nobody knows how it stands. */
export function readTimeline(project: Project, path: string, now?: { readonly content: Content }): Timeline {
  const entries = listHistory(project, path);
  const before = new Map<string, Stack>();
  let done: Stack;
  let redo: Stack;
  let last: HistoryEntry | undefined;
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at]!;
    before.set(entry.id, done);
    if (changesNothing(project, entry, entries[at - 1], now)) continue;
    last = entry;
    const { operation, restores } = entry;
    if (operation === UNDO && restores !== undefined) {
      redo = { entry, below: redo };
      // Whatever is older than an entry that is gone is gone too, unless its file was torn.
      done = before.has(restores) ? before.get(restores) : olderThan(restores, done);
    } else if (operation === REDO && restores !== undefined) {
      done = before.has(restores) ? before.get(restores) : olderThan(restores, done);
      redo = below(restores, redo);
    } else {
      done = { entry, below: done };
      redo = undefined;
    }
  }
  return { entries, done, redo, last, doneBefore: (id) => before.get(id) };
}

/** What an entry kept. */
export function contentOf(project: Project, { id, path, existed }: HistoryEntry): Content {
  return existed ? readHistory(project, id, path).bytes : undefined;
}

/** The entries of one stack that are not in another, newest first. */
export function without(stack: Stack, other: Stack): HistoryEntry[] {
  const rest = new Set(entriesOf(other));
  return entriesOf(stack).filter((entry) => !rest.has(entry));
}

export function entriesOf(stack: Stack): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (let each = stack; each; each = each.below) entries.push(each.entry);
  return entries;
}

/** An entry in a sentence: `save of 2024-10-23T16:30:00Z`. */
export function nameOf({ operation, timestamp }: HistoryEntry): string {
  return `${operation} of ${formatTime(timestamp)}`;
}

function olderThan(id: string, stack: Stack): Stack {
  let rest = stack;
  while (rest && rest.entry.id >= id) rest = rest.below;
  return rest;
}

function below(id: string, stack: Stack): Stack {
  let rest = stack;
  while (rest && rest.entry.id !== id) rest = rest.below;
  return rest?.below;
}

function changesNothing(
  project: Project,
  entry: HistoryEntry,
  next: HistoryEntry | undefined,
  now: { readonly content: Content } | undefined,
): boolean {
  if (entry.operation === COMPACT) return true;
  if (next !== undefined) {
    if (entry.existed !== next.existed || entry.size !== next.size) return false;
    return isReadable(() => isSameBytes(contentOf(project, entry), contentOf(project, next)));
  }
  return now !== undefined && isReadable(() => isSameBytes(contentOf(project, entry), now.content));
}

/** A reader takes no lock, so an entry may be pruned under its hands. */
function isReadable(isSame: () => boolean): boolean {
  try {
    return isSame();
  } catch (error) {
    if (error instanceof GateError && (error.code === "NOT_FOUND" || error.code === "CORRUPT")) return false;
    throw error;
  }
}
