/** What `find` finds of what is protected, and what it does to that. */
import { join, relative, resolve, sep } from "node:path";
import { literalGlob } from "../glob.ts";
import type { Field } from "./expand.ts";
import type { Knowledge } from "./knowledge.ts";

/** What is to be done with what was found. */
export type FindAction =
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "print"; readonly path: string; readonly end: string }
  | { readonly kind: "run"; readonly path: string; readonly words: readonly Field[]; readonly inFolder: boolean }
  /** Files that it writes whatever it finds. */
  | { readonly kind: "write"; readonly path: string };

interface Candidate {
  /** As `find` prints it. */
  readonly shown: string;
  readonly real: string;
  readonly depth: number;
  readonly isFolder: boolean;
}

/** An expression: whether it holds for a candidate; what it does is added to the list. */
type Test = (candidate: Candidate, actions: FindAction[]) => boolean;

const VALUED =
  /^-(?:a|c|m)(?:min|newer|time)$|^-(?:newer\w*|size|perm|user|group|uid|gid|links|inum|fstype|xtype|samefile|context|used|lname|ilname)$/;
const DAY = 86_400_000;

export function findActions(words: readonly Field[], cwd: string, knowledge: Knowledge): readonly FindAction[] {
  let at = 0;
  while (/^-(?:[HLPE]|O\d?|D)$/.test(words[at]?.text ?? "")) at++;
  const roots: string[] = [];
  while (at < words.length && !/^[-(!]/.test(words[at]!.text)) {
    const root = words[at++]!;
    if (root.known) roots.push(root.text);
  }
  const expression = new Expression(words.slice(at), knowledge);
  const test = expression.read();
  const actions: FindAction[] = [...expression.writes];
  for (const root of roots.length === 0 && at === 0 ? ["."] : roots) {
    for (const candidate of candidatesIn(root, cwd, knowledge)) {
      if (candidate.depth > expression.deepest || candidate.depth < expression.highest) continue;
      if (expression.prunes.length > 0 && isPruned(candidate, expression.prunes)) continue;
      const found: FindAction[] = [];
      const holds = test(candidate, found);
      if (holds && !expression.acts) found.push({ kind: "print", path: candidate.shown, end: "\n" });
      actions.push(...found);
    }
  }
  return actions;
}

function candidatesIn(root: string, cwd: string, knowledge: Knowledge): readonly Candidate[] {
  const base = knowledge.realPath(resolve(cwd, root));
  return knowledge
    .protectedPaths()
    .filter((path) => path === base || path.startsWith(base === sep ? sep : base + sep))
    .map((real) => {
      const inner = relative(base, real);
      const shown = inner === "" ? root : `${root.replace(/\/$/, "")}/${inner.split(sep).join("/")}`;
      return { shown, real, depth: inner === "" ? 0 : inner.split(sep).length, isFolder: knowledge.isFolder(real) };
    });
}

/** Whether one of the folders above is left out, or the candidate itself. */
function isPruned(candidate: Candidate, prunes: readonly Test[]): boolean {
  const parts = candidate.shown.split("/");
  return parts.some((_, index) => {
    const shown = parts.slice(0, index + 1).join("/");
    const up = parts.length - index - 1;
    const real = join(candidate.real, ...Array.from({ length: up }, () => ".."));
    const folder = { shown, real, depth: candidate.depth - up, isFolder: up > 0 || candidate.isFolder };
    return folder.depth >= 0 && prunes.some((test) => test(folder, []));
  });
}

class Expression {
  deepest = Number.POSITIVE_INFINITY;
  highest = 0;
  /** Whether something is done with what is found other than to print it. */
  acts = false;
  readonly prunes: Test[] = [];
  readonly writes: FindAction[] = [];
  readonly #words: readonly Field[];
  readonly #knowledge: Knowledge;
  #at = 0;

  constructor(words: readonly Field[], knowledge: Knowledge) {
    this.#words = words;
    this.#knowledge = knowledge;
  }

  read(): Test {
    const all = [this.#readAnd()];
    while (this.#next === "-o" || this.#next === "-or" || this.#next === ",") {
      this.#at++;
      all.push(this.#readAnd());
    }
    return (candidate, actions) => all.some((test) => test(candidate, actions));
  }

  get #next(): string | undefined {
    return this.#words[this.#at]?.text;
  }

  #readAnd(): Test {
    const all: Test[] = [];
    while (this.#next !== undefined && !["-o", "-or", ",", ")"].includes(this.#next)) {
      if (this.#next === "-prune") this.prunes.push(...(all.length === 0 ? [] : [both([...all])]));
      const test = this.#readOne();
      if (test) all.push(test);
    }
    return both(all);
  }

  /** One test or action; `undefined` for what says nothing about a file. */
  #readOne(): Test | undefined {
    const name = this.#words[this.#at++]!.text;
    if (name === "(") {
      const inner = this.read();
      this.#at++;
      return inner;
    }
    if (name === "!" || name === "-not") {
      const inner = this.#next === undefined ? undefined : this.#readOne();
      return inner && ((candidate) => !inner(candidate, []));
    }
    if (Object.hasOwn(ACTIONS, name)) {
      this.acts = true;
      return this.#readAction(name);
    }
    const takesValue = Object.hasOwn(TESTS, name) || VALUED.test(name);
    const value = takesValue || /^-(?:max|min)depth$/.test(name) ? this.#words[this.#at++] : undefined;
    const { text = "", known = false } = value ?? {};
    if (name === "-maxdepth") this.deepest = Number(text);
    if (name === "-mindepth") this.highest = Number(text);
    if (name === "-empty" || name === "-false") return () => false;
    if (!Object.hasOwn(TESTS, name) || !known) return undefined;
    const knowledge = this.#knowledge;
    return (candidate) => TESTS[name]!(text, candidate, knowledge);
  }

  #readAction(name: string): Test {
    const kind = ACTIONS[name]!;
    if (kind === "write") {
      const { text: path } = this.#words[this.#at++] ?? { text: "" };
      if (name === "-fprintf") this.#at++;
      this.writes.push({ kind: "write", path });
      return () => true;
    }
    if (name === "-printf") this.#at++;
    const end = name === "-print0" ? "\0" : "\n";
    if (kind === "print") return note(({ shown }) => ({ kind: "print", path: shown, end }));
    if (kind === "delete") return note(({ shown }) => ({ kind: "delete", path: shown }));
    const from = this.#at;
    while (this.#next !== undefined && this.#next !== ";" && this.#next !== "+") this.#at++;
    const words = this.#words.slice(from, this.#at++);
    return note(({ shown }) => ({ kind: "run", path: shown, words, inFolder: name.endsWith("dir") }));
  }
}

const ACTIONS: Readonly<Record<string, FindAction["kind"]>> = {
  "-delete": "delete",
  "-print": "print",
  "-print0": "print",
  "-printf": "print",
  "-ls": "print",
  "-exec": "run",
  "-execdir": "run",
  "-ok": "run",
  "-okdir": "run",
  "-fprint": "write",
  "-fprint0": "write",
  "-fprintf": "write",
  "-fls": "write",
};

const TESTS: Readonly<Record<string, (value: string, candidate: Candidate, knowledge: Knowledge) => boolean>> = {
  "-name": (value, { shown }) => matches(value, nameIn(shown)),
  "-iname": (value, { shown }) => matches(value.toLowerCase(), nameIn(shown).toLowerCase()),
  "-path": (value, { shown }) => matches(value, shown),
  "-wholename": (value, { shown }) => matches(value, shown),
  "-ipath": (value, { shown }) => matches(value.toLowerCase(), shown.toLowerCase()),
  "-regex": (value, { shown }) => patternFor(value)?.test(shown) ?? true,
  "-iregex": (value, { shown }) => patternFor(value.toLowerCase())?.test(shown.toLowerCase()) ?? true,
  "-type": (value, { isFolder }) => value.split(",").includes(isFolder ? "d" : "f"),
  "-mtime": (value, { real }, knowledge) => isAged(value, DAY, knowledge, real),
  "-mmin": (value, { real }, knowledge) => isAged(value, 60_000, knowledge, real),
};

function isAged(value: string, unit: number, knowledge: Knowledge, path: string): boolean {
  const modified = knowledge.modified(path);
  const [, sign, digits] = /^([+-]?)(\d+)$/.exec(value) ?? [];
  if (modified === undefined || digits === undefined) return true;
  const age = Math.floor((knowledge.now - modified) / unit);
  if (sign === "+") return age > Number(digits);
  return sign === "-" ? age < Number(digits) : age === Number(digits);
}

function both(tests: readonly Test[]): Test {
  return (candidate, actions) => tests.every((test) => test(candidate, actions));
}

function note(action: (candidate: Candidate) => FindAction): Test {
  return (candidate, actions) => {
    actions.push(action(candidate));
    return true;
  };
}

function nameIn(path: string): string {
  return path.replace(/\/+$/, "").replace(/^.*\//, "");
}

/** A pattern of `find`, in which a star stands for slashes too. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern.replace(/\*+|\?|\[[^\]]*\]|[^*?[]+|\[/g, (part) => {
    if (part.startsWith("*")) return "[^]*";
    if (part === "?") return "[^]";
    return part.length > 1 && part.startsWith("[") ? part.replace(/^\[!/, "[^") : literalGlob(part);
  });
  if (source.split("[^]*").length > 6) return true;
  return patternFor(source)?.test(text) ?? true;
}

function patternFor(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}
