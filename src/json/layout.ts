/** The layout of JSON text: none at all, or a line for each part. Tokens stay as they are written. */
import { parseJson } from "../base/json.ts";
import { endOfString, skipSpace } from "./token.ts";

/** The text without the space between its tokens; `undefined` where it is no JSON. */
export function compactJson(text: string): string | undefined {
  return parseJson(text) === undefined ? undefined : compacted(text);
}

/** Text that is JSON without the space between its tokens. */
export function compacted(text: string): string {
  if (!/[ \t\n\r]/.test(text)) return text;
  let compact = "";
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const end = endOfToken(text, at);
    compact += text.slice(at, end);
    at = skipSpace(text, end);
  }
  return compact;
}

/** Characters of white space beyond which a value is not laid out: deep and long, it would be mostly that. */
const MOST_SPACE = 32 * 1024 * 1024;

/** Text that is JSON with a line for each part, indented by two spaces for each level; `depth` is the level it begins at. */
export function layOut(text: string, depth = 0, eol = "\n"): string {
  let laid = "";
  let level = depth;
  let space = 0;
  const line = () => eol + "  ".repeat(level);
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    if ((space += 2 * level) > MOST_SPACE) return text;
    const start = at;
    at = endOfToken(text, start);
    const token = text.slice(start, at);
    if (token === "{" || token === "[") {
      const next = skipSpace(text, at);
      if (/[}\]]/.test(text[next] ?? "")) {
        laid += token + text[next]!;
        at = next + 1;
      } else {
        level++;
        laid += token + line();
      }
    } else if (token === "}" || token === "]") {
      level--;
      laid += line() + token;
    } else laid += token === "," ? token + line() : token === ":" ? ": " : token;
  }
  return laid;
}

const WORD = /[^ \t\n\r"{}[\],:]+/y;

/** The end of the token at `at`; of what is no token, all of the rest is one. */
function endOfToken(text: string, at: number): number {
  if ("{}[],:".includes(text[at]!)) return at + 1;
  WORD.lastIndex = at;
  const end = text[at] === '"' ? endOfString(text, at) : WORD.test(text) ? WORD.lastIndex : 0;
  return end > 0 ? end : text.length;
}
