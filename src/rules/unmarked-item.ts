import type { StateDocument } from "../document/state.ts";
import { GLYPHS } from "../document/values.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const unmarkedItem: Rule<StateDocument> = {
  id: "unmarked-item",
  severity: "warning",
  description: "A progress item must start with a marker",
  check({ document, report }) {
    const expected = Object.values(GLYPHS).join(" ");
    for (const { item, reading } of document.progress) {
      if (reading.marked || item.raw === "") continue;
      const found = quote(item.raw);
      report(item.textSpan, `Unexpected progress item ${found} without a marker, expected one of ${expected}`);
    }
  },
};
