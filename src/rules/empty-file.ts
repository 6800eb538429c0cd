import type { Rule } from "./rule.ts";

export const emptyFile: Rule = {
  id: "empty-file",
  severity: "error",
  description: "A document must have content",
  check({ document, text, report }) {
    if (text.trim() !== "") return;
    const start = document.kind === "state" ? "# Session State" : "# Issue #N: title";
    report({ start: 0, end: 0, message: `Unexpected empty file, expected it to start with \`${start}\`` });
  },
};
