/**
 * Whether an agent loads its settings. People write comments and trailing commas into
 * them; an agent that does not read these drops the file without a word, and with it
 * whatever is entered there.
 */
import { type JsonFault, type JsonNode, scanJson } from "../json/scan.ts";
import { COMMENTED, skipSpace } from "../json/token.ts";
import type { Agent } from "./agents.ts";
import { parseTree } from "./json-tree.ts";

/** The first thing in its settings that an agent does not take, and where; `undefined` where it loads them. */
export function unloadable(
  text: string,
  { title, reads }: Pick<Agent, "title" | "reads">,
): Pick<JsonFault, "offset" | "reason"> | undefined {
  const read = scanJson(text, reads);
  if (read.kind !== "fault") return undefined;
  const tree = parseTree(text);
  // What nobody takes for JSON is wrong in its own way.
  if (tree.kind === "fault") return tree;
  const isComment = text[read.offset] === "/";
  const offset = isComment ? read.offset : commaBefore(text, tree, read.offset);
  const what = isComment ? "comments" : "comma behind the last part";
  return { offset, reason: `${title} reads no ${what}, and would load nothing of this file` };
}

/** The comma behind the last part of the container whose bracket closes at `close`. */
function commaBefore(text: string, node: JsonNode, close: number): number {
  const parts =
    node.kind === "object" ? node.members.map(({ value }) => value) : node.kind === "array" ? node.items : [];
  if (node.end === close + 1) return skipSpace(text, parts.at(-1)!.end, COMMENTED.space);
  return commaBefore(text, parts.find(({ end }) => end > close)!, close);
}
