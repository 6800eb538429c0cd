/**
 * Search: lines of the state file, the work files and the archive that hold all of some words.
 *
 * A file is read and looked through as bytes; only one that may hold the words is decoded,
 * and only one that does is parsed, for the sections that its lines are in.
 */
import { GateError } from "../../base/errors.ts";
import { charactersOf } from "../../base/fit.ts";
import { oneLine } from "../../base/line.ts";
import { instantOf, isFuture, type TimeReading } from "../../base/time.ts";
import { activeIssue, nameOf as nameInState, STATE_SECTIONS, stateFrom } from "../../document/state.ts";
import { issueOf, nameOf as nameInWork, updateTimeOf, workFrom } from "../../document/work.ts";
import { decodeText } from "../../syntax/escape.ts";
import type { Section } from "../../syntax/outline.ts";
import { fold, mayHold } from "../../text/fold.ts";
import { detached, indexLines } from "../../text/lines.ts";
import { decode, type Source } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { type EachDocument, eachDocument } from "../view/each-document.ts";
import type { SkippedFile } from "../view/work-files.ts";

/** What is looked for. */
export interface SearchInput {
  /** Each must be in a line, whatever its case; spaces in one count. */
  readonly words: readonly string[];
  /** At most so many lines. */
  readonly limit?: number | undefined;
}

/** A line that holds all words. */
export interface Match {
  readonly path: string;
  readonly line: number;
  /** Where the first of the words in the line stands, from 1 in UTF-16 units. */
  readonly column: number;
  /** The issue that the file is of, in the state file that of the active work around the line. */
  readonly issueNumber: number | undefined;
  /** The heading that the line is below; of a section of the format where it is in one. */
  readonly section: string | undefined;
  /** The line as it stands. */
  readonly text: string;
}

/** What was found. */
export interface Found {
  /** Newest file first, and in each from the top. */
  readonly matches: readonly Match[];
  /** Files that cannot be read, and why. */
  readonly skipped: readonly SkippedFile[];
  /** How many lines more there are than were asked for; absent where all are there. */
  readonly leftOut?: number;
}

/**
 * Finds the lines of the state file, the work files and the archive that hold all words.
 * Case and the way in which letters are composed do not count. Reads only.
 *
 * ```ts
 * const { matches } = await search(gate, { words: ["rate", "limit"] });
 * ```
 */
export async function search(gate: Gate, input: SearchInput): Promise<Found> {
  requireCall("search", { gate, input }, { words: "texts", limit: "whole?" });
  const { words: given, limit } = input;
  const words = given.map((word) => fold(oneLine(word, "the words")));
  if (words.length === 0) {
    throw new GateError("INVALID_ARGUMENT", "Cannot search: no words were given", {
      hint: "Give the words that a line must hold, for example: gate search rate limit",
    });
  }
  const mayHoldAll = words.map(mayHold);
  const skipped: SkippedFile[] = [];
  const files: { readonly instant: number; readonly matches: readonly Match[] }[] = [];
  for (const document of eachDocument(gate, [STATE_PATH, WORK_FOLDER, ARCHIVE_FOLDER], skipped)) {
    if (!mayHoldAll.every((may) => may(document.bytes))) continue;
    const source = decode(document.bytes);
    const lines = linesWith(source.text, words);
    if (lines.length > 0) files.push(matchesIn(document, source, lines, gate.clock()));
  }
  const matches = files.sort((one, other) => other.instant - one.instant).flatMap((file) => file.matches);
  const most = limit ?? matches.length;
  return {
    matches: matches.slice(0, most),
    skipped,
    ...(matches.length > most && { leftOut: matches.length - most }),
  };
}

const BREAK = /\r\n|\n|\r/;

/** The lines that hold all words, with the place of the first one there. */
function linesWith(text: string, words: readonly string[]): { readonly line: number; readonly column: number }[] {
  const folded = fold(text);
  if (!words.every((word) => folded.includes(word))) return [];
  let lines: readonly string[] | undefined;
  return folded.split(BREAK).flatMap((line, at) => {
    const places = words.map((word) => line.indexOf(word));
    if (places.includes(-1)) return [];
    lines ??= text.split(BREAK);
    return [{ line: at + 1, column: unfolded(lines[at]!, Math.min(...places)) + 1 }];
  });
}

/** The place in a line from that in the folded line. */
function unfolded(line: string, place: number): number {
  let [at, folded] = [0, 0];
  for (const character of charactersOf(line)) {
    folded += fold(character).length;
    if (folded > place) break;
    at += character.length;
  }
  return at;
}

function matchesIn(
  { path, modified }: EachDocument,
  source: Source,
  lines: ReturnType<typeof linesWith>,
  now: number,
): { readonly instant: number; readonly matches: readonly Match[] } {
  const index = indexLines(source.text);
  const { updated, placeAt } = path === STATE_PATH ? viewOfState(source) : viewOfWork(source);
  const isKnown = updated !== undefined && !isFuture(updated, now);
  const matches = lines.map(({ line, column }) => {
    const { start, end } = index.lineSpan(line);
    return { path, line, column, ...placeAt(start), text: detached(source.text.slice(start, end)) };
  });
  return { instant: (isKnown ? instantOf(updated) : undefined) ?? modified ?? -1, matches };
}

/** What a file says of its lines. */
interface View {
  readonly updated: TimeReading | undefined;
  placeAt(offset: number): Pick<Match, "issueNumber" | "section">;
}

function viewOfState(source: Source): View {
  const document = stateFrom(source, {});
  const active = activeIssue(document)?.number;
  return {
    updated: document.lastUpdated?.reading,
    placeAt(offset) {
      const section = sectionAt(document.sections, nameInState, offset);
      const name = section && nameInState(section);
      const isActive = name === "active" || (name !== undefined && STATE_SECTIONS[name].depth === 3);
      return { issueNumber: isActive ? active : undefined, section: titleOf(section) };
    },
  };
}

function viewOfWork(source: Source): View {
  const document = workFrom(source, {});
  const issueNumber = issueOf(document)?.number;
  return {
    updated: (updateTimeOf(document) ?? document.completed)?.reading,
    placeAt: (offset) => ({ issueNumber, section: titleOf(sectionAt(document.sections, nameInWork, offset)) }),
  };
}

/** The section around a place, as the format has it: what stands below one of its headings is in that, such as entries of the log. */
function sectionAt(
  sections: readonly Section[],
  nameOf: (section: Section) => string | undefined,
  offset: number,
): Section | undefined {
  const at = sections.findLastIndex(({ start }) => start <= offset);
  const section = sections[at];
  if (section === undefined || nameOf(section) !== undefined) return section;
  const around = sections.slice(0, at).findLast(({ depth }) => depth < section.depth);
  if (around !== undefined && nameOf(around) !== undefined) return around;
  return section.depth > 1 ? section : undefined;
}

function titleOf(section: Section | undefined): string | undefined {
  return section && detached(decodeText(section.title));
}
