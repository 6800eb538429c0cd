/**
 * New Markdown from text that somebody else wrote, such as the description of an
 * issue: it keeps its paragraphs, lists and code, but nothing in it may end the
 * section it stands in. Headings become text by one backslash; a fence that would
 * swallow what follows is closed, HTML that would becomes text.
 */
import { endOfLine, startOfLine } from "../text/lines.ts";
import type { Block } from "./block.ts";
import { scanBlocks } from "./scan.ts";

// An escape can uncover what it hid; a text that needs more rounds than this is not worth its markup.
const MAX_ROUNDS = 10;
const ANY_OPENER = /^( {0,3})(?=#|<|>{7}|\|{7}|[-=]+[ \t]*$)/gm;

/** The text as it may stand inside a section; line endings become `\n`, outer blank lines go. */
export function makeText(markdown: string): string {
  let text = markdown
    .replace(/\r\n?/g, "\n")
    .replace(/^(?:[ \t]*\n)+/, "")
    .trimEnd();
  for (let round = 0; ; round++) {
    // Behind a line break, because a `---` that opens frontmatter in a file of its own does not do so here.
    const blocks = scanBlocks(`\n${text}`).map((block) => ({ ...block, start: block.start - 1, end: block.end - 1 }));
    const last = blocks.at(-1);
    const open = last?.type === "html" && isOpen(last, text) ? [text.indexOf("<", last.start)] : [];
    const offsets: number[] = [
      ...blocks.flatMap((block) => (block.type === "heading" ? [markerOf(block, text)] : [])),
      ...open,
    ];
    offsets.push(...conflictMarkers(blocks, text));
    if (offsets.length === 0) {
      return last?.type === "code" && last.closed === false ? `${text}\n${fenceOf(text, last.start)}` : text;
    }
    text =
      round < MAX_ROUNDS
        ? escapeAt(
            text,
            offsets.sort((a, b) => a - b),
          )
        : text.replace(ANY_OPENER, "$1\\");
  }
}

/** Lines outside of code that git writes around a conflict, for which they would be taken. */
function conflictMarkers(blocks: readonly Block[], text: string): number[] {
  return [...text.matchAll(/^(?:<{7}|\|{7}|>{7})(?= |$)/gm)]
    .map(({ index }) => index)
    .filter((offset) => !blocks.some(({ type, start, end }) => type === "code" && start <= offset && offset < end));
}

/** Whether HTML at the end of a text would go on after it. What ends at a blank line does not. */
function isOpen(block: Block, text: string): boolean {
  if ("closed" in block) return block.closed === false;
  const html = text.slice(block.start, block.end).trimStart();
  return block.end === text.length && (/^<[!?]/.test(html) || /^<(?:pre|script|style|textarea)\b/i.test(html));
}

function markerOf(block: Block & { type: "heading" }, text: string): number {
  if (!block.setext) return block.start;
  const underline = startOfLine(text, block.end);
  return underline + /^ */.exec(text.slice(underline, block.end))![0].length;
}

function fenceOf(text: string, start: number): string {
  return /^(?:`+|~+)/.exec(text.slice(start, endOfLine(text, start)))![0];
}

function escapeAt(text: string, offsets: readonly number[]): string {
  let result = "";
  let position = 0;
  for (const offset of offsets) {
    result += `${text.slice(position, offset)}\\`;
    position = offset;
  }
  return result + text.slice(position);
}
