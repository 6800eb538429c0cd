/** The marks that git leaves in a text whose conflicts nobody has resolved. */
import type { Block } from "../syntax/block.ts";
import type { Span } from "../text/edit.ts";
import { endOfLine } from "../text/lines.ts";

const MARKER = /^(?:<{7}|>{7}|={7}|\|{7})(?=[ \t\r\n]|$)/gm;

/**
 * The lines that are one; those in an example are none. `=======` and `|||||||` are also an
 * underline and a row of a table: they count only in an open conflict.
 */
export function conflictMarkers({
  blocks,
  text,
}: {
  readonly blocks: readonly Block[];
  readonly text: string;
}): Span[] {
  const examples = blocks.filter((block) => block.type === "code" && block.closed);
  const found: Span[] = [];
  let next = 0;
  let open = false;
  for (const { index, 0: marker } of text.matchAll(MARKER)) {
    // The pattern's `^` also stands behind U+2028, where no line begins.
    if (index > 0 && !/[\r\n]/.test(text[index - 1]!)) continue;
    while (next < examples.length && examples[next]!.end <= index) next++;
    if (next < examples.length && examples[next]!.start <= index) continue;
    const counts = marker[0] === "<" || marker[0] === ">" || open;
    if (marker[0] === "<" || marker[0] === ">") open = marker[0] === "<";
    if (counts) found.push({ start: index, end: endOfLine(text, index) });
  }
  return found;
}

/** Whether nobody knows which of two sides of a text holds. */
export function isUnresolved(document: Parameters<typeof conflictMarkers>[0]): boolean {
  return conflictMarkers(document).length > 0;
}
