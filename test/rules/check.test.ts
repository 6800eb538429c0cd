import { expect, test } from "vitest";
import { parseState } from "../../src/document/state.ts";
import { parseWork } from "../../src/document/work.ts";
import { checkState, checkWork, fixesOf, hasErrors } from "../../src/rules/check.ts";
import { FIRST_RULES, STATE_RULES, WORK_RULES } from "../../src/rules/index.ts";
import { quote } from "../../src/rules/quote.ts";
import type { AnyDocument, Diagnostic, Facts, Rule } from "../../src/rules/rule.ts";
import { checkUnreadable } from "../../src/rules/unreadable-file.ts";
import { applyEdits, type Edit } from "../../src/text/edit.ts";
import { upTo } from "../support/effort.ts";
import { NOW, sourceOf } from "./cases.ts";

const warning: Diagnostic = { rule: "r", severity: "warning", message: "m", start: 0, end: 0 };

const edit = (start: number, end: number, text: string): Edit => ({ start, end, text });

function fixed(text: string, ...fixes: readonly (readonly Edit[] | undefined)[]): string {
  return applyEdits(text, fixesOf(fixes.map((fix) => ({ ...warning, ...(fix && { fix }) }))));
}

test("errors count, warnings do not", () => {
  expect(hasErrors([])).toBe(false);
  expect(hasErrors([warning])).toBe(false);
  expect(hasErrors([warning, { ...warning, severity: "error" }])).toBe(true);
});

test("a file that is not read has one error without a place", () => {
  expect(checkUnreadable("symbolic-link", "Unexpected symbolic link, expected a regular file")).toEqual({
    rule: "symbolic-link",
    severity: "error",
    message: "Unexpected symbolic link, expected a regular file",
    start: 0,
    end: 0,
  });
});

test("fixes that touch are applied together", () => {
  expect(fixed("abcdef", [edit(2, 4, "X")], undefined, [edit(4, 5, "Y")], [edit(2, 2, "<")])).toBe("ab<XYf");
});

test("insertions at one place keep the order of their diagnostics", () => {
  expect(fixed("ab", [edit(1, 1, "1")], [edit(1, 1, "2")], [edit(1, 1, "3")])).toBe("a123b");
});

test("of fixes that overlap the one that starts first stays, and none is applied by half", () => {
  expect(fixed("abcdef", [edit(1, 3, "X")], [edit(2, 4, "Y"), edit(5, 6, "Z")])).toBe("aXdef");
  expect(fixed("abcdef", [edit(1, 4, "X")], [edit(0, 1, "Y"), edit(2, 3, "Z")], [edit(5, 6, "!")])).toBe("aXe!");
});

test("diagnostics are sorted by position, then rule", () => {
  const text = "# Issue #07: T\n\n**Status:** done\n**Started:** x\n**Last Updated:** y\n";
  const places = checkWork(parseWork(sourceOf(text, { bom: false })), { now: NOW }).map(
    ({ start, rule }) => [start, rule] as const,
  );
  expect(places.length).toBeGreaterThan(6);
  expect(places).toEqual([...places].sort(([a, r], [b, s]) => a - b || (r < s ? -1 : r > s ? 1 : 0)));
});

test("a document of ours by its history is not foreign, and one that is newer says only that", () => {
  const document = parseState(sourceOf("# Session State\n", { bom: false }));
  expect(checkState(document, { now: NOW }).map(({ rule }) => rule)).toEqual(["foreign-format"]);
  const rules = checkState(document, { now: NOW, hasHistory: true }).map(({ rule }) => rule);
  expect(rules).toContain("missing-section");
  expect(rules).not.toContain("foreign-format");
});

test("values in messages are on one line, cut, and fenced like Markdown", () => {
  expect(quote("a b")).toBe("`a b`");
  expect(quote("a\r\n\tb")).toBe("`a b`");
  expect(quote("😀".repeat(41))).toBe(`\`${"😀".repeat(39)}…\``);
  expect(quote(" ".repeat(1000))).toBe("` …`");
  expect(quote("```sh")).toBe("```` ```sh ````");
});

// A quadratic rule needs minutes for a line or a number of lines like these, a linear one milliseconds.
const LONG = upTo(1 << 19, 1 << 16);
const FACTS: Facts = {
  now: NOW,
  modified: NOW,
  fileIssue: 7,
  archived: true,
  activeWorkFile: "missing",
  branch: "main",
};

test.each([
  ["spaces", `## Active Work\n**Current Issue:** #1\n### Progress\n- a${" ".repeat(LONG)}b\n`],
  ["digits", `**Last Updated:** ${"1".repeat(LONG)}\n## Active Work\n**Current Issue:** #1 - ${"0".repeat(LONG)}\n`],
  ["asterisks", `## Active Work\n**Branch:** ${"*".repeat(LONG)}\n### Progress\n- ${"*".repeat(LONG)}\n`],
  [
    "a percentage that does not end",
    `## Active Work\n### Progress\n- (${"9".repeat(LONG)}%\n- ${"(1%".repeat(LONG / 4)}\n`,
  ],
  ["frontmatter that does not close", `---\n${"a".repeat(LONG)}: b\n`],
  ["headings", "## x\n".repeat(LONG / 8)],
  ["known headings", "## Blockers\n### Progress\n".repeat(LONG / 32)],
  ["titles", "# Issue #1\n".repeat(LONG / 16)],
  ["conflicts", "<<<<<<< a\n=======\n```\n```\n".repeat(LONG / 32)],
  ["fields", `## Active Work\n${"**Current Issue:** #1\n".repeat(LONG / 16)}`],
  ["underlined fields", "**Branch:** x\n---\n".repeat(LONG / 16)],
  ["recent work", `## Recent Work\n${"**Previous Issue:** #007\n".repeat(LONG / 32)}`],
  ["log entries", `# Issue #1\n## Progress Log\n${"### 2024-10-23 14:30\n".repeat(LONG / 32)}`],
  ["line breaks", `## Active Work${"\r\n".repeat(LONG)}`],
])("rules are linear: %s", (_name, text) => {
  const source = sourceOf(text, { bom: false });
  const run = <D extends AnyDocument>(document: D, rules: readonly Rule<D>[]) => {
    for (const rule of rules) rule.check({ document, facts: FACTS, report: () => {} });
  };
  const state = parseState(source);
  const work = parseWork(source);
  const spent = process.cpuUsage();
  run(state, [...FIRST_RULES, ...STATE_RULES]);
  run(work, [...FIRST_RULES, ...WORK_RULES]);
  expect(process.cpuUsage(spent).user).toBeLessThan(upTo(20_000_000));
});
