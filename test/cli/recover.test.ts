/** `gate recover` as a person and as a program meet it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { listTree } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { ctrlC, runAtTerminal, runGate } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const QUESTION = "State file appears corrupted. Back up to state.md.bak and rebuild? [yes/no] ";

const WHOLE = readFileSync(
  join(import.meta.dirname, "../../fixtures/salvage/conflict-as-git-writes-it/after.ours.md"),
  "utf8",
);
const CONFLICT = readFileSync(
  join(import.meta.dirname, "../../fixtures/salvage/conflict-as-git-writes-it/before.md"),
  "utf8",
);
const DAMAGED = WHOLE.replace("## Blockers\n", "");

function damagedProject(text = DAMAGED): TestProject {
  return makeProject({ [STATE]: text });
}

test("shows what is wrong, what is kept and the diff, then asks; a yes writes", async () => {
  const { root, read } = damagedProject();
  const ended = await runAtTerminal({ cwd: root, answers: ["yes"] }, "recover");
  expect(ended.code).toBe(0);
  expect(ended.stderr.endsWith(QUESTION)).toBe(true);
  expect(ended.stderr).toContain("missing-section");
  expect(ended.stderr).toContain("the active issue, 3 progress items, 2 next steps");
  expect(ended.stderr).toContain("+## Blockers");
  expect(ended.stdout).toContain("Rebuilt .claude/state.md");
  expect(ended.stdout).toContain("The damaged file is kept as .claude/state.md.bak.");
  expect(read(`${STATE}.bak`)).toBe(DAMAGED);
  expect(read(STATE)).toContain("## Blockers\n");
});

test.each([
  ["no", 1],
  ["", 1],
  [undefined, 1],
  ["yes!", 3],
] as const)("%j touches nothing", async (answer, times) => {
  const { root } = damagedProject();
  const before = listTree(root);
  const answers = answer === undefined ? [] : Array<string>(times + 1).fill(answer);
  const ended = await runAtTerminal({ cwd: root, answers }, "recover");
  expect(ended.code).toBe(3);
  expect(ended.stderr.split(QUESTION)).toHaveLength(times + 1);
  expect(ended.stderr).toContain("gate save --offline");
  expect(listTree(root)).toEqual(before);
});

test("Ctrl-C at the question exits with 130 and touches nothing", async () => {
  const { root } = damagedProject();
  const before = listTree(root);
  expect((await runAtTerminal({ cwd: root, answers: [ctrlC] }, "recover")).code).toBe(130);
  expect(listTree(root)).toEqual(before);
});

test("what changes while the question stands is not written over", async () => {
  const project = damagedProject();
  const meanwhile = () => {
    project.write(STATE, `${DAMAGED}more\n`);
    return "yes";
  };
  const ended = await runAtTerminal({ cwd: project.root, answers: [meanwhile] }, "recover", "--json");
  expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "CONFLICT" } });
  expect(project.read(STATE)).toBe(`${DAMAGED}more\n`);
});

test("without a terminal the error is the call to make, with the flags that were given", async () => {
  const { root } = damagedProject();
  const before = listTree(root);
  const plain = await runGate(root, "recover", "--json");
  expect(plain.code).toBe(3);
  expect(JSON.parse(plain.stdout)).toMatchObject({
    success: false,
    error: { code: "CONSENT_REQUIRED", hint: "Run: gate recover --yes" },
  });
  const more = await runGate(root, "recover", "--from", "salvage", "--no-input");
  expect(more.stderr).toContain("Run: gate recover --from salvage --yes");
  expect(listTree(root)).toEqual(before);
});

test("the keys of the result stand in their order", async () => {
  const { root } = damagedProject();
  const ended = await runGate(root, "recover", "--yes", "--json");
  const result = JSON.parse(ended.stdout) as Record<string, unknown>;
  expect(Object.keys(result).slice(0, 6)).toEqual(["recovered", "backup", "sources", "kept", "lost", "state_file"]);
  expect(result).toMatchObject({
    recovered: true,
    backup: `${STATE}.bak`,
    lost: [],
    state_file: STATE,
    kept: { issue: true, progress_items: 3, next_steps: 2, recent_work: 1 },
  });
  expect(result["sources"]).toContainEqual({ part: "progress", source: "salvage" });
  const again = JSON.parse((await runGate(root, "recover", "--yes", "--json")).stdout) as object;
  expect(again).toMatchObject({ recovered: false, backup: null, sources: [], kept: null, lost: [], state_file: STATE });
});

test("a dry run shows the diff and writes nothing", async () => {
  const { root } = damagedProject();
  const before = listTree(root);
  const ended = await runGate(root, "recover", "--dry-run");
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain("+## Blockers");
  expect(listTree(root)).toEqual(before);
});

test("each conflict is shown and asked about until it has an answer", async () => {
  const { root, read } = damagedProject(CONFLICT);
  const answers = ["theirs", "what", "y", "yours", "both", "ours", "t", "no!", "yes"];
  const ended = await runAtTerminal({ cwd: root, answers }, "recover");
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain("Conflict 1 of 5, line 10");
  expect(ended.stderr).toContain("\u001b[36mYours (HEAD)\u001b[39m\n  │ **Current Issue:** #1234");
  expect(ended.stderr).toContain("\u001b[36mTheirs (other/branch)\u001b[39m\n  │ **Current Issue:** #99");
  const [sides = ""] = ended.stderr.split("is damaged");
  expect(stripVTControlCharacters(sides)).not.toMatch(/^ *(?:[-+]|<{7}|={7}|>{7})/m);
  expect(ended.stderr).toContain("what is neither yours nor theirs nor both.");
  expect(ended.stderr).toContain(QUESTION);
  const text = read(STATE);
  expect(text).toContain("**Current Issue:** #99 - Other thing");
  expect(text).toContain("- 🔄 Implementing middleware (80% done)\n- ⏸️");
  expect(text).toContain("2. Write unit tests for rate limiter\n2. Something else");
  expect(text).toContain("- Working elsewhere");
  expect(ended.stderr).toContain("What stands in the backup alone");
});

test("nobody chooses a side for somebody: --yes alone, the end of input and Ctrl-C touch nothing", async () => {
  const { root } = damagedProject(CONFLICT);
  const before = listTree(root);
  const agreed = await runGate(root, "recover", "--yes", "--json");
  expect(JSON.parse(agreed.stdout)).toMatchObject({
    error: { code: "CONSENT_REQUIRED", hint: expect.stringContaining("--ours") },
  });
  expect((await runAtTerminal({ cwd: root, answers: ["ours"] }, "recover")).code).toBe(3);
  expect((await runAtTerminal({ cwd: root, answers: ["ours", ctrlC] }, "recover")).code).toBe(130);
  expect((await runAtTerminal({ cwd: root, answers: ["ours", "", "y", "1", "ours"] }, "recover")).code).toBe(3);
  expect(listTree(root)).toEqual(before);
  const two = await runGate(root, "recover", "--ours", "--theirs");
  expect(two.code).toBe(2);
});

test("--ours and --theirs decide all conflicts", async () => {
  for (const side of ["ours", "theirs"] as const) {
    const { root, read } = damagedProject(CONFLICT);
    expect((await runGate(root, "recover", `--${side}`, "--yes")).code).toBe(0);
    const expected = join(import.meta.dirname, `../../fixtures/salvage/conflict-as-git-writes-it/after.${side}.md`);
    expect(read(STATE)).toBe(readFileSync(expected, "utf8"));
    expect(read(`${STATE}.bak`)).toBe(CONFLICT);
  }
});

test("a hostile file steers no terminal", async () => {
  const { root } = damagedProject(
    DAMAGED.replace("- ✅ Researched", "- ✅ \u001b[2JResearched\u202e").replace(
      "None",
      "<<<<<<< \u001b]0;x\u0007\nNone\n=======\n\u001b[31m\n>>>>>>> b\nNone",
    ),
  );
  const ended = await runAtTerminal({ cwd: root, answers: ["ours", "yes"], environment: { NO_COLOR: "1" } }, "recover");
  expect(ended.stderr + ended.stdout).not.toMatch(/[\u001b\u0007\u202e]/);
});

test("a work file is asked about by its own name", async () => {
  const work = "# Issue #7: Seven\n\n**Status:** in_progress\n\n## Approach\n\nWords.\n";
  const { root, read } = makeProject({ ".claude/work/7.md": work });
  const ended = await runAtTerminal({ cwd: root, answers: ["yes"] }, "recover", "--work", "7");
  expect(ended.stderr).toContain("Work file appears corrupted. Back up to 7.md.bak and rebuild? [yes/no] ");
  expect(ended.code).toBe(0);
  expect(read(".claude/work/7.md")).toContain("**Last Updated:**");
  expect(read(".claude/work/7.md")).toContain("Words.");
  expect((await runGate(root, "recover", "--work", "../7")).code).toBe(2);
});
