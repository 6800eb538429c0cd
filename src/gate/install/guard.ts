/**
 * Guard: which files of others the gate looks after. The list is a file of the project,
 * `.claude/gate.yaml`, which people write too: what changes it are edits of its text.
 */
import { GateError } from "../../base/errors.ts";
import { readFile } from "../../files/read/read.ts";
import type { Problem } from "../../rules/report.ts";
import { isGlob } from "../../text/glob.ts";
import { indexLines } from "../../text/lines.ts";
import { requireCall } from "../call.ts";
import { allowWrites } from "../commit/allowance.ts";
import { meetGuarded } from "../commit/guarded.ts";
import { transactRecord } from "../commit/record-transaction.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome, Written } from "../outcome.ts";
import { faultOfPattern, filesFor, GUARD_PATH, type Guard, guardOf, requireGuarded } from "../view/guard.ts";
import { checkList } from "../view/guarded.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { attributesPlan } from "./plan.ts";

/** What becomes of the list; one of the three. */
export interface GuardInput {
  /** Paths and globs to guard, relative to the project. */
  readonly paths?: readonly string[];
  /** Paths and globs of the list to guard no more. */
  readonly remove?: readonly string[];
  /** Guarded files of which one write each may pass within ten minutes, whatever it loses. */
  readonly allow?: readonly string[];
}

/** A path or glob of the list, with the files that it finds. */
export interface GuardedPattern {
  readonly pattern: string;
  readonly files: readonly string[];
}

/** What `guardList` found. */
export interface GuardList {
  readonly path: string;
  readonly exists: boolean;
  readonly patterns: readonly GuardedPattern[];
  readonly problems: readonly Problem[];
}

/** What `guard` came to. */
export interface Guarded {
  readonly success: true;
  readonly message: string;
  readonly path: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly allowed: readonly string[];
  readonly patterns: readonly GuardedPattern[];
  /** Whether anything was or would be changed. */
  readonly changed: boolean;
}

const MODE = 0o644;
const HEAD = "# yaml-language-server: $schema=../node_modules/state-gatekeeper/templates/gate.schema.json\n";

/** The list of guarded files, with what is wrong with it. Reads only. */
export async function guardList(gate: Gate): Promise<GuardList> {
  requireCall("guardList", { gate });
  const guard = await guardOf(gate);
  const problems = checkList(gate, guard)?.problems ?? [];
  return { path: GUARD_PATH, exists: guard.text !== undefined, patterns: patternsOf(gate, guard), problems };
}

/**
 * Guards files of others: each version of them is kept, agents cannot throw half of one away,
 * and git merges them by sections and items. Rejects with `UNSAFE_PATH` for a path outside the
 * project, with `NOT_FOUND` for one that is not there, and with `CORRUPT` where the list
 * cannot be read.
 *
 * ```ts
 * await guard(gate, { paths: ["specs/*\/tasks.md"] });
 * ```
 */
export async function guard(gate: Gate, input: GuardInput, options: WriteOptions = {}): Promise<Outcome<Guarded>> {
  requireCall("guard", { gate, input, options }, { paths: "texts?", remove: "texts?", allow: "texts?" });
  const { paths = [], remove = [], allow = [] } = input;
  if ([paths, remove, allow].filter(({ length }) => length > 0).length !== 1) {
    throw new GateError("INVALID_ARGUMENT", "Cannot guard: expected either paths, or some to remove or to allow", {
      hint: "Give paths of Markdown files, or one of --list, --suggest, --remove PATH and --allow PATH.",
    });
  }
  if (allow.length > 0) return await allowEach(gate, allow, options);
  for (const path of paths) requirePattern(gate, path);
  for (const path of remove) await requireListed(gate, path);
  const list = await changeList(gate, { paths, remove }, options);
  const attributes = await changeAttributes(gate, list.value, options);
  if (!options.dryRun) await meetGuarded(gate, "gate guard");
  const { added, removed, patterns } = list.value;
  const vain = patterns.filter(({ files, pattern }) => files.length === 0 && added.includes(pattern));
  return {
    ...list,
    written: [...list.written, ...attributes],
    warnings: [...list.warnings, ...vain.map(({ pattern }) => `${pattern} finds no file yet`)],
    value: { ...list.value, message: messageOf(added, removed), changed: added.length + removed.length > 0 },
  };
}

function messageOf(added: readonly string[], removed: readonly string[]): string {
  if (added.length > 0) return `Guarded: ${added.join(", ")}`;
  return removed.length > 0 ? `Guarded no more: ${removed.join(", ")}` : "Guarded already; nothing was changed";
}

async function allowEach(gate: Gate, paths: readonly string[], options: WriteOptions): Promise<Outcome<Guarded>> {
  for (const path of paths) await requireGuarded(gate, path, "allow a write of");
  if (!options.dryRun) allowWrites(gate, paths);
  const message = `The next write of ${paths.join(", ")} may pass, within ten minutes`;
  const patterns = patternsOf(gate, await guardOf(gate));
  const value = { added: [], removed: [], allowed: paths, patterns, changed: true };
  return {
    ...{ written: [], moved: [], removed: [], backups: [], entries: [], warnings: [] },
    value: { success: true, message, path: GUARD_PATH, ...value },
  };
}

