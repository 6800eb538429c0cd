/**
 * Rules made for damaged text act on what is damaged alone. For each number in `salvage`
 * there is something here that is in order and reaches it, in a file whose one fault is
 * elsewhere: not a byte of it may change.
 */
import { expect, test } from "vitest";
import { salvageState } from "../../src/salvage/salvage-state.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { NOW } from "../support/clock.ts";
import { fixture } from "../support/project.ts";

const times = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

/** What stands in a section of the user's own, by what in `salvage` it is a test of. */
const IN_ORDER: Readonly<Record<string, string>> = {
  "crowded bullets": "*emphasis* begins a line\n-1 is a number\n1.5 seconds\n2)next to it\n+1 for that",
  "a line as long as no heading": `Recent Work ${"and what else there is to say of it ".repeat(4)}`,
  "a thousand items": times(1001, (at) => `- item ${at}`),
  "numbers of items": "1. one\n7. seven\n1234567890. ten digits",
  "items below items": times(6, (at) => `${"    ".repeat(at)}- level ${at}`),
  "an item with a heading in it": "- # not of ours\n  ## nor this",
  "markers of conflicts in prose": "It printed `<<<<<<< HEAD` and then\n`=======` and `>>>>>>> other`.",
  "headings of the format below a section of another": "### Blockers\n\nmine\n\n### Next Steps\n\n1. mine too",
  "a key longer than a field's": `**${"Key ".repeat(11)}here:** value`,
  "a value longer than a field's": `**Note:** ${"word ".repeat(900)}end`,
  "keys that are fields elsewhere": "Branch: is what a tree has\nStarted: the engine\nStatus: unclear",
  "lines that are mostly indented": `Before:\n\n${times(30, (at) => `    code ${at}`)}\n\nAfter.`,
  "quoted lines": times(12, (at) => `> said ${at}`),
  "question marks and marks of decoders": `Why? Who? What ???\n${"long? ".repeat(90)}\n\ufffd stands here on purpose`,
  "more lines than are searched": times(600, (at) => `line ${at} of many`),
  "lines that could be wrapped": `${"A line that is long enough to have been wrapped by someone here"}\nand goes on\n- then an item`,
  "a tail longer than is searched": times(60, (at) => `| ${at} | cell |`),
  "other scripts": times(80, () => "状態の記録と検証、проверка состояния, größe"),
  "literal line breaks": 'printf "a\\nb\\nc\\nd\\n"\nand "\\u0041\\t\\"quoted\\""',
  JSON: '```json\n{"text": "# Session State\\n\\n## Active Work\\n", "deep": [[[[[[[[[1]]]]]]]]]}\n```',
  "fences with headings": "````md\n```\n## Active Work\n**Current Issue:** #9 - not this\n```\n````",
  "comments with headings": "<!--\n## Active Work\n-->",
  tables: "| Branch: | Status: |\n|---|---|\n| main | done |",
  "hard breaks and blank lines": "one  \ntwo\\\nthree\n\n\n\nfour",
};

const FRONTMATTER = `---\n${times(60, (at) => `key${at}: value ${at}`)}\nschema_version: 1\n---\n`;

/** One fault. The rest is in order. */
const FAULTS: Readonly<Record<string, (text: string) => string>> = {
  "a heading is gone": (text) => text.replace("## Recent Work\n", ""),
  "a field is gone": (text) => text.replace(/\*\*Last Updated:\*\*.*\n/, ""),
  "a section is there twice": (text) => text.replace("## Blockers\n", "## Active Work\n\n## Blockers\n"),
  "a date is impossible": (text) => text.replace(/(\*\*Started:\*\*) \S+/, "$1 2024-02-31T10:00:00Z"),
};

const format = fixture("read/format.md").replace(/^---\n(?:.*\n)*?---\n/, "");

test.each(Object.keys(IN_ORDER).flatMap((what) => Object.keys(FAULTS).map((fault) => [what, fault] as const)))(
  "%s, where %s",
  (what, fault) => {
    const own = `## Mine\n\n${IN_ORDER[what]}\n`;
    // Before the sections of the format and behind them.
    const faulty = FAULTS[fault]!(format);
    for (const text of [`${faulty}\n${own}`, faulty.replace("## Context\n", `${own}\n## Context\n`)]) {
      const damaged = `${FRONTMATTER}${text}`;
      const rebuilt = salvage(damaged);
      expect(rebuilt.slice(0, FRONTMATTER.length)).toBe(FRONTMATTER);
      expect(rebuilt).toContain(own.trimEnd());
      const before = linesOf(damaged.replace(own, ""));
      // And nothing of the format's own goes either.
      const kept = new Set(linesOf(rebuilt));
      expect(linesOf(damaged).filter((line) => !kept.has(line))).toEqual([]);
      expect(before.length).toBeGreaterThan(20);
    }
  },
);

test("a file nearly as large as is read", () => {
  const own = `## Mine\n\n${times(12_000, (at) => `- note ${at} of a long list that somebody keeps here`)}\n`;
  const text = `${FRONTMATTER}${format}\n${own}`;
  expect(text.length).toBeLessThan(786_432);
  expect(salvage(FAULTS["a heading is gone"]!(text))).toContain(own.trimEnd());
});

function salvage(text: string): string {
  return salvageState(Buffer.from(text), { work: [], archived: [] }, { now: NOW, readYaml, sideOf: () => "both" }).text;
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:\*\*(?:Last Updated|Started):|## (?:Recent Work|Active Work))/.test(line));
}
