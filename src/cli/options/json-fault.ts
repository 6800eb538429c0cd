/**
 * Where JSON text stops being JSON. The messages of `JSON.parse` differ from one
 * release of Node to the next, and some name no place at all.
 */
import { indexLines, type Position } from "../../text/lines.ts";

const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/** The place of the first thing that cannot stand where it stands; the end of the text where that comes too soon. */
export function findJsonFault(text: string): Position {
  return indexLines(text).positionAt(offsetOfFault(text));
}

function offsetOfFault(text: string): number {
  const open: ("[" | "{")[] = [];
  let expected: Expected = "value";
  let at = 0;
  const after = (): Expected => (open.length === 0 ? "nothing" : "comma or end");
  for (;;) {
    at = skip(SPACE, text, at) ?? at;
    const next = text[at];
    if (next === undefined || expected === "nothing") return at;
    if ((next === "]" || next === "}") && expected.endsWith("or end")) {
      if (open.pop() !== (next === "]" ? "[" : "{")) return at;
      at++;
      expected = after();
    } else if (expected === "comma or end") {
      if (next !== ",") return at;
      at++;
      expected = open.at(-1) === "{" ? "key" : "value";
    } else if (expected === "colon") {
      if (next !== ":") return at;
      at++;
      expected = "value";
    } else if (expected.startsWith("value") && (next === "[" || next === "{")) {
      open.push(next);
      at++;
      expected = next === "{" ? "key or end" : "value or end";
    } else {
      const end = expected.startsWith("key") && next !== '"' ? undefined : skip(SCALAR, text, at);
      if (end === undefined) return at;
      expected = expected.startsWith("key") ? "colon" : after();
      at = end;
    }
  }
}

function skip(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
