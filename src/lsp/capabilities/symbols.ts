/** The outline of a document: its sections below each other, and their items. */
import { type DocumentSymbol, type SymbolInformation, SymbolKind } from "vscode-languageserver/node";
import { printable } from "../../base/line.ts";
import { decodeText } from "../../syntax/escape.ts";
import type { View } from "../view.ts";
import { type Part, partsOf, type ReadItem } from "./parts.ts";

/** Characters of a name; a list of symbols is narrow. */
const LONGEST = 200;

/** The symbols of a document. */
export function symbolsOf(view: View): DocumentSymbol[] {
  if (view.document === undefined) return [];
  const roots: DocumentSymbol[] = [];
  const around: { readonly depth: number; readonly children: DocumentSymbol[] }[] = [];
  for (const part of partsOf(view.document)) {
    const { depth } = part.section;
    while (around.length > 0 && around.at(-1)!.depth >= depth) around.pop();
    const children = part.items.map((item) => symbolOfItem(view, item));
    const symbol = { ...symbolOfSection(view, part), children };
    (around.at(-1)?.children ?? roots).push(symbol);
    around.push({ depth, children });
  }
  return roots;
}

/** The same as a list, for clients that do not show them below each other. */
export function flatSymbolsOf(view: View): SymbolInformation[] {
  const flatten = (symbols: readonly DocumentSymbol[], containerName?: string): SymbolInformation[] =>
    symbols.flatMap(({ name, kind, range, children = [] }) => [
      { name, kind, location: { uri: view.uri, range }, ...(containerName !== undefined && { containerName }) },
      ...flatten(children, name),
    ]);
  return flatten(symbolsOf(view));
}

function symbolOfSection(view: View, { section, start, end, items }: Part): DocumentSymbol {
  const marked = items.filter(({ reading }) => reading.marked);
  const completed = marked.filter(({ reading }) => reading.status === "completed").length;
  return {
    name: nameOf(decodeText(section.title)),
    ...(marked.length > 0 && { detail: `${completed}/${marked.length}` }),
    kind: SymbolKind.String,
    range: view.rangeOf({ start, end }),
    selectionRange: view.rangeOf(section.heading!.content),
  };
}

function symbolOfItem(view: View, { item, reading }: ReadItem): DocumentSymbol {
  const { marked, status, percentage, text } = reading;
  const detail = percentage === undefined ? status : `${status} ${percentage}%`;
  return {
    name: nameOf(text),
    ...(marked && { detail }),
    kind: SymbolKind.EnumMember,
    range: view.rangeOf(item),
    selectionRange: view.rangeOf(item.textSpan),
  };
}

/** A name is never empty. */
function nameOf(text: string): string {
  return printable(text.trim()).slice(0, LONGEST) || "(empty)";
}
