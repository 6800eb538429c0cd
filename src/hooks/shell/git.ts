/** What git does to files that are not committed, and what it prints of the project. */
import { relative, resolve, sep } from "node:path";
import type { Field } from "./expand.ts";
import { matches } from "./find.ts";
import { type Text, UNKNOWN } from "./knowledge.ts";
import { has, readOptions, valuesOf } from "./options.ts";
import { PROGRAMS } from "./programs.ts";
import { applyProgram } from "./rules.ts";
import type { Scope } from "./scope.ts";
import type { Walk } from "./walk.ts";

/** Commands by which files of the work tree may become others. */
const CHANGES_FILES = new Set(
  "checkout restore reset stash clean rm switch merge rebase pull revert cherry-pick am apply checkout-index read-tree".split(
    " ",
  ),
);
/** Forms of them that change none. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  stash: /^(?:list|show|create)$/,
  clean: /^(?:-[a-z]*n[a-z]*|--dry-run)$/,
  apply: /^--(?:check|stat|numstat|summary)$/,
  rm: /^--cached$/,
};

export function runGit(walk: Walk, given: readonly Field[], scope: Scope): Text {
  let { cwd } = scope;
  let at = 0;
  for (; given[at]?.text.startsWith("-"); at++) {
    const { text } = given[at]!;
    if (text === "-C") {
      const folder = given[++at];
      cwd = folder?.known && cwd !== undefined ? resolve(cwd, folder.text) : undefined;
    } else if (/^(?:-c|--git-dir|--work-tree|--namespace)$/.test(text)) at++;
  }
  const [command, ...words] = given.slice(at);
  const name = command?.known ? command.text : "";
  if (cwd === undefined) return UNKNOWN;
  if (name === "mv") walk.effects.push(...applyProgram(PROGRAMS["mv"]!, words, cwd, walk.knowledge));
  const looks = Object.hasOwn(LOOKS, name) ? LOOKS[name]! : undefined;
  if (CHANGES_FILES.has(name) && !words.some(({ text }) => looks?.test(text))) {
    const clean = name === "clean" ? cleaned(words, cwd, walk) : undefined;
    walk.effects.push({ kind: "git", cwd, ...(clean !== undefined && { clean }) });
  }
  if (name === "rev-parse" && words.some(({ text }) => text === "--show-toplevel")) {
    const top = walk.knowledge.top();
    return () => top && `${top}\n`;
  }
  if (name === "ls-files") return listTracked(walk, words, cwd);
  return UNKNOWN;
}

/** The command that leaves `.claude` alone, where this one takes what is ignored with its folders; that is the history too. */
function cleaned(words: readonly Field[], cwd: string, { knowledge }: Walk): string | undefined {
  const options = readOptions(words, "e= exclude=");
  const isThorough = has(options, "x X") && has(options, "d") && has(options, "f force");
  const spares = valuesOf(options, "e exclude").some(({ text }) => text.includes(".claude"));
  const { root } = knowledge;
  if (!isThorough || spares || root === undefined) return undefined;
  const folder = resolve(root, ".claude");
  const places = options.operands.length === 0 ? [cwd] : options.operands.map(({ text }) => resolve(cwd, text));
  const isMeant = places.some((place) => isIn(folder, knowledge.realPath(place)));
  return isMeant ? ["git clean", ...words.map(({ text }) => text), "-e .claude"].join(" ") : undefined;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The protected files that git knows, as it names them from a folder. */
function listTracked({ knowledge }: Walk, words: readonly Field[], cwd: string): Text {
  return () => {
    if (words.some(({ known }) => !known)) return undefined;
    const options = readOptions(words, "x= X= exclude=");
    const base = knowledge.realPath(cwd);
    const tracked = knowledge.tracked();
    const isOthers = has(options, "o others");
    const lines = knowledge
      .protectedPaths()
      .filter((path) => !knowledge.isFolder(path) && tracked.has(path) !== isOthers)
      .map((path) => relative(base, path).split(sep).join("/"))
      .filter((path) => !path.startsWith("..") && isNamed(path, options.operands));
    return lines.map((line) => line + (has(options, "z") ? "\0" : "\n")).join("");
  };
}

function isNamed(path: string, named: readonly Field[]): boolean {
  if (named.length === 0) return true;
  return named.some(({ text }) => {
    const plain = text.replace(/^\.\//, "").replace(/\/$/, "");
    return plain === "." || path === plain || path.startsWith(`${plain}/`) || matches(plain, path);
  });
}
