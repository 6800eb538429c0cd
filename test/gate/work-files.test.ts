import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTime } from "../../src/base/time.ts";
import { reconstruct, reconstructFrom, reconstructHint } from "../../src/gate/documents/reconstruct.ts";
import { ALL_UP_TO } from "../../src/gate/view/work-files.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const HOUR = 3_600_000;
const MANY = ALL_UP_TO + 60;
const SUGGESTED = 10;
const WORK = fixture("read/format.work.md");

function workText(issue: number, instant: number): string {
  return WORK.replaceAll("42", String(issue)).replace(
    /\*\*Started:.*\n.*Updated:.*/,
    `**Started:** ${formatTime(instant - HOUR)}\n**Last Updated:** ${formatTime(instant)}`,
  );
}

/** When the work of an issue was last updated: scattered, one hour apart. */
function instantOf(issue: number): number {
  return NOW - ((issue * 7919) % MANY) * HOUR;
}

function put(project: TestProject, path: string, text: string | Uint8Array, modified?: number): void {
  project.write(path, text);
  if (modified !== undefined) utimesSync(join(project.root, path), modified / 1000, modified / 1000);
}

/** A project with more work files than are all read. */
function makeLarge(modified: (issue: number) => number | undefined = instantOf, folder = "work"): TestProject {
  const project = makeProject();
  for (let issue = 1; issue <= MANY; issue++) {
    put(project, `.claude/${folder}/${issue}.md`, workText(issue, instantOf(issue)), modified(issue));
  }
  return project;
}

const numbers = (list: readonly { readonly issueNumber: number }[]) => list.map(({ issueNumber }) => issueNumber);
const newest = Array.from({ length: MANY }, (_, index) => index + 1).sort((a, b) => instantOf(b) - instantOf(a));

