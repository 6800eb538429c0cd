/** Other processes: many at once, and some that die in the middle of it. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../src/gate/check.ts";
import { init } from "../../src/gate/init.ts";
import { save } from "../../src/gate/save.ts";
import { start } from "../../src/gate/start.ts";
import { status } from "../../src/gate/status.ts";
import { undo } from "../../src/gate/undo.ts";
import { fixture, makeProject, type TestProject, viewProject } from "../support/project.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/bin.cjs");
let folder: string;
let driver: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gate-driver-"));
  driver = join(folder, "driver.mjs");
  const build = await rolldown({
    input: join(import.meta.dirname, "../support/crash-driver.ts"),
    platform: "node",
    logLevel: "silent",
  });
  await build.write({ file: driver, format: "esm", codeSplitting: false });
  await build.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("close", (code) => resolve({ code, output }));
  });
}

async function withWork(): Promise<TestProject> {
  const project = makeProject();
  await init(project.gate);
  await start(project.gate, { issue: 42, title: "Try the gate" });
  await save(project.gate, {
    progress: [
      { status: "in_progress", text: "one" },
      { status: "pending", text: "two" },
    ],
    nextSteps: ["three"],
  });
  return project;
}

describe("at once", () => {
  test("20 processes that save lose nothing", async () => {
    const project = makeProject();
    const gate = (...args: string[]) => run([PROGRAM, ...args], project.root);
    await gate("start", "42", "--title", "Try the gate");
    const workers = Array.from({ length: 20 }, (_, index) =>
      gate("save", "--log", `worker ${index}`, "--learning", `learned ${index}`, "--next", `step ${index}`),
    );
    for (const { code, output } of await Promise.all(workers)) expect([code, output]).toEqual([0, expect.any(String)]);
    const work = project.read(".claude/work/42.md");
    for (let index = 0; index < 20; index++) {
      expect(work).toContain(`- worker ${index}\n`);
      expect(work).toContain(`- learned ${index}\n`);
    }
    const result = JSON.parse((await gate("status", "--json")).output) as { valid: boolean; next_steps: string[] };
    expect(result.valid).toBe(true);
    expect(result.next_steps).toEqual([expect.stringMatching(/^step \d+$/)]);
    expect(readdirSync(join(project.root, ".claude")).sort()).toEqual(
      [".gate", "archive", "state.md", "work"].filter((name) => project.exists(`.claude/${name}`)),
    );
  });

  test("processes that undo go one step each", async () => {
    const project = makeProject();
    await init(project.gate);
    await start(project.gate, { issue: 42, title: "Try the gate" });
    for (let step = 1; step <= 8; step++) {
      project.later(1000);
      await save(project.gate, { nextSteps: [`step ${step}`] });
    }
    const undos = await Promise.all(Array.from({ length: 6 }, () => run([PROGRAM, "undo"], project.root)));
    for (const { code, output } of undos) expect([code, output]).toEqual([0, expect.stringContaining("Undid save of")]);
    expect((await status(project.gate)).nextSteps).toEqual(["step 2"]);
    const redos = await Promise.all(Array.from({ length: 7 }, () => run([PROGRAM, "undo", "--redo"], project.root)));
    expect(redos.map(({ code }) => code).sort()).toEqual([0, 0, 0, 0, 0, 0, 3]);
    expect((await status(project.gate)).nextSteps).toEqual(["step 8"]);
  });

  test("an editor that saves beside them loses nothing either", async () => {
    const project = await withWork();
    const marks: string[] = [];
    const savers = Array.from({ length: 6 }, (_, index) =>
      run([PROGRAM, "save", "--log", `worker ${index}`], project.root),
    );
    let running = true;
    const all = Promise.all(savers).finally(() => (running = false));
    while (running) {
      const mark = `mark ${marks.length}`;
      const text = project.read(".claude/state.md");
      if (text.includes("## Context\n")) {
        project.write(".claude/state.md", text.replace("## Context\n", `## Context\n- ${mark}\n`));
        marks.push(mark);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // An editor that saves in place leaves the file empty for a moment; refusing to write then is right.
    for (const { code, output } of await all) {
      expect([0, 1, 4], output).toContain(code);
      if (code === 1) expect(output).toContain("empty-file");
    }
    // An editor takes no lock, so it may itself overwrite a save; the gate must never overwrite the editor.
    const kept = [project.read(".claude/state.md"), ...conflictCopies(project)].join("\n");
    for (const mark of marks.slice(-1)) expect(kept).toContain(mark);
  });
});

/** A temporary whose document is not written again waits for the next write that is an hour later. */
function withoutTemporaries(tree: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.endsWith(".tmp")));
}

