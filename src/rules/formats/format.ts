/** What was found, as text: for people, for GitHub and for code scanning. JSON is the result itself. */
import { printable } from "../../base/line.ts";
import { type CheckedFile, countIn } from "../report.ts";
import { formatSarif } from "./sarif.ts";

export const FORMATS = ["pretty", "json", "github", "sarif"] as const;

export type Format = (typeof FORMATS)[number];

/** The findings in one of the formats, without a line break at the end; `fixed` is how many were mended before. */
export function formatFiles(format: Exclude<Format, "json">, files: readonly CheckedFile[], fixed = 0): string {
  switch (format) {
    case "pretty":
      return formatPretty(files, fixed);
    case "github":
      return formatGithub(files);
    case "sarif":
      return formatSarif(files);
  }
}

function formatPretty(files: readonly CheckedFile[], fixed: number): string {
  const lines = files.flatMap(({ path, problems }) =>
    problems.map(({ rule, severity, message, line, column }) =>
      printable(`${path}:${line}:${column} ${severity} ${rule} ${message}`),
    ),
  );
  const { errors, warnings } = countIn(files);
  const summary = `${count(errors, "error")}, ${count(warnings, "warning")}`;
  return [...lines, fixed > 0 ? `${summary}, ${fixed} fixed` : summary].join("\n");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Workflow commands, see "Workflow commands for GitHub Actions": a line of output that begins with `::` is one. */
function formatGithub(files: readonly CheckedFile[]): string {
  return files
    .flatMap(({ path, problems }) =>
      problems.map(({ rule, severity, message, line, column, endLine, endColumn }) => {
        const place = `line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
        return `::${severity === "info" ? "notice" : severity} file=${property(path)},${place},title=${property(rule)}::${data(message)}`;
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
