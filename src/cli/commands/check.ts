/** `gate check`: see `gate/check.ts`; the formats are in `rules/format.ts`. */
import { GateError } from "../../base/errors.ts";
import { type CheckResult, check as checkDocuments } from "../../gate/documents/check.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { FORMATS, type Format, formatFiles } from "../../rules/formats/format.ts";
import type { Answer, Call, DefinedCommand } from "../command.ts";
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
      .option("--no-cache", "read every document, also those that were checked before and are unchanged")
      .addOption(command.createOption("--format <name>", "how to print what is found").choices(FORMATS));
    return (call) => {
      const options = optionsOf<Options>(command, "fix", "format", "cache");
      return validate(call, command.args, options);
    };
  },
  plain: (call) => validate(call, [], {}),
};

interface Options {
  readonly fix?: boolean;
  readonly format?: Format;
  readonly cache?: boolean;
}

async function validate(call: Call, words: readonly string[], options: Options): Promise<Answer> {
  const { fix = false, format, cache = true } = options;
  const chosen = chooseFormat(call, format);
  const gate = call.openGate();
  const paths = words.map((path) => documentAt(gate, call.io.cwd, path));
  const result = await checkDocuments(gate, { paths, fix, cache }, call.write);
  const exitCode = result.errors > 0 ? 1 : 0;
  return { ...answerOf(call, result, chosen, fix), exitCode };
}

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
