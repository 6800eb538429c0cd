import type { StateDocument } from "../document/state.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

const PERCENTAGE = /(?<!\\)\((\d{1,9})%(?:\s{1,9}(?:done|complete|completed))?\)$/;
// Longer than any of these; searching only there keeps a long line cheap.
const TAIL = 40;

export const invalidPercentage: Rule<StateDocument> = {
  id: "invalid-percentage",
  severity: "warning",
  description: "A percentage must be from 0 to 100",
  check({ document, report }) {
    for (const { item } of document.progress) {
      const found = PERCENTAGE.exec(item.raw.slice(-TAIL));
      if (!found || Number(found[1]) <= 100) continue;
      report(item.textSpan, `Unexpected percentage ${quote(`${found[1]}%`)}, expected 0 to 100`);
    }
  },
};
