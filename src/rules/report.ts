/** What was found in several documents, in numbers and places: the common ground of results and output formats. */
import { indexLines, type LineIndex } from "../text/lines.ts";
import type { Diagnostic } from "./rule.ts";

/** A diagnostic with the place a person looks for: lines and columns from 1, columns in UTF-16 units, the end exclusive. */
export interface Problem extends Pick<Diagnostic, "rule" | "severity" | "message"> {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Whether `check --fix` mends it. */
  readonly fixable: boolean;
}

/** One document with what was found in it. */
export interface CheckedFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly problems: readonly Problem[];
}

/** Diagnostics with lines and columns of the text that their offsets count in. */
export function problemsOf(text: string, diagnostics: readonly Diagnostic[]): readonly Problem[] {
  let index: LineIndex | undefined;
  return diagnostics.map((diagnostic) => {
    const { rule, severity, message, start, end, fix, place } = diagnostic;
    if (place === undefined) index ??= indexLines(text);
    const from = place?.start ?? index!.positionAt(start);
    const to = place?.end ?? index!.positionAt(end);
    return {
      rule,
      severity,
      message,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
      fixable: fix !== undefined,
    };
  });
}

/** How many errors and warnings there are. */
export function countIn(files: readonly CheckedFile[]): { readonly errors: number; readonly warnings: number } {
  const problems = files.flatMap((file) => file.problems);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.filter(({ severity }) => severity === "warning").length;
  return { errors, warnings };
}
