/** Pausing an issue and coming back: what it was left with is there again, to the byte, by its work file alone. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { type SaveInput, save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { type Status, status } from "../../src/gate/view/status.ts";
import { line } from "../support/arbitraries.ts";
import { runs } from "../support/effort.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const A = ".claude/work/1.md";
const MINUTE = 60_000;

const texts = fc.array(line, { maxLength: 4 });
const lists = fc.record({
  progress: fc.array(
    fc.oneof(
      fc.record({ status: fc.constantFrom("completed", "pending", "blocked"), text: line }),
      fc.record({ status: fc.constant("in_progress"), text: line, percentage: fc.integer({ min: 0, max: 100 }) }),
    ),
    { maxLength: 4 },
  ),
  nextSteps: texts,
  openQuestions: fc.array(fc.oneof(fc.record({ question: line }), fc.record({ question: line, decision: line })), {
    maxLength: 3,
  }),
}) as fc.Arbitrary<SaveInput>;

/** All that a pause must not change. */
function lasting({
  lastUpdated: _,
  freshness: __,
  hoursSinceUpdate: ___,
  revision: ____,
  recentWork,
  problems,
  ...rest
}: Status) {
  // A blank line below a heading is not the list's.
  const found = problems.map(({ rule, message }) => `${rule} ${message}`);
  return { ...rest, problems: found, recentWork: recentWork.filter(({ issueNumber }) => issueNumber !== 2) };
}

/** What stands below the headings of Active Work, without blank lines at its ends. */
function partsOf(text: string): readonly string[] {
  return ["Progress", "Next Steps", "Open Questions"].map((title) => {
    const [, body = ""] = new RegExp(`### ${title}\\r?\\n((?:(?!#).*\\r?\\n)*)`).exec(text) ?? [];
    return body.trim();
  });
}

/** Pauses issue 1 for issue 2 and comes back to it. */
async function pausedAndBack(project: TestProject, between: SaveInput, how: { clone: boolean; reconstruct: boolean }) {
  const { gate } = project;
  project.later(MINUTE);
  await start(gate, { issue: 2, title: "B" });
  await save(gate, between);
  if (how.clone) rmSync(join(project.root, ".claude/.gate"), { recursive: true });
  project.later(MINUTE);
  if (!how.reconstruct) return await start(gate, { issue: 1 });
  await done(gate);
  return await reconstructFrom(gate, 1);
}

test("status is as it was, whatever was saved, with history and in a clone", async () => {
  await fc.assert(
    fc.asyncProperty(
      lists,
      lists,
      fc.record({ clone: fc.boolean(), reconstruct: fc.boolean() }),
      fc.boolean(),
      async (mine, theirs, how, isWindows) => {
        const project = makeProject();
        const { gate } = project;
        await start(gate, { issue: 1, title: "A", branch: "feature/größe" });
        await save(gate, mine);
        if (isWindows) project.write(STATE, project.read(STATE).replace(/\n/g, "\r\n"));
        const [before, text] = [lasting(await status(gate)), project.read(STATE)];
        const { value } = await pausedAndBack(project, theirs, how);
        expect(value).toMatchObject({ resumed: false, planRestored: true });
        expect(lasting(await status(gate))).toEqual(before);
        expect(partsOf(project.read(STATE))).toEqual(partsOf(text));
        expect(project.read(A)).not.toContain("Paused Plan");
        expect((await check(gate)).errors).toBe(0);
      },
    ),
    runs(150, 15, 10),
  );
});

