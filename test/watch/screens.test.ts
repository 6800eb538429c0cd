/**
 * What the live view shows, as pictures of its screens in `fixtures/watch`, without
 * colours and with them. Run with `UPDATE_FIXTURES=1` to make them anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { styleOf } from "../../src/cli/style.ts";
import { columnsOf, cutToColumns, wrapToColumns } from "../../src/cli/views/columns.ts";
import { layOut } from "../../src/cli/views/watch/layout.ts";
import type { Row } from "../../src/cli/views/watch/line.ts";
import { afterEvent, EMPTY, mergeChanges, type WatchModel } from "../../src/cli/views/watch/model.ts";
import { HELP, viewPanel } from "../../src/cli/views/watch/panel.ts";
import { type Size, viewScreen } from "../../src/cli/views/watch/screen.ts";
import { Painter } from "../../src/cli/watch/painter.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature } from "../../src/gate/batch/end.ts";
import { newestOpen } from "../../src/gate/documents/list.ts";
import { save } from "../../src/gate/documents/save.ts";
import { history } from "../../src/gate/history/history.ts";
import { ProjectWatch } from "../../src/gate/watch/project-watch.ts";
import { runs } from "../support/effort.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const FOLDER = join(import.meta.dirname, "../../fixtures/watch");
const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
];
/** Where there is little, and where two columns begin. */
const MORE_SIZES: readonly Size[] = [
  { columns: 40, rows: 15 },
  { columns: 119, rows: 40 },
  { columns: 120, rows: 30 },
];
const STATE = fixture("read/format.md");
const WORK = fixture("read/format.work.md").replaceAll("42", "1234");
const HOUR = 3_600_000;
const AT_TERMINAL = { terminal: { input: true, output: true, error: true } };
const PLAIN = styleOf({ ...AT_TERMINAL, environment: { NO_COLOR: "1" } }, "output");
const COLOURED = styleOf({ ...AT_TERMINAL, environment: {} }, "output");

/** A work file of an issue that was left for another one. */
function pausedWork(issue: number, title: string, updated: string): string {
  return `# Issue #${issue}: ${title}

**Status:** in_progress
**Started:** ${updated}
**Last Updated:** ${updated}

## Paused Plan

### Progress
- ✅ One
- ⏸️ Two

## Progress Log
`;
}

const CLAIM = {
  ...{ worktree: "/project", branch: "main", session: undefined, remote: undefined, live: true },
  ...{ since: "2024-10-23T15:00:00Z", until: "2024-10-24T00:00:00Z" },
};

