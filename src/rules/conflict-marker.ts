import { conflictMarkers } from "../document/conflict.ts";
import { quote } from "./quote.ts";
import type { PlainText, Rule } from "./rule.ts";

export const conflictMarker: Rule<PlainText> = {
  id: "conflict-marker",
  severity: "error",
  description: "Git conflicts must be resolved",
  check({ document, report }) {
    for (const span of conflictMarkers(document)) {
      const found = quote(document.text.slice(span.start, span.end));
      report(span, `Unexpected conflict marker ${found}, expected the conflict to be resolved`);
    }
  },
};
