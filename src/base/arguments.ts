/**
 * The arguments of operations, checked by name. TypeScript knows them of its own callers;
 * what another program gives wrong, or in a word that is misspelt, would be lost in silence
 * or end in a fault of ours.
 */
import { GateError } from "./errors.ts";
import { isObject } from "./json.ts";
import { printable } from "./line.ts";

const isNumber = (value: unknown) => typeof value === "number" && !Number.isNaN(value);
const isWhole = (value: unknown, from: number) => Number.isSafeInteger(value) && Number(value) >= from;

/** What a value may be: how it is called, and how it is told. */
const KINDS = {
  text: ["a text", (value: unknown) => typeof value === "string"],
  number: ["a number", isNumber],
  whole: ["a whole number from 0", (value: unknown) => isWhole(value, 0)],
  issue: ["an issue number", (value: unknown) => isWhole(value, 1)],
  flag: ["true or false", (value: unknown) => typeof value === "boolean"],
  object: ["an object", (value: unknown) => Object.prototype.toString.call(value) === "[object Object]"],
  function: ["a function", (value: unknown) => typeof value === "function"],
  name: ["a text or a number", (value: unknown) => typeof value === "string" || isNumber(value)],
  texts: ["a list of texts", (value: unknown) => isListOf(value, (each) => typeof each === "string")],
  issues: ["a list of issue numbers", (value: unknown) => isListOf(value, (each) => isWhole(each, 1))],
  any: ["a value", (value: unknown) => value !== undefined],
} as const;

type Kind = keyof typeof KINDS;
/** A list of objects of one shape. */
interface Each {
  readonly each: Readonly<Record<string, Told>>;
}
/** A list of some of these words, which may be absent. */
interface Words {
  readonly words: readonly string[];
}
type Told = Kind | `${Kind}?` | readonly (string | undefined)[] | Each | Words;

/** What the keys of an object are: a kind, with `?` where it may be absent, the words it may be, or a list of objects. */
export type Shape<T> = {
  readonly [K in keyof Required<T>]: object extends Pick<T, K>
    ? `${Kind}?` | readonly (string | undefined)[] | Each | Words
    : Kind | readonly string[];
};

/** Refuses an object that is none of this shape with `INVALID_ARGUMENT`, which names the key. `call` is what was called. */
export function requireShape<T>(call: string, given: T, shape: Shape<T>): void {
  requireKeys(call, "", given, shape as Readonly<Record<string, Told>>);
}

function requireKeys(call: string, at: string, given: unknown, shape: Readonly<Record<string, Told>>): void {
  if (!isObject(given)) throw wrong(call, at === "" ? "its argument" : at.slice(0, -1), given, KINDS.object[0]);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(shape, key));
  if (unknown !== undefined) {
    throw new GateError("INVALID_ARGUMENT", `Cannot call ${call}: ${at}${printable(unknown)} is not known`, {
      hint: `Known are: ${Object.keys(shape).join(", ")}.`,
    });
  }
  for (const [key, told] of Object.entries(shape)) requireValue(call, `${at}${key}`, given[key], told);
}

function requireValue(call: string, name: string, value: unknown, told: Told): void {
  if (typeof told === "string") {
    const [kind, optional] = told.split("?") as [Kind, string | undefined];
    if (value === undefined && optional !== undefined) return;
    const [expected, isKind] = KINDS[kind];
    if (!isKind(value)) throw wrong(call, name, value, expected);
  } else if ("words" in told) {
    const { words } = told;
    if (value !== undefined && !isListOf(value, (each) => words.includes(each as string))) {
      throw wrong(call, name, value, `a list of ${words.join(", ")}`);
    }
  } else if ("each" in told) {
    if (value === undefined) return;
    if (!Array.isArray(value)) throw wrong(call, name, value, "a list");
    for (const [index, each] of value.entries()) requireKeys(call, `${name}[${index}].`, each, told.each);
  } else if (!told.includes(value as string)) {
    throw wrong(call, name, value, told.filter((word) => word !== undefined).join(", "));
  }
}

function isListOf(value: unknown, isOne: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

const MOST = 40;

function wrong(call: string, name: string, value: unknown, expected: string): GateError {
  return new GateError("INVALID_ARGUMENT", `Cannot call ${call}: ${name} is ${shown(value)}, expected ${expected}`, {
    hint: "Call it with what its types say; nothing was done.",
  });
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text =
    typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? nameOf(value) : String(value);
  return printable(text.length > MOST ? `${text.slice(0, MOST)}…` : text);
}

function nameOf(value: object | null): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
}
