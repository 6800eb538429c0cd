/** From two pictures to what changed between them, as events. Pure. */
import type { Problem } from "../../rules/report.ts";
import { BATCH_PATH } from "../batch/place.ts";
import type { Status } from "../view/status.ts";
import type { WatchEvent } from "./events.ts";
import { type Picture, problemsIn } from "./snapshot.ts";

/** What turned the state file in order again, as far as it is known. */
export interface Author {
  readonly operation?: string | undefined;
  readonly actor?: string | undefined;
}

/** What there is to tell at the beginning. The problems of the state file stand in its event. */
export function firstEvents(picture: Picture, timestamp: string): WatchEvent[] {
  const { state, batch } = picture;
  return [
    { event: "state", timestamp, ...state },
    ...(batch ? [{ event: "batch", timestamp, exists: true, ...batch } as const] : []),
    ...[...problemsIn(picture)].flatMap(([path, problems]) =>
      path === state.path
        ? []
        : problems.map((problem) => ({ event: "problem", timestamp, path, ...problem }) as const),
    ),
  ];
}

/** What to tell after a change. `author` is known where the state file is in order again. */
export function eventsBetween(
  before: Picture,
  after: Picture,
  timestamp: string,
  author: Author | undefined,
): WatchEvent[] {
  return [
    ...stateEvents(before, after, timestamp, author),
    ...workEvents(before, after, timestamp),
    ...guardedEvents(before, after, timestamp),
    ...batchEvents(before, after, timestamp),
    ...problemEvents(before, after, timestamp),
  ];
}

/** Whether a state says the same, whatever time it is. */
export function isSameState(one: Status, other: Status): boolean {
  return contentOf(one) === contentOf(other);
}

/** What is wrong with guarded files has events of its own. */
function contentOf({ freshness: _, hoursSinceUpdate: __, guardedProblems: ___, ...content }: Status): string {
  return JSON.stringify(content);
}

/** A file that is there and has errors. */
export function isDamaged({ exists, valid }: { readonly exists: boolean; readonly valid: boolean }): boolean {
  return exists && !valid;
}

function stateEvents(
  { state: before, freshness: from }: Picture,
  { state: after }: Picture,
  timestamp: string,
  author: Author | undefined,
): WatchEvent[] {
  const events: WatchEvent[] = [];
  const { path, freshness, hoursSinceUpdate } = after;
  if (!isSameState(before, after)) events.push({ event: "state", timestamp, ...after });
  if (isDamaged(before) && after.valid) {
    const { operation, actor } = author ?? {};
    events.push({ event: "recovered", timestamp, path, operation, actor });
  }
  if (from !== undefined && freshness !== undefined && hoursSinceUpdate !== undefined && freshness !== from) {
    events.push({ event: "freshness", timestamp, path, from, to: freshness, hoursSinceUpdate });
  }
  return events;
}

function workEvents({ works: before }: Picture, { works: after }: Picture, timestamp: string): WatchEvent[] {
  return [...after].flatMap(([path, work]) => {
    const known = before.get(path);
    if (known?.revision === work.revision && known?.exists === work.exists && known.valid === work.valid) return [];
    return [{ event: "work", timestamp, ...work } as const];
  });
}

function guardedEvents({ guarded: before }: Picture, { guarded: after }: Picture, timestamp: string): WatchEvent[] {
  return [...after.values()].flatMap((file) => {
    const known = before.get(file.path);
    if (known?.revision === file.revision && known?.exists === file.exists) return [];
    return [{ event: "guarded", timestamp, ...file } as const];
  });
}

function batchEvents(
  { batch: before }: Picture,
  { batch: after, batchProblem }: Picture,
  timestamp: string,
): WatchEvent[] {
  if (batchProblem || JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!after) return [{ event: "batch", timestamp, path: BATCH_PATH, exists: false }];
  return [{ event: "batch", timestamp, exists: true, ...after }];
}

function problemEvents(before: Picture, after: Picture, timestamp: string): WatchEvent[] {
  const known = problemsIn(before);
  const found = problemsIn(after);
  return [...new Set([...known.keys(), ...found.keys()])].flatMap((path): WatchEvent[] => {
    const [old, now] = [known.get(path) ?? [], found.get(path) ?? []];
    return [
      ...without(old, now).map((problem) => ({ event: "resolved", timestamp, path, ...problem }) as const),
      ...without(now, old).map((problem) => ({ event: "problem", timestamp, path, ...problem }) as const),
    ];
  });
}

const TIME = /\d{4}-\d{2}-\d{2}T[\d:]+Z/g;

/**
 * The problems of one list that the other does not have. One that only moved to
 * another line is still the same, and so is one whose message names another time:
 * that of the file changes with every save.
 */
function without(problems: readonly Problem[], others: readonly Problem[]): Problem[] {
  const left = new Map<string, number>();
  const keyOf = ({ rule, message }: Problem) => `${rule}\n${message.replace(TIME, "")}`;
  for (const other of others) left.set(keyOf(other), (left.get(keyOf(other)) ?? 0) + 1);
  return problems.filter((problem) => {
    const count = left.get(keyOf(problem)) ?? 0;
    left.set(keyOf(problem), count - 1);
    return count <= 0;
  });
}
