/**
 * What a file would hold after the tools that replace text have run, computed as
 * they do it. `undefined` where the tool itself would fail: then nothing is written
 * and there is nothing to judge.
 */
import type { AgentName } from "../../settings/agents.ts";
import type { Replacement } from "../tool.ts";

/** No result beyond this is computed, in UTF-16 units. */
const MOST = 16 * 1024 * 1024;

/** The text after all replacements, one after the other; without a text, the first one may make it. */
export function editText(
  current: string | undefined,
  replacements: readonly Replacement[],
  agent: AgentName | undefined,
): string | undefined {
  // These tools see a file with plain line breaks, and give it back its own.
  const isWindows = current !== undefined && usesCrLf(current);
  let text = current?.replaceAll("\r\n", "\n");
  for (const replacement of replacements) {
    text = replace(text, replacement, agent);
    if (text === undefined) return undefined;
  }
  return isWindows ? text?.replaceAll("\n", "\r\n") : text;
}

/** The text with lines put behind a line, counted from 1; 0 is the beginning. */
export function insertText(current: string | undefined, line: number, text: string): string | undefined {
  const lines = current?.split("\n");
  if (lines === undefined || !Number.isInteger(line) || line < 0 || line > lines.length) return undefined;
  return lines.toSpliced(line, 0, ...text.replace(/\n$/, "").split("\n")).join("\n");
}

function replace(text: string | undefined, wanted: Replacement, agent: AgentName | undefined): string | undefined {
  const { old, new: replacement, all, expected } = wanted;
  if (old === "") return text === undefined || text === "" ? replacement : undefined;
  if (text === undefined || old === replacement) return undefined;
  const found = text.includes(old) ? old : isLiteral(agent) ? undefined : behindQuotes(text, old);
  if (found === undefined) return undefined;
  const places = countOf(text, found);
  if (expected !== undefined && places !== expected) return undefined;
  if (places > 1 && !all && (expected ?? 1) === 1) return undefined;
  if (text.length + places * replacement.length > MOST) return undefined;
  // Taking a line away takes its line break with it.
  const isWholeLine = replacement === "" && !found.endsWith("\n") && text.includes(`${found}\n`);
  return text.split(isWholeLine && !isLiteral(agent) ? `${found}\n` : found).join(replacement);
}

/** Whether the agent's tools replace nothing but the text as it is given. */
function isLiteral(agent: AgentName | undefined): boolean {
  return agent !== undefined && agent !== "claude" && agent !== "codex";
}

/** Where a text has curly quotes and the model wrote straight ones. */
function behindQuotes(text: string, old: string): string | undefined {
  const at = straight(text).indexOf(straight(old));
  return at === -1 ? undefined : text.slice(at, at + old.length);
}

function straight(text: string): string {
  return text.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"');
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function usesCrLf(text: string): boolean {
  const windows = countOf(text, "\r\n");
  return windows > 0 && windows * 2 > countOf(text, "\n");
}
