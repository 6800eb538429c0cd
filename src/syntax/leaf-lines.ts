/** The lines of a leaf, without the markers of the containers around it. */
import type { Span } from "../text/edit.ts";
import { linesIn } from "../text/lines.ts";

/**
 * Where the lines of a leaf begin inside of containers: offset and the columns of a tab
 * before it that no container took, in turn.
 */
export type InnerLines = readonly number[];

/** A line without its break; `pad` are the columns of white space before it that are a part of a tab. */
export interface LeafLine extends Span {
  readonly pad: number;
}

/** A leaf as far as its lines go; without `lines` they are lines of the text. */
export interface Leaf extends Span {
  readonly lines?: InnerLines | undefined;
}

/** The lines of a leaf; the first begins where the leaf does. */
export function linesOfLeaf(leaf: Leaf, text: string): readonly LeafLine[] {
  const { lines = [] } = leaf;
  let next = 0;
  return linesIn(text, leaf).map(({ start, end }) => {
    if (next >= lines.length || lines[next]! > end) return { start, end, pad: 0 };
    const [at, pad] = [lines[next]!, lines[next + 1]!];
    next += 2;
    // A leaf may begin behind where its line does.
    return { start: Math.max(start, at), end, pad: at < start ? 0 : pad };
  });
}
