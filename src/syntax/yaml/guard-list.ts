/**
 * The list of guarded files in `gate.yaml`: read with its places, and changed by edits, so
 * that comments and whatever else stands there stay as they are.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLSeq } from "yaml";
import { applyEdits, type Edit } from "../../text/edit.ts";
import { endOfLine, nextLine, startOfLine } from "../../text/lines.ts";
import { sourceOf } from "../../text/source.ts";
import type { GuardEntry, GuardFault, GuardText } from "../scan-guard.ts";

/** The version of the format that is written, and the highest that is understood. */
export const GUARD_VERSION = 1;
const VERSION_KEY = "schema_version";
const LIST_KEY = "guard";

/** Reads the list. What cannot be read is a fault; where one is an error the list counts for nothing. */
export function readGuardText(text: string): GuardText {
  const document = parseDocument(text, { logLevel: "silent" });
  const faults: GuardFault[] = document.errors.slice(0, 1).map(({ message, pos: [start, end] }) => {
    return {
      message: message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
      severity: "error",
      start,
      end,
    };
  });
  const say = (node: Node | null, message: string, severity: GuardFault["severity"] = "error") => {
    const [start, end] = node?.range ?? [0, 0];
    faults.push({ message, severity, start, end });
  };
  const root = document.contents;
  if (faults.length > 0 || root === null) return { entries: [], faults };
  if (!isMap(root)) {
    say(root, "expected `schema_version: 1` and a list under `guard:`");
    return { entries: [], faults };
  }
  const entries: GuardEntry[] = [];
  for (const { key, value } of root.items as { key: Node; value: Node | null }[]) {
    const name = isScalar(key) ? key.value : undefined;
    if (name === VERSION_KEY) {
      const version = isScalar(value) ? value.value : undefined;
      if (version !== GUARD_VERSION)
        say(value ?? key, `expected \`${GUARD_VERSION}\`, which is all this program knows`);
    } else if (name === LIST_KEY) entries.push(...entriesIn(value, say));
    else say(key, "unknown key; known are `schema_version` and `guard`", "warning");
  }
  return { entries, faults };
}

function entriesIn(value: Node | null, say: (node: Node, message: string) => void): readonly GuardEntry[] {
  if (value === null || (isScalar(value) && value.value === null)) return [];
  if (!isSeq(value)) {
    say(value, "expected a list of paths");
    return [];
  }
  return (value.items as Node[]).flatMap((item) => {
    if (isScalar(item) && typeof item.value === "string") {
      return [{ pattern: item.value, start: item.range![0], end: item.range![1] }];
    }
    say(item, `expected a path as text${isAlias(item) ? "; a glob that begins with `*` stands in quotes" : ""}`);
    return [];
  });
}

/** The text with these paths at the end of the list; `undefined` where its form leaves no place for them. */
export function addToGuardText(text: string, patterns: readonly string[]): string | undefined {
  const before = readGuardText(text).entries.map(({ pattern }) => pattern);
  return checked(applyEdits(text, [additionTo(text, patterns.map(scalarOf))]), [...before, ...patterns]);
}

function additionTo(text: string, scalars: readonly string[]): Edit {
  const { eol } = sourceOf(text);
  const lines = (indent: string) => scalars.map((scalar) => `${eol}${indent}- ${scalar}`).join("");
  const insert = (at: number, added: string): Edit => ({ start: at, end: at, text: added });
  const { list, key } = listOf(text);
  if (list?.flow) {
    const end = list.range![1] - 1;
    const inside = text.slice(list.range![0] + 1, end).trim();
    return insert(end, (inside === "" || inside.endsWith(",") ? "" : ", ") + scalars.join(", "));
  }
  if (list) {
    const [first] = list.range!;
    const last = (list.items.at(-1) as Node).range!;
    return insert(endOfLine(text, Math.max(last[0], last[1] - 1)), lines(text.slice(startOfLine(text, first), first)));
  }
  if (key) return insert(endOfLine(text, key.range![1]), lines("  "));
  const gap = text === "" || /[\r\n]$/.test(text) ? "" : eol;
  const version = /^schema_version[ \t]*:/m.test(text) ? "" : `schema_version: ${GUARD_VERSION}${eol}`;
  return insert(text.length, `${gap}${version}${LIST_KEY}:${lines("  ")}${eol}`);
}

/** The text without a path in its list; `undefined` where its form does not let it be taken out by itself. */
export function removeFromGuardText(text: string, gone: string): string | undefined {
  const { entries } = readGuardText(text);
  const left = entries.map(({ pattern }) => pattern).filter((pattern) => pattern !== gone);
  const isFlow = listOf(text).list?.flow === true;
  const edits = entries.flatMap(({ pattern, start, end }, index): Edit[] => {
    if (pattern !== gone) return [];
    if (!isFlow) return [{ start: startOfLine(text, start), end: nextLine(text, Math.max(start, end - 1)), text: "" }];
    const behind = /^\s*,\s*/.exec(text.slice(end))?.[0] ?? "";
    const front = behind === "" && index > 0 ? /\s*,\s*$/.exec(text.slice(0, start))![0] : "";
    return [{ start: start - front.length, end: end + behind.length, text: "" }];
  });
  return checked(applyEdits(text, edits), left);
}

function listOf(text: string): { readonly list?: YAMLSeq; readonly key?: Node } {
  const root = parseDocument(text, { logLevel: "silent" }).contents;
  if (!isMap(root)) return {};
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === LIST_KEY);
  if (pair === undefined) return {};
  const { key, value } = pair as { key: Node; value: unknown };
  return isSeq(value) ? { list: value, key } : { key };
}

/** A path as YAML: a glob would begin an alias, so what is more than a plain path stands in quotes. */
function scalarOf(pattern: string): string {
  return /^[A-Za-z_.][\w./-]*\.\w+$/.test(pattern) ? pattern : JSON.stringify(pattern);
}

/** Lists are written in more ways than edits are made for: only what reads as it should is taken. */
function checked(text: string, patterns: readonly string[]): string | undefined {
  const { entries, faults } = readGuardText(text);
  const isRead = !faults.some(({ severity }) => severity === "error") && entries.length === patterns.length;
  return isRead && entries.every(({ pattern }, at) => pattern === patterns[at]) ? text : undefined;
}
