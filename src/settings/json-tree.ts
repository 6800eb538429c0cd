/**
 * JSON with comments as a tree of spans.
 *
 * Settings belong to people and to other programs: they have comments, trailing
 * commas, and a layout somebody likes. So they are changed as text, and read only
 * to know where to change it. Linear, and never throws: text that is no JSON is a
 * fault with its place.
 */
import type { Span } from "../text/edit.ts";

export interface Member {
  readonly key: string;
  /** Where the key starts, its quote included. */
  readonly start: number;
  readonly value: Node;
}

export type Node =
  | (Span & { readonly kind: "object"; readonly members: readonly Member[] })
  | (Span & { readonly kind: "array"; readonly items: readonly Node[] })
  | (Span & { readonly kind: "scalar"; readonly value: string | number | boolean | null });

export interface Fault {
  readonly kind: "fault";
  readonly offset: number;
  readonly reason: string;
}

const DEEPEST = 100;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const TRIVIA = /(?:[ \t\r\n]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)*/y;

class Stop extends Error {
  readonly fault: Fault;

  constructor(offset: number, reason: string) {
    super(reason);
    this.fault = { kind: "fault", offset, reason };
  }
}

/** Reads one JSON value with comments and trailing commas. */
export function parseTree(text: string): Node | Fault {
  try {
    const start = skipTrivia(text, 0);
    if (start === text.length) return { kind: "fault", offset: 0, reason: "it is empty" };
    const node = readValue(text, start, 0);
    const end = skipTrivia(text, node.end);
    if (end < text.length) throw new Stop(end, "there is text behind the end");
    return node;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return error.fault;
  }
}

function readValue(text: string, at: number, depth: number): Node {
  if (depth > DEEPEST) throw new Stop(at, `it is nested deeper than ${DEEPEST} levels`);
  if (text[at] === "{") return readObject(text, at, depth);
  if (text[at] === "[") return readArray(text, at, depth);
  const raw = match(text[at] === '"' ? STRING : SCALAR, text, at);
  if (raw === "") throw new Stop(at, at >= text.length ? "it ends too soon" : "a value is expected");
  return {
    kind: "scalar",
    start: at,
    end: at + raw.length,
    value: JSON.parse(raw) as string | number | boolean | null,
  };
}

function readObject(text: string, start: number, depth: number): Node {
  const members: Member[] = [];
  const end = readList(text, start, "}", (at) => {
    const raw = match(STRING, text, at);
    if (raw === "") throw new Stop(at, "a key in double quotes is expected");
    const colon = skipTrivia(text, at + raw.length);
    if (text[colon] !== ":") throw new Stop(colon, "a colon is expected");
    const value = readValue(text, skipTrivia(text, colon + 1), depth + 1);
    members.push({ key: JSON.parse(raw) as string, start: at, value });
    return value.end;
  });
  return { kind: "object", start, end, members };
}

function readArray(text: string, start: number, depth: number): Node {
  const items: Node[] = [];
  const end = readList(text, start, "]", (at) => {
    const item = readValue(text, at, depth + 1);
    items.push(item);
    return item.end;
  });
  return { kind: "array", start, end, items };
}

function readList(text: string, start: number, close: string, read: (at: number) => number): number {
  for (let at = skipTrivia(text, start + 1); ; ) {
    if (text[at] === close) return at + 1;
    at = skipTrivia(text, read(at));
    if (text[at] === ",") at = skipTrivia(text, at + 1);
    else if (text[at] !== close) {
      throw new Stop(at, at >= text.length ? "it ends too soon" : `a comma or \`${close}\` is expected`);
    }
  }
}

/** The first offset that is neither white space nor comment. */
export function skipTrivia(text: string, at: number): number {
  return at + match(TRIVIA, text, at).length;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** What a node says, as a plain value; of a key that is there twice the last one counts. */
export function plainValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "array") return node.items.map(plainValue);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plainValue(value)]));
}

/** A way through a tree: keys of objects and indices of arrays. */
export type Path = readonly (string | number)[];

/** The node at the end of a way; `undefined` where there is none. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) {
    if (node?.kind === "array" && typeof step === "number") node = node.items[step];
    else if (node?.kind === "object") node = node.members.findLast(({ key }) => key === step)?.value;
    else return undefined;
  }
  return node;
}