describe("by hand", () => {
  test("lists of any form come back to the byte: nested items, code, several lists, other marks", async () => {
    const project = await begun();
    const progress =
      "- [x] one\n  - nested\n\n    ```sh\n    ## no heading\n    ```\n- 🔄 two (40%)\n\n* another list\n* of it";
    const steps = "3. third\n7. seventh\n   with a second line";
    const text = project
      .read(STATE)
      .replace(/### Progress\n/, `### Progress\n${progress}\n`)
      .replace(/### Next Steps\n/, `### Next Steps\n\n${steps}\n`)
      .replace(/(\*\*Branch:\*\* .*)/, "$1 (rebased)");
    project.write(STATE, text);
    const before = lasting(await status(project.gate));
    expect(before).toMatchObject({ progressItems: { length: 4 }, nextSteps: { length: 2 } });
    await pausedAndBack(project, { nextSteps: ["theirs"] }, { clone: true, reconstruct: false });
    expect(partsOf(project.read(STATE))).toEqual(partsOf(text));
    expect(project.read(STATE)).toContain("**Branch:** feature/a (rebased)\n");
    expect(lasting(await status(project.gate))).toEqual(before);
  });

  test("lists keep their indentation, and lists that say that they are empty make room", async () => {
    const project = await begun();
    const lists = "  - 🔄 a\n  - ⬜ b\n* c";
    project.write(STATE, project.read(STATE).replace("### Progress\n", `### Progress\n\n${lists}\n`));
    const { progressItems } = await status(project.gate);
    expect(progressItems).toHaveLength(3);
    await start(project.gate, { issue: 2, title: "B" });
    await done(project.gate);
    const idle = project.read(STATE);
    project.write(
      STATE,
      idle.replace("## Recent Work", "### Progress\n- None yet\n\n### Next Steps\n1. None\n\n## Recent Work"),
    );
    await start(project.gate, { issue: 1 });
    expect((await status(project.gate)).progressItems).toEqual(progressItems);
    expect(project.read(STATE)).toContain(`### Progress\n${lists}\n`);
    expect(project.read(STATE)).not.toContain("None");
  });

  test("the issue is in one place: active, and not in Recent Work", async () => {
    const project = await begun();
    await pausedAndBack(project, { log: ["x"] }, { clone: false, reconstruct: false });
    expect((await status(project.gate)).recentWork).toMatchObject([{ issueNumber: 2, status: "paused" }]);
    expect(project.read(STATE)).not.toMatch(/\n\n\n/);
  });

  test("what is given at the return holds, Started stays the first one", async () => {
    const project = await begun();
    const { started } = await status(project.gate);
    project.later(90 * MINUTE);
    await start(project.gate, { issue: 2, title: "B" });
    await start(project.gate, { issue: 1, branch: "feature/again" });
    expect(await status(project.gate)).toMatchObject({ branch: "feature/again", started });
  });

  test("a plan that somebody has written on comes back as they wrote it", async () => {
    const project = await begun();
    await save(project.gate, { nextSteps: ["mine"] });
    await start(project.gate, { issue: 2, title: "B" });
    project.write(A, project.read(A).replace("1. mine\n", "1. mine\n2. by hand\n"));
    await start(project.gate, { issue: 1 });
    expect((await status(project.gate)).nextSteps).toEqual(["mine", "by hand"]);
  });
});

describe("what is no part of a plan", () => {
  test("stays in the work file, verbatim, as do other headings", async () => {
    const project = await begun();
    await save(project.gate, { nextSteps: ["mine"] });
    await start(project.gate, { issue: 2, title: "B" });
    const prose = "Ask Ada before this.\n\n### Ideas\n\n> quoted\n\n### Next Steps\n1. mine\n";
    project.write(A, project.read(A).replace("### Next Steps\n1. mine\n", prose));
    await start(project.gate, { issue: 1 });
    expect((await status(project.gate)).nextSteps).toEqual(["mine"]);
    expect(project.read(A)).toContain("## Recovered\n\n```text\nAsk Ada before this.\n### Ideas\n> quoted\n```\n");
    expect(project.read(A)).not.toContain("Paused Plan");
    expect((await check(project.gate)).errors).toBe(0);
  });

  test("a save to it changes the lists alone", async () => {
    const project = await begun();
    await save(project.gate, { nextSteps: ["mine"] });
    await start(project.gate, { issue: 2, title: "B" });
    project.write(
      A,
      project.read(A).replace("### Next Steps\n", "Ask Ada first.\n\n### Next Steps\nbefore Friday:\n\n"),
    );
    const before = project.read(A);
    await save(project.gate, { issue: 1, nextSteps: ["mine", "then"] });
    const body = (text: string) => text.replace(/\*\*Last Updated:\*\*.*/, "");
    expect(body(project.read(A))).toBe(body(before).replace("1. mine\n", "1. mine\n2. then\n"));
  });

  test("a plan that is there while its issue is active comes back where the lists are gone, and stays where they differ", async () => {
    const project = await begun();
    await save(project.gate, { nextSteps: ["mine"] });
    const active = project.read(STATE);
    await start(project.gate, { issue: 2, title: "B" });
    const paused = project.read(A);
    project.write(STATE, active.replace(/1\. mine\n/, ""));
    expect((await start(project.gate, { issue: 1 })).value).toMatchObject({ resumed: true, planRestored: true });
    expect((await status(project.gate)).nextSteps).toEqual(["mine"]);
    expect(project.read(A)).not.toContain("Paused Plan");
    project.write(A, paused);
    expect((await start(project.gate, { issue: 1 })).warnings).toEqual([
      expect.stringContaining("Unexpected older version"),
    ]);
    expect(project.read(A)).not.toContain("Paused Plan");
    project.write(A, paused.replace("1. mine", "1. another"));
    const { warnings } = await start(project.gate, { issue: 1 });
    expect(warnings).toEqual([expect.stringContaining("it stays there")]);
    expect(project.read(A)).toContain("1. another");
    await start(project.gate, { issue: 2 });
    expect(project.read(A)).toContain("1. mine\n\n## Recovered\n\n```text\n1. another\n```\n");
  });
});

describe("undo", () => {
  test("of the return, and redo, take the plan along", async () => {
    const project = await begun();
    await save(project.gate, { progress: [{ status: "pending", text: "Big" }], nextSteps: ["n1"] });
    const active = lasting(await status(project.gate));
    project.later(MINUTE);
    await start(project.gate, { issue: 2, title: "B" });
    const paused = project.read(A);
    project.later(MINUTE);
    await start(project.gate, { issue: 1 });
    project.later(MINUTE);
    const { value } = await undo(project.gate);
    expect(value).toMatchObject({
      path: STATE,
      also: expect.arrayContaining([A]),
      entry: { operation: "undo", path: STATE },
    });
    expect(project.read(A)).toBe(paused);
    project.later(MINUTE);
    await undo(project.gate, { redo: true });
    expect(lasting(await status(project.gate))).toEqual(active);
    expect(project.read(A)).not.toContain("Paused Plan");
    project.later(MINUTE);
    await undo(project.gate);
    project.later(MINUTE);
    await start(project.gate, { issue: 1 });
    expect(lasting(await status(project.gate))).toEqual(active);
  });

  test("of the pause takes the plan out of the work file, unless somebody wrote there since", async () => {
    const project = await begun();
    await save(project.gate, { nextSteps: ["n1"] });
    const work = project.read(A);
    project.later(MINUTE);
    await start(project.gate, { issue: 2, title: "B" });
    const paused = project.read(A);
    project.later(MINUTE);
    await undo(project.gate);
    expect(project.read(A)).toBe(work);
    project.later(MINUTE);
    await undo(project.gate, { redo: true });
    expect(project.read(A)).toBe(paused);
    project.write(A, `${paused}\nby hand\n`);
    project.later(MINUTE);
    expect((await undo(project.gate)).warnings).toEqual([]);
    expect(project.read(A)).toBe(`${paused}\nby hand\n`);
  });
});

describe("without coming back", () => {
  test("a completed issue takes no save, and finishing twice is no error", async () => {
    const project = await begun();
    await start(project.gate, { issue: 2, title: "B" });
    await done(project.gate, { issue: 1, archive: false });
    await expect(save(project.gate, { issue: 1, nextSteps: ["x"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(project.read(A)).not.toContain("Paused Plan");
    await done(project.gate, { issue: 1 });
    const { value } = await done(project.gate, { issue: 1 });
    expect(value).toMatchObject({ archivedIssue: 1, archivedTo: ".claude/archive/1.md" });
  });

  test("what a save to it drops is said", async () => {
    const project = await begun();
    await save(project.gate, { progress: ["one", "two"].map((text) => ({ status: "completed", text })) });
    await start(project.gate, { issue: 2, title: "B" });
    const { warnings } = await save(project.gate, {
      issue: 1,
      progress: [{ status: "pending", text: "three" }],
      replace: true,
    });
    expect(warnings.join()).toContain("2 completed items");
  });

  test("a save to a paused issue changes its plan, and nothing of the active one", async () => {
    const project = await begun();
    await save(project.gate, { progress: [{ status: "pending", text: "one" }] });
    await start(project.gate, { issue: 2, title: "B" });
    const active = project.read(STATE);
    const input = {
      issue: 1,
      progress: [{ status: "completed", text: "one" }],
      nextSteps: ["two"],
      log: ["logged"],
    } as const;
    const { value } = await save(project.gate, input);
    expect(value).toMatchObject({
      workFileUpdated: A,
      message: expect.stringContaining("#1, which is not the active"),
    });
    expect(project.read(STATE)).toBe(active);
    expect(project.read(A)).toContain("### Progress\n- ✅ one\n\n### Next Steps\n1. two\n");
    expect(project.read(A)).toContain("- logged\n- ✅ one\n");
    await start(project.gate, { issue: 1 });
    expect(await status(project.gate)).toMatchObject({ nextSteps: ["two"], progressItems: [{ status: "completed" }] });
  });

  test("a save to an issue that was never paused begins a plan of it", async () => {
    const project = await begun();
    await start(project.gate, { issue: 2, title: "B" });
    project.write(A, project.read(A).replace(/\n## Paused Plan\n[\s\S]*?(?=\n## |$)/, ""));
    expect(project.read(A)).not.toContain("Paused Plan");
    await save(project.gate, { issue: 1, progress: [{ status: "pending", text: "one" }], nextSteps: ["two"] });
    expect(project.read(A)).toContain("## Paused Plan\n\n### Progress\n- ⏸️ one\n\n### Next Steps\n1. two\n");
    await start(project.gate, { issue: 1 });
    expect(await status(project.gate)).toMatchObject({ nextSteps: ["two"], progressItems: [{ text: "one" }] });
  });

  test("a save to an issue without a work file is refused", async () => {
    const { gate } = await begun();
    await expect(save(gate, { issue: 9, nextSteps: ["x"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a paused issue is finished, what was open of it logged, the active one untouched", async () => {
    const project = await begun();
    await save(project.gate, { progress: [{ status: "pending", text: "left open" }], nextSteps: ["never"] });
    await start(project.gate, { issue: 2, title: "B" });
    await save(project.gate, { nextSteps: ["mine"] });
    const { value } = await done(project.gate, { issue: 1, reason: "not needed" });
    expect(value).toMatchObject({ archivedIssue: 1, archivedTo: ".claude/archive/1.md" });
    const archived = project.read(".claude/archive/1.md");
    expect(archived).toContain("left open");
    expect(archived).not.toContain("Paused Plan");
    expect(await status(project.gate)).toMatchObject({
      ...{ issueNumber: 2, nextSteps: ["mine"] },
      recentWork: [{ issueNumber: 1, status: "completed", reason: "not needed" }],
    });
    const tree = project.tree();
    expect((await done(project.gate, { issue: 1 })).value).toMatchObject({ archivedTo: ".claude/archive/1.md" });
    expect(project.tree()).toEqual(tree);
    await expect(done(project.gate, { issue: 9 })).rejects.toBeInstanceOf(GateError);
  });
});

async function begun(): Promise<TestProject> {
  const project = makeProject();
  await start(project.gate, { issue: 1, title: "A", branch: "feature/a" });
  const text = project.read(STATE).replace("## Recent Work\n", "### Progress\n\n### Next Steps\n\n## Recent Work\n");
  project.write(STATE, text);
  return project;
}
