/** What was found in several documents, in numbers and places: the common ground of the output formats. */
import type { Position } from "../text/lines.ts";
import { indexLines } from "../text/lines.ts";
import type { Diagnostic } from "./rule.ts";

/** One document with what was found in it. */
export interface Report {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The text that the diagnostics' offsets count in. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A diagnostic with its place in lines and columns, both from 1; the end is exclusive. */
export interface PlacedDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly start: Position;
  readonly end: Position;
}

export function placedIn({ text, diagnostics }: Report): readonly PlacedDiagnostic[] {
  if (diagnostics.length === 0) return [];
  const index = indexLines(text);
  return diagnostics.map((diagnostic) => ({
    diagnostic,
    start: index.positionAt(diagnostic.start),
    end: index.positionAt(diagnostic.end),
  }));
}

/** How many errors and warnings there are. */
export function countIn(reports: readonly Report[]): { readonly errors: number; readonly warnings: number } {
  let errors = 0;
  let warnings = 0;
  for (const { diagnostics } of reports) {
    for (const { severity } of diagnostics) {
      if (severity === "error") errors++;
      else warnings++;
    }
  }
  return { errors, warnings };
}

const UNPRINTABLE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** JSON whose text is the same for a reader but cannot steer a terminal: JSON itself escapes only the first 32 characters. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
