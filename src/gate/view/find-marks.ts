/** Finds the marks of what documents say; see `marks`. */
import { firstSince, type Stretch } from "../../base/stretch.ts";
import type { StateContent } from "../../document/content.ts";
import { askOutside, type Traced } from "../../text/outside.ts";
import { isSteering } from "../../text/steering.ts";
import { type Mark, type Marks, oneLine } from "./marks.ts";

/** The marks of what a state file says of the active work. */
export function stateMarks(traced: Traced, content: StateContent, now: number): Marks {
  const { branch } = content;
  const marks = marksOf(traced, linesOf(content));
  // Whoever makes a branch names it, and the gate records that name: it is nobody's word.
  if (branch === undefined || !isSteering(branch) || marks.named.some(({ text }) => text === branch)) return marks;
  return { ...marks, named: [...marks.named, { text: branch, since: marks.rest ?? now, isHeld: true }] };
}

/** The marks of texts that are from outside as a whole, each line given by what stands in it. */
export function marksOfWhole(outside: readonly Stretch[], lines: readonly (readonly string[])[]): Marks {
  const since = firstSince(outside);
  if (since === undefined) return { named: [] };
  const held = lines.map(oneLine).filter(isSteering);
  return { rest: since, named: held.map((text) => ({ text, since, isHeld: true })) };
}

/** The mark of one text of a document. */
export function markOf(since: number | undefined, text: string): Mark | undefined {
  return since === undefined ? undefined : { since, isHeld: isSteering(text) };
}

/** The marks of lines, each given by the texts that stand in it. */
function marksOf(traced: Traced, lines: readonly (readonly (string | undefined)[])[]): Marks {
  const since = askOutside(traced);
  if (traced.outside.length === 0) return { named: [] };
  const all = lines.map((texts) => ({ text: oneLine(texts), since: oldest(texts.map((text) => text && since(text))) }));
  const [first] = all;
  const rest = all.every((line) => line.since === first?.since) ? first?.since : undefined;
  const marks = all.flatMap(({ text, since: from }) => {
    const mark = markOf(from, text);
    return mark === undefined || (rest !== undefined && !mark.isHeld) ? [] : [{ text, ...mark }];
  });
  return { rest, named: marks };
}

/** What a brief says of the active work, line by line. */
function linesOf(content: StateContent): (string | undefined)[][] {
  const { issueTitle = "", branch, progressItems, nextSteps, openQuestions, blockers } = content;
  return [
    [issueTitle],
    ...(branch === undefined ? [] : [[branch]]),
    ...progressItems.map(({ text }) => [text]),
    ...nextSteps.map((text) => [text]),
    ...openQuestions.map(({ question, decision, note }) => [question, decision ?? note]),
    ...(blockers === undefined ? [] : blockers.split("\n").map((line) => [line])),
  ];
}

function oldest(sinces: readonly (number | string | undefined)[]): number | undefined {
  const known = sinces.filter((since) => typeof since === "number");
  return known.length === 0 ? undefined : Math.min(...known);
}
