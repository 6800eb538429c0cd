/** Agents and guarded files: what would throw half of one away is denied, and what it held is a version by then. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { history } from "../../src/gate/history/history.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { guard } from "../../src/gate/install/guard.ts";
import { answerTo } from "../../src/hooks/hook.ts";
import { NOW } from "../support/clock.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const PLAN =
  "# Plan\n\n## Goal\n\nMake it\nand more\nand still more\n\n## Tasks\n\n- [x] One\n- [ ] Two\n- [ ] Three\n";

async function makeGuarded(): Promise<TestProject> {
  const project = makeProject({
    "plan.md": PLAN,
    "specs/1/tasks.md": "- [ ] a\n",
    "notes.md": "n\n",
    "src/a.ts": "a\n",
  });
  await guard(project.gate, { paths: ["plan.md", "specs/*/tasks.md"] });
  return project;
}

async function ask(
  project: TestProject,
  tool: string,
  input: object,
  more: { event?: string; cwd?: string; now?: number } = {},
) {
  const { event = "PreToolUse", cwd = project.root, now = NOW } = more;
  const payload = { hook_event_name: event, session_id: "s", cwd, tool_name: tool, tool_input: input };
  const facts = { environment: {}, home: "/nowhere", clock: () => now };
  const answer = await answerTo(JSON.stringify(payload), [event, "--agent", "claude"], facts);
  const output = answer?.output as Record<string, unknown> | undefined;
  return (output?.["hookSpecificOutput"] ?? output) as Record<string, string> | undefined;
}

const reasonOf = async (...given: Parameters<typeof ask>) => (await ask(...given))?.["permissionDecisionReason"];
const shell = (command: string) => ["Bash", { command }] as const;

describe("an edit", () => {
  test("that loses sections, lines and checked items is denied, again and again, until one is allowed", async () => {
    const project = await makeGuarded();
    const write = ["Write", { file_path: join(project.root, "plan.md"), content: "# Plan\n" }] as const;
    const reason = await reasonOf(project, ...write);
    expect(reason).toBe(
      "plan.md is guarded, and this would lose:\n- the section `Goal`\n- the section `Tasks`\n- 8 of 9 lines\n- the checked item `One`\n" +
        "Use an edit that keeps the rest, `gate tick plan.md TEXT` to check a box or, where that is what is wanted, `gate guard --allow plan.md` first: it lets the next such change pass.",
    );
    expect(await reasonOf(project, ...write)).toBe(reason);
    await guard(project.gate, { allow: ["plan.md"] });
    expect(await reasonOf(project, ...write, { now: NOW + 11 * 60_000 })).toBe(reason);
    expect(await reasonOf(project, ...write, { now: NOW + 9 * 60_000 })).toBeUndefined();
    expect(await reasonOf(project, ...write, { now: NOW + 9 * 60_000 })).toBe(reason);
    expect(project.read("plan.md")).toBe(PLAN);
  });

  test("of a line, a box or a wording passes, and so does one of any other file", async () => {
    const project = await makeGuarded();
    const plan = join(project.root, "plan.md");
    const before = project.tree();
    for (const [tool, input] of [
      ["Edit", { file_path: plan, old_string: "- [ ] Two", new_string: "- [x] Two" }],
      ["Edit", { file_path: plan, old_string: "Make it", new_string: "Make it so" }],
      ["MultiEdit", { file_path: plan, edits: [{ old_string: "- [ ] Three\n", new_string: "" }] }],
      ["Edit", { file_path: plan, old_string: "not there", new_string: "" }],
      ["Write", { file_path: plan, content: `${PLAN}\n## More\n` }],
      ["Write", { file_path: join(project.root, "notes.md"), content: "" }],
      ["Write", { file_path: join(project.root, "src/a.ts"), content: "" }],
      ["Write", { file_path: join(project.root, "specs/2/tasks.md"), content: "- [ ] new\n" }],
    ] as const) {
      expect(await ask(project, tool, input), JSON.stringify(input)).toBeUndefined();
    }
    expect(project.tree()).toEqual(before);
  });

  test("that puts a conflict in is denied, whether or not it is allowed", async () => {
    const project = await makeGuarded();
    await guard(project.gate, { allow: ["plan.md"] });
    const edit = { file_path: "plan.md", old_string: "- [ ] Two\n", new_string: "<<<<<<< a\n- [ ] Two\n" };
    expect(await reasonOf(project, "Edit", edit)).toMatch(
      /plan\.md would be damaged:\n- line 12, column 1: conflict-marker/,
    );
  });

  test("is judged through links and in folders below", async () => {
    const project = await makeGuarded();
    symlinkSync("plan.md", join(project.root, "link.md"));
    mkdirSync(join(project.root, "a/b"), { recursive: true });
    const write = { file_path: join(project.root, "link.md"), content: "" };
    expect(await reasonOf(project, "Write", write)).toContain("plan.md is guarded");
    const below = { file_path: "../../plan.md", content: "" };
    expect(await reasonOf(project, "Write", below, { cwd: join(project.root, "a/b") })).toContain("plan.md is guarded");
    expect(await reasonOf(project, "mcp__files__delete_directory", { path: "specs" })).toContain("specs/1/tasks.md");
    expect(await reasonOf(project, "mcp__files__move_file", { source: "plan.md", destination: "b.md" })).toContain(
      "moved",
    );
    const patch = "*** Begin Patch\n*** Delete File: plan.md\n*** End Patch";
    expect(await reasonOf(project, "apply_patch", { command: patch })).toContain("must not be removed");
  });

  test("that an agent has made is a version, and damage is told", async () => {
    const project = await makeGuarded();
    project.write("plan.md", `${PLAN}<<<<<<< a\n`);
    const told = await ask(project, "Write", { file_path: "plan.md", content: "" }, { event: "PostToolUse" });
    expect(told?.["reason"]).toMatch(/^plan\.md is damaged:\n- conflict-marker/);
    expect((await history(project.gate, { paths: ["plan.md"] })).entries).toHaveLength(2);
    await undo(project.gate, { path: "plan.md" });
    expect(
      await ask(project, "Write", { file_path: "plan.md", content: "" }, { event: "PostToolUse" }),
    ).toBeUndefined();
    expect(project.read("plan.md")).toBe(PLAN);
  });
});

