/**
 * The outline: a text seen as one section after another.
 *
 * Invariant: sections tile the text. The preamble and the sections, concatenated,
 * are exactly the input. They are flat on purpose: real files have a known heading
 * at the wrong level, and nesting by depth would then hide the rest of the file
 * inside it. Who belongs to whom is for the document to say.
 */
import type { Span } from "../text/edit.ts";
import { nextLine } from "../text/lines.ts";
import type { Block, HeadingBlock } from "./block.ts";

export interface Section extends Span {
  /** Heading text as typed; empty for the preamble. */
  readonly title: string;
  /** 1 to 6; 0 for the preamble. */
  readonly depth: number;
  readonly heading?: HeadingBlock;
  /** Where the line after the heading starts. */
  readonly bodyStart: number;
  /** Blocks up to the next heading of any depth. */
  readonly blocks: readonly Block[];
}

/** Cuts the top-level blocks of a text into sections; the first is the preamble, which may be empty. */
export function outline(blocks: readonly Block[], text: string): readonly Section[] {
  const sections: Section[] = [];
  let heading: HeadingBlock | undefined;
  let start = 0;
  let own: Block[] = [];
  const close = (end: number) => {
    const title = heading ? text.slice(heading.content.start, heading.content.end) : "";
    const bodyStart = heading ? Math.min(nextLine(text, heading.end), end) : start;
    sections.push({
      title,
      depth: heading?.depth ?? 0,
      start,
      end,
      bodyStart,
      blocks: own,
      ...(heading && { heading }),
    });
  };
  for (const block of blocks) {
    if (block.type === "heading") {
      const lineStart = headingStart(text, block);
      close(lineStart);
      heading = block;
      start = lineStart;
      own = [];
    } else own.push(block);
  }
  close(text.length);
  return sections;
}

/** Up to three spaces may stand before a heading; they are part of its line. */
function headingStart(text: string, heading: HeadingBlock): number {
  let at = heading.start;
  while (at > 0 && text[at - 1] === " ") at--;
  return at;
}
