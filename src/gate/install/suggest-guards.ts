/** Files in which other tools keep what is being worked on: they are worth a guard. */
import { ADAPTERS } from "../../adapters/list.ts";
import { isMarkdown } from "../../base/markdown.ts";
import { requireCall } from "../call.ts";
import type { Gate } from "../gate.ts";
import { filesFor, guardOf } from "../view/guard.ts";

/** A path or glob that finds files which are not guarded yet. */
export interface GuardSuggestion {
  readonly pattern: string;
  readonly files: readonly string[];
}

/** What `suggestGuards` found. */
export interface GuardSuggestions {
  readonly suggestions: readonly GuardSuggestion[];
}

/** Names the files of other tools in the project that are not guarded. Reads only. */
export async function suggestGuards(gate: Gate): Promise<GuardSuggestions> {
  requireCall("suggestGuards", { gate });
  const { guards } = await guardOf(gate);
  const patterns = ADAPTERS.flatMap(({ files }) => files.filter(isMarkdown));
  const suggestions = patterns.map((pattern) => ({
    pattern,
    files: filesFor(gate, pattern).filter((path) => !guards(path)),
  }));
  return { suggestions: suggestions.filter(({ files }) => files.length > 0) };
}
