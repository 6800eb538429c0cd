/** What the programs of a command do: those that run other commands, and all others by their rules. */
import { join, resolve } from "node:path";
import { quoteForShell } from "../../base/shell.ts";
import { holdsPatch } from "../content/patch.ts";
import { BUILTINS } from "./builtins.ts";
import { effectsOfCode } from "./code.ts";
import type { Field } from "./expand.ts";
import { type FindAction, findActions } from "./find.ts";
import { runGit } from "./git.ts";
import { NOTHING, once, type Text, UNKNOWN } from "./knowledge.ts";
import { has, readOptions, valuesOf } from "./options.ts";
import { printedBy } from "./prints.ts";
import { ANY, INTERPRETERS, PROGRAMS, SHELLS, WRAPPERS } from "./programs.ts";
import { applyProgram, nameOf } from "./rules.ts";
import type { Scope } from "./scope.ts";
import type { Walk } from "./walk.ts";

const MOST_ITEMS = 2000;

export function runProgram(walk: Walk, fields: readonly Field[], scope: Scope): Text {
  const [first, ...words] = fields;
  if (!first?.known) return UNKNOWN;
  const body = scope.functions.get(first.text);
  if (body) return scope.withArguments(words.map(textOf), () => walk.runCommand(body, scope));
  const name = nameOf(first);
  const wrapper = ownOf(WRAPPERS, name);
  if (wrapper) return runWrapped(walk, name, words, scope);
  const builtin = ownOf(BUILTINS, name);
  if (builtin) return builtin(walk, words, scope);
  if (SHELLS.has(name)) return runShell(walk, words, scope);
  const special = ownOf(SPECIAL, name);
  if (special) return special(walk, words, scope);
  const { cwd, stdin } = scope;
  const code = codeOptionsOf(name);
  if (code !== undefined) runCode(walk, name, { words, options: code }, scope);
  walk.effects.push(...applyProgram(ownOf(PROGRAMS, name) ?? ANY, words, cwd, walk.knowledge));
  return printedBy(name, { words, cwd, stdin, knowledge: walk.knowledge, contentOf: (path) => walk.contentOf(path) });
}

type Run = (walk: Walk, words: readonly Field[], scope: Scope) => Text;

const SPECIAL: Readonly<Record<string, Run>> = {
  xargs: runForItems,
  parallel: runForItems,
  find: runFind,
  gfind: runFind,
  git: runGit,
  apply_patch: runPatch,
  applypatch: runPatch,
  "apply-patch": runPatch,
};

/** A program behind another one, which a function of its name does not stand for. */
function runWrapped(walk: Walk, name: string, words: readonly Field[], scope: Scope): Text {
  const { takes, skips = 0 } = WRAPPERS[name]!;
  const valued = new Set(takes.split(" ").map((each) => each.replace("=", "")));
  let at = 0;
  for (let left = skips; at < words.length; at++) {
    const { text } = words[at]!;
    if (name === "env" && /^-\w*S$/.test(text)) return walk.runText(joined(words.slice(at + 1)), scope.fork());
    if (text === "--") continue;
    if (text.startsWith("-")) {
      if (valued.has(text.replace(/^--?/, ""))) at++;
    } else if (!/^[A-Za-z_]\w*=/.test(text) && left-- <= 0) break;
  }
  const rest = words.slice(at);
  const inner = scope.fork();
  for (const each of rest.slice(0, 1)) inner.functions.delete(each.text);
  return rest.length === 0 ? NOTHING : walk.runFields(rest, inner);
}

/** `sh -c TEXT`, `sh` with its commands on the input, and a script that the command itself has written. */
function runShell(walk: Walk, words: readonly Field[], scope: Scope): Text {
  const at = words.findIndex(({ text }) => /^-[a-z]*c[a-z]*$/.test(text));
  const inner = scope.fork();
  if (at !== -1) {
    const [script, name, ...rest] = words.slice(at + 1);
    inner.variables.set("0", name && [name.text]);
    inner.setArguments(rest.map(textOf));
    return script?.known ? walk.runText(script.text, inner) : UNKNOWN;
  }
  const [file, ...rest] = words.filter(({ text }) => !text.startsWith("-") || text === "-");
  const isInput = file === undefined || file.text === "-" || words.some(({ text }) => text === "-s");
  const path = isInput || scope.cwd === undefined ? undefined : resolve(scope.cwd, file.text);
  const text = isInput ? scope.stdin() : path && walk.writtenTo(path)?.();
  inner.setArguments(rest.map(textOf));
  inner.stdin = UNKNOWN;
  return text === undefined ? UNKNOWN : walk.runText(text, inner);
}