describe("in a project with many work files", () => {
  test("the newest are suggested, and all are counted", async () => {
    const project = makeLarge();
    const before = project.tree(true);
    const found = await reconstruct(project.gate);
    expect(found).toMatchObject({ foundWorkFiles: MANY, skipped: [], userSelectionNeeded: true, complete: false });
    expect(numbers(found.suggestions)).toEqual(newest.slice(0, SUGGESTED));
    const full = await reconstruct(project.gate, { full: true });
    expect(full).toMatchObject({ foundWorkFiles: MANY, skipped: [], complete: true });
    expect(numbers(full.suggestions)).toEqual(newest);
    expect(found.suggestions).toEqual(full.suggestions.slice(0, SUGGESTED));
    expect(project.tree(true)).toEqual(before);
  });

  test.each<[string, (issue: number) => number | undefined]>([
    ["just cloned", () => undefined],
    ["all modified at one moment", () => NOW],
    ["modified an hour after the times they name", (issue) => instantOf(issue) + HOUR],
    ["modified while the clock was behind", (issue) => instantOf(issue) - 20 * HOUR],
    ["modified in the reverse order, later", (issue) => NOW + issue * 1000],
  ])("it is the same where the files were %s", async (_name, modified) => {
    const { suggestions } = await reconstruct(makeLarge(modified).gate);
    expect(numbers(suggestions)).toEqual(newest.slice(0, SUGGESTED));
  });

  test("those that cannot be used make room for others and are named", async () => {
    const project = makeLarge();
    const [first, second, third, fourth] = newest as [number, number, number, number];
    const damaged = (issue: number) =>
      `${workText(issue, instantOf(issue))}\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n`;
    put(project, `.claude/work/${first}.md`, damaged(first), NOW);
    put(project, `.claude/work/${second}.md`, "garbage", NOW);
    put(project, `.claude/work/${third}.md`, workText(third, NOW + 10 * HOUR), NOW);
    put(project, `.claude/work/${fourth}.md`, new Uint8Array([0xff, 0xfe, 0x23, 0x00]), NOW);
    const found = await reconstruct(project.gate);
    expect(numbers(found.suggestions)).toEqual(newest.slice(4, 4 + SUGGESTED));
    const reasons = Object.fromEntries(found.skipped.map(({ file, reason }) => [file, reason]));
    expect(reasons).toMatchObject({
      [`.claude/work/${first}.md`]: expect.stringMatching(/^conflict-marker: /),
      [`.claude/work/${second}.md`]: expect.any(String),
      [`.claude/work/${fourth}.md`]: expect.any(String),
    });
    const full = await reconstruct(project.gate, { full: true });
    expect(full.skipped).toHaveLength(4);
    expect(full.skipped).toEqual(expect.arrayContaining([...found.skipped]));
    expect(full.suggestions.slice(0, SUGGESTED)).toEqual(found.suggestions);
  });

  test("what is no file, or no name, is skipped and never followed", async () => {
    const project = makeLarge();
    const at = (name: string) => join(project.root, ".claude/work", name);
    symlinkSync("/etc/passwd", at("90001.md"));
    symlinkSync("1.md", at("90002.md"));
    mkdirSync(at("90003.md"));
    execFileSync("mkfifo", [at("90004.md")]);
    put(project, ".claude/work/-90005.md", workText(90005, NOW), NOW);
    put(project, ".claude/work/.90006.md", workText(90006, NOW), NOW);
    const found = await reconstruct(project.gate);
    expect(numbers(found.suggestions)).toEqual(newest.slice(0, SUGGESTED));
    const full = await reconstruct(project.gate, { full: true });
    expect(full.foundWorkFiles).toBe(MANY + 5);
    expect(full.skipped.map(({ file }) => file.slice(".claude/work/".length))).toEqual([
      "90001.md",
      "90002.md",
      "90003.md",
      "90004.md",
      "-90005.md",
    ]);
    expect(found.skipped.every((one) => full.skipped.some((other) => other.file === one.file))).toBe(true);
  });

  test("where none can be used, all are named", async () => {
    const project = makeProject();
    for (let issue = 1; issue <= MANY; issue++) project.write(`.claude/work/${issue}.md`, `# Notes ${issue}\n`);
    const found = await reconstruct(project.gate);
    expect(found).toMatchObject({ foundWorkFiles: MANY, suggestions: [], userSelectionNeeded: false, complete: true });
    expect(found.skipped).toHaveLength(MANY);
  });

  test("those without a time come last, by their numbers", async () => {
    const project = makeProject();
    const text = WORK.replace(/\*\*(?:Started|Last Updated):.*\n/g, "");
    const dated = 20;
    for (let issue = 1; issue <= MANY; issue++) {
      const words = issue <= dated ? workText(issue, instantOf(issue)) : text.replaceAll("42", String(issue));
      project.write(`.claude/work/${issue}.md`, words);
    }
    const full = await reconstruct(project.gate, { full: true });
    const found = await reconstruct(project.gate);
    expect(found.suggestions).toEqual(full.suggestions.slice(0, SUGGESTED));
  });

  test("the hint names three and counts the others", async () => {
    const hint = await reconstructHint(makeLarge().gate);
    for (const issue of newest.slice(0, 3)) expect(hint).toContain(`#${issue} Try the gate`);
    expect(hint).toContain(`and ${MANY - 3} more`);
  });

  test("Recent Work is rebuilt from the newest three of a large archive", async () => {
    const project = makeLarge(instantOf, "archive");
    project.write(".claude/work/90000.md", workText(90000, NOW));
    await reconstructFrom(project.gate, 90000);
    const state = project.read(".claude/state.md");
    const named = [...state.matchAll(/\*\*Previous Issue:\*\* #(\d+)/g)].map(([, number]) => Number(number));
    expect(named).toEqual(newest.slice(0, 3));
  });
});

test("whatever files say, the newest are those that reading all of them gives", async () => {
  const file = fc.record({
    age: fc.nat(50),
    lag: fc.integer({ min: -20, max: 60 }),
    form: fc.constantFrom("plain", "plain", "plain", "long", "crlf", "fields", "damaged", "none", "old"),
  });
  const forms: Record<string, (text: string) => string> = {
    plain: (text) => text,
    long: (text) => `${"<!-- words -->\n".repeat(200)}${text.replace(/^---\n.*\n---\n/, "")}`,
    crlf: (text) => text.replaceAll("\n", "\r\n"),
    fields: (text) => text.replace(/^\*\*/gm, "- **"),
    damaged: (text) => `${text}\n<<<<<<< ours\n`,
    none: () => "words",
    old: (text) => text.replace("**Last Updated:**", "**Completed:**"),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 12, maxLength: 12 }), async (kinds) => {
      const project = makeProject();
      for (let issue = 1; issue <= ALL_UP_TO + 20; issue++) {
        const { age, lag, form } = kinds[issue % kinds.length]!;
        const instant = NOW - (age * 13 + issue) * HOUR;
        put(project, `.claude/work/${issue}.md`, forms[form]!(workText(issue, instant)), instant + lag * HOUR);
      }
      const found = await reconstruct(project.gate);
      const full = await reconstruct(project.gate, { full: true });
      expect(found.suggestions).toEqual(full.suggestions.slice(0, SUGGESTED));
      expect(found.foundWorkFiles).toBe(full.foundWorkFiles);
      expect(found.complete).toBe(full.suggestions.length <= SUGGESTED && found.skipped.length === full.skipped.length);
    }),
    runs(12),
  );
});
