/**
 * Settings as a tree of spans.
 *
 * They belong to people and to other programs: they have comments, trailing commas,
 * and a layout somebody likes. So they are changed as text, and read only to know
 * where to change it. Never throws: text that is no JSON is a fault with its place.
 */
import { valueUnder } from "../json/members.ts";
import { type JsonFault, type JsonNode, scanJson } from "../json/scan.ts";
import { COMMENTED, skipSpace } from "../json/token.ts";

/** Reads one JSON value with comments and trailing commas. */
export function parseTree(text: string): JsonNode | JsonFault {
  if (skipSpace(text, 0, COMMENTED.space) === text.length) return { kind: "fault", offset: 0, reason: "it is empty" };
  const json = scanJson(text, COMMENTED, { levels: COMMENTED.deepest });
  return json.kind === "fault" ? json : json.root;
}

/** What a node says, as a plain value; of a key that is given twice the last one counts. */
export function plainValue(node: JsonNode): unknown {
  if (node.kind === "scalar") return JSON.parse(node.raw) as unknown;
  if (node.kind === "array") return node.items.map(plainValue);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plainValue(value)]));
}

/** A way through a tree: keys of objects and indices of arrays. */
export type Path = readonly (string | number)[];

/** The node at the end of a way; `undefined` where there is none. */
export function nodeAt(root: JsonNode, path: Path): JsonNode | undefined {
  return path.reduce<JsonNode | undefined>((node, step) => {
    if (typeof step === "number") return node?.kind === "array" ? node.items[step] : undefined;
    return node && valueUnder(node, step);
  }, root);
}