function conflictCopies(project: TestProject): string[] {
  return readdirSync(join(project.root, ".claude"))
    .filter((name) => name.includes(".conflict."))
    .map((name) => project.read(`.claude/${name}`));
}

describe("kill -9", () => {
  const cases = ["start", "save", "done", "reconstruct", "init"] as const;

  async function prepared(operation: (typeof cases)[number]): Promise<TestProject> {
    if (operation === "init") return makeProject();
    if (operation === "reconstruct") return makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    return await withWork();
  }

  test.each(cases)(
    "between any two steps leaves %s undone or done, and repeating finishes it",
    async (operation) => {
      const before = await prepared(operation);
      const calm = makeProject();
      cpSync(before.root, calm.root, { recursive: true });
      const { output, code } = await run([driver, calm.root, operation], calm.root);
      expect(code, output).toBe(0);
      const total = Number(output);
      expect(total).toBeGreaterThan(1);
      const old = before.tree();
      const expected = calm.tree();
      const points = Array.from({ length: total }, (_, index) => index + 1);
      await inParallel(points, async (point) => {
        const project = copyOf(before);
        project.later(3_600_000);
        try {
          const killed = await run([driver, project.root, operation, String(point)], project.root);
          expect(killed).toEqual({ code: null, output: "" });
          for (const [path, bytes] of Object.entries(project.tree())) {
            if (!path.endsWith(".md")) continue;
            const legal = [old[path], expected[path], ...Object.values(old), ...Object.values(expected)];
            expect(legal).toContain(bytes);
          }
          const seen = await status(project.gate);
          const files = (await check(project.gate)).files.flatMap(({ problems }) => problems);
          expect(files.filter(({ severity }) => severity === "error")).toEqual([]);
          if (operation === "done" && seen.issueNumber === 42 && !project.exists(".claude/work/42.md")) {
            expect(seen.problems.map(({ rule }) => rule)).toContain("archived-issue");
          }
          const again = await run([driver, project.root, operation], project.root);
          const finished = seen.issueNumber === undefined && operation === "done";
          expect([again.code, again.output]).toEqual(
            finished ? [1, expect.stringContaining("no issue is active")] : [0, expect.any(String)],
          );
          expect(withoutTemporaries(project.tree())).toEqual(expected);
        } finally {
          rmSync(project.root, { recursive: true, force: true });
        }
      });
    },
    120_000,
  );

  const ways = [
    ["undo", "of a save"],
    ["undo", "of what made the document"],
    ["redo", "of a save"],
    ["redo", "of what made the document"],
  ] as const;

  test.each(ways)("inside %s %s leaves it undone or done, and repeating goes one step in all", async (way, of) => {
    const before = of === "of a save" ? await withWork() : makeProject();
    if (of !== "of a save") await init(before.gate);
    if (way === "redo") await undo(before.gate);
    const calm = copyOf(before);
    const total = Number((await run([driver, calm.root, way], calm.root)).output);
    expect(total).toBeGreaterThan(0);
    const [old, expected] = [before.tree(), calm.tree()];
    const other = way === "undo" ? "redo" : "undo";
    for (let point = 1; point <= total; point++) {
      const project = copyOf(before);
      expect((await run([driver, project.root, way, String(point)], project.root)).code).toBe(null);
      const left = withoutTemporaries(project.tree());
      expect([old, expected]).toContainEqual(left);
      const happened = isDeepStrictEqual(left, expected);
      if (!happened) {
        expect((await run([driver, project.root, way], project.root)).code).toBe(0);
        expect(withoutTemporaries(project.tree())).toEqual(expected);
      }
      expect((await run([driver, project.root, other], project.root)).code).toBe(0);
      expect(withoutTemporaries(project.tree())).toEqual(old);
      rmSync(project.root, { recursive: true, force: true });
    }
    rmSync(calm.root, { recursive: true, force: true });
  });
});

function copyOf(project: TestProject): TestProject {
  const root = mkdtempSync(join(tmpdir(), "gate-crash-"));
  cpSync(project.root, root, { recursive: true });
  return viewProject(root);
}

async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all([worker(), worker()]);
}
