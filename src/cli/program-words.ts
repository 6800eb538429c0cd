/** A program with its arguments in one text, run without a shell: quotes and backslashes are all that is understood. */
import { isAbsolute, resolve } from "node:path";
import { GateError } from "../base/errors.ts";
import { findProgram } from "../files/guard/program.ts";

/** Where such a text is given, and one that would do. */
export interface ProgramSetting {
  /** `--notify`, `$EDITOR`. */
  readonly name: string;
  readonly example: string;
}

/** The file of the program and its arguments. `INVALID_ARGUMENT` for what are no words, `NOT_FOUND` without such a program. */
export function programOf(
  text: string,
  setting: ProgramSetting,
  { cwd, path }: { readonly cwd: string; readonly path: string | undefined },
): readonly [file: string, ...args: string[]] {
  const [name = "", ...args] = splitWords(text, setting);
  if (isAbsolute(name) || /[/\\]/.test(name)) return [resolve(cwd, name), ...args];
  const found = findProgram(name, path);
  if (found !== undefined) return [found, ...args];
  throw new GateError(
    "NOT_FOUND",
    `Cannot use ${setting.name}: there is no program ${JSON.stringify(name)} on the PATH`,
    {
      hint: "Give its path. It is run without a shell, so functions and aliases are not known.",
    },
  );
}

/**
 * Words are parted by spaces. Single quotes keep everything, double quotes all but
 * backslashes before a quote or backslash; outside of quotes a backslash keeps the
 * next character. Variables, patterns, pipes and `~` are text. `INVALID_ARGUMENT`
 * for a quote that does not end, and for no words.
 */
export function splitWords(text: string, { name, example }: ProgramSetting): string[] {
  const words = [...text.matchAll(/(?:'[^']*'|"(?:\\["\\]|[^"])*?"|\\.|[^\s'"\\])+/gsu)].map(([word]) => word);
  const read = words.map((word) =>
    word.replace(
      /'([^']*)'|"((?:\\["\\]|[^"])*?)"|\\(.)/gsu,
      (_all, single?: string, double?: string, escaped?: string) => {
        return single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? "";
      },
    ),
  );
  // What no word took is a quote without its end, or a backslash with nothing behind it.
  const left = words.reduce((rest, word) => rest.replace(word, () => ""), text).trim();
  if (left !== "" || read.length === 0 || read[0] === "") {
    const reason = left !== "" ? "a quote does not end" : "it is empty";
    throw new GateError("INVALID_ARGUMENT", `Cannot use ${name} ${JSON.stringify(text)}: ${reason}`, {
      hint: `Give a program with its arguments, for example ${example}.`,
    });
  }
  return read;
}
