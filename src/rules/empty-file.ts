import { FILE_START } from "./places.ts";
import type { Rule } from "./rule.ts";

export const emptyFile: Rule = {
  id: "empty-file",
  severity: "error",
  description: "A document must have content",
  check({ document, report }) {
    if (document.text.trim() !== "") return;
    const start = document.kind === "state" ? "# Session State" : "# Issue #N: title";
    report(FILE_START, `Unexpected empty file, expected it to start with \`${start}\``);
  },
};
