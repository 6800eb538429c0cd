/**
 * Which lines of a text are from outside: nobody wrote them through the gate.
 *
 * Lines are told by what they say, not by where they stand: a line that the gate wrote once
 * is the gate's wherever somebody moves it, and one from outside stays so when the gate ticks
 * it off, moves it into another document, or adds a decision to it. In doubt a line is from
 * outside. Linear in the texts as long as hardly anything is from outside; beyond a bound the
 * comparison is left away, and what would have been compared is from outside.
 */
import { type Stretch, sinceOf, stretchesOf } from "../base/stretch.ts";

/** A text, and which of its lines are from outside. */
export interface Traced {
  readonly text: string;
  readonly outside: readonly Stretch[];
}

/** The lines of a text that somebody else made of another one. Lines that were there are what they were. */
export function metLines(before: Traced | undefined, text: string, now: number): readonly Stretch[] {
  const { own, foreign } = sortLines(before === undefined ? [] : [before]);
  return stretchesOf(
    linesOf(text).map((line) => (line === "" || own.has(line) ? undefined : (foreign.get(line) ?? now))),
  );
}

/**
 * The lines of a text that the gate made of `found`, where what it had to say may come from
 * `others` too. A line says something from outside if it is such a line, a good part of one, or has one in it.
 */
export function madeLines(found: Traced | undefined, text: string, others: readonly Traced[]): readonly Stretch[] {
  const sources = found === undefined ? others : [found, ...others];
  if (sources.every(({ outside }) => outside.length === 0)) return [];
  const { own } = sortLines(found === undefined ? [] : [found]);
  const { foreign } = sortLines(sources);
  const said = new Map([...foreign].flatMap(([line, since]) => partsOf(line).map((part) => [part, since] as const)));
  const long = [...said].filter(([part]) => part.length >= SHORTEST);
  let left = MOST_COMPARED;
  const sinceWhen = (line: string): number | undefined => {
    if (line === "" || own.has(line)) return undefined;
    const exact =
      foreign.get(line) ??
      partsOf(line)
        .map((part) => said.get(part))
        .find((since) => since !== undefined);
    const whole = coreOf(line);
    if (exact !== undefined || whole.length < SHORTEST) return exact;
    left -= long.length;
    if (left < 0) return long[0]?.[1];
    return long.find(
      ([part]) => whole.includes(part) || (2 * whole.length >= part.length && part.includes(whole)),
    )?.[1];
  };
  return stretchesOf(linesOf(text).map(sinceWhen));
}

/** Since when what a text says is from outside, for texts of a document that is `traced`; `undefined` where the gate wrote it. */
export function askOutside(traced: Traced): (said: string) => number | undefined {
  if (traced.outside.length === 0) return () => undefined;
  const runs: string[] = [];
  const foreign: (readonly [string, number])[] = [];
  linesOf(traced.text).forEach((line, at) => {
    const since = sinceOf(traced.outside, at + 1);
    if (since === undefined) runs.push(coreOf(line));
    // Items go on over lines, so that only what stands between ends a run.
    else {
      runs.push("\n");
      foreign.push([coreOf(line), since]);
    }
  });
  const own = runs.join("");
  const first = traced.outside.reduce((oldest, [, , since]) => Math.min(oldest, since), Number.POSITIVE_INFINITY);
  return (said) => {
    const core = coreOf(said);
    if (core === "" || own.includes(core)) return undefined;
    return foreign.find(([line]) => line.includes(core))?.[1] ?? first;
  };
}

/** What is shorter is told only by being the same, in letters and digits. */
const SHORTEST = 8;
/** Pairs of lines. */
const MOST_COMPARED = 2_000_000;

function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim());
}

/** The lines of texts by whether they are from outside. */
function sortLines(texts: readonly Traced[]) {
  const own = new Set<string>();
  const foreign = new Map<string, number>();
  for (const { text, outside } of texts) {
    linesOf(text).forEach((line, at) => {
      const since = outside.length === 0 ? undefined : sinceOf(outside, at + 1);
      if (since === undefined) own.add(line);
      else if (!foreign.has(line) && !/^(?:#{2,6} |---$|$)/.test(line)) foreign.set(line, since);
    });
  }
  return { own, foreign };
}

/** Heading, list, box, number and label in front of what a line says. */
const FRONT = /^(?:[\s>#*+|-]+|\d+[.)]\s|\[[ xX]\]|\*\*[^*]{1,40}:\*\*|issue\b|#?\d+:?\s)+/i;

/** The parts of a line that the gate may use alone: both sides of an arrow, and what stands before a percentage. */
function partsOf(line: string): string[] {
  const parts = line.replace(/\(\d+% done\)\s*$/, "").split(/→|->/);
  return parts.map((part) => coreOf(part.replace(FRONT, ""))).filter((part) => part !== "");
}

/** Letters and digits alone: marks, escapes and glyphs change without anything else being said. */
function coreOf(line: string): string {
  const plain = /^[\u0000-\u007f]*$/.test(line) ? line : line.normalize("NFKC");
  return plain.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
