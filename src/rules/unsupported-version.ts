import { newerVersion, SCHEMA_VERSION } from "../document/document.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

export const unsupportedVersion: Rule = {
  id: "unsupported-version",
  severity: "error",
  description: "The schema version must be one that this program knows",
  check({ document, report }) {
    const newer = newerVersion(document);
    if (!newer) return;
    const found = quote(String(newer.version));
    const expected = `expected at most \`${SCHEMA_VERSION}\`; update this program`;
    report(newer.span, `Unexpected \`schema_version\` ${found}, ${expected}`);
  },
};
