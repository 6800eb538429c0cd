/**
 * Columns of a terminal: how many a text takes, and texts made to fit into so many.
 *
 * Terminals disagree about what is joined or made wide by a selector. Columns are
 * counted as by those that give most, among those that show one character as one:
 * a line may end a column early, and never runs over.
 */
import { eastAsianWidth } from "get-east-asian-width";
import { charactersOf, ELLIPSIS, startOf } from "../../base/fit.ts";

/** Characters of one column that join no other. Most texts are made of them alone. */
const PLAIN = /^[\u0020-\u007e\u00a0-\u02ff]*$/;
/** The most that a tab takes, which stops at every eighth column. */
const TAB = 8;

/** How many columns a terminal gives a text of one line, at most. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const character of charactersOf(text)) columns += columnsOfCharacter(character);
  return columns;
}

/** The text in at most so many columns, cut with `…` where it is wider; empty where not even that fits. */
export function cutToColumns(text: string, most: number): string {
  if (startInColumns(text, most) === text) return text;
  return most < 1 ? "" : startInColumns(text, most - 1).trimEnd() + ELLIPSIS;
}

/** The beginning of the text that fits into so many columns. */
export function startInColumns(text: string, most: number): string {
  return PLAIN.test(text) ? text.slice(0, Math.max(0, most)) : startOf(text, most, columnsOfCharacter);
}

/** How many columns the widest of the texts takes. */
export function widestOf(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0);
}

/** The text with spaces behind it, up to so many columns. */
export function padToColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** The text in lines of so many columns, broken at spaces where there are any. */
export function wrapToColumns(text: string, most: number): string[] {
  if (columnsOf(text) <= most) return [text];
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  let space = -1;
  for (const character of charactersOf(text)) {
    if (columns + columnsOfCharacter(character) > most) {
      const at = space > 0 ? space : line.length;
      lines.push(line.slice(0, at));
      line = line.slice(at).trimStart();
      columns = columnsOf(line);
      space = -1;
    }
    if (character === " ") space = line.length;
    line += character;
    columns += columnsOfCharacter(character);
  }
  return [...lines, line];
}

// Made where they are needed: patterns with properties of Unicode take longer than a short program has.
let patterns: Record<"joined" | "doubled" | "empty", RegExp> | undefined;

function makePatterns(): NonNullable<typeof patterns> {
  return {
    /** What stands in the place of what is before it: the rest of a flag, a tone of skin, another emoji, the end of a syllable. */
    joined:
      /(?<=\p{Regional_Indicator})\p{Regional_Indicator}|(?<=\p{Emoji_Modifier_Base}\ufe0f?)\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic}|(?<=[\u1100-\u1112])[\u1161-\u1175][\u11a8-\u11c2]?/gu,
    /** What is as wide as an emoji, however narrow its first code point is. */
    doubled: /\p{Emoji_Presentation}|\ufe0f|\u20e3|\u200d\p{Extended_Pictographic}/u,
    /** Marks, controls and what is never drawn, but for the soft hyphen and the blank letters of Hangul, which often are. */
    empty:
      /^(?:[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Control}]|(?![\u00ad\u115f\u1160\u3164\uffa0])\p{Default_Ignorable_Code_Point})$/u,
  };
}

function columnsOfCharacter(character: string): number {
  if (PLAIN.test(character)) return character.length;
  if (character === "\t") return TAB;
  patterns ??= makePatterns();
  const { joined, doubled, empty } = patterns;
  let columns = 0;
  let first = 0;
  for (const part of character.length === 1 ? character : character.replace(joined, "")) {
    const width = empty.test(part) ? 0 : eastAsianWidth(part.codePointAt(0)!);
    first ||= width;
    columns += width;
  }
  return first === 1 && doubled.test(character) ? columns + 1 : columns;
}
