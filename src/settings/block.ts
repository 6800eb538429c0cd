/**
 * Lines of ours in a text of somebody else, between two marker lines.
 *
 * Invariant: taking the block out gives the text as it was, to the byte. A text that
 * ended with a line break has the block behind a blank line and ends with one again;
 * one that did not is told by a block without a line break at its end.
 */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

const NAME = "state-gatekeeper";

/** For files whose comments begin with `#`. */
export const HASH_MARKERS: Markers = { begin: `# >>> ${NAME} >>>`, end: `# <<< ${NAME} <<<` };
/** For Markdown. */
export const COMMENT_MARKERS: Markers = { begin: `<!-- ${NAME}: begin -->`, end: `<!-- ${NAME}: end -->` };

/** Where the block stands, its markers included; `broken` where only one marker is there. */
export type Found = { readonly start: number; readonly end: number } | { readonly broken: number } | undefined;

export function findBlock(text: string, { begin, end }: Markers): Found {
  const start = lineOf(text, begin, 0);
  const last = lineOf(text, end, start ?? 0);
  if (start === undefined && last === undefined) return undefined;
  if (start === undefined || last === undefined) return { broken: (start ?? last)! };
  return { start, end: last + end.length };
}

function lineOf(text: string, line: string, from: number): number | undefined {
  for (let at = text.indexOf(line, from); at !== -1; at = text.indexOf(line, at + 1)) {
    const isStart = at === 0 || text[at - 1] === "\n";
    if (isStart && /^[ \t]*(?:\r?\n|$)/.test(text.slice(at + line.length, at + line.length + 99))) return at;
  }
  return undefined;
}

/** The text with the block at its end, or in the place where it stands already. A broken block has to be mended first. */
export function putBlock(text: string, markers: Markers, lines: readonly string[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const block = [markers.begin, ...lines, markers.end].join(eol);
  const found = findBlock(text, markers);
  if (found && "start" in found) return text.slice(0, found.start) + block + text.slice(found.end);
  if (text === "" || !text.endsWith("\n")) return text + (text === "" ? "" : eol + eol) + block;
  return text + eol + block + eol;
}

/** The text without the block; `undefined` where it was made for it. */
export function removeBlock(text: string, markers: Markers): string | undefined {
  const found = findBlock(text, markers);
  if (!found || "broken" in found) return text;
  const before = text.slice(0, found.start);
  const after = text.slice(found.end).replace(/^[ \t]*/, "");
  const rest = after.replace(/^\r?\n/, "");
  if (before === "" && rest === "" && after !== "") return undefined;
  if (after === "") return before.replace(/(?:\r?\n){1,2}$/, "");
  return before.replace(/(?<=\n)\r?\n$/, "") + rest;
}
