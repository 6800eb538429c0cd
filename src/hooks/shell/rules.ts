/** What a program does to the words it is given, by its rules. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Field } from "./expand.ts";
import type { Act, Knowledge } from "./knowledge.ts";
import { has, type Options, readOptions, valuesOf } from "./options.ts";
import type { Program, Rule } from "./programs.ts";

/** What the program does, in the order of its rules. */
export function applyProgram(
  program: Program,
  given: readonly Field[],
  cwd: string | undefined,
  knowledge: Knowledge,
): readonly Act[] {
  const words = given.map((word, index) => {
    const dashes = program.pairs ? "--" : program.bundled && index === 0 && !word.text.startsWith("-") ? "-" : "";
    return { ...word, text: dashes + word.text };
  });
  const options = readOptions(words, program.takes ?? "", program.words);
  return program.rules.flatMap((rule) => {
    if (rule.when !== undefined && !has(options, rule.when)) return [];
    if (rule.unless !== undefined && has(options, rule.unless)) return [];
    if (rule.saying && !saysSo(words, options, rule.saying)) return [];
    const folders = rule.folders === true || (rule.folders !== undefined && has(options, rule.folders));
    const isSpared = folders && valuesOf(options, "exclude").some(({ text }) => text.includes(".claude"));
    if (isSpared) return [];
    const act = ({ text: path }: Field): Act => ({
      ...{ kind: "act", done: rule.done, path, cwd, follow: rule.link !== true, folders },
      ...(rule.to === "target" && { into: sourcesOf(program, options).map(nameOf) }),
    });
    const fields = rule.to === "tree" ? treeOf(program, options, cwd, knowledge) : fieldsOf(rule, program, options);
    return fields.filter(({ known, text }) => known && text !== "").map(act);
  });
}

function saysSo(words: readonly Field[], options: Options, saying: RegExp): boolean {
  const values = [...options.given.values()].flat();
  return [...words, ...values].some(({ text }) => saying.test(text));
}

function fieldsOf({ to }: Rule, program: Program, options: Options): readonly Field[] {
  const { operands } = options;
  const isGiven = program.target !== undefined && has(options, program.target);
  if (typeof to === "object") return valuesOf(options, to.values);
  switch (to) {
    case "first":
      return operands.slice(0, 1);
    case "last":
      return operands.slice(-1);
    case "rest":
      return isGiven ? operands : operands.slice(1);
    case "sources":
      return sourcesOf(program, options);
    case "target":
      return targetOf(program, options);
    case "fetched":
      return fetchedOf(options);
    default:
      return operands;
  }
}

function sourcesOf(program: Program, options: Options): readonly Field[] {
  const isGiven = program.target !== undefined && has(options, program.target);
  return isGiven ? options.operands : options.operands.slice(0, -1);
}

function targetOf(program: Program, options: Options): readonly Field[] {
  if (program.target !== undefined && has(options, program.target)) return valuesOf(options, program.target);
  return options.operands.length < 2 ? [] : options.operands.slice(-1);
}

/** What a copy of whole folders would write over. */
function treeOf(program: Program, options: Options, cwd: string | undefined, knowledge: Knowledge): readonly Field[] {
  const [target] = targetOf(program, options);
  if (cwd === undefined || !target?.known) return [];
  const place = knowledge.realPath(resolve(cwd, target.text));
  const found = sourcesOf(program, options)
    .filter(({ known }) => known)
    .flatMap(({ text }) => {
      const source = resolve(cwd, text);
      return [place, join(place, nameOf({ text }))].flatMap((base) => {
        const isHeld = (path: string) => knowledge.exists(join(source, relative(base, path)));
        return knowledge.protectedPaths().filter((path) => path.startsWith(base + sep) && isHeld(path));
      });
    });
  return [...new Set(found)].filter((path) => !knowledge.isFolder(path)).map((text) => ({ text, known: true }));
}

function fetchedOf(options: Options): readonly Field[] {
  const folder = valuesOf(options, "P directory-prefix output-dir")[0]?.text ?? "";
  return options.operands
    .filter(({ text, known }) => known && /^[a-z]+:\/\//i.test(text))
    .map(({ text }) => ({ text: join(folder, nameOf({ text: text.replace(/[?#].*$/, "") })), known: true }));
}

export function nameOf({ text }: { readonly text: string }): string {
  return text.replace(/\/+$/, "").replace(/^.*\//, "");
}

/** A path as it is reached from a folder; `undefined` where that is not known. */
export function placeOf(path: string, cwd: string | undefined): string | undefined {
  if (cwd === undefined && !isAbsolute(path)) return undefined;
  return resolve(cwd ?? sep, path);
}
