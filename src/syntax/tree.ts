/**
 * mdast over the blocks of the scanner.
 *
 * The tree is the one that remark-parse and remark-frontmatter give, but that a heading
 * or a paragraph holds one text, as with phrasing switched off. Nodes know where they
 * begin and end; places in lines and columns, values and children are made when
 * somebody asks for them: with all places made at once, 1 MiB of headings took 13 s
 * instead of 2.
 */
import type { Root } from "mdast";
import type { Span } from "../text/edit.ts";
import { indexLines, type LineIndex } from "../text/lines.ts";
import type { Block, HeadingBlock, LeafBlock, ListBlock, ListItemBlock } from "./block.ts";
import { type Definition, divideLeaf } from "./definition.ts";
import { decodeText, type NamedCharacter } from "./escape.ts";
import type { Leaf } from "./leaf-lines.ts";
import { codeValue, columnOf, fenceInfo, htmlValue, phrasingValue, yamlValue } from "./leaf-value.ts";
import { type Scanned, scan } from "./scan.ts";
import { beforeSpace } from "./scan-line.ts";

/** A place in a text: line and column from 1, the column and the offset in UTF-16 units. */
interface Point {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** How a text is parsed. */
export interface ParseOptions {
  /** Resolves the name of a character reference, such as `copy`; without it those of XML are known, and `nbsp`. */
  readonly named?: NamedCharacter;
}

/** Parses any text to a tree of blocks, in linear time. There is no invalid Markdown, so this never throws. */
export function parseMarkdown(text: string, { named }: ParseOptions = {}): Root {
  const { blocks, inner } = scan(text);
  const source = new TreeText(text, named, inner);
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const node = new Parent("root", { start, end: text.length }, source, () => nodesOf(blocks, source));
  // unified takes nothing but a plain object for the root of a tree.
  const root = {
    type: "root",
    get children() {
      return node.children;
    },
    set children(children) {
      node.children = children;
    },
    get position() {
      return node.position;
    },
  };
  untouched.set(root, (wanted) => (node.isMade || wanted !== text ? undefined : blocks));
  return root as unknown as Root;
}

/** The blocks of trees whose nodes nobody has asked for. */
const untouched = new WeakMap<object, (text: string) => readonly Block[] | undefined>();

/**
 * The blocks that a tree was made over, if it is of this very text; `undefined` for
 * another one, and once anybody was given its nodes, who may have changed them.
 */
export function blocksUnder(tree: Root, text: string): readonly Block[] | undefined {
  return untouched.get(tree)?.(text);
}

/** The text of a tree, and the way from an offset to a place in it. */
class TreeText {
  readonly text: string;
  readonly named: NamedCharacter | undefined;
  readonly #inner: Scanned["inner"];
  #lines: LineIndex | undefined;

  constructor(text: string, named: NamedCharacter | undefined, inner: Scanned["inner"]) {
    this.text = text;
    this.named = named;
    this.#inner = inner;
  }

