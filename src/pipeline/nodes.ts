/** Nodes of mdast as the format has them: text with its own way of escaping, fields, lists. */
import type { List, ListItem, Paragraph, PhrasingContent, RootContent, Text } from "mdast";
import { encodeHeading, encodeLine, encodeText } from "../syntax/escape.ts";
import { encodeValue } from "../syntax/fields.ts";

declare module "mdast" {
  interface TextData {
    /** The text as it is written, where plain escaping would not read back as what it is. */
    encoded?: string;
  }
}

/** Text of one line or several; `encoded` is how `printMdast` writes it. */
export function text(value: string, encoded: string = encodeText(value)): Text {
  return { type: "text", value, data: { encoded } };
}

export function heading(depth: 1 | 2 | 3, title: string): RootContent {
  return { type: "heading", depth, children: title === "" ? [] : [text(title, encodeHeading(title))] };
}

/** A paragraph of `**Key:** value` lines. */
export function fields(values: readonly (readonly [key: string, value: string, encoded?: string])[]): Paragraph {
  const children = values.flatMap(([key, value, encoded = encodeValue(value)], index): PhrasingContent[] => [
    ...(index === 0 ? [] : [text("\n", "\n")]),
    { type: "strong", children: [text(`${key}:`)] },
    text(` ${value}`, ` ${encoded}`),
  ]);
  return { type: "paragraph", children };
}

/** Free lines, each of which stays one. */
export function lines(values: readonly string[]): Paragraph {
  return { type: "paragraph", children: [text(values.join("\n"), values.map(encodeLine).join("\n"))] };
}

export function list(items: readonly Text[], ordered = false): List {
  const children = items.map(
    (item): ListItem => ({
      type: "listItem",
      spread: false,
      checked: null,
      children: [{ type: "paragraph", children: [item] }],
    }),
  );
  return { type: "list", ordered, start: ordered ? 1 : null, spread: false, children };
}
