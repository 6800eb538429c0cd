/**
 * The files of others that the gate guards: Markdown of any format, by the list in
 * `.claude/gate.yaml`. A project without that file pays for one look whether it is there.
 */
import { attempt, GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { isMarkdown } from "../../base/markdown.ts";
import { exists, listFolder, readFile } from "../../files/read/read.ts";
import { type GuardEntry, scanGuardText } from "../../syntax/scan-guard.ts";
import { isGlob, matchesGlob, matchName } from "../../text/glob.ts";
import { indexLines } from "../../text/lines.ts";
import { decode } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { kindOfPath } from "./paths.ts";

export const GUARD_PATH = ".claude/gate.yaml";

/** Something in the list, or the list itself, that is not as it should be. */
export interface ListFault {
  readonly message: string;
  readonly severity: "error" | "warning" | "info";
  readonly start: number;
  readonly end: number;
}

/** The list as it is read. */
export interface Guard {
  /** Absent without the file. */
  readonly text?: string;
  readonly entries: readonly GuardEntry[];
  readonly faults: readonly ListFault[];
  /** Whether a path relative to the project is guarded; the file need not be there. */
  guards(path: string): boolean;
}

const NONE: Guard = { entries: [], faults: [], guards: () => false };

/** Reads the list. Where it has errors nothing is guarded, and `check` says so. */
export async function guardOf(gate: Gate): Promise<Guard> {
  if (!isGuarding(gate)) return NONE;
  const { project } = gate;
  const file = readFile(project, GUARD_PATH);
  if (file.kind === "missing") return NONE;
  if (file.kind === "refused")
    return { ...NONE, faults: [{ message: file.message, severity: "error", start: 0, end: 0 }] };
  const { text, invalidAt } = decode(file.bytes);
  if (invalidAt !== undefined) {
    return { ...NONE, text, faults: [{ message: "expected UTF-8", severity: "error", start: 0, end: 0 }] };
  }
  const { entries, faults } =
    scanGuardText(text) ?? (await import("../../syntax/yaml/guard-list.ts")).readGuardText(text);
  if (faults.some(({ severity }) => severity === "error")) return { ...NONE, text, faults };
  const odd = entries.flatMap(({ pattern, start, end }) => {
    const fault = faultOfPattern(pattern);
    return fault === undefined ? [] : [{ ...fault, start, end }];
  });
  const patterns = entries.map(({ pattern }) => pattern).filter((pattern) => faultOfPattern(pattern) === undefined);
  const guards = (path: string) => isForGuard(path) && patterns.some((pattern) => matchesGlob(pattern, path));
  return { text, entries, faults: [...faults, ...odd], guards };
}

/** Whether a project has a list: one look, and nothing loaded. */
export function isGuarding({ project }: Gate): boolean {
  return exists(project, GUARD_PATH);
}

/** Whether a path is guarded. */
export async function isGuarded(gate: Gate, path: string): Promise<boolean> {
  return isForGuard(path) && (await guardOf(gate)).guards(path);
}

/** Refuses a path that is not guarded with `INVALID_ARGUMENT`. */
export async function requireGuarded(gate: Gate, path: string, act: string): Promise<string> {
  const guard = await guardOf(gate);
  if (guard.guards(path)) return path;
  const broken = guard.faults.find(({ severity }) => severity === "error");
  const place = broken && indexLines(guard.text ?? "").positionAt(broken.start);
  throw new GateError("INVALID_ARGUMENT", `Cannot ${act} ${path || "."}: it is not guarded`, {
    path,
    hint: place
      ? `${GUARD_PATH}:${place.line}:${place.column}: ${broken.message}. Mend that first.`
      : `Run \`gate guard ${path}\` first; \`gate guard --list\` shows what is.`,
  });
}

/** Names of Markdown files; those of the gate's own format are looked after without a list. */
export function isForGuard(path: string): boolean {
  return isMarkdown(path) && kindOfPath(path) === undefined;
}

/** Why a path or glob cannot stand in the list; `undefined` where it may. */
export function faultOfPattern(pattern: string): Pick<ListFault, "message" | "severity"> | undefined {
  const error = (message: string) => ({ message, severity: "error" }) as const;
  const parts = pattern.split("/");
  if (pattern === "" || /^(?:\/|[A-Za-z]:)/.test(pattern) || parts.includes("..") || pattern.startsWith("~")) {
    return error(`\`${pattern}\` is outside the project; paths are relative to its folder`);
  }
  if (isGlob(pattern)) return undefined;
  if (kindOfPath(pattern) !== undefined) return error(`\`${pattern}\` is the gate's own and needs no guard`);
  if (!isForGuard(pattern)) return error(`\`${pattern}\` is no Markdown file`);
  const fault = parts
    .map((part, at) => faultOfName(at < parts.length - 1 ? part.replace(/^\./, "") : part))
    .find(Boolean);
  return fault === undefined ? undefined : error(`\`${pattern}\` cannot be guarded: ${fault}`);
}

/** Whether a path could be that of a guarded file: one of the project, under a name that is safe. */
export function mayBeGuarded(path: string): boolean {
  return !isGlob(path) && faultOfPattern(path) === undefined;
}

/** So many files are guarded at most, and so many folders looked through for each pattern. */
const MOST_FILES = 1000;
const MOST_FOLDERS = 2000;
const PASSED_OVER = new Set([".git", "node_modules", ".gate"]);

/** The guarded files that are there, sorted. */
export async function guardedFiles(gate: Gate, guard?: Guard): Promise<readonly string[]> {
  const { entries, guards } = guard ?? (await guardOf(gate));
  const found = entries.flatMap(({ pattern }) => filesFor(gate, pattern)).filter(guards);
  return [...new Set(found)].sort().slice(0, MOST_FILES);
}

/** The Markdown files that a path or glob stands for, as far as they are there. A link is one too, and is then said to be none. */
export function filesFor({ project }: Gate, pattern: string): readonly string[] {
  if (faultOfPattern(pattern) !== undefined) return [];
  if (!isGlob(pattern)) return attempt(() => exists(project, pattern)) ? [pattern] : [];
  const found: string[] = [];
  let folders = 0;
  const look = (folder: string, [part = "", ...rest]: readonly string[]): void => {
    if (!isGlob(part) && rest.length > 0) {
      look(join(folder, part), rest);
      return;
    }
    if (++folders > MOST_FOLDERS) return;
    if (part === "**" && rest.length > 0) look(folder, rest);
    for (const { name, kind } of attempt(() => listFolder(project, folder)) ?? []) {
      const path = join(folder, name);
      if (kind === "folder" && !PASSED_OVER.has(name)) {
        if (part === "**") look(path, [part, ...rest]);
        else if (rest.length > 0 && matchName(part, name)) look(path, rest);
      }
      const isLast = rest.length === 0 && kind !== "folder" && (part === "**" || matchName(part, name));
      if (isLast && isForGuard(path)) found.push(path);
    }
  };
  look("", pattern.split("/"));
  return found;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