describe("a shell command", () => {
  test.each([
    "rm plan.md",
    "rm -f ./plan.md notes.md",
    "rm -rf specs",
    "rm *.md",
    "mv plan.md old.md",
    "mv specs old",
    "mv notes.md plan.md",
    "cp notes.md plan.md",
    "echo x > plan.md",
    ": > specs/1/tasks.md",
    "sed -i d plan.md",
    "truncate -s 0 plan.md",
    "cd specs/1 && rm tasks.md",
    "find . -name '*.md' -delete",
    "for f in specs/*/tasks.md; do rm $f; done",
    'python -c \'open("plan.md","w")\'',
  ])("%s is denied, and what is there is a version", async (command) => {
    const project = await makeGuarded();
    project.write("plan.md", `${PLAN}more\n`);
    project.write("specs/1/tasks.md", "- [ ] b\n");
    const reason = await reasonOf(project, ...shell(command));
    expect(reason).toMatch(/guarded.*must not be/);
    expect(reason).toMatch(/`gate guard --allow (?:plan\.md|specs\/1\/tasks\.md)`/);
    const { entries } = await history(project.gate);
    expect(entries.filter(({ current }) => current).length).toBeGreaterThan(0);
  });

  test.each([
    "cat plan.md",
    "rm notes.md",
    "rm -rf node_modules",
    "echo '- [ ] x' >> plan.md",
    "grep -n x plan.md > out.txt",
    "cp plan.md /tmp/other.md",
    "npm test > log",
    "mv src lib",
    "rm -rf other/plan.md",
    "git commit -am x",
  ])("%s passes", async (command) => {
    expect(await ask(await makeGuarded(), ...shell(command))).toBeUndefined();
  });

  test("that was allowed passes once", async () => {
    const project = await makeGuarded();
    await guard(project.gate, { allow: ["plan.md", "specs/1/tasks.md"] });
    expect(await ask(project, ...shell("rm plan.md notes.md"))).toBeUndefined();
    expect(await reasonOf(project, ...shell("rm plan.md"))).toContain("guarded");
    expect(await ask(project, ...shell("rm -rf specs"))).toBeUndefined();
    expect(await reasonOf(project, ...shell("rm -rf specs"))).toContain(
      "specs holds specs/1/tasks.md, which is guarded,",
    );
  });

  test("of git that takes something back is not denied, and what it takes is a version", async () => {
    const project = await makeGuarded();
    project.write("plan.md", "unsaved\n");
    expect(await ask(project, ...shell("git checkout -- ."))).toBeUndefined();
    project.write("plan.md", PLAN);
    expect((await history(project.gate, { paths: ["plan.md"] })).entries).toHaveLength(2);
  });

  test("that takes the project away is denied", async () => {
    const project = await makeGuarded();
    const reason = await reasonOf(project, ...shell(`rm -rf ${project.root}`), { cwd: "/" });
    const inside = await reasonOf(project, ...shell(`rm -rf ${project.root}`));
    expect([reason ?? "guarded", inside]).toEqual([
      expect.stringContaining("guarded"),
      expect.stringContaining("guarded"),
    ]);
  });
});

test("what a person or a script has written is a version at the next prompt and at the end", async () => {
  const project = await makeGuarded();
  const count = async () => (await history(project.gate, { paths: ["plan.md"] })).entries.length;
  project.write("plan.md", "by hand\n");
  await ask(project, "", {}, { event: "UserPromptSubmit" });
  expect(await count()).toBe(2);
  project.write("plan.md", "by a script\n");
  await ask(project, "", {}, { event: "Stop" });
  expect(await count()).toBe(3);
});

test("a project without a list hears nothing", async () => {
  const project = makeProject({ "plan.md": PLAN });
  expect(await ask(project, ...shell("rm plan.md"))).toBeUndefined();
  expect(await ask(project, "Write", { file_path: join(project.root, "plan.md"), content: "" })).toBeUndefined();
  expect(
    await ask(project, "Write", { file_path: join(project.root, ".claude/plans/x.md"), content: "" }),
  ).toBeUndefined();
  expect(project.tree(true)).toEqual({ ".claude": "folder", "plan.md": PLAN });
});
