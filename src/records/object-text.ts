/**
 * Records as text.
 *
 * They belong to other programs too, and what `JSON.parse` and `JSON.stringify` make
 * of theirs is not what they wrote. So values are kept as the text they are, and only
 * what a change concerns is ever read as a value.
 */
import { type Member, memberOf } from "../json/members.ts";
import { type JsonFault, scanJson } from "../json/scan.ts";
import { PYTHON, skipSpace } from "../json/token.ts";
import { placeIn } from "../text/lines.ts";

/** The parts of one object. */
export interface ObjectText {
  readonly kind: "object";
  readonly members: readonly Member[];
  readonly eol: "\n" | "\r\n";
  /** What stands before the object and behind it: white space. */
  readonly before: string;
  readonly after: string;
  /** Whether the layout is two spaces for each level, as `json.dump(…, indent=2)` writes it. */
  readonly canonical: boolean;
}

/** Text that is no JSON object: where that shows, and what was found. */
export interface ObjectFault {
  readonly kind: "fault";
  readonly offset: number;
  readonly reason: string;
}

/** Reads the text of one JSON object, as Python writes it, into its members. */
export function readObjectText(text: string): ObjectText | ObjectFault {
  const start = skipSpace(text, 0);
  if (text[start] !== "{") {
    return { kind: "fault", offset: start, reason: text.length === start ? "it is empty" : "it is no JSON object" };
  }
  const eol = /\r?\n/.exec(text.slice(0, 4096))?.[0] === "\r\n" ? "\r\n" : "\n";
  const json = scanJson(text, PYTHON, { levels: 1, eol });
  if (json.kind === "fault") return { kind: "fault", offset: json.within ?? json.offset, reason: reasonOf(json, text) };
  const { root, canonical } = json;
  const members = root.kind === "object" ? root.members.map(memberOf) : [];
  return { kind: "object", members, eol, before: text.slice(0, start), after: text.slice(root.end), canonical };
}

/** A fault as a sentence with its line and column. */
export function sentenceOf({ offset, reason }: ObjectFault, text: string): string {
  return `${reason} at ${placeIn(text, offset)}`;
}

function reasonOf({ reason, expected, within }: JsonFault, text: string): string {
  if (within === text.length) return "it ends too soon";
  if (within !== undefined) return text[within] === "\\" ? "an unknown escape" : "a control character in a text";
  if (expected === "key" || expected === "colon") return `a ${expected} is missing`;
  return expected === undefined ? reason : "unexpected text";
}