function requirePattern(gate: Gate, path: string): void {
  const fault = faultOfPattern(path);
  if (fault) {
    const isOutside = fault.message.includes("outside");
    throw new GateError(isOutside ? "UNSAFE_PATH" : "INVALID_ARGUMENT", `Cannot guard ${path}: ${fault.message}`, {
      path,
      hint: "Name a Markdown file of the project, or a glob such as `specs/*/tasks.md`.",
    });
  }
  if (isGlob(path)) return;
  const file = readFile(gate.project, path);
  if (file.kind === "file") return;
  if (file.kind === "refused")
    throw new GateError("UNSAFE_PATH", file.message, { path, hint: "Guard the file itself." });
  throw new GateError("NOT_FOUND", `Cannot guard ${path}: it does not exist`, {
    path,
    hint: "Make it first, or give a glob, which finds files that come later.",
  });
}

async function requireListed(gate: Gate, path: string): Promise<void> {
  const { entries } = await guardOf(gate);
  if (entries.some(({ pattern }) => pattern === path)) return;
  const listed = entries.map(({ pattern }) => pattern).join(", ");
  throw new GateError("NOT_FOUND", `Cannot remove ${path}: it does not stand in ${GUARD_PATH}`, {
    path: GUARD_PATH,
    hint: listed === "" ? "Nothing stands there." : `There stand: ${listed}`,
  });
}

async function changeList(
  gate: Gate,
  { paths, remove }: Required<Pick<GuardInput, "paths" | "remove">>,
  options: WriteOptions,
): Promise<Outcome<Guarded>> {
  const yaml = await import("../../syntax/yaml/guard-list.ts");
  const target = { path: GUARD_PATH, operation: "guard", history: "never", mode: MODE } as const;
  return await transactRecord(gate, target, options, (snapshot) => {
    const before = textOf(snapshot, yaml.readGuardText);
    const known = new Set(yaml.readGuardText(before).entries.map(({ pattern }) => pattern));
    const added = [...new Set(paths)].filter((path) => !known.has(path));
    const removed = [...new Set(remove)].filter((path) => known.has(path));
    let text: string | undefined = before === "" && added.length > 0 ? HEAD : before;
    if (added.length > 0) text = yaml.addToGuardText(text, added);
    for (const path of removed) text = text === undefined ? text : yaml.removeFromGuardText(text, path);
    if (text === undefined) throw unfit(paths, remove);
    const listed = [...known].filter((pattern) => !removed.includes(pattern)).concat(added);
    const patterns = listed.map((pattern) => ({ pattern, files: filesFor(gate, pattern) }));
    const value = { success: true, message: "", path: GUARD_PATH, added, removed, allowed: [], patterns } as const;
    return { value: { ...value, changed: text !== before }, ...(text !== before && { text }) };
  });
}

/** The text of the list; `CORRUPT` where it cannot be read, because what cannot be read is not changed. */
function textOf({ exists, text, fault }: RecordSnapshot, read: (text: string) => Pick<Guard, "faults">): string {
  if (!exists) return "";
  const found = read(text ?? "").faults.find(({ severity }) => severity === "error");
  if (text !== undefined && found === undefined) return text;
  const { line, column } = indexLines(text ?? "").positionAt(found?.start ?? 0);
  throw new GateError("CORRUPT", `Cannot change ${GUARD_PATH}:${line}:${column}: ${fault ?? found?.message}`, {
    path: GUARD_PATH,
    hint: "Mend it by hand; nothing was written.",
  });
}

function unfit(paths: readonly string[], remove: readonly string[]): GateError {
  return new GateError("CORRUPT", `Cannot change ${GUARD_PATH}: its list is written in a form that is not understood`, {
    path: GUARD_PATH,
    hint: `${paths.length > 0 ? "Add" : "Remove"} by hand: ${[...paths, ...remove].join(", ")}. Nothing was written.`,
  });
}

/** Where git merges with the driver by its attributes, they say so of guarded files too. */
async function changeAttributes(gate: Gate, { patterns }: Guarded, options: WriteOptions): Promise<readonly Written[]> {
  const plan = attributesPlan(patterns);
  const target = {
    path: plan.path,
    operation: "guard",
    lock: ".claude/install",
    history: "never",
    mode: MODE,
  } as const;
  const file = readFile(gate.project, plan.path);
  const isSetUp = file.kind === "file" && Buffer.from(file.bytes).includes("merge=state-gatekeeper");
  if (!isSetUp) return [];
  const { ifMatch: _, ...write } = options;
  const { written } = await transactRecord(gate, target, write, ({ text }) => {
    const after = text === undefined ? undefined : plan.change(text);
    return { value: undefined, ...(after !== undefined && after !== text && { text: after }) };
  });
  return written;
}

function patternsOf(gate: Gate, { entries }: Guard): readonly GuardedPattern[] {
  return entries.map(({ pattern }) => ({ pattern, files: filesFor(gate, pattern) }));
}
