import { endOfLine } from "../text/lines.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

const MARKER = /^(?:<{7}|>{7}|={7}|\|{7})(?=[ \t\r\n]|$)/gm;

/** `=======` and `|||||||` are also an underline and a row of a table: they count only in an open conflict. */
export const conflictMarker: Rule = {
  id: "conflict-marker",
  severity: "error",
  description: "Git conflicts must be resolved",
  check({ document: { blocks, text }, report }) {
    const examples = blocks.filter((block) => block.type === "code" && block.closed);
    let next = 0;
    let open = false;
    for (const { index, 0: marker } of text.matchAll(MARKER)) {
      // The pattern's `^` also stands behind U+2028, where no line begins.
      if (index > 0 && !/[\r\n]/.test(text[index - 1]!)) continue;
      while (next < examples.length && examples[next]!.end <= index) next++;
      if (next < examples.length && examples[next]!.start <= index) continue;
      const counts = marker[0] === "<" || marker[0] === ">" || open;
      if (marker[0] === "<" || marker[0] === ">") open = marker[0] === "<";
      if (!counts) continue;
      const end = endOfLine(text, index);
      const found = quote(text.slice(index, end));
      report({ start: index, end }, `Unexpected conflict marker ${found}, expected the conflict to be resolved`);
    }
  },
};