const SCENES: Readonly<Record<string, () => Promise<Scene>>> = {
  async working() {
    const project = makeProject({
      ".claude/state.md": STATE,
      ".claude/work/1234.md": WORK,
      ".claude/work/7.md": pausedWork(7, "制限を追加する 🎉", "2024-10-20T10:00:00Z"),
      ".claude/work/123.md": pausedWork(
        123,
        `Tell \u001b[31mthe users ${"at length ".repeat(30)}`,
        "2024-10-23T12:00:00Z",
      ),
      ".claude/work/8.md": pausedWork(8, "Finished", "2024-10-23T12:00:00Z")
        .replace("in_progress", "completed")
        .replace(/## Paused Plan[\s\S]*(?=## Progress Log)/, ""),
    });
    await save({ ...project.gate, actor: "agent-1" }, { log: ["Read the code"] });
    project.later(HOUR / 2);
    await save(project.gate, {
      nextSteps: ["Complete middleware implementation", "Write unit tests for rate limiter", "Ask for a review"],
    });
    await createBatch(project.gate, {
      features: ["Add a limiter", "Add a header that says what is left", "Document both", "Tell the users"],
    });
    await completeFeature(project.gate, { index: 0 });
    await failFeature(project.gate, { index: 1, error: "Connection timed out" });
    project.write(
      ".claude/state.md",
      project.read(".claude/state.md").replace("None currently", "Waiting for the keys of the store"),
    );
    project.later(90 * 60_000);
    const claims = [
      { ...CLAIM, issueNumber: 7, holder: "ana@laptop:1a2b3c4d/other", worktree: "/project-7" },
      { ...CLAIM, issueNumber: 1234, holder: "me\u202e@desk:9f8e7d6c/main" },
    ];
    return sceneOf(project, { branch: "main", claims });
  },
  async damaged() {
    const project = makeProject({
      ".claude/state.md": `${STATE}\n<<<<<<< HEAD\n## blockers\n`,
      ".claude/work/1234.md": WORK,
    });
    project.later(60 * HOUR);
    return sceneOf(project);
  },
  async idle() {
    const idle = STATE.replace(/\*\*Current Issue[\s\S]*?(?=## Recent)/, "No active work currently.\n\n");
    return sceneOf(makeProject({ ".claude/state.md": idle }));
  },
  async missing() {
    return sceneOf(makeProject(), { notice: "Polling, because the system's watches are used up", polling: true });
  },
  async foreign() {
    return sceneOf(makeProject({ ".claude/state.md": "# Notes\n\nsecret plan\n" }));
  },
  async crowded() {
    const items = Array.from(
      { length: 90 },
      (_, at) => `- 🔄 項目 ${at} 处理 🎉👩 e\u0301 \u001b[31mred\u202e \u0007 ${"long ".repeat(at)}(${at}% done)`,
    );
    const state = STATE.replace(/(### Progress\n)[\s\S]*?(?=\n### Next)/, `$1${items.join("\n")}\n`).replace(
      "Add rate limiting to authentication",
      `العنوان ${"宽".repeat(120)}`,
    );
    return sceneOf(makeProject({ ".claude/state.md": state, ".claude/work/1234.md": WORK }));
  },
};

interface Scene {
  readonly model: WatchModel;
  readonly now: number;
}

async function sceneOf({ root, gate }: TestProject, more: Partial<WatchModel> = {}): Promise<Scene> {
  const watch = new ProjectWatch(root, { clock: gate.clock });
  let model = EMPTY;
  // A damaged file is believed once it stands still.
  while (!model.state) {
    for (const event of await watch.look()) model = afterEvent(model, event);
    if (!model.state) await watch.wait();
  }
  watch.stop();
  const changes = mergeChanges((await history(gate)).entries, [
    { time: gate.clock() - 60_000, operation: "edited", path: ".claude/state.md", author: "another program" },
  ]);
  const batch = model.batch && { ...model.batch, batchId: "batch-20241023-170000-123456" };
  return {
    model: {
      ...{ ...model, root: "/home/me/project", batch, changes: model.state.exists ? changes : [] },
      issues: await newestOpen(gate, 40, model.state.issueNumber),
      ...more,
    },
    now: gate.clock(),
  };
}

/** The rows as a terminal shows them: the second column at its place. */
function pictureOf(rows: readonly Row[]): string {
  const lines = rows.map(({ text, second }) => {
    if (!second) return text;
    return `${text}${" ".repeat(Math.max(0, second.column - columnsOf(stripVTControlCharacters(text))))}${second.text}`;
  });
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

describe.each(Object.entries(SCENES))("%s", (name, scene) => {
  test.each([
    ["plain", PLAIN],
    ["colour", COLOURED],
  ] as const)("%s", async (colours, style) => {
    const { model, now } = await scene();
    for (const size of name === "working" ? [...SIZES, ...MORE_SIZES] : SIZES) {
      const picture = pictureOf(viewScreen(model, size, now, style));
      const path = join(FOLDER, `${name}.${size.columns}x${size.rows}.${colours}.txt`);
      if (process.env["UPDATE_FIXTURES"]) {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(path, picture);
      }
      expect(picture).toBe(readFileSync(path, "utf8"));
    }
  });

  test("in every size as many rows as there are, none wider than the window, nothing that steers", async () => {
    const { model, now } = await scene();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 80 }), (columns, rows) => {
        const screen = viewScreen(model, { columns, rows }, now, PLAIN);
        expect(screen.length).toBeLessThanOrEqual(rows);
        // A panel has a line of its own; the view names it in every window that has room for the word.
        if (columns > 7) expect(screen.at(-1)!.text).toContain("? help");
        for (const { text, second } of screen) {
          expect(columnsOf(text)).toBeLessThan(Math.max(2, columns));
          if (second) expect(second.column + columnsOf(second.text)).toBeLessThan(columns);
          expect(`${text}${second?.text ?? ""}`).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
          );
        }
      }),
      runs(60),
    );
  });
});

