/** What is looked at on a machine: small files at any place, programs, and which version they are of. */
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { parseObject } from "../../base/json.ts";
import { readPart } from "../../files/guard/descriptor.ts";
import { findProgram } from "../../files/guard/program.ts";
import { ancestorsOf } from "../../files/guard/project.ts";
import { realPlace } from "../../files/guard/real-path.ts";
import { parseTree, plainValue } from "../../settings/json-tree.ts";
import type { CommandSearch } from "./command.ts";

/** Where is looked. */
export interface Machine {
  readonly root: string;
  readonly home: string;
  readonly search: CommandSearch;
  /** Of the program that looks. */
  readonly version: string | undefined;
}

/** Agents keep their whole past in such files. */
const LONGEST = 64 * 1024 * 1024;

/** The text of a file at any place; `undefined` where there is none. */
export function textAt(path: string): string | undefined {
  const bytes = readPart(path, LONGEST);
  return bytes && Buffer.from(bytes).toString();
}

/** The value in a file of JSON, with or without comments; `undefined` where there is none. */
export function valueAt(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = textAt(path);
  if (text === undefined) return undefined;
  const value = parseObject(text);
  if (value !== undefined) return value;
  const tree = parseTree(text);
  return tree.kind === "object" ? (plainValue(tree) as Readonly<Record<string, unknown>>) : undefined;
}

/** The version of the package that a program is of; `undefined` where nothing says it. */
export function versionOf(program: string): string | undefined {
  const file = realPlace(program, true) ?? program;
  // Some installers name the program itself by it.
  const named = /[\\/](\d+\.\d+\.\d+[\w.-]*)(?:[\\/]|$)/.exec(file)?.[1];
  return packageAround(file)?.version ?? named;
}

/** The package that a file is in, a few folders up: its folder, name and version. */
export function packageAround(file: string): { folder: string; name: unknown; version: string } | undefined {
  for (const folder of [...ancestorsOf(dirname(file))].slice(0, 4)) {
    const { name, version } =
      valueAt(join(folder, "package.json")) ?? valueAt(join(folder, ".claude-plugin/plugin.json")) ?? {};
    if (typeof version === "string") return { folder, name, version };
  }
  return undefined;
}

/** What a command of ours runs: the program's file, or what of it is not there. */
export type Callee = { readonly program: string } | { readonly missing: string };

/** Finds what a command line, or a program with its arguments, runs. */
export function findCallee(words: readonly string[], { root, search }: Machine): Callee {
  const [first = "", ...rest] = words;
  const file = isPath(first) ? resolve(root, first) : findProgram(first, search.path);
  if (file === undefined || !isFile(file)) return { missing: first };
  if (first === "npx") {
    const installed = join(root, "node_modules/state-gatekeeper/package.json");
    return !isFile(installed) ? { missing: "node_modules/state-gatekeeper" } : { program: installed };
  }
  const script = rest.find((word) => isAbsolute(word));
  if (script === undefined) return { program: file };
  return !isFile(script) ? { missing: script } : { program: script };
}

/** Without reading all of a program. */
function isFile(path: string): boolean {
  return readPart(path, 1) !== undefined;
}

function isPath(word: string): boolean {
  return word.includes("/") || word.includes(sep);
}

/** The words of a command line as far as `install` writes them: bare ones, and ones in double quotes. */
export function wordsOf(command: string): readonly string[] {
  return Array.from(command.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, bare]) => quoted ?? bare!);
}
