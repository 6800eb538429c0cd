import type { PlainText, Rule } from "./rule.ts";

export const invalidEncoding: Rule<PlainText> = {
  id: "invalid-encoding",
  severity: "error",
  description: "A document must be valid UTF-8",
  check({ document: { source, text }, report }) {
    const { invalidAt } = source;
    if (invalidAt === undefined) return;
    const start = Math.max(0, text.indexOf("\ufffd"));
    report({ start, end: start + 1 }, `Unexpected bytes at offset ${invalidAt} of the file, expected UTF-8`);
  },
};
