import type { Rule } from "./rule.ts";

export const nulByte: Rule = {
  id: "nul-byte",
  severity: "error",
  description: "A document must not hold NUL bytes",
  check({ text, report }) {
    const start = text.indexOf("\0");
    if (start === -1) return;
    report({ start, end: start + 1, message: "Unexpected NUL byte, expected text" });
  },
};
