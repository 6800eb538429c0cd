/** What can be folded: sections, items with lines below them, code, comments and frontmatter. */
import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver/node";
import type { Span } from "../../text/edit.ts";
import type { View } from "../view.ts";
import { partsOf } from "./parts.ts";

export function foldingOf(view: View): FoldingRange[] {
  const { document } = view;
  if (document === undefined) return [];
  const parts = partsOf(document);
  const items = parts.flatMap((part) => part.items.map(({ item }) => item).filter(({ below }) => below.length > 0));
  const comments = document.blocks.filter(({ type }) => type === "html");
  const others = document.blocks.filter(({ type }) => type === "code" || type === "yaml");
  return [
    ...[...parts, ...items, ...others].flatMap((span) => rangeOf(view, span)),
    ...comments.flatMap((span) => rangeOf(view, span, FoldingRangeKind.Comment)),
  ];
}

/** The lines of a span without blank ones at its end; none where there is one line alone. */
function rangeOf(view: View, { start, end }: Span, kind?: FoldingRangeKind): FoldingRange[] {
  const last = start + view.text.slice(start, end).trimEnd().length;
  const range = view.rangeOf({ start, end: last });
  if (range.end.line <= range.start.line) return [];
  return [{ startLine: range.start.line, endLine: range.end.line, ...(kind && { kind }) }];
}
