/** Diagnostics as text: for people, for programs, for GitHub and for code scanning. */
import { printable } from "../base/line.ts";
import { countIn, placedIn, type Report, toJson } from "./report.ts";
import type { Severity } from "./rule.ts";
import { formatSarif } from "./sarif.ts";

export const FORMATS = ["pretty", "json", "github", "sarif"] as const;

export type Format = (typeof FORMATS)[number];

/** The JSON result of `check`, as it goes over the wire. */
export interface CheckResult {
  readonly files: readonly { readonly path: string; readonly problems: readonly Problem[] }[];
  readonly errors: number;
  readonly warnings: number;
  /** How many findings were mended. */
  readonly fixed: number;
}

export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** From 1, as all of these. Columns count UTF-16 units, the end is exclusive. */
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
  readonly fixable: boolean;
}

/** The findings in one of the formats, without a line break at the end; `fixed` is how many were mended before. */
export function formatReports(format: Format, reports: readonly Report[], fixed = 0): string {
  switch (format) {
    case "pretty":
      return formatPretty(reports, fixed);
    case "json":
      return toJson(checkResult(reports, fixed));
    case "github":
      return formatGithub(reports);
    case "sarif":
      return formatSarif(reports);
  }
}

/** The findings as an object for the wire. */
export function checkResult(reports: readonly Report[], fixed = 0): CheckResult {
  return {
    files: reports.map((report) => ({ path: report.path, problems: problemsOf(report) })),
    ...countIn(reports),
    fixed,
  };
}

/** The findings of one document for the wire. */
export function problemsOf(report: Report): readonly Problem[] {
  return placedIn(report).map(({ diagnostic: { rule, severity, message, fix }, start, end }) => ({
    rule,
    severity,
    message,
    line: start.line,
    column: start.column,
    end_line: end.line,
    end_column: end.column,
    fixable: fix !== undefined,
  }));
}

function formatPretty(reports: readonly Report[], fixed: number): string {
  const lines = reports.flatMap((report) =>
    problemsOf(report).map(({ rule, severity, message, line, column }) =>
      printable(`${report.path}:${line}:${column} ${severity} ${rule} ${message}`),
    ),
  );
  const { errors, warnings } = countIn(reports);
  const summary = `${count(errors, "error")}, ${count(warnings, "warning")}`;
  return [...lines, fixed > 0 ? `${summary}, ${fixed} fixed` : summary].join("\n");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Workflow commands, see "Workflow commands for GitHub Actions": a line of output that begins with `::` is one. */
function formatGithub(reports: readonly Report[]): string {
  return reports
    .flatMap((report) =>
      problemsOf(report).map(({ rule, severity, message, line, column, end_line, end_column }) => {
        const place = `line=${line},col=${column},endLine=${end_line},endColumn=${end_column}`;
        return `::${severity} file=${property(report.path)},${place},title=${property(rule)}::${data(message)}`;
      }),
    )
    .join("\n");
}

/** The runner decodes these, and only these. */
function data(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
