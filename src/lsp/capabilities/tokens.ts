/** Colours by meaning: the glyphs of items, and the fields that the format has. */
import { type SemanticTokens, SemanticTokensBuilder } from "vscode-languageserver/node";
import type { ProgressStatus } from "../../document/glyphs.ts";
import { isKnownKey } from "../../rules/known.ts";
import { fieldsIn } from "../../syntax/fields.ts";
import type { Span } from "../../text/edit.ts";
import type { View } from "../view.ts";
import { partsOf } from "./parts.ts";

const TYPES = ["enumMember", "property", "string"] as const;
const MODIFIERS: readonly ProgressStatus[] = ["completed", "in_progress", "pending", "blocked"];

/** What the numbers of tokens stand for. */
export const LEGEND = { tokenTypes: [...TYPES], tokenModifiers: [...MODIFIERS] };

interface Token extends Span {
  readonly type: (typeof TYPES)[number];
  readonly status?: ProgressStatus;
}

export function tokensOf(view: View): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  const tokens = [...glyphs(view), ...fields(view)].sort((one, other) => one.start - other.start);
  let end = 0;
  for (const token of tokens) {
    const range = view.rangeOf(token);
    // A token is of one line, and none is in another.
    if (token.start < end || token.end <= token.start || range.start.line !== range.end.line) continue;
    end = token.end;
    const { line, character } = range.start;
    const modifiers = token.status === undefined ? 0 : 1 << MODIFIERS.indexOf(token.status);
    builder.push(line, character, token.end - token.start, TYPES.indexOf(token.type), modifiers);
  }
  return builder.build();
}

function glyphs({ document }: View): Token[] {
  if (document === undefined) return [];
  return partsOf(document).flatMap(({ items }) =>
    items.flatMap(({ item: { textSpan, raw }, reading: { marked, status, textStart } }): Token[] => {
      const length = raw.slice(0, textStart).trimEnd().length;
      if (!marked || textSpan.start + length > textSpan.end) return [];
      return [{ start: textSpan.start, end: textSpan.start + length, type: "enumMember", status }];
    }),
  );
}

function fields({ document, text }: View): Token[] {
  if (document === undefined) return [];
  const known = document.sections
    .flatMap(({ blocks }) => fieldsIn(blocks, text))
    .filter(({ key }) => isKnownKey(document.kind, key));
  return known.flatMap(({ start, valueSpan }): Token[] => {
    const label = text.slice(start, valueSpan.start).trimEnd().replace(/`$/, "").trimEnd();
    return [
      { start, end: start + label.length, type: "property" },
      { ...valueSpan, type: "string" },
    ];
  });
}
