/** Colours for people: only on a terminal, and never where `NO_COLOR` asks for none. */
import { printable } from "../base/line.ts";
import type { Io } from "./io.ts";

export type Style = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** The style for one of the output streams. */
export function styleOf(io: Pick<Io, "environment" | "terminal">, stream: "output" | "error"): Style {
  const { NO_COLOR, TERM } = io.environment;
  // Last, because finding out whether something is a terminal takes a module of its own.
  const colored = !NO_COLOR && TERM !== "dumb" && io.terminal[stream];
  const entries = Object.entries(CODES).map(([name, [on, off]]) => [
    name,
    colored ? (text: string) => `\u001b[${on}m${text}\u001b[${off}m` : (text: string) => text,
  ]);
  return Object.fromEntries(entries) as Style;
}

/** A count of things, such as `1 key` and `2 keys`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Text from a file, safe on a terminal; absent text is empty. */
export function shown(text: string | undefined): string {
  return text === undefined ? "" : printable(text);
}

/** Where a list grows without end it is said how old ones go, once it is long. */
export function pruneNote(count: number, command: string): readonly string[] {
  return count > 20 ? [`\`gate ${command} --older-than 30d\` removes old ones.`] : [];
}
