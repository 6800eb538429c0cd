/**
 * The house plan, as a test. A room may import only from rooms on a lower floor;
 * rooms on one floor are strangers. Pure rooms may not touch the world.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { expect, test } from "vitest";

const FLOORS = [
  ["base"],
  ["text", "files"],
  ["syntax", "store"],
  ["document", "records", "settings"],
  ["rules", "changes"],
  ["salvage", "merge"],
  ["gate"],
  ["cli", "hooks", "mcp"],
  ["."], // index.ts and bin.ts: the front doors
];
const PURE = new Set([
  "base",
  "text",
  "syntax",
  "document",
  "records",
  "rules",
  "changes",
  "salvage",
  "merge",
  "settings",
]);
/** Digests are pure; only loading what makes them is put off. */
const AMBIENT =
  /\b(?:Date\.now|new Date\(\)|process\.(?!getBuiltinModule\("node:crypto"\)\.createHash\()|Math\.random|console\.|performance\.|crypto\.)/;

/** Who alone may name a module. */
const OWNERS: readonly (readonly [pattern: RegExp, ...rooms: string[]])[] = [
  [/^node:fs/, "files"],
  [/^(?:unified|remark-|micromark|mdast-util-)/, "syntax"],
  [/^yaml$/, "syntax"],
  [/^diff$/, "text"],
  [/^commander$/, "cli"],
  [/^@clack\//, "cli"],
  [/^zod/, "records", "mcp"],
  [/^@modelcontextprotocol\//, "mcp"],
  [/^(?:node:sqlite|libsql|redis|@redis\/.*)$/, "store"],
];
/** Who alone may name a module within its room. */
const FOLDER_OWNERS: readonly (readonly [pattern: RegExp, folder: string])[] = [[/^chokidar$/, "gate/watch/"]];
const LONGEST = 320;

const SRC = join(import.meta.dirname, "../src");
const floorOf = (room: string) => FLOORS.findIndex((floor) => floor.includes(room));
const roomOf = (file: string) => {
  const [first = "", second] = relative(SRC, file).split(sep);
  return second === undefined ? "." : first;
};
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(SRC, name));

test.each(files.map((file) => [relative(SRC, file), file]))("%s", (_name, file) => {
  const code = readFileSync(file, "utf8");
  const room = roomOf(file);
  const complaints: string[] = [];
  if (floorOf(room) === -1) complaints.push(`${room} is no room of the plan`);
  for (const [, specifier = ""] of code.matchAll(
    /(?:\bfrom|\bimport|\bgetBuiltinModule\b.*?)\s*\(?\s*["']([^"'\n]+)["']/g,
  )) {
    if (specifier.startsWith(".")) {
      const target = roomOf(join(dirname(file), specifier));
      const below = floorOf(target) < floorOf(room) && !(PURE.has(room) && target === "files");
      if (target !== room && !below) complaints.push(`${room} must not import ${target}`);
      continue;
    }
    for (const [pattern, ...owners] of OWNERS) {
      if (pattern.test(specifier) && !owners.includes(room)) complaints.push(`only ${owners} names ${specifier}`);
    }
    for (const [pattern, owner] of FOLDER_OWNERS) {
      const inside = relative(SRC, file).split(sep).join("/").startsWith(owner);
      if (pattern.test(specifier) && !inside) complaints.push(`only ${owner} names ${specifier}`);
    }
    if (PURE.has(room) && /^node:(?!crypto$)/.test(specifier))
      complaints.push(`${room} is pure, it must not import ${specifier}`);
  }
  const withoutComments = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  if (PURE.has(room) && AMBIENT.test(withoutComments))
    complaints.push(`${room} is pure, it must not read ${AMBIENT.exec(withoutComments)?.[0]}`);
  if (/process\.exit/.test(withoutComments) && relative(SRC, file) !== "bin.ts")
    complaints.push("only bin.ts ends the process");
  if (code.split("\n").length > LONGEST) complaints.push(`longer than ${LONGEST} lines`);
  expect(complaints).toEqual([]);
});
