/** Diagnostics as SARIF 2.1.0, the format of code scanning. */
import { RULE_DESCRIPTIONS } from "./index.ts";
import { type PlacedDiagnostic, placedIn, type Report, toJson } from "./report.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const RULES = [...RULE_DESCRIPTIONS].map(([id, text]) => ({ id, shortDescription: { text } }));
const RULE_INDEX = new Map(RULES.map(({ id }, index) => [id, index]));

/** One run over all reports; it describes every rule, so that a finding that is gone counts as mended. */
export function formatSarif(reports: readonly Report[]): string {
  return toJson({
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "state-gatekeeper", rules: RULES } },
        columnKind: "utf16CodeUnits",
        results: reports.flatMap((report) => placedIn(report).map((placed) => resultOf(report.path, placed))),
      },
    ],
  });
}

function resultOf(path: string, { diagnostic, start, end }: PlacedDiagnostic): object {
  return {
    ruleId: diagnostic.rule,
    ruleIndex: RULE_INDEX.get(diagnostic.rule),
    level: diagnostic.severity,
    message: { text: diagnostic.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path) },
          region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
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