/** A program that is given the items of a list: those of its input, or those behind `:::`. */
function runForItems(walk: Walk, words: readonly Field[], scope: Scope): Text {
  const takes = "I= i? d= E= L= n= P= s= a= j= max-args= max-procs= delimiter= arg-file= replace? jobs=";
  const valued = new Set(takes.split(" ").flatMap((each) => (each.endsWith("=") ? [each.slice(0, -1)] : [])));
  let at = 0;
  while (words[at]?.text.startsWith("-")) at += valued.has(words[at]!.text.replace(/^--?/, "")) ? 2 : 1;
  const options = readOptions(words.slice(0, at), takes);
  const listAt = words.findIndex(({ text }) => text === ":::");
  const command = words.slice(at, listAt === -1 ? undefined : listAt);
  const file = valuesOf(options, "a arg-file")[0]?.text;
  const given = file !== undefined && scope.cwd ? walk.contentOf(resolve(scope.cwd, file)) : undefined;
  const input = given ?? scope.stdin();
  const isWhole = has(options, "I i replace d delimiter L 0 null");
  const items: readonly Field[] | undefined =
    listAt === -1 ? input?.split(isWhole ? /[\n\0]/ : /[\s\0]+/).map(known) : words.slice(listAt + 1);
  const some = items?.filter(({ text }) => text !== "").slice(0, MOST_ITEMS);
  const place = valuesOf(options, "I i replace")[0]?.text || (has(options, "I i replace") ? "{}" : undefined);
  const inner = scope.fork();
  inner.stdin = UNKNOWN;
  const program = command.length === 0 ? [known("echo")] : command;
  if (some === undefined) return walk.runFields(program, inner) && UNKNOWN;
  if (place === undefined) return walk.runFields([...program, ...some], inner);
  return all(
    some.map((item) =>
      walk.runFields(
        program.map((word) => filled(word, place, item)),
        inner,
      ),
    ),
  );
}

function runFind(walk: Walk, words: readonly Field[], scope: Scope): Text {
  const { cwd } = scope;
  if (cwd === undefined) return UNKNOWN;
  const printed: string[] = [];
  for (const action of findActions(words, cwd, walk.knowledge)) {
    if (action.kind === "print") printed.push(action.path + action.end);
    else takeAction(walk, action, cwd, scope);
  }
  return () => printed.join("");
}

function takeAction(walk: Walk, action: Exclude<FindAction, { kind: "print" }>, cwd: string, scope: Scope): void {
  const { kind, path } = action;
  const isFolder = walk.knowledge.isFolder(resolve(cwd, path));
  if (kind === "run") {
    const inner = scope.fork();
    inner.stdin = UNKNOWN;
    if (action.inFolder) inner.cwd = join(resolve(cwd, path), "..");
    const shown = action.inFolder ? `./${nameOf({ text: path })}` : path;
    walk.runFields(
      action.words.map((word) => filled(word, "{}", known(shown))),
      inner,
    );
  } else if (kind === "write" || !isFolder) {
    const done = kind === "write" ? "written over" : "removed";
    walk.effects.push({ kind: "act", done, path, cwd, follow: kind === "write", folders: false });
  }
}

function runPatch(walk: Walk, words: readonly Field[], scope: Scope): Text {
  const given = words.find(({ text, known: isKnown }) => isKnown && holdsPatch(text))?.text;
  const patch = given ?? scope.stdin();
  if (patch !== undefined && scope.cwd !== undefined) walk.effects.push({ kind: "patch", patch, cwd: scope.cwd });
  return UNKNOWN;
}

function codeOptionsOf(name: string): string | undefined {
  return ownOf(INTERPRETERS, name) ?? (/^python\d(?:\.\d+)?$/.test(name) ? "c" : undefined);
}

/** Code that stands in the command, on the input, or in a file that the command has written. */
function runCode(
  walk: Walk,
  program: string,
  { words, options: names }: { readonly words: readonly Field[]; readonly options: string },
  scope: Scope,
): void {
  const { cwd } = scope;
  if (cwd === undefined) return;
  const isAwk = program.endsWith("awk");
  const takes = isAwk ? "F= v= f= i=" : `${names.replaceAll(/(\w+)/g, "$1=")} i? M? I? W= X= r= require= import=`;
  const options = readOptions(words, takes);
  const given = valuesOf(options, names).map(({ text }) => text);
  const [file] = options.operands;
  const isInput = !isAwk && given.length === 0 && (file === undefined || file.text === "-");
  if (isInput) given.push(scope.stdin() ?? "");
  else if (isAwk && file) given.push(file.text);
  else if (given.length === 0 && file) given.push(walk.writtenTo(resolve(cwd, file.text))?.() ?? "");
  for (const code of given) {
    const moved = /\bchdir\s*\(?\s*["']([^"']+)["']/.exec(code)?.[1];
    const here = moved === undefined ? cwd : resolve(cwd, moved);
    const { paths, commands } = effectsOfCode(code, program, (text) => walk.namesProtected(text, here));
    for (const path of paths.flatMap((text) => walk.pathsNamed(text, here))) {
      const done = "written or removed";
      walk.effects.push({ kind: "act", done, path, cwd: here, follow: true, folders: true });
    }
    for (const command of commands) walk.runText(command, scope.fork());
  }
}

function ownOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function textOf({ text, known: isKnown }: Field): string | undefined {
  return isKnown ? text : undefined;
}

function known(text: string): Field {
  return { text, known: true };
}

function filled(word: Field, place: string, item: Field): Field {
  return { text: word.text.replaceAll(place, () => item.text), known: word.known && item.known };
}

function joined(words: readonly Field[]): string {
  return words.map(({ text }, index) => (index === 0 ? text : quoteForShell(text))).join(" ");
}

function all(outputs: readonly Text[]): Text {
  return once(() => {
    const texts = outputs.map((output) => output());
    return texts.includes(undefined) ? undefined : texts.join("");
  });
}