  leafOf(block: Block): Leaf {
    return { start: block.start, end: block.end, lines: this.#inner.get(block) };
  }

  decode(raw: string): string {
    return decodeText(raw, this.named).replaceAll("\0", "\ufffd");
  }

  pointAt(offset: number): Point {
    // mdast does not count a byte order mark.
    const mark = this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.#lines ??= indexLines(mark === 0 ? this.text : this.text.slice(1));
    return { ...this.#lines.positionAt(offset - mark), offset: offset - mark };
  }
}

class TreeNode {
  readonly type: string;
  readonly #span: Span;
  readonly #source: TreeText;

  constructor(type: string, span: Span, source: TreeText) {
    this.type = type;
    this.#span = span;
    this.#source = source;
  }

  get position(): { start: Point; end: Point } {
    return { start: this.#source.pointAt(this.#span.start), end: this.#source.pointAt(this.#span.end) };
  }

  /** All that the node has, for JSON. */
  toJSON(): object {
    return { ...this, position: this.position };
  }
}

class Literal extends TreeNode {
  readonly #make: () => string;
  #value: string | undefined;

  constructor(type: string, span: Span, source: TreeText, make: () => string) {
    super(type, span, source);
    this.#make = make;
  }

  get value(): string {
    return (this.#value ??= this.#make().replaceAll("\0", "\ufffd"));
  }

  set value(value: string) {
    this.#value = value;
  }

  override toJSON(): object {
    return { ...this, value: this.value, position: this.position };
  }
}

class Parent extends TreeNode {
  readonly #make: () => TreeNode[];
  #children: TreeNode[] | undefined;

  constructor(type: string, span: Span, source: TreeText, make: () => TreeNode[]) {
    super(type, span, source);
    this.#make = make;
  }

  get children(): TreeNode[] {
    return (this.#children ??= this.#make());
  }

  set children(children: TreeNode[]) {
    this.#children = children;
  }

  get isMade(): boolean {
    return this.#children !== undefined;
  }

  override toJSON(): object {
    return { ...this, children: this.children, position: this.position };
  }
}

function nodesOf(blocks: readonly Block[], source: TreeText): TreeNode[] {
  return blocks.flatMap((block) => {
    if (block.type === "paragraph") return paragraphOf(block, source);
    return block.type === "heading" ? headingOf(block, source) : [nodeOf(block, source)];
  });
}

function nodeOf(block: Block, source: TreeText): TreeNode {
  const { text } = source;
  switch (block.type) {
    case "list":
      return listOf(block, source);
    case "blockquote":
      return new Parent("blockquote", block, source, () => nodesOf(block.children, source));
    case "code":
      return codeOf(block, source);
    case "html":
      return new Literal("html", block, source, () => htmlValue(source.leafOf(block), text));
    case "yaml":
      return new Literal("yaml", block, source, () => yamlValue(block, text));
    default:
      return new TreeNode(block.type, block, source);
  }
}

/** A heading with the definitions before its text. */
function headingOf(block: HeadingBlock, source: TreeText): TreeNode[] {
  const { content, depth, setext } = block;
  const whole = { ...source.leafOf(block), end: content.end };
  const { definitions, rest = content } = setext ? divideLeaf(whole, source.text) : { definitions: [] };
  const heading = new Parent("heading", block, source, () => textsOf(setext ? rest : content, source));
  return [...definitions.map((each) => definitionOf(each, source)), Object.assign(heading, { depth })];
}

/** A paragraph with the definitions before it, or instead of it. */
function paragraphOf(block: LeafBlock, source: TreeText): TreeNode[] {
  const { definitions, rest } = divideLeaf(source.leafOf(block), source.text);
  const nodes: TreeNode[] = definitions.map((each) => definitionOf(each, source));
  if (rest) nodes.push(new Parent("paragraph", rest, source, () => textsOf(rest, source)));
  return nodes;
}

function textsOf(leaf: Leaf, source: TreeText): TreeNode[] {
  if (leaf.start === leaf.end) return [];
  const { text } = source;
  const { start } = leaf;
  const span = { start, end: beforeSpace(text, start, leaf.end) };
  return [new Literal("text", span, source, () => source.decode(phrasingValue(leaf, text)))];
}

function definitionOf({ start, end, label, url, title }: Definition, source: TreeText): TreeNode {
  const [about, to, words] = [label, url, title].map((each) => (each === undefined ? null : source.decode(each)));
  const identifier = label
    .replace(/[\t\n\r ]+/g, " ")
    .trim()
    .toLowerCase()
    .toUpperCase()
    .toLowerCase();
  const node = new TreeNode("definition", { start, end }, source);
  return Object.assign(node, { identifier, label: about, url: to, title: words });
}

function codeOf(block: LeafBlock, source: TreeText): TreeNode {
  const node = new Literal("code", block, source, () => codeValue(source.leafOf(block), block.closed, source.text));
  const [lang, meta] = block.closed === undefined ? [] : fenceInfo(block, source.text);
  const [first, rest] = [lang, meta].map((word) => (word ? source.decode(word) : null));
  return Object.assign(node, { lang: first, meta: rest });
}

function listOf(block: ListBlock, source: TreeText): TreeNode {
  const { children, ordered } = block;
  const start = ordered ? Number.parseInt(source.text.slice(block.start, block.start + 10), 10) : null;
  const node = new Parent("list", block, source, () =>
    children.map((item, index) => itemOf(item, children[index + 1], source)),
  );
  return Object.assign(node, { ordered, start, spread: isSpread(children, source.text) });
}

function itemOf(block: ListItemBlock, next: ListItemBlock | undefined, source: TreeText): TreeNode {
  const { start, children } = block;
  const span = { start, end: endOfItem(block, next, source.text) };
  const node = new Parent("listItem", span, source, () => nodesOf(children, source));
  return Object.assign(node, { spread: isSpread(children, source.text), checked: null });
}

const MARKER = /(?:\d{1,9}[.)]|[-+*])([\t ]*)/y;
/** Columns of white space behind a marker that belong to it; of more one does. */
const MOST_SPACE = 4;

/** mdast lets an item that ends with an open fence or comment end behind the marker of the next one. */
function endOfItem({ end }: ListItemBlock, next: ListItemBlock | undefined, text: string): number {
  if (!next || /[^\s>]/.test(text.slice(end, next.start)) || !/[\n\r]/.test(text[end - 1]!)) return end;
  MARKER.lastIndex = next.start;
  const [prefix, space = ""] = MARKER.exec(text)!;
  const after = next.start + prefix.length;
  const marker = after - space.length;
  if (/[\n\r]/.test(text[after] ?? "\n")) return marker;
  return columnOf(text, after) - columnOf(text, marker) > MOST_SPACE ? marker + 1 : after;
}

/** Whether a blank line stands between two of them. */
function isSpread(blocks: readonly Span[], text: string): boolean {
  return blocks.some(({ start }, index) => {
    const before = blocks[index - 1];
    return before !== undefined && (text.slice(before.end, start).match(/\r\n|\n|\r/g)?.length ?? 0) > 1;
  });
}
