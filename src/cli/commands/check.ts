/** `gate check`: see `gate/check.ts`; the formats are in `rules/format.ts`. */
import { GateError } from "../../base/errors.ts";
import { type CheckResult, check as checkDocuments } from "../../gate/check.ts";
import { type Gate, STATE_PATH } from "../../gate/gate.ts";
import { readState, readWork } from "../../gate/read.ts";
import { FORMATS, type Format, formatReports } from "../../rules/format.ts";
import type { Report } from "../../rules/report.ts";
import type { Answer, Call, DefinedCommand } from "../command.ts";
import { documentAt } from "../documents.ts";
import { optionsOf } from "../options.ts";
import type { Style } from "../style.ts";

export const check: DefinedCommand = {
  description:
    "Validates the documents of the state tree, or those named. Exits with 1 where there are errors. --fix mends " +
    "what can be mended without losing anything.",
  examples: [
    ["gate check", "all documents of the project"],
    ["gate check --fix --dry-run", "see what --fix would change"],
    ["gate check .claude/work/1234.md", "one document"],
    ["gate check --format github", "annotations in a workflow of GitHub Actions"],
  ],
  define(command) {
    command
      .argument("[path...]", "documents, relative to the current folder or to the project")
      .option("--fix", "mend what can be mended without losing anything")
      .addOption(command.createOption("--format <name>", "how to print what is found").choices(FORMATS));
    return async (call) => {
      const { fix = false, format } = optionsOf<{ fix?: boolean; format?: Format }>(command, "fix", "format");
      const chosen = chooseFormat(call, format);
      const gate = call.openGate();
      const paths = command.args.map((path) => documentAt(gate, call.io.cwd, path));
      const result = await checkDocuments(gate, { paths, fix }, call.write);
      const exitCode = result.errors > 0 ? 1 : 0;
      return { ...(await answerOf(call, gate, result, chosen, fix)), exitCode };
    };
  },
};

function chooseFormat({ flags }: Call, format: Format | undefined): Format {
  if (!flags.json) return format ?? "pretty";
  if (format === undefined || format === "json") return "json";
  throw new GateError("INVALID_ARGUMENT", `Cannot print ${format} with --json: they are two formats`, {
    hint: "Leave one of the two away.",
  });
}

async function answerOf(call: Call, gate: Gate, checked: CheckResult, format: Format, fix: boolean): Promise<Answer> {
  const { written, ...result } = checked;
  const changes = fix ? { changes: { written, moved: [] } } : {};
  if (format === "json") return { result, text: () => "", json: true, ...changes };
  const reports = await reportsOf(gate, checked);
  const { fixed } = checked;
  if (format !== "pretty") return { verbatim: lines(formatReports(format, reports, fixed)) };
  if (call.flags.quiet) {
    const errors = reports.map((report) => ({ ...report, diagnostics: report.diagnostics.filter(isError) }));
    return { verbatim: checked.errors > 0 ? lines(formatReports(format, errors, fixed)) : "" };
  }
  return { result, text: (style) => paint(formatReports(format, reports, fixed), style), ...changes };
}

/** The formats count in offsets, so documents with problems are read once more; most have none. */
async function reportsOf(gate: Gate, { files }: CheckResult): Promise<readonly Report[]> {
  const reports: Report[] = [];
  for (const { path, problems } of files) {
    const snapshot =
      problems.length === 0 ? undefined : await (path === STATE_PATH ? readState(gate) : readWork(gate, path));
    reports.push({ path, text: snapshot?.document?.text ?? "", diagnostics: snapshot?.diagnostics ?? [] });
  }
  return reports;
}

function isError({ severity }: Report["diagnostics"][number]): boolean {
  return severity === "error";
}

function lines(text: string): string {
  return text === "" ? "" : `${text}\n`;
}

function paint(text: string, { bold, red, yellow }: Style): string {
  return text.replace(/^(.*?:\d+:\d+) (error|warning) /gm, (_, place: string, severity: string) => {
    return `${bold(place)} ${(severity === "error" ? red : yellow)(severity)} `;
  });
}
