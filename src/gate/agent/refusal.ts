/** Refusals in words. */
import { printable } from "../../base/line.ts";

const NAMED = 5;

/** What a refusal says: what is the matter, by which faults, and what to use instead. */
export function sentence(what: string, faults: readonly string[], instead: string): string {
  const why = faults.length === 0 ? "." : `:\n${listOf(faults)}`;
  return `${printable(what)}${why}${faults.length === 0 ? " " : "\n"}Use ${instead}.`;
}

/** Faults as the lines of a list, the first of them. */
export function listOf(faults: readonly string[]): string {
  const shown = faults.slice(0, NAMED).map((fault) => `- ${printable(fault)}`);
  return [...shown, ...(faults.length > NAMED ? [`- and ${faults.length - NAMED} more`] : [])].join("\n");
}
