/** What operations say of a document that is not where it was, or that nobody can read as one. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { brief } from "../../src/gate/agent/brief.ts";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { list } from "../../src/gate/documents/list.ts";
import { save } from "../../src/gate/documents/save.ts";
import { show } from "../../src/gate/documents/show.ts";
import { start } from "../../src/gate/documents/start.ts";
import { verify } from "../../src/gate/documents/verify.ts";
import { restore } from "../../src/gate/history/undo.ts";
import { status } from "../../src/gate/view/status.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";
const ARCHIVE = ".claude/archive/42.md";

async function makeWork(): Promise<TestProject> {
  const project = makeProject();
  await start(project.gate, { issue: 42, title: "Do it" });
  await save(project.gate, { progress: [{ status: "completed", text: "A" }], learnings: ["One"] });
  return project;
}

test("a save over what git took back says which version it was, in both files", async () => {
  const project = await makeWork();
  const before = [project.read(STATE), project.read(WORK)];
  await save(project.gate, { nextSteps: ["Lost"], log: ["Lost"] });
  project.write(STATE, before[0]!);
  project.write(WORK, before[1]!);
  project.later(1000);
  const { warnings } = await save(project.gate, { nextSteps: ["Newer"], log: ["Newer"] });
  expect(warnings.map((warning) => warning.split(":")[0])).toEqual([WORK, STATE]);
  for (const warning of warnings) {
    const [, id = ""] = /`gate restore (\w+)`/.exec(warning) ?? [];
    await restore(project.gate, { id });
  }
  expect(project.read(STATE)).toContain("Lost");
  expect(project.read(WORK)).toContain("Lost");
});

describe("a state file that was taken away", () => {
  const back = "`gate recover`";

  test("is named with the way back, by all who ask for the active work", async () => {
    const { gate, root } = await makeWork();
    rmSync(join(root, STATE));
    expect((await status(gate)).problems).toMatchObject([
      { rule: "rolled-back", message: expect.stringContaining(back) },
    ]);
    expect((await brief(gate)).text).toContain(`${STATE}: Unexpected missing file`);
    const hint = expect.stringMatching(/`gate recover` to bring it back as of 2024-.*without what it held/);
    for (const act of [() => save(gate, { log: ["x"] }), () => done(gate), () => show(gate)]) {
      await expect(act()).rejects.toMatchObject({ code: "NO_ACTIVE_WORK", hint });
    }
  });

  test("that nobody has written yet is only not there", async () => {
    const { gate } = makeProject();
    await expect(save(gate, { log: ["x"] })).rejects.toMatchObject({
      hint: "Run `gate start N --title T` to begin with an issue.",
    });
  });

  test("and made anew is said to have been there, with the call that works", async () => {
    const project = await makeWork();
    const before = project.read(STATE);
    rmSync(join(project.root, STATE));
    const { warnings } = await start(project.gate, { issue: 42 });
    expect(warnings).toEqual([expect.stringContaining(`${STATE} was missing and is made anew`)]);
    const [, id = ""] = /`gate restore (\w+)`/.exec(warnings[0]!) ?? [];
    await restore(project.gate, { id });
    expect(project.read(STATE)).toBe(before);
  });

  test("and back again after a git checkout is older, which a session is told when it begins", async () => {
    const project = await makeWork();
    const older = project.read(STATE);
    project.later(60_000);
    await save(project.gate, { progress: [{ status: "pending", text: "B" }] });
    project.write(STATE, older);
    expect((await brief(project.gate)).text).toMatch(/Unexpected older version, .*`gate restore \w+` brings it back/);
  });
});

test("a work file that is archived is named where it is", async () => {
  const project = await makeWork();
  expect(await verify(project.gate, 42)).not.toHaveProperty("archivedTo");
  await done(project.gate);
  expect(await verify(project.gate, 42)).toMatchObject({ exists: false, path: WORK, archivedTo: ARCHIVE });
  expect(await verify(project.gate, 43)).not.toHaveProperty("archivedTo");
  // One that goes on has its earlier archive beside it.
  await start(project.gate, { issue: 42 });
  expect(await verify(project.gate, 42)).toMatchObject({ exists: true, valid: true });
  expect(await verify(project.gate, 42)).not.toHaveProperty("archivedTo");
});

test("an issue that is finished once more was finished already, and nothing is written", async () => {
  const project = await makeWork();
  expect((await done(project.gate)).value.message).toBe("Cleared active work - moved #42 to Recent Work");
  const before = [project.read(STATE), project.read(ARCHIVE)];
  expect((await done(project.gate, { issue: 42 })).value).toMatchObject({
    message: "#42 was finished already",
    archivedTo: ARCHIVE,
    recentWorkCount: 1,
  });
  expect([project.read(STATE), project.read(ARCHIVE)]).toEqual(before);
  rmSync(join(project.root, STATE));
  expect((await done(project.gate, { issue: 42 })).value.message).toBe("#42 was finished already");
});

test("of a state file that is not there no issue is moved to Recent Work", async () => {
  const project = await makeWork();
  rmSync(join(project.root, STATE));
  expect((await done(project.gate, { issue: 42 })).value).toMatchObject({
    message: "Finished #42",
    recentWorkCount: 0,
  });
});

describe("a work file with a conflict of git", () => {
  const CONFLICT = "<<<<<<< HEAD\n- ✅ A\n=======\n- ✅ B\n>>>>>>> theirs\n";

  test.each(["at work", "paused"])("has no items of two sides, %s", async (what) => {
    const { gate, read, write } = await makeWork();
    if (what === "paused") await start(gate, { issue: 43, title: "Other" });
    const text = read(WORK).replaceAll("- ✅ A\n", CONFLICT);
    write(WORK, text.replace("- One\n", "<<<<<<< HEAD\n- One\n=======\n- Two\n>>>>>>> theirs\n"));
    const shown = await show(gate, 42);
    expect(shown).toMatchObject({ learnings: [], decisions: [], log: [], tests: [], files: [], valid: false });
    expect(shown.progressItems.map(({ text: item }) => item)).toEqual(what === "paused" ? [] : ["A"]);
    const [listed] = (await list(gate)).issues.filter(({ issueNumber }) => issueNumber === 42);
    expect(listed).toMatchObject({
      title: "Do it",
      progress: what === "paused" ? undefined : { completed: 1, total: 1 },
    });
  });

  test("in an example has the items that it has", async () => {
    const { gate, read, write } = await makeWork();
    write(WORK, read(WORK).replace("## Approach\n", `## Approach\n\n\`\`\`\n${CONFLICT}\`\`\`\n`));
    expect(await show(gate, 42)).toMatchObject({ learnings: ["One"], valid: true });
  });
});

test("a title that is given is that of both files", async () => {
  const { gate, read, write } = await makeWork();
  await start(gate, { issue: 42, title: "Another" });
  expect(read(STATE)).toContain("#42 - Another\n");
  expect(read(WORK)).toContain("# Issue #42: Another\n");
  await start(gate, { issue: 43, title: "Other" });
  await start(gate, { issue: 42, title: "A third" });
  expect([read(STATE), read(WORK)]).toEqual([
    expect.stringContaining("#42 - A third\n"),
    expect.stringContaining("# Issue #42: A third\n"),
  ]);
  expect(await show(gate)).toMatchObject({ progressItems: [{ text: "A" }] });
  // A damaged one is left as it is.
  write(WORK, read(WORK).replace("## Learnings\n", "## Learnings\n<<<<<<< HEAD\n"));
  const damaged = read(WORK);
  await start(gate, { issue: 42, title: "A fourth" });
  expect(read(WORK)).toBe(damaged);
});

test("a title that differs in the two files is told where one of them would be lost", async () => {
  const { gate, read, write } = await makeWork();
  expect((await start(gate, { issue: 42 })).warnings).toEqual([]);
  write(STATE, read(STATE).replace("#42 - Do it", "#42 - Do that"));
  const told =
    '.claude/work/42.md has the title "Do it", the state file "Do that"; `gate start 42 --title T` sets both';
  expect((await start(gate, { issue: 42 })).warnings).toEqual([told]);
  expect((await start(gate, { issue: 43, title: "Other" })).warnings).toEqual([told]);
  expect((await start(gate, { issue: 42, title: "Do that" })).warnings).toEqual([]);
  expect((await start(gate, { issue: 43 })).warnings).toEqual([]);
  expect(read(WORK)).toContain("# Issue #42: Do that\n");
});

test("what the gate makes without an address it does not complain of, at work and archived", async () => {
  const { gate, read, write } = await makeWork();
  const found = async () => (await check(gate)).files.flatMap(({ problems }) => problems);
  expect(await found()).toEqual([]);
  write(WORK, read(WORK).replace("- One", "- One and a half"));
  expect(await found()).toEqual([]);
  await done(gate);
  expect(await found()).toEqual([]);
  await start(gate, { issue: 42 });
  await done(gate);
  expect(await found()).toEqual([]);
  write(".claude/work/7.md", read(ARCHIVE).replaceAll("#42", "#7").replace("completed\n", "in_progress\n"));
  expect(await found()).toMatchObject([{ rule: "missing-url" }]);
});

describe("the title of an issue that is started", () => {
  test("is that of Recent Work where no work file says one", async () => {
    const project = makeProject({ ".claude/state.md": fixture("read/format.md") });
    const { value } = await start(project.gate, { issue: 1200 });
    expect(value.message).toBe("Active work set to #1200 - User authentication");
  });

  test("is not asked for where its work file was taken away: the way back is named", async () => {
    const project = await makeWork();
    const paused = project.tree();
    await start(project.gate, { issue: 7, title: "Seven" });
    rmSync(join(project.root, WORK));
    const error = await start(project.gate, { issue: 42 }).catch((thrown: unknown) => thrown as { hint: string });
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: WORK, message: expect.stringContaining("missing") });
    const [, id = ""] = /`gate restore (\w+)`/.exec((error as { hint: string }).hint) ?? [];
    await restore(project.gate, { id });
    expect((await start(project.gate, { issue: 42 })).value.planRestored).toBe(true);
    expect((await status(project.gate)).progressItems).toMatchObject([{ text: "A", status: "completed" }]);
    expect(Object.keys(paused)).toContain(WORK);
    rmSync(join(project.root, WORK));
    await start(project.gate, { issue: 7 });
    rmSync(join(project.root, WORK));
    await expect(start(project.gate, { issue: 42, title: "Anew" })).resolves.toMatchObject({
      value: { success: true },
    });
  });
});
