/** Diagnostics as SARIF 2.1.0, the format of code scanning. */
import { toJson } from "../../json/to-json.ts";
import { RULE_DESCRIPTIONS } from "../index.ts";
import type { CheckedFile, Problem } from "../report.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const RULES = [...RULE_DESCRIPTIONS].map(([id, text]) => ({ id, shortDescription: { text } }));
const RULE_INDEX = new Map(RULES.map(({ id }, index) => [id, index]));

/** One run over all files; it describes every rule, so that a finding that is gone counts as mended. */
export function formatSarif(files: readonly CheckedFile[]): string {
  return toJson({
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "state-gatekeeper", rules: RULES } },
        columnKind: "utf16CodeUnits",
        results: files.flatMap(({ path, problems }) => problems.map((problem) => resultOf(path, problem))),
      },
    ],
  });
}

function resultOf(path: string, { rule, severity, message, line, column, endLine, endColumn }: Problem): object {
  return {
    ruleId: rule,
    ruleIndex: RULE_INDEX.get(rule),
    level: severity === "info" ? "note" : severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path) },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
  };
}

/** A relative reference: a colon in its first segment would read as a scheme. */
function uriOf(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}
