import type { PlainText, Rule } from "./rule.ts";

export const nulByte: Rule<PlainText> = {
  id: "nul-byte",
  severity: "error",
  description: "A document must not hold NUL bytes",
  check({ document, report }) {
    const start = document.text.indexOf("\0");
    if (start !== -1) report({ start, end: start + 1 }, "Unexpected NUL byte, expected text");
  },
};
