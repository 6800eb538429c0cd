/** A command as one text into its words, without a shell: quotes and backslashes are all that is understood. */
import { GateError } from "../../base/errors.ts";

/**
 * Words are parted by spaces. Single quotes keep everything, double quotes all but
 * backslashes before a quote or backslash; outside of quotes a backslash keeps the
 * next character. Variables, patterns, pipes and `~` are text. `INVALID_ARGUMENT`
 * for a quote that does not end, and for no words.
 */
export function splitWords(text: string): string[] {
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
    throw new GateError("INVALID_ARGUMENT", `Cannot use --notify ${JSON.stringify(text)}: ${reason}`, {
      hint: "Give a program with its arguments, for example --notify 'notify-send \"State is stale\"'.",
    });
  }
  return read;
}
