/** The pages say what the program says. Run with `UPDATE_FIXTURES=1` to write the table of rules anew. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../src/cli/registry.ts";
import { GUARDED_RULES } from "../src/rules/guarded.ts";
import { FIRST_RULES, STATE_RULES, WORK_RULES } from "../src/rules/index.ts";
import { FILE_RULES, GIT_RULES, GUARD_RULES, RECORD_RULES } from "../src/rules/unreadable-file.ts";

const ROOT = join(import.meta.dirname, "..");

test("docs/rules.md lists every rule", () => {
  const path = join(ROOT, "docs/rules.md");
  const rules = new Map<string, { severity: string; description: string; where: Set<string> }>();
  const add = (where: string, list: readonly { id: string; severity: string; description: string }[]) => {
    for (const { id, severity, description } of list) {
      const rule = rules.get(id) ?? { severity, description, where: new Set() };
      rules.set(id, rule);
      rule.where.add(where);
    }
  };
  const listed = (rules: Readonly<Record<string, string>>, severity = "error") =>
    Object.entries(rules).map(([id, description]) => ({ id, severity, description }));
  const files = listed(FILE_RULES);
  add("record", listed(RECORD_RULES));
  add("git", listed(GIT_RULES, "warning"));
  add("state", [...files, ...FIRST_RULES, ...STATE_RULES]);
  add("work", [...files, ...FIRST_RULES.filter(({ id }) => id !== "foreign-format"), ...WORK_RULES]);
  add("guarded", [...files, ...GUARDED_RULES]);
  add("list", listed(GUARD_RULES));
  const rows = [...rules]
    .sort(([a, one], [b, other]) =>
      one.severity === other.severity ? (a < b ? -1 : 1) : one.severity === "error" ? -1 : 1,
    )
    .map(
      ([id, { severity, description, where }]) =>
        `| <a id="${id}"></a>\`${id}\` | ${severity} | ${[...where].join(", ")} | ${description} |`,
    );
  const head = readFileSync(path, "utf8").split("| rule |")[0]!;
  const page = `${head}| rule | severity | files | what must hold |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  if (process.env["UPDATE_FIXTURES"]) writeFileSync(path, page);
  expect(readFileSync(path, "utf8")).toBe(page);
});

test("docs/commands.md and the README name only commands that exist, and every one", () => {
  const page = readFileSync(join(ROOT, "docs/commands.md"), "utf8");
  const named = [...page.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name!).filter((name) => !name.startsWith("-"));
  expect(named).toEqual(COMMANDS.map(({ name }) => name).filter((name) => name !== "help"));
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const used = [...readme.matchAll(/(?:npx |\$ |`)gate ([a-z]+)/g)].map(([, name]) => name!);
  expect(COMMANDS.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(used)]));
});

test("docs/state.md has a row for every command on keys", async () => {
  const page = readFileSync(join(ROOT, "docs/state.md"), "utf8");
  const module = await COMMANDS.find(({ name }) => name === "kv")!.load();
  const names = "subcommands" in module ? module.subcommands.map(({ name }) => name) : [];
  expect([...page.matchAll(/^\| `kv ([a-z]+)/gm)].map(([, name]) => name)).toEqual(names);
});

test("links between the pages lead somewhere", () => {
  const names = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  const pages = ["README.md", "ARCHITECTURE.md", ...names.map((name) => `docs/${name}`)];
  for (const page of pages) {
    for (const [, target = ""] of readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(() => readFileSync(join(ROOT, page, "..", target)), `${page}: ${target}`).not.toThrow();
    }
  }
});

test("the picture of the live view is that of the frame that was recorded, and says it as text", () => {
  const script = join(ROOT, "bench/picture.mjs");
  const picture = readFileSync(join(ROOT, "docs/pictures/watch.svg"), "utf8");
  expect(execFileSync(process.execPath, [script, "--recorded"], { encoding: "utf8" })).toBe(picture);
  expect(picture.length).toBeLessThan(60_000);
  const read = (text: string) => text.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  const said = read(/<desc[^>]*>([^<]*)</.exec(picture)![1]!);
  const drawn = [...picture.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => read(text!)).join("");
  const frame = readFileSync(join(ROOT, "docs/pictures/watch.ansi"), "utf8").replace(/\u001b\[\d+[mG]/g, "");
  const letters = (text: string) => text.replace(/\s/g, "");
  expect(letters(said)).toBe(letters(frame));
  expect(letters(drawn)).toBe(letters(frame));
  for (const words of ["Rate limit the login", "Other open issues", "Claims", "? help"]) expect(said).toContain(words);
});

test.each(["ARCHITECTURE.md", "docs/decisions.md"])("%s names files that are there", (page) => {
  const rooms = readdirSync(join(ROOT, "src"));
  const named = [...readFileSync(join(ROOT, page), "utf8").matchAll(/`([\w-]+(?:\/[\w.-]+)+)`/g)].map(
    ([, path = ""]) => path,
  );
  const ours = named.filter((path) => {
    const [top = ""] = path.split("/");
    return rooms.includes(top) || ["test", "fixtures", "bench", "src", "build"].includes(top);
  });
  expect(ours.length).toBeGreaterThan(20);
  const ends = ["", ".ts", ".mjs"];
  const isThere = (path: string) =>
    ["", "src/"].some((at) => ends.some((end) => existsSync(join(ROOT, at + path + end))));
  expect(ours.filter((path) => !isThere(path))).toEqual([]);
});

test("docs/coming-from.md names only commands and exports that exist", async () => {
  const page = readFileSync(join(ROOT, "docs/coming-from.md"), "utf8");
  const library = Object.keys(await import("../src/index.ts"));
  const rows = page.split("\n").filter((line) => /^\| .* \| .* \|/.test(line));
  const here = rows.map((row) => row.split(" | ")[1]!);
  const calls = here.flatMap((cell) => [...cell.matchAll(/`gate ([a-z]+)(?: ([a-z-]+))?/g)]);
  expect(calls.length).toBeGreaterThan(30);
  for (const [whole, name, sub] of calls) {
    const found = COMMANDS.find((each) => each.name === name);
    expect(found, whole).toBeDefined();
    const command = await found!.load();
    if ("subcommands" in command)
      expect(
        command.subcommands.map((each) => each.name),
        whole,
      ).toContain(sub);
  }
  const exported = here.flatMap((cell) => [...cell.matchAll(/`([a-z]+[A-Z]\w+)/g)].map(([, name]) => name!));
  expect(exported.length).toBeGreaterThan(12);
  for (const name of exported) expect(library, name).toContain(name);
});