test("colours change nothing but colours", async () => {
  const { model, now } = await SCENES["working"]!();
  for (const size of SIZES) {
    const coloured = pictureOf(viewScreen(model, size, now, COLOURED));
    expect(stripVTControlCharacters(coloured)).toBe(pictureOf(viewScreen(model, size, now, PLAIN)));
    expect(coloured).not.toBe(stripVTControlCharacters(coloured));
  }
});

test("minutes and freshness go by the clock", async () => {
  const { model, now } = await SCENES["idle"]!();
  const head = (later: number) => viewScreen(model, SIZES[0]!, now + later, PLAIN)[0]!.text;
  expect(head(0)).toMatch(/updated 2 hours ago {2}● recent$/);
  expect(head(23 * HOUR)).toMatch(/updated 1 day ago {2}● moderate$/);
  expect(head(60 * HOUR)).toMatch(/updated 2 days ago {2}● stale$/);
});

test("help, and texts that are longer than the window", () => {
  const size = { columns: 60, rows: 10 };
  const first = viewPanel(HELP, size, PLAIN);
  expect(first.rows).toHaveLength(10);
  expect(first.rows.at(-1)!.text).toMatch(/^↓ \d+ more lines/);
  const last = viewPanel({ ...HELP, from: 999 }, size, PLAIN);
  expect(last.rows.at(-1)!.text).toBe("any key goes back");
  expect(last.panel.from).toBeLessThan(20);
  for (const columns of [1, 2, 5]) expect(() => viewPanel(HELP, { columns, rows: 1 }, PLAIN)).not.toThrow();
});

const anyText = fc.string({ unit: fc.constantFrom("a", " ", "字", "é", "e\u0301", "🎉", "⏸️", "❌", "…", "\u0430") });

test("what is shortened or wrapped fits, and what fits is not touched", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, columns) => {
      expect(columnsOf(cutToColumns(text, columns))).toBeLessThanOrEqual(columns);
      if (columnsOf(text) <= columns) expect(cutToColumns(text, columns)).toBe(text);
      const lines = wrapToColumns(text, columns);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }),
  );
  expect(["a", "字", "🎉", "⏸️", "e\u0301", "한", "ｱ", ""].map(columnsOf)).toEqual([1, 2, 2, 2, 1, 2, 1, 0]);
});

test("a layout never has more rows than it is given, and shows all where there is room", () => {
  const section = fc.record({
    count: fc.integer({ min: 1, max: 20 }),
    least: fc.integer({ min: 1, max: 4 }),
    rank: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(section, { maxLength: 7 }), fc.integer({ min: 0, max: 80 }), (sections, rows) => {
      const made = sections.map(({ count, ...rest }, at) => ({
        title: [{ text: `title ${at}` }],
        lines: Array.from({ length: count }, (_, line) => [{ text: `${at}.${line}` }]),
        ...rest,
      }));
      const lines = layOut(made, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      const all = sections.reduce((sum, { count }) => sum + count + 1, 0);
      if (all <= rows) expect(lines.filter((line) => line.length > 0)).toHaveLength(all);
    }),
  );
});

test("only rows that differ are painted", () => {
  const painter = new Painter();
  const rows = (...texts: string[]) => texts.map((text) => ({ text }));
  expect(painter.paint(rows("one", "two"))).toContain("\u001b[2J");
  expect(painter.paint(rows("one", "two"))).toBe("");
  const changed = painter.paint(rows("one", "2"));
  expect(changed).toContain("\u001b[2;1H2\u001b[K");
  expect(changed).not.toContain("one");
  expect(painter.paint(rows("one"))).toContain("\u001b[2;1H\u001b[K");
  painter.forget();
  expect(painter.paint(rows("one"))).toContain("one");
});
