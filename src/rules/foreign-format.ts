import { isForeign, isForeignWork, looksLike } from "../document/ours.ts";
import { FILE_START } from "./places.ts";
import type { Rule } from "./rule.ts";

/** Another program's notes under the contested name must not be reported as our own file in ruins. */
export const foreignFormat: Rule = {
  id: "foreign-format",
  severity: "error",
  description: "A document must be in the format of the gate",
  check({ document, facts, report }) {
    if (facts.hasHistory) return;
    if (document.kind === "work") {
      if (!isForeignWork(document)) return;
      // Somebody's notes that are called by a number are nobody's fault.
      report(FILE_START, "Unexpected format of another program, expected `# Issue #N: title`", { severity: "warning" });
      return;
    }
    if (!isForeign(document)) return;
    const expected = "expected `## Active Work` or a `schema_version`; `gate init --adopt` takes it over";
    const tool = looksLike(document.text);
    const found = tool === undefined ? "" : ` that looks like ${tool}`;
    report(FILE_START, `Unexpected format of another program${found}, ${expected}`);
  },
};
