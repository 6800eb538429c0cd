/**
 * Changes to a record as text.
 *
 * Invariant: every token that no change concerns stays as it is written. In a file
 * of our layout every other byte stays too; any other layout becomes ours, token by
 * token, because the layout is part of the contract. Keys of the record stand in the
 * order of the contract, unknown ones behind them as they were. Line endings, a byte
 * order mark and the end of the file stay as they are.
 */
import { inAscii, JsonText } from "../json/json-text.ts";
import { layOut } from "../json/layout.ts";
import { itemsOf, type Member, membersOf } from "../json/members.ts";
import { PYTHON } from "../json/token.ts";
import type { ObjectText } from "./object-text.ts";

/** A value that can be written. Keys are written in their order, so those that look like integers need `[key, value]` pairs. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A way through objects to a key. */
type Path = readonly [string, ...string[]];

/**
 * One change. `path` leads through objects; `set`, `append` and `move` make those that are
 * missing. `append` makes the array if it is missing or null; `removeAbout` takes the
 * elements away that are `value` themselves or objects whose `key` is; `move` takes a key of
 * the record elsewhere, unless one of its name is there.
 */
export type RecordChange =
  | { readonly kind: "set"; readonly path: readonly string[]; readonly value: Json | JsonText }
  | { readonly kind: "remove"; readonly path: readonly string[] }
  | { readonly kind: "append"; readonly path: Path; readonly value: Json }
  | { readonly kind: "removeAbout"; readonly path: Path; readonly key: string; readonly value: number }
  | { readonly kind: "move"; readonly from: string; readonly path: Path };

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
  for (const change of changes) {
    if (change.kind === "move") moveIn(members, change, { depth: 1, eol });
    else applyAt(members, change, change.path, { depth: 1, eol });
  }
  return { ...record, members: inOrder(members, order), canonical: true };
}

/** The text of a record in our layout. */
export function printRecord({ before, members, eol, after }: ObjectText): string {
  return before + printMembers(members, { depth: 0, eol }) + after;
}

/** The text of a new record with these members. */
export function printNew(members: readonly (readonly [key: string, value: Json | JsonText])[]): string {
  const drafts: Draft[] = [];
  for (const [key, value] of members) {
    const raw = value instanceof JsonText ? inAscii(layOut(value.text, 1)) : printValue(value, { depth: 1, eol: "\n" });
    drafts.push({ key, rawKey: inAscii(JSON.stringify(key)), raw });
  }
  return printMembers(drafts, { depth: 0, eol: "\n" });
}

type Draft = { -readonly [key in keyof Member]: Member[key] };

/** How deep a value stands, and how its lines end. */
interface Place {
  readonly depth: number;
  readonly eol: string;
}

/** What is there already is newer than what is moved; of two lists both count. */
function moveIn(members: Draft[], { from, path }: RecordChange & { readonly kind: "move" }, place: Place): void {
  const at = members.findLastIndex(({ key }) => key === from);
  if (at === -1) return;
  const [{ raw }] = members.splice(at, 1) as [Draft];
  const there = textAt(members, path);
  const lists = [raw, there].filter((text) => text?.startsWith("["));
  if (there !== undefined && lists.length < 2) return;
  const joined = there === undefined ? raw : `[${lists.flatMap((list) => itemsOf(list!, PYTHON) ?? []).join(",")}]`;
  const value = new JsonText(layOut(joined, path.length, place.eol));
  applyAt(members, { kind: "set", path, value }, path, place);
}

function textAt(members: readonly Member[], [key, ...rest]: readonly string[]): string | undefined {
  const raw = members.findLast((member) => member.key === key)?.raw;
  return rest.length === 0 || raw === undefined ? raw : textAt(membersOf(raw, PYTHON) ?? [], rest);
}

type Applied = Exclude<RecordChange, { kind: "move" }>;

function applyAt(members: Draft[], change: Applied, path: readonly string[], place: Place): void {
  const [key = "", ...rest] = path;
  // Of a key that is there twice the last one counts, for every JSON reader there is.
  const member = members.findLast((each) => each.key === key);
  const inside = { ...place, depth: place.depth + 1 };
  if (rest.length > 0) {
    if ((change.kind === "remove" || change.kind === "removeAbout") && !member) return;
    const inner = (member && membersOf(member.raw, PYTHON)?.map((each) => ({ ...each }))) ?? [];
    applyAt(inner, change, rest, inside);
    put(members, key, printMembers(inner, place));
    return;
  }
  switch (change.kind) {
    case "remove":
      for (let index = members.length - 1; index >= 0; index--) {
        if (members[index]!.key === key) members.splice(index, 1);
      }
      return;
    case "set":
      put(members, key, printValue(change.value, place));
      return;
    case "append":
      put(members, key, appended(member?.raw, printValue(change.value, inside), place));
      return;
    case "removeAbout":
      if (member) member.raw = printParts("[]", without(itemsOf(member.raw, PYTHON) ?? [], change), place);
  }
}

function without(
  elements: readonly string[],
  { key, value }: { readonly key: string; readonly value: number },
): readonly string[] {
  return elements.filter((raw) => {
    const about = raw.startsWith("{") ? membersOf(raw, PYTHON)?.findLast((member) => member.key === key)?.raw : raw;
    return about === undefined || Number(about) !== value;
  });
}

function put(members: Draft[], key: string, raw: string): void {
  const member = members.findLast((each) => each.key === key);
  if (member) member.raw = raw;
  else members.push({ key, rawKey: inAscii(JSON.stringify(key)), raw });
}

/** Behind the last element, without looking at the others: a long list costs no more than a short one. */
function appended(raw: string | undefined, value: string, place: Place): string {
  if (raw === undefined || !raw.startsWith("[")) return printParts("[]", [value], place);
  const inside = raw.slice(0, -1).trimEnd();
  const comma = inside === "[" ? "" : ",";
  return `${inside}${comma}${indentOf(place, 1)}${value}${indentOf(place)}]`;
}

function inOrder(members: readonly Draft[], order: readonly string[]): readonly Draft[] {
  const ranks = new Map(order.map((key, rank) => [key, rank]));
  const rankOf = ({ key }: Draft) => ranks.get(key) ?? order.length;
  const sorted = members.every((member, at) => at === 0 || rankOf(members[at - 1]!) <= rankOf(member));
  return sorted ? members : members.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** A line break within a value is one of the layout: in texts they are escaped. */
function printValue(value: Json | JsonText, place: Place): string {
  if (value instanceof JsonText) return value.text;
  return inAscii(JSON.stringify(value, null, 2)).replaceAll("\n", indentOf(place));
}

function printMembers(members: readonly Member[], place: Place): string {
  const parts = members.map(({ rawKey, raw }) => `${rawKey}: ${raw}`);
  return printParts("{}", parts, place);
}

function printParts(brackets: "{}" | "[]", parts: readonly string[], place: Place): string {
  if (parts.length === 0) return brackets;
  const indent = indentOf(place, 1);
  return `${brackets[0]}${parts.map((part) => indent + part).join(",")}${indentOf(place)}${brackets[1]}`;
}

function indentOf({ depth, eol }: Place, deeper = 0): string {
  return eol + "  ".repeat(depth + deeper);
}
