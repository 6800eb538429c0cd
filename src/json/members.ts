/** The parts of JSON text as texts, in their order, with the digits and the space they have there. */
import { type JsonMember, type JsonNode, scanJson } from "./scan.ts";
import { type Dialect, STRICT } from "./token.ts";

/** One key of an object with the text of its value. */
export interface Member {
  readonly key: string;
  /** The key as it is written, with its quotes. */
  readonly rawKey: string;
  readonly raw: string;
}

/** The members of an object; `undefined` where the text is none. */
export function membersOf(text: string, dialect: Dialect = STRICT): readonly Member[] | undefined {
  const json = scanJson(text, dialect, { levels: 1 });
  if (json.kind === "fault" || json.root.kind !== "object") return undefined;
  return json.root.members.map(memberOf);
}

/** A member that was scanned, as text. */
export function memberOf({ key, rawKey, value }: JsonMember): Member {
  return { key, rawKey, raw: value.raw };
}

/** The items of a list; `undefined` where the text is none. */
export function itemsOf(text: string, dialect: Dialect = STRICT): readonly string[] | undefined {
  const json = scanJson(text, dialect, { levels: 1 });
  if (json.kind === "fault" || json.root.kind !== "array") return undefined;
  return json.root.items.map(({ raw }) => raw);
}

/** The value of a key of an object that was scanned with its members. */
export function valueUnder(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === "object" ? node.members.findLast((member) => member.key === key)?.value : undefined;
}

/** The texts of values by key; of a key that is given twice the last one counts, as `JSON.parse` has it. */
export function byKey(members: readonly Member[]): Map<string, string> {
  return new Map(members.map(({ key, raw }) => [key, raw]));
}
