/** What a shell does itself: where commands are run, what they know, and which texts are commands. */
import { resolve } from "node:path";
import type { Field } from "./expand.ts";
import { NOTHING, type Text, UNKNOWN } from "./knowledge.ts";
import { placeOf } from "./rules.ts";
import type { Scope } from "./scope.ts";
import type { Walk } from "./walk.ts";

type Builtin = (walk: Walk, words: readonly Field[], scope: Scope) => Text;

const cd: Builtin = (_walk, words, scope) => {
  scope.cwd = folderOf(words, scope);
  return NOTHING;
};

/** Variables that are given with their values, such as `export A=b`. */
const declare: Builtin = (_walk, words, scope) => {
  for (const { text, known } of words) {
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
    if (name !== undefined) scope.variables.set(name, known ? [value!] : undefined);
  }
  return NOTHING;
};

const source: Builtin = (walk, [file], scope) => {
  const path = file?.known ? placeOf(file.text, scope.cwd) : undefined;
  const text = path === "/dev/stdin" ? scope.stdin() : path && walk.writtenTo(path)?.();
  return text === undefined ? UNKNOWN : walk.runText(text, scope);
};

const readLines: Builtin = (_walk, words, scope) => {
  const name = words.findLast(({ text }) => /^[A-Za-z_]\w*$/.test(text))?.text ?? "MAPFILE";
  const lines = scope.stdin()?.split(/[\n\0]/);
  if (lines?.at(-1) === "") lines.pop();
  scope.variables.set(name, lines);
  return NOTHING;
};

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  cd,
  chdir: cd,
  pushd: (_walk, words, scope) => {
    scope.push(folderOf(words, scope));
    return NOTHING;
  },
  popd: (_walk, _words, scope) => {
    scope.pop();
    return NOTHING;
  },
  eval: (walk, words, scope) => {
    return words.every(({ known }) => known) ? walk.runText(words.map(({ text }) => text).join(" "), scope) : UNKNOWN;
  },
  trap: (walk, [command], scope) => {
    if (command?.known) walk.runText(command.text, scope.fork());
    return NOTHING;
  },
  source,
  ".": source,
  export: declare,
  local: declare,
  declare,
  typeset: declare,
  readonly: declare,
  alias: (walk, words, scope) => {
    for (const { text } of words) {
      const [, name, value] = /^([\w.-]+)=([\s\S]*)$/.exec(text) ?? [];
      if (name !== undefined && value !== name) walk.runText(`function ${name} { ${value} "$@"; }`, scope);
    }
    return NOTHING;
  },
  set: (_walk, words, scope) => {
    const at = words.findIndex(({ text }) => text === "--");
    if (at !== -1) scope.setArguments(words.slice(at + 1).map(({ text, known }) => (known ? text : undefined)));
    return NOTHING;
  },
  shift: (_walk, _words, scope) => {
    scope.setArguments(scope.arguments.slice(1));
    return NOTHING;
  },
  read: (_walk, words, scope) => {
    const name = words.findLast(({ text }) => /^[A-Za-z_]\w*$/.test(text))?.text ?? "REPLY";
    const line = scope.stdin()?.split("\n")[0];
    scope.variables.set(name, line === undefined ? undefined : [line]);
    return NOTHING;
  },
  mapfile: readLines,
  readarray: readLines,
};

/** Where a `cd` leads; `undefined` where that is not known. */
function folderOf(words: readonly Field[], { cwd, variables }: Scope): string | undefined {
  const target = words.find(({ text }) => !/^-[LPe]*$/.test(text) && text !== "--");
  if (target === undefined) return variables.get("HOME")?.[0];
  if (!target.known || cwd === undefined) return target.known && target.text.startsWith("/") ? target.text : undefined;
  return resolve(cwd, target.text);
}
