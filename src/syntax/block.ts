/**
 * The block structure of a Markdown text: mdast reduced to what the format needs.
 *
 * Every block carries its span. Text is never copied into the tree: a reader takes
 * it from the source by span, so that what is read is what was typed.
 */
import type { Span } from "../text/edit.ts";

/** A heading; `content` is its text as typed, without markers and outer white space. */
export interface HeadingBlock extends Span {
  readonly type: "heading";
  readonly depth: number;
  readonly setext: boolean;
  readonly content: Span;
  /** The words without markup, where another parser has found some in them. */
  readonly words?: string;
}

/** `bullet` is the marker of the first item without its number: `-`, `*`, `+`, `.` or `)`. */
export interface ListBlock extends Span {
  readonly type: "list";
  readonly ordered: boolean;
  readonly bullet: string;
  readonly children: readonly ListItemBlock[];
}

export interface ListItemBlock extends Span {
  readonly type: "listItem";
  readonly children: readonly Block[];
}

export interface QuoteBlock extends Span {
  readonly type: "blockquote";
  readonly children: readonly Block[];
}

/** Blocks without blocks in them. `closed` is false for a fence or a comment that runs to the end of its container. */
export interface LeafBlock extends Span {
  readonly type: "paragraph" | "code" | "html" | "thematicBreak" | "yaml";
  readonly closed?: boolean;
}

export type Block = HeadingBlock | ListBlock | ListItemBlock | QuoteBlock | LeafBlock;
