/** `gate check`: see `gate/documents/check.ts`; the formats are in `rules/formats`. */
import { GateError } from "../../base/errors.ts";
import { type CheckResult, check as checkDocuments } from "../../gate/documents/check.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { FORMATS, type Format, formatFiles } from "../../rules/formats/format.ts";
import { type Answer, type Call, command } from "../command.ts";
import type { Style } from "../style.ts";

export const check = command({
  description:
    "Validates the documents of the state tree, or those named. Exits with 1 where there are errors. --fix mends " +
    "what can be mended without losing anything.",
  examples: [
    ["gate check", "all documents of the project"],
    ["gate check --fix --dry-run", "see what --fix would change"],
    ["gate check .claude/work/1234.md", "one document"],
    ["gate check --format github", "annotations in a workflow of GitHub Actions"],
  ],
  arguments: { words: { name: "[path...]", about: "documents, relative to the current folder or to the project" } },
  options: {
    fix: { flag: "--fix", about: "mend what can be mended without losing anything" },
    cache: { flag: "--no-cache", about: "read every document, also those that were checked before and are unchanged" },
    format: { flag: "--format <name>", about: "how to print what is found", choices: FORMATS },
  },
  async run(call, { words, fix, cache, format }) {
    const chosen = chooseFormat(call, format);
    const gate = call.openGate();
    const paths = words.map((path) => documentAt(gate, call.io.cwd, path));
    const result = await checkDocuments(gate, { paths, fix, cache }, call.write);
    const exitCode = result.errors > 0 ? 1 : 0;
    return { ...answerOf(call, result, chosen, fix), exitCode };
  },
});

function chooseFormat({ flags }: Call, format: Format | undefined): Format {
  if (!flags.json) return format ?? "pretty";
  if (format === undefined || format === "json") return "json";
  throw new GateError("INVALID_ARGUMENT", `Cannot print ${format} with --json: they are two formats`, {
    hint: "Leave one of the two away.",
  });
}

function answerOf({ flags }: Call, { written, ...result }: CheckResult, format: Format, fix: boolean): Answer {
  const { files, fixed } = result;
  const changes = fix ? { changes: { written, moved: [] } } : {};
  if (format === "json") return { result, text: () => "", json: true, ...changes };
  if (format !== "pretty") return { verbatim: lines(formatFiles(format, files, fixed)) };
  if (flags.quiet) {
    const errors = files.map((file) => ({ ...file, problems: file.problems.filter(isError) }));
    const withoutSum = formatFiles(format, errors).split("\n").slice(0, -1);
    return { verbatim: lines(withoutSum.join("\n")) };
  }
  return { result, text: (style) => paint(formatFiles(format, files, fixed), style), ...changes };
}

function isError({ severity }: CheckResult["files"][number]["problems"][number]): boolean {
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
