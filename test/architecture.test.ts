/**
 * The house plan, as a test. A room may import only from rooms on a lower floor;
 * rooms on one floor are strangers, and `gate` and `files` have floors inside.
 * Pure rooms may not touch the world. No file imports one that imports it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { expect, test } from "vitest";

const FLOORS = [
  ["base"],
  ["text", "json", "files"],
  ["syntax", "store"],
  ["document", "records", "settings"],
  ["rules", "changes", "adapters"],
  ["pipeline"],
  ["salvage", "merge"],
  ["gate"],
  ["cli", "hooks", "mcp", "lsp"],
  ["boot"],
  ["."], // index.ts and bin.ts: the front doors
];
/** The floors inside a room, by its folders; its own files are the folder `.`. */
const INNER_FLOORS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  files: [["guard"], ["read", "lock", "git", "terminal"], ["replace", "cache"], ["record"]],
  gate: [
    ["."],
    ["view", "answer"],
    ["commit"],
    ["claims", "workflow", "proof"],
    ["documents", "kv", "runs", "install"],
    ["batch", "recovery"],
    ["history"],
    ["agent", "watch"],
  ],
};
const PURE = new Set([
  ...[
    "base",
    "text",
    "syntax",
    "document",
    "records",
    "rules",
    "changes",
    "adapters",
    "pipeline",
    "salvage",
    "merge",
    "settings",
    "json",
  ],
]);
/** Digests are pure; only loading what makes them is put off. */
const AMBIENT =
  /\b(?:Date\.now|new Date\(\)|process\.(?!getBuiltinModule\("node:crypto"\)\.createHash\()|Math\.random|console\.|performance\.|crypto\.)/;

/** Who alone may name a module: a room, or a folder of one. */
const OWNERS: readonly (readonly [pattern: RegExp, ...places: string[]])[] = [
  [/^node:fs/, "files", "boot"],
  [/^(?:unified$|remark-|micromark)/, "syntax/reference", "pipeline", "remark.ts"],
  [/^vfile/, "rules/message.ts", "pipeline", "remark.ts"],
  [/^mdast-util-/, "syntax"],
  [/^decode-named-/, "syntax/parse-markdown.ts"],
  [/^get-east-asian-width$/, "cli/views"],
  [/^yaml$/, "syntax/yaml"],
  [/^diff$/, "text/diff"],
  [/^commander$/, "cli/commander"],
  [/^@clack\//, "cli/prompts"],
  [/^zod/, "records", "mcp"],
  [/^@modelcontextprotocol\//, "mcp"],
  [/^vscode-/, "lsp"],
  [/^(?:node:sqlite|libsql|@redis\/.*)$/, "store"],
  [/^chokidar$/, "gate/watch"],
];
const LONGEST = 320;
const LONGEST_FUNCTION = 60;
/** Beyond that, what belongs together is one object with names. */
const MOST_ARGUMENTS = 4;
/** Of the files of the house, in lines: half of them are shorter. */
const MEDIAN = 80;

const SRC = join(import.meta.dirname, "../src");
const pathOf = (file: string) => relative(SRC, file).split(sep).join("/");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(SRC, name));
const codes = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

/** Whatever a file imports, types and what is loaded late included. */
function importsOf(file: string): string[] {
  const code = codes.get(file)!.replace(/^ \*.*/gm, "");
  const pattern = /(?:\bfrom|\bimport|\bgetBuiltinModule\b.*?)\s*\(?\s*["']([^"'\n]+)["']/g;
  return [...code.matchAll(pattern)].map(([, specifier = ""]) => specifier);
}

function targetsOf(file: string): string[] {
  return importsOf(file).flatMap((specifier) => (specifier.startsWith(".") ? [resolve(dirname(file), specifier)] : []));
}

/** The room of a file and its folder in there, `.` for none. */
function placeOf(file: string): { readonly room: string; readonly folder: string } {
  const [room = "", folder, inner] = pathOf(file).split("/");
  if (folder === undefined) return { room: ".", folder: "." };
  return { room, folder: inner === undefined ? "." : folder };
}

const floorIn = (floors: readonly (readonly string[])[], name: string) =>
  floors.findIndex((floor) => floor.includes(name));

function complainOfArrow(from: string, to: string): string | undefined {
  const [source, target] = [placeOf(from), placeOf(to)];
  if (source.room === target.room) {
    const floors = INNER_FLOORS[source.room];
    if (!floors || source.folder === target.folder) return undefined;
    const below = floorIn(floors, target.folder) < floorIn(floors, source.folder);
    return below ? undefined : `${source.room}/${source.folder} must not import ${target.room}/${target.folder}`;
  }
  const isBelow = floorIn(FLOORS, target.room) < floorIn(FLOORS, source.room);
  const isPure = PURE.has(source.room) && !PURE.has(target.room);
  return isBelow && !isPure ? undefined : `${source.room} must not import ${target.room}`;
}

test.each(files.map((file) => [pathOf(file), file]))("%s", (path, file) => {
  const code = codes.get(file)!;
  const { room, folder } = placeOf(file);
  const complaints: string[] = [];
  if (floorIn(FLOORS, room) === -1) complaints.push(`${room} is no room of the plan`);
  const floors = INNER_FLOORS[room];
  if (floors && floorIn(floors, folder) === -1) complaints.push(`${room}/${folder} is no folder of the plan`);
  for (const target of targetsOf(file)) {
    const complaint = complainOfArrow(file, target);
    if (complaint !== undefined) complaints.push(complaint);
  }
  for (const specifier of importsOf(file).filter((name) => !name.startsWith("."))) {
    for (const [pattern, ...owners] of OWNERS) {
      if (pattern.test(specifier) && !owners.some((owner) => path === owner || path.startsWith(`${owner}/`))) {
        complaints.push(`only ${owners} names ${specifier}`);
      }
    }
    if (PURE.has(room) && /^node:(?!crypto$)/.test(specifier)) {
      complaints.push(`${room} is pure, it must not import ${specifier}`);
    }
  }
  const withoutComments = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const ambient = AMBIENT.exec(withoutComments)?.[0];
  if (PURE.has(room) && ambient) complaints.push(`${room} is pure, it must not read ${ambient}`);
  if (/process\.exit/.test(withoutComments) && path !== "bin.ts") complaints.push("only bin.ts ends the process");
  if (code.split("\n").length > LONGEST) complaints.push(`longer than ${LONGEST} lines`);
  complaints.push(...complainOfFunctions(parseAst(code, { lang: "ts" }), code));
  expect(complaints).toEqual([]);
});

test("no file imports one that imports it, by however many others", () => {
  expect(circlesIn(new Map(files.map((file) => [file, targetsOf(file)])))).toEqual([]);
});

test("half of the files are short", () => {
  const lengths = [...codes.values()].map((code) => code.split("\n").length).sort((one, other) => one - other);
  expect(lengths[lengths.length >> 1]).toBeLessThan(MEDIAN);
});

/** Functions, methods and constructors that are long or take many arguments, wherever they stand. */
function complainOfFunctions(node: unknown, code: string): string[] {
  if (typeof node !== "object" || node === null) return [];
  const complaints = Object.values(node).flatMap((inner) => complainOfFunctions(inner, code));
  const { type, params, start, end } = node as Readonly<Record<string, unknown>>;
  if (typeof type !== "string" || !/Function/.test(type) || !Array.isArray(params)) return complaints;
  const line = code.slice(0, Number(start)).split("\n").length;
  const length = code.slice(Number(start), Number(end)).split("\n").length;
  if (length > LONGEST_FUNCTION) complaints.push(`line ${line}: a function of ${length} lines`);
  if (params.length > MOST_ARGUMENTS) complaints.push(`line ${line}: a function with ${params.length} arguments`);
  return complaints;
}

/** What is left once every file that imports no other one left is taken away, and every one that none left imports. */
function circlesIn(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map([...arrows].map(([file, targets]) => [file, new Set(targets)]));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [file, targets] of left) {
      const goesOn = [...targets].some((target) => left.has(target));
      const isReached = [...left.values()].some((others) => others.has(file));
      if (!goesOn || !isReached) left.delete(file);
    }
  }
  return [...left.keys()].map(pathOf);
}

test("what builds the program is short", () => {
  expect(readFileSync(join(SRC, "../build.mjs"), "utf8").split("\n").length).toBeLessThan(120);
});
