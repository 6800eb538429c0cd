/** Other processes: many at once, and some that die in the middle of it. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { check } from "../../src/gate/documents/check.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { status } from "../../src/gate/view/status.ts";
import { useDriver } from "../support/driver-bundle.ts";
import { IS_LONG, spread, upTo } from "../support/effort.ts";
import { gateAt, OPERATIONS } from "../support/operations.ts";
import { PATIENCE } from "../support/patience.ts";
import { fixture, makeProject, type TestProject, viewProject } from "../support/project.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/bin.cjs");
/** No save gives up because the machine is busy. */
const PATIENTLY = ["--lock-timeout", String(PATIENCE / 1000)];
const driver = useDriver(join(import.meta.dirname, "../support/crash-driver.ts"));

function run(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Repeats an operation in this process: only who dies needs one of its own. */
async function repeat({ root }: TestProject, operation: string, late = 0): Promise<{ code: number; output: string }> {
  try {
    await OPERATIONS[operation]!(gateAt(root, late));
    return { code: 0, output: "" };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { code: 1, output: error.message };
  }
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
  const savers = upTo(20, 4);
  test(`${savers} processes that save lose nothing`, async () => {
    const project = makeProject();
    const gate = (...args: string[]) => run([PROGRAM, ...args, ...PATIENTLY], project.root);
    await gate("start", "42", "--title", "Try the gate");
    const workers = Array.from({ length: savers }, (_, index) =>
      gate("save", "--log", `worker ${index}`, "--learning", `learned ${index}`, "--next", `step ${index}`),
    );
    for (const { code, output } of await Promise.all(workers)) expect([code, output]).toEqual([0, expect.any(String)]);
    const work = project.read(".claude/work/42.md");
    for (let index = 0; index < savers; index++) {
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
    const count = upTo(6, 3);
    for (let step = 1; step <= count + 2; step++) {
      project.later(1000);
      await save(project.gate, { nextSteps: [`step ${step}`] });
    }
    const undos = await Promise.all(
      Array.from({ length: count }, () => run([PROGRAM, "undo", ...PATIENTLY], project.root)),
    );
    for (const { code, output } of undos) expect([code, output]).toEqual([0, expect.stringContaining("Undid save of")]);
    expect((await status(project.gate)).nextSteps).toEqual(["step 2"]);
    const redos = await Promise.all(
      Array.from({ length: count + 1 }, () => run([PROGRAM, "undo", "--redo", ...PATIENTLY], project.root)),
    );
    expect(redos.map(({ code }) => code).sort()).toEqual([...Array(count).fill(0), 3]);
    expect((await status(project.gate)).nextSteps).toEqual([`step ${count + 2}`]);
  });

  test("an editor that saves beside them loses nothing either", async () => {
    const project = await withWork();
    const marks: string[] = [];
    const savers = Array.from({ length: upTo(6, 3) }, (_, index) =>
      run([PROGRAM, "save", "--log", `worker ${index}`, ...PATIENTLY], project.root),
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
      await new Promise((resolve) => setTimeout(resolve, 50));
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

/** The calls of so many that a process can die before. */
function pointsOf(total: number): number[] {
  return Array.from({ length: total }, (_, index) => index + 1);
}

/** A temporary whose document is not written again waits for the next write that is an hour later. */
function withoutTemporaries(tree: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.endsWith(".tmp")));
}

function withoutTimes(tree: Readonly<Record<string, string>>): Record<string, string> {
  const blank = (text: string) => text.replace(/\d{4}-\d{2}-\d{2}T[\d:]{8}Z|\d{8}T\d{6}Z/g, "TIME");
  return Object.fromEntries(Object.entries(tree).map(([path, text]) => [blank(path), blank(text)]));
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

  test.each(spread(cases, 2))(
    "between any two steps leaves %s undone or done, and repeating finishes it",
    async (operation) => {
      const before = await prepared(operation);
      const calm = makeProject();
      cpSync(before.root, calm.root, { recursive: true });
      const { output, code } = await run([driver(), calm.root, operation], calm.root);
      expect(code, output).toBe(0);
      const total = Number(output);
      expect(total).toBeGreaterThan(1);
      const old = before.tree();
      const expected = calm.tree();
      const points = spread(pointsOf(total), 2);
      await inParallel(points, async (point) => {
        const project = copyOf(before);
        project.later(3_600_000);
        try {
          const killed = await run([driver(), project.root, operation, String(point)], project.root);
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
          const again = await repeat(project, operation);
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
  );

  const ways = [
    ["undo", "of a save"],
    ["undo", "of what made the document"],
    ["redo", "of a save"],
    ["redo", "of what made the document"],
  ] as const;

  test.each(spread(ways, 2))(
    "inside %s %s leaves it undone or done, and repeating goes one step in all",
    async (way, of) => {
      const before = of === "of a save" ? await withWork() : makeProject();
      if (of !== "of a save") await init(before.gate);
      if (way === "redo") await undo(before.gate);
      const calm = copyOf(before);
      const total = Number((await run([driver(), calm.root, way], calm.root)).output);
      expect(total).toBeGreaterThan(0);
      const [old, expected] = [before.tree(), calm.tree()];
      const other = way === "undo" ? "redo" : "undo";
      for (const point of spread(pointsOf(total), 2)) {
        const project = copyOf(before);
        expect((await run([driver(), project.root, way, String(point)], project.root)).code).toBe(null);
        const left = withoutTemporaries(project.tree());
        for (const [path, bytes] of Object.entries(left)) expect([old[path], expected[path]]).toContain(bytes);
        const happened = isDeepStrictEqual(left, expected);
        // What one command changed goes back as a whole; a half is named until the command is repeated.
        const { byStatus } = await namesOf(project);
        if (happened) expect(byStatus, `call ${point}`).toEqual([]);
        else if (!isDeepStrictEqual(left, old)) expect(byStatus, `call ${point}`).toEqual(["unfinished-operation"]);
        if (!happened) {
          expect((await repeat(project, way)).code).toBe(0);
          expect(withoutTemporaries(project.tree())).toEqual(expected);
        }
        expect((await repeat(project, other)).code).toBe(0);
        expect(withoutTemporaries(project.tree())).toEqual(old);
        rmSync(project.root, { recursive: true, force: true });
      }
      rmSync(calm.root, { recursive: true, force: true });
    },
  );
});

/** The rules that say that something was interrupted. */
const NAMING = ["unfinished-operation", "archived-issue", "completed-issue", "missing-work-file"];
const RECORD = ".claude/.gate/pending.json";

async function namesOf({ gate }: TestProject): Promise<{ byStatus: string[]; byCheck: string[] }> {
  const naming = (problems: readonly { rule: string }[]) =>
    problems.map(({ rule }) => rule).filter((rule) => NAMING.includes(rule));
  const { files } = await check(gate);
  return {
    byStatus: naming((await status(gate)).problems),
    byCheck: naming(files.flatMap(({ problems }) => problems)),
  };
}

function recordsIn(project: TestProject): string[] {
  return Object.keys(project.tree(true)).filter((path) => path.includes("pending.json"));
}

describe("killed between two documents", () => {
  const cases = [
    ["start", "another issue", withWork],
    ["start", "the first issue of an empty project", async () => makeProject()],
    ["start", "an issue after an idle time", withoutWork],
    ["done", "the active issue", withWork],
    ["done --no-archive", "the active issue", withWork],
    ["done --pr", "the active issue", withWork],
    ["done", "an issue that was archived before", withArchive],
    ["save", "the active issue", withWork],
  ] as const;

  async function withoutWork(): Promise<TestProject> {
    const project = makeProject();
    await init(project.gate);
    return project;
  }

  async function withArchive(): Promise<TestProject> {
    const project = await withWork();
    project.write(".claude/archive/42.md", fixture("read/format.work.md").replace("in_progress", "completed"));
    return project;
  }

  test.each(spread(cases, 3))(
    "%s of %s is named until it is repeated, which finishes it",
    async (operation, _what, prepare) => {
      const before = await prepare();
      const calm = copyOf(before);
      const { output, code } = await run([driver(), calm.root, operation], calm.root);
      expect(code, output).toBe(0);
      const expected = calm.tree();
      expect(recordsIn(calm)).toEqual([]);
      const old = before.tree();
      const documentsIn = (tree: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(tree).filter(([path]) => path.endsWith(".md")));
      const moments = { untouched: 0, between: 0, finished: 0 };
      // The last one before the first step, the one behind it, and the last of all.
      const points = IS_LONG ? pointsOf(Number(output)) : [4, 5, Number(output)];
      await inParallel(points, async (point) => {
        const project = copyOf(before);
        project.later(3_600_000);
        try {
          const killed = await run([driver(), project.root, operation, String(point)], project.root);
          expect(killed).toEqual({ code: null, output: "" });
          const found = documentsIn(project.tree());
          const tree = project.tree(true);
          const { byStatus, byCheck } = await namesOf(project);
          expect(project.tree(true)).toEqual(tree);
          expect(byCheck).toEqual(byStatus);
          const isFinished = JSON.stringify(found) === JSON.stringify(documentsIn(expected));
          const isUntouched = JSON.stringify(found) === JSON.stringify(documentsIn(old));
          if (isFinished) expect(byStatus, `call ${point}`).toEqual([]);
          else if (!isUntouched) expect(byStatus, `call ${point}`).not.toEqual([]);
          moments[isFinished ? "finished" : isUntouched ? "untouched" : "between"]++;
          // A person repeats it later, which must add nothing; but a log line may well be meant twice.
          const again = await repeat(project, operation, operation === "save" ? 0 : 7);
          const refused = isFinished && operation.startsWith("done");
          expect([again.code, again.output]).toEqual(refused ? [1, expect.any(String)] : [0, expect.any(String)]);
          expect(withoutTimes(withoutTemporaries(project.tree())), `call ${point}`).toEqual(withoutTimes(expected));
          expect(await namesOf(project)).toEqual({ byStatus: [], byCheck: [] });
          expect(recordsIn(project), `call ${point}`).toEqual([]);
        } finally {
          rmSync(project.root, { recursive: true, force: true });
        }
      });
      // Around the record itself there are three calls before the first step and one after the last.
      expect(moments.untouched).toBeGreaterThan(upTo(3, 0));
      expect(moments.between).toBeGreaterThan(0);
      expect(moments.finished).toBeGreaterThan(0);
      rmSync(calm.root, { recursive: true, force: true });
    },
  );

  test("the program says so, to people and to programs", async () => {
    const project = makeProject();
    const killed = await run([driver(), project.root, "start", "6"], project.root);
    expect(killed.code).toBeNull();
    expect(project.exists(".claude/work/7.md")).toBe(true);
    const said = "`gate start 7` was interrupted, run it again";
    const text = await run([PROGRAM, "status"], project.root);
    expect(text.output).toContain("There is no .claude/state.md yet.");
    expect(text.output).toContain(said);
    const checked = await run([PROGRAM, "check"], project.root);
    expect([checked.code, checked.output]).toEqual([0, expect.stringContaining(said)]);
    const json = JSON.parse((await run([PROGRAM, "status", "--json"], project.root)).output) as object;
    expect(json).toMatchObject({
      exists: false,
      problems: [{ rule: "unfinished-operation", severity: "warning", line: 1, column: 1 }],
    });
    expect((await run([PROGRAM, "start", "7"], project.root)).code).toBe(0);
    expect((await run([PROGRAM, "status"], project.root)).output).not.toContain("interrupted");
    expect(project.exists(RECORD)).toBe(false);
  });

  test("who is at work is not called interrupted", async () => {
    const project = await withWork();
    const workers = Array.from({ length: upTo(4, 2) }, () => run([driver(), project.root, "work"], project.root));
    const { output } = await run([driver(), project.root, "watch"], project.root);
    project.write("stop", "");
    for (const { code, output: said } of await Promise.all(workers))
      expect([code, said]).toEqual([0, expect.any(String)]);
    const { seen, named } = JSON.parse(output) as { seen: number; named: string[] };
    expect(named).toEqual([]);
    // Somebody was at work while somebody looked.
    expect(seen).toBeGreaterThan(0);
    expect(recordsIn(project)).toEqual([]);
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
