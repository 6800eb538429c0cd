/**
 * What code of other languages that stands in a command plainly does to protected files.
 *
 * No language is parsed. Texts that name a protected path are found, the names that are
 * given to such paths, and the calls that write, move or remove one of both. What code
 * computes is not known, and neither is a file that it only reads while it writes another.
 */
import { join } from "node:path";

export interface CodeEffects {
  readonly paths: readonly string[];
  /** What it has a shell run. */
  readonly commands: readonly string[];
}

/** A text in quotes, and what separates the parts of a path that is put together. */
const LITERAL = /"""([\s\S]*?)"""|'''([\s\S]*?)'''|(["'`])((?:\\[\s\S]|(?!\3)[^\\])*)\3/g;
const JOINT = /^\s*[)\]]?\s*(?:[,/+]|\.(?:joinpath|join)\()\s*$/;
/** What a file is opened for, which is no part of its path. */
const MODE = /^(?:[rwax]\+?b?|\s*\+?[<>]+.*)$/;
const LONGEST = 200_000;
const MOST_NAMES = 20;

/** Calls whose first argument, or receiver, is changed. */
const OWNERS = "(?:os|shutil|fs|fsp|promises|FileUtils|File|IO|Dir|Deno|Bun|Path|pathlib|io|Files)\\.";
const CHANGES =
  "(?:write\\w*|truncate\\w*|rm\\w*|unlink\\w*|rename\\w*|remove\\w*|replace|move\\w*|mv|delete\\w*|outputFile\\w*|createWriteStream)";
const ALONE =
  "(?:writeFile(?:Sync)?|writeTextFile|outputFile(?:Sync)?|rmSync|rmdirSync|unlinkSync|renameSync|truncateSync|createWriteStream|rmtree|removedirs|unlink|rename|truncate|file_put_contents|move_uploaded_file|rm_rf|rmdir)";
const COPIES = "(?:copy\\w*|cp\\w*|ln_sf?|link\\w*|symlink\\w*|rename\\w*|move\\w*|mv|replace)";
const COPIES_ALONE = "(?:copyFileSync|copyFile|cpSync|copy2?|copyfile|copytree|renameSync|rename|symlinkSync|symlink)";
const WRITING_MODE = "[\"'](?:[rbtU]*[wx]|r\\+|rb\\+|\\+<|\\+?>(?!>))[^\"']*[\"']";

/** The patterns of calls that write; `@` stands for a path. */
const CALLS: readonly string[] = [
  `(?:${OWNERS}${CHANGES}|\\b${ALONE})\\b\\s*\\(?\\s*[^,;\\n]{0,160}?@`,
  `(?:${OWNERS}${COPIES}|\\b${COPIES_ALONE})\\b\\s*\\(?[^;\\n]{0,160}?,[^;\\n]{0,100}?@`,
  `\\b(?:open|openSync|fopen|sysopen)\\b\\s*\\(?\\s*[^;\\n]{0,120}?@[^;\\n().]{0,40}?\\)?\\s*,\\s*(?:mode\\s*=\\s*|flags?\\s*[:=]\\s*)?${WRITING_MODE}`,
  `\\bFile\\.(?:open|new)\\b\\s*\\(?\\s*[^;\\n]{0,120}?@[^;\\n().]{0,40}?\\)?\\s*,\\s*${WRITING_MODE}`,
  `\\bopen\\b\\s*\\(?[^;\\n]{0,60}?,\\s*["']\\+?>(?!>)[^"']{0,30}["']\\s*,\\s*@`,
  `@[\\s)\\]"']*\\.(?:write_text|write_bytes|unlink|rename|rmdir|rmtree|delete|write\\b|open\\s*\\(\\s*(?:mode\\s*=\\s*)?${WRITING_MODE})`,
  `\\bfileinput\\.\\w+\\s*\\([^;\\n]{0,120}?@[^;\\n]{0,60}?inplace`,
];
/** In awk also a redirection writes. */
const REDIRECTION = "(?<![>=-])>\\s*@";
const RUNS =
  /\b(?:system|popen\w*|exec(?:Sync|FileSync|File)?|spawn(?:Sync)?|run|call|check_call|check_output|getoutput|shell_exec|passthru)\s*\(?\s*$/i;
const READS = /read(?!dir)\w*\s*\(|\bopen\s*\(|\bload\w*\s*\(|\bslurp|\bparse\s*\(/;

/** Which paths code writes; `leads` tells whether a text is a protected path, or a glob for some. */
export function effectsOfCode(code: string, program: string, leads: (text: string) => boolean): CodeEffects {
  if (code.length > LONGEST) return { paths: [], commands: [] };
  const paths: string[] = [];
  const direct: string[] = [];
  const commands = commandsIn(code, program);
  const masked = mask(code, leads, paths, direct);
  if (paths.length === 0) return { paths: direct, commands };
  const names = namesIn(masked);
  const written = new Set<string>(direct);
  const any = `(?:\\u0001(\\d+)\\u0001|(?<![\\w.])[$@]?(${[...names.keys(), "\\u0002"].join("|")})\\b)`;
  for (const call of [...CALLS, ...(/awk$/.test(program) ? [REDIRECTION] : [])]) {
    for (const found of masked.matchAll(new RegExp(call.replace("@", any), "g"))) {
      const [number, name] = found.slice(-2);
      const index = number ?? (name === undefined ? undefined : names.get(name));
      if (index !== undefined) written.add(paths[Number(index)]!);
    }
  }
  return { paths: [...written], commands };
}

/** The code with a number in the place of each protected path; a path with a redirection in front is written at once. */
function mask(code: string, leads: (text: string) => boolean, paths: string[], direct: string[]): string {
  const literals = [...code.matchAll(LITERAL)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    text: textOf(found[1] ?? found[2] ?? found[4] ?? ""),
    raw: found[0],
  }));
  let masked = "";
  let at = 0;
  for (let index = 0; index < literals.length; ) {
    const { start, end, text, raw } = literals[index]!;
    const [, operator, rest = ""] = /^\s*(\+?[<>]{1,2})\s*(\S.*)$/.exec(text) ?? [];
    if (operator !== undefined && /^\+?>$|^\+<$/.test(operator) && leads(rest)) direct.push(rest);
    let last = index;
    let best: { readonly path: string; readonly last: number } | undefined = leads(text)
      ? { path: text, last }
      : undefined;
    let path = text;
    while (literals[last + 1] && last - index < 4 && !MODE.test(text)) {
      const gap = code.slice(literals[last]!.end, literals[last + 1]!.start);
      if (!JOINT.test(gap)) break;
      last++;
      path = gap.includes("+") ? path + literals[last]!.text : join(path, literals[last]!.text);
      // Of what stands behind a path that is one, only what leads deeper belongs to it.
      if (path.startsWith(text) && leads(path)) best = { path, last };
    }
    masked += code.slice(at, start);
    if (best === undefined) {
      masked += /^["'][-rwaxbtU+<>:a-z0-9]{1,14}["']$/i.test(raw) ? raw : '""';
      at = end;
      index++;
    } else {
      masked += `\u0001${paths.length}\u0001`;
      paths.push(best.path);
      at = literals[best.last]!.end;
      index = best.last + 1;
    }
  }
  return masked + code.slice(at);
}

/** What a literal says; what is put into it when it runs stands for anything. */
function textOf(literal: string): string {
  return literal.replace(/\$?\{[^{}]*\}/g, "*").replace(/\\(["'`\\])/g, "$1");
}

/** The names that code gives to protected paths, with the number of the path. */
function namesIn(masked: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const assigned = /[$@]?\b(\w+)\)?\s*:?=\s*([^\n;=][^\n;]{0,300})/g;
  const iterated = /\bfor(?:each)?\s*\(?\s*(?:(?:const|let|var|my)\s+)?\$?(\w+)\s*(?:in\b|of\b|\()\s*([^\n;{]{0,300})/g;
  const passed = /(\u0001\d+\u0001|\b\w+\b)[^\n;]{0,120}?(?:\|\s*(\w+)\s*\||\(?\b(\w+)\)?\s*=>|function\s*\(\s*(\w+))/g;
  for (let before = -1; before !== names.size && names.size < MOST_NAMES; ) {
    before = names.size;
    for (const pattern of [assigned, iterated]) {
      for (const [, name = "", value = ""] of masked.matchAll(pattern)) {
        const index = numberIn(value, names);
        if (index !== undefined && !names.has(name) && !READS.test(value)) names.set(name, index);
      }
    }
    for (const [, from = "", ...parameters] of masked.matchAll(passed)) {
      const index = numberIn(from, names);
      const name = parameters.find((each) => each !== undefined);
      if (index !== undefined && name !== undefined && !names.has(name)) names.set(name, index);
    }
  }
  return names;
}

function numberIn(value: string, names: ReadonlyMap<string, string>): string | undefined {
  const [, number] = /\u0001(\d+)\u0001/.exec(value) ?? [];
  if (number !== undefined) return number;
  const named = [...value.matchAll(/\b[A-Za-z_]\w*\b/g)].find(([word]) => names.has(word));
  return named && names.get(named[0]);
}

/** The commands that code hands to a shell: one text, or a list of words. */
function commandsIn(code: string, program: string): readonly string[] {
  const commands: string[] = [];
  const literals = [...code.matchAll(LITERAL)];
  for (let index = 0; index < literals.length; index++) {
    const literal = literals[index]!;
    const before = code.slice(Math.max(0, literal.index - 60), literal.index);
    const isTicked = literal[3] === "`" && (/^(?:perl|ruby|php)$/.test(program) || /\$\s*$/.test(before));
    const isList = /\[\s*$/.test(before);
    if (!isTicked && !RUNS.test(isList ? before.replace(/\[\s*$/, "") : before)) continue;
    const words = [literal[1] ?? literal[2] ?? literal[4] ?? ""];
    while (literals[index + 1]) {
      const { index: start } = literals[index]!;
      const gap = code.slice(start + literals[index]![0].length, literals[index + 1]!.index);
      if (!/^\s*,\s*\[?\s*$/.test(gap)) break;
      const next = literals[++index]!;
      words.push(next[1] ?? next[2] ?? next[4] ?? "");
    }
    const texts = words.map((word) => word.replace(/\\(["'`\\])/g, "$1"));
    commands.push(texts.length === 1 ? texts[0]! : texts.map((text) => `'${text.replaceAll("'", "'\\''")}'`).join(" "));
  }
  return commands;
}
