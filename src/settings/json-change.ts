/**
 * Changes to settings: a value added, a value taken out again.
 *
 * Invariant: taking out what was added gives the text as it was, to the byte. That
 * needs to be seen from the text alone, because settings are shared between machines:
 * what is added to a container that was there and empty stands directly behind its
 * bracket; in a container made for it there is white space first. So the one stays
 * when it is empty again, and the other goes.
 */
import { isSameValue } from "../base/same.ts";
import type { JsonNode } from "../json/scan.ts";
import { COMMENTED, skipSpace } from "../json/token.ts";
import type { Span } from "../text/edit.ts";
import { nodeAt, type Path, parseTree, plainValue } from "./json-tree.ts";

/** Settings in which something else stands where a list or an object is expected, or that cannot be read. */
export class UnfitSettings extends Error {
  override readonly name = "UnfitSettings";
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

/** The text with `value` in it: as the member at the end of `path`, or with `item` behind the items of the list there. */
export function addValue(text: string, path: Path, value: unknown, as: "member" | "item"): string {
  const root = rootOf(text);
  let depth = 0;
  while (depth < path.length && nodeAt(root, path.slice(0, depth + 1))) depth++;
  const container = nodeAt(root, path.slice(0, depth))!;
  if (depth === path.length) {
    if (as === "member") return replaceValue(text, container, value, depth);
    requireKind(container, "array");
    return insert(text, container, { value, depth: depth + 1 });
  }
  requireKind(container, "object");
  const wrapped = path
    .slice(depth + 1)
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), as === "item" ? [value] : value);
  return insert(text, container, { key: String(path[depth]), value: wrapped, depth: depth + 1 });
}

/** The text without the member or item at the end of `path`, and without the containers made for it; `undefined` where nothing is left of it. */
export function removeValue(text: string, path: Path): string | undefined {
  const root = rootOf(text);
  for (let length = path.length; length > 0; length--) {
    const container = nodeAt(root, path.slice(0, length - 1))!;
    const parts = partsOf(container);
    const wasMade = parts.length === 1 && /\s/.test(text[container.start + 1]!);
    if (!wasMade) return cut(text, container, indexOf(container, path[length - 1]!));
  }
  return undefined;
}

/** Reads settings whose root is an object; throws `UnfitSettings` for anything else. */
export function rootOf(text: string): JsonNode & { readonly kind: "object" } {
  const root = parseTree(text);
  if (root.kind === "fault") throw new UnfitSettings(root.offset, root.reason);
  requireKind(root, "object");
  return root;
}

function requireKind<K extends JsonNode["kind"]>(node: JsonNode, kind: K): asserts node is JsonNode & { kind: K } {
  if (node.kind === kind) return;
  throw new UnfitSettings(node.start, kind === "array" ? "a list is expected" : "an object is expected");
}

/** The members of an object, each from its key on, or the items of a list. */
function partsOf(container: JsonNode): readonly Span[] {
  if (container.kind === "object") return container.members.map(({ start, value: { end } }) => ({ start, end }));
  return container.kind === "array" ? container.items : [];
}

function indexOf(container: JsonNode, step: string | number): number {
  if (typeof step === "number" || container.kind !== "object") return Number(step);
  return container.members.findLastIndex(({ key }) => key === step);
}

function replaceValue(text: string, node: JsonNode, value: unknown, depth: number): string {
  if (isSameValue(plainValue(node), value)) return text;
  return text.slice(0, node.start) + print(value, depth, layoutOf(text)) + text.slice(node.end);
}

interface Layout {
  readonly eol: string;
  readonly indent: string;
  /** Whether all of it is on one line. */
  readonly flat: boolean;
}

function layoutOf(text: string): Layout {
  const root = rootOf(text);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const first = root.members[0];
  const indent = first && /(?:^|\n)([ \t]+)$/.exec(text.slice(root.start + 1, first.start))?.[1];
  const flat = first !== undefined && !text.slice(root.start, root.end).includes("\n");
  return { eol, indent: indent ?? "  ", flat };
}

function print(value: unknown, depth: number, { eol, indent, flat }: Layout): string {
  if (flat) return JSON.stringify(value, null, 1).replace(/\n */g, " ");
  return JSON.stringify(value, null, indent).replaceAll("\n", eol + indent.repeat(depth));
}

interface Insertion {
  /** Of a member of an object. */
  readonly key?: string;
  readonly value: unknown;
  readonly depth: number;
}

function insert(text: string, container: JsonNode, { key, value, depth }: Insertion): string {
  const layout = layoutOf(text);
  const label = key === undefined ? "" : `${JSON.stringify(key)}: `;
  const part = label + print(value, depth, layout);
  const last = partsOf(container).at(-1);
  if (!last) return text.slice(0, container.start + 1) + part + text.slice(container.start + 1);
  const isOnOneLine = !/\n/.test(text.slice(container.start, last.start));
  const line = isOnOneLine ? " " : layout.eol + layout.indent.repeat(depth);
  const comma = skipSpace(text, last.end, COMMENTED.space);
  const isTrailing = text[comma] === ",";
  // A remark at the end of the last part's line stays there.
  const from = isTrailing ? comma + 1 : last.end;
  const place = from + (REMARK.exec(text.slice(from))?.[0].length ?? 0);
  if (isTrailing) return `${text.slice(0, place)}${line}${part},${text.slice(place)}`;
  return `${text.slice(0, last.end)},${text.slice(last.end, place)}${line}${part}${text.slice(place)}`;
}

const REMARK = /^(?:[ \t]*(?:\/\*[^\r\n]*?\*\/|\/\/[^\r\n]*))+(?=[ \t]*[\r\n])/;

function cut(text: string, container: JsonNode, index: number): string {
  const parts = partsOf(container);
  const part = parts[index]!;
  const next = parts[index + 1];
  const before = parts[index - 1];
  const comma = skipSpace(text, part.end, COMMENTED.space);
  if (next) {
    const rest = text.slice(comma + 1).replace(/^[ \t\r\n]+/, "");
    return text.slice(0, part.start) + text.slice(part.end, comma) + rest;
  }
  const isTrailing = text[comma] === ",";
  const end = isTrailing ? comma + 1 : part.end;
  let start = part.start;
  while (/[ \t\r\n]/.test(text[start - 1]!)) start--;
  if (!before || isTrailing) return text.slice(0, start) + text.slice(end);
  const own = skipSpace(text, before.end, COMMENTED.space);
  return text.slice(0, own) + text.slice(own + 1, Math.max(start, own + 1)) + text.slice(end);
}
