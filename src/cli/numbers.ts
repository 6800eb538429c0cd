/** Numbers and durations as words. */
import { GateError } from "../base/errors.ts";
import { printable } from "../base/line.ts";

/** Which numbers a flag takes. */
interface NumberForm {
  readonly pattern: RegExp;
  readonly from: number;
  readonly to: number;
  /** What that is in words, and a number that fits. */
  readonly expected: string;
  readonly example: number;
}

/** A reader of the number behind a flag. */
export function numberReader({ pattern, from, to, expected, example }: NumberForm) {
  return (word: string, flag: string): number => {
    const value = pattern.test(word) ? Number(word) : Number.NaN;
    if (from <= value && value <= to) return value;
    throw new GateError("INVALID_ARGUMENT", `Cannot use ${flag} ${JSON.stringify(word)}: expected ${expected}`, {
      hint: `Give a number, for example ${flag} ${example}`,
    });
  };
}

/** A reader of seconds, which gives milliseconds. */
export function secondsReader(form: NumberForm) {
  const read = numberReader(form);
  return (word: string, flag: string): number => Math.round(read(word, flag) * 1000);
}

/** A whole number from 0; `name` is what it is meant to be. */
export function readWhole(text: string, name: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new GateError("INVALID_ARGUMENT", `Cannot read ${name}: expected a whole number, got ${shown(text)}`, {
    hint: "Give a number, for example 3",
  });
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `15m`, in milliseconds. */
export function readDuration(text: string, name: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (digits !== "" && Number.isSafeInteger(value)) return value;
  throw new GateError("INVALID_ARGUMENT", `Cannot read ${name}: expected a duration, got ${shown(text)}`, {
    hint: "Give a number with s, m, h or d behind it, for example 15m",
  });
}

function shown(text: string): string {
  return JSON.stringify(printable(text));
}
