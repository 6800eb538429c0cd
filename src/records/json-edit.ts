/**
 * Changes to a record as text.
 *
 * Invariant: every token that no change concerns stays as it is written. In a file
 * of our layout every other byte stays too; any other layout becomes ours, token by
 * token, because the layout is part of the contract. Keys of the record stand in the
 * order of the contract, unknown ones behind them as they were. Line endings, a byte
 * order mark and the end of the file stay as they are.
 */
import { elementsOf, layOut, type Member, membersOf, type ObjectText } from "./json-text.ts";

/** A value that can be written. Keys are written in their order, so those that look like integers need `[key, value]` pairs. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One change. `path` leads through objects; `set` makes those that are missing.
 * `append` makes the array if it is missing or null; `removeAbout` takes the elements
 * away that are `value` themselves or objects whose `key` is.
 */
export type RecordChange =
  | { readonly kind: "set"; readonly path: readonly string[]; readonly value: Json }
  | { readonly kind: "remove"; readonly path: readonly string[] }
  | { readonly kind: "append"; readonly path: readonly [string]; readonly value: Json }
  | { readonly kind: "removeAbout"; readonly path: readonly [string]; readonly key: string; readonly value: number };

/** The record after all changes, in the order given; `order` is that of its known keys. */
export function changeRecord(
  record: ObjectText,
  changes: readonly RecordChange[],
  order: readonly string[],
): ObjectText {
  const { eol, canonical } = record;
  const members = record.members.map((member) =>
    canonical ? { ...member } : { ...member, raw: layOut(member.raw, 1, eol) },
  );
  for (const change of changes) applyAt(members, change, change.path, 1, eol);
  return { ...record, members: inOrder(members, order), canonical: true };
}

/** The text of a record in our layout. */
export function printRecord({ before, members, eol, after }: ObjectText): string {
  return before + printMembers(members, 0, eol) + after;
}

/** The text of a new record with these members. */
export function printNew(members: readonly (readonly [key: string, value: Json | { readonly raw: string }])[]): string {
  const printed = members.map(([key, value]) => ({
    key,
    rawKey: JSON.stringify(key),
    raw: isRaw(value) ? layOut(value.raw, 1, "\n") : printValue(value, 1, "\n"),
  }));
  return printMembers(printed, 0, "\n");
}

function isRaw(value: Json | { readonly raw: string }): value is { readonly raw: string } {
  return value instanceof Raw;
}

/** The text of a value that goes into a new record as it is written. */
export class Raw {
  readonly raw: string;

  constructor(raw: string) {
    this.raw = raw;
  }
}

type Draft = { -readonly [key in keyof Member]: Member[key] };

function applyAt(members: Draft[], change: RecordChange, path: readonly string[], depth: number, eol: string): void {
  const [key = "", ...rest] = path;
  // Of a key that is there twice the last one counts, for every JSON reader there is.
  const at = members.findLastIndex((member) => member.key === key);
  const member = members[at];
  if (rest.length > 0) {
    if (change.kind === "remove" && !member) return;
    const inner = member?.raw.startsWith("{") ? membersOf(member.raw).map((each) => ({ ...each })) : [];
    applyAt(inner, change, rest, depth + 1, eol);
    put(members, member, key, printMembers(inner, depth, eol));
    return;
  }
  switch (change.kind) {
    case "remove":
      for (let index = members.length - 1; index >= 0; index--) {
        if (members[index]!.key === key) members.splice(index, 1);
      }
      return;
    case "set":
      put(members, member, key, printValue(change.value, depth, eol));
      return;
    case "append":
      put(members, member, key, appended(member?.raw, printValue(change.value, depth + 1, eol), depth, eol));
      return;
    case "removeAbout":
      if (member) member.raw = printElements(without(elementsOf(member.raw), change), depth, eol);
  }
}

function without(
  elements: readonly string[],
  { key, value }: { readonly key: string; readonly value: number },
): readonly string[] {
  return elements.filter((raw) => {
    const about = raw.startsWith("{") ? membersOf(raw).findLast((member) => member.key === key)?.raw : raw;
    return about === undefined || Number(about) !== value;
  });
}

function put(members: Draft[], member: Draft | undefined, key: string, raw: string): void {
  if (member) member.raw = raw;
  else members.push({ key, rawKey: JSON.stringify(key), raw });
}

/** Behind the last element, without looking at the others: a long list costs no more than a short one. */
function appended(raw: string | undefined, value: string, depth: number, eol: string): string {
  if (raw === undefined || !raw.startsWith("[")) return printElements([value], depth, eol);
  const inside = raw.slice(0, -1).trimEnd();
  const comma = inside === "[" ? "" : ",";
  return `${inside}${comma}${eol}${"  ".repeat(depth + 1)}${value}${eol}${"  ".repeat(depth)}]`;
}

function inOrder(members: readonly Draft[], order: readonly string[]): readonly Draft[] {
  const ranks = new Map(order.map((key, rank) => [key, rank]));
  const rankOf = ({ key }: Draft) => ranks.get(key) ?? order.length;
  const sorted = members.every((member, at) => at === 0 || rankOf(members[at - 1]!) <= rankOf(member));
  return sorted ? members : members.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function printValue(value: Json, depth: number, eol: string): string {
  if (Array.isArray(value)) {
    return printElements(
      value.map((element: Json) => printValue(element, depth + 1, eol)),
      depth,
      eol,
    );
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => ({
      key,
      rawKey: JSON.stringify(key),
      raw: printValue(inner, depth + 1, eol),
    }));
    return printMembers(members, depth, eol);
  }
  return JSON.stringify(value);
}

function printMembers(members: readonly Member[], depth: number, eol: string): string {
  if (members.length === 0) return "{}";
  const indent = eol + "  ".repeat(depth + 1);
  const lines = members.map(({ rawKey, raw }) => `${indent}${rawKey}: ${raw}`);
  return `{${lines.join(",")}${eol}${"  ".repeat(depth)}}`;
}

function printElements(elements: readonly string[], depth: number, eol: string): string {
  if (elements.length === 0) return "[]";
  const indent = eol + "  ".repeat(depth + 1);
  return `[${elements.map((element) => indent + element).join(",")}${eol}${"  ".repeat(depth)}]`;
}
