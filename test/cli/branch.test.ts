/** How surfaces tell of a recorded branch that is not the one that is checked out: by one word, and once. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { styleOf } from "../../src/cli/style.ts";
import { EMPTY } from "../../src/cli/views/watch/model.ts";
import { viewScreen } from "../../src/cli/views/watch/screen.ts";
import { makeBrief } from "../../src/gate/agent/make-brief.ts";
import { status } from "../../src/gate/view/status.ts";
import { NOW } from "../support/clock.ts";
import { fixture, makeProject } from "../support/project.ts";
import { runAtTerminal } from "../support/terminal.ts";

const PLAIN = styleOf(
  { environment: { NO_COLOR: "1" }, terminal: { input: false, output: false, error: false } },
  "output",
);

function makeRepository() {
  const project = makeProject({ ".claude/state.md": fixture("read/format.md") });
  const git = (...args: string[]) => execFileSync("git", args, { cwd: project.root, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  const who = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
  git(...who, "commit", "--quiet", "--allow-empty", "--message=first");
  return { ...project, git };
}

type Repository = ReturnType<typeof makeRepository>;

describe.each([
  ["not made yet", () => {}],
  [
    "gone",
    ({ git }: Repository) => {
      git("switch", "--quiet", "--create", "feature/rate-limiting");
      git("switch", "--quiet", "main");
      git("branch", "--quiet", "--delete", "feature/rate-limiting");
    },
  ],
])("a branch that is %s", (word, prepare) => {
  test.each([["status"], ["show"]])("is called so once by %s", async (command) => {
    const repository = makeRepository();
    prepare(repository);
    const { stdout } = await runAtTerminal({ cwd: repository.root, terminal: { output: false } }, command);
    expect(stdout).toContain(`feature/rate-limiting  ${word}, main is checked out\n`);
    expect(stdout.split("is checked out")).toHaveLength(2);
  });

  test("is called so by check, the brief and the live view", async () => {
    const repository = makeRepository();
    prepare(repository);
    const { stdout } = await runAtTerminal({ cwd: repository.root, terminal: { output: false } }, "check");
    expect(stdout).toContain(`Unexpected branch \`feature/rate-limiting\`, which is ${word}, expected \`main\``);
    const found = await status(repository.gate);
    const brief = makeBrief({ status: found, batch: undefined, workFiles: 0, now: NOW });
    expect(brief.text).toContain(`Branch: feature/rate-limiting (${word}; main is checked out)\n`);
    const state = { event: "state" as const, timestamp: "2024-10-23T16:30:00Z", ...found };
    const problems = found.problems.map((problem) => ({ ...problem, path: found.path }));
    const model = { ...EMPTY, branch: "main", state, problems };
    const screen = viewScreen(model, { columns: 100, rows: 40 }, NOW, PLAIN)
      .map(({ text }) => text)
      .join("\n");
    expect(screen).toContain(`feature/rate-limiting  ${word}, main is checked out`);
    expect(screen.split("is checked out")).toHaveLength(2);
  });
});

test("a branch that is elsewhere is called so once", async () => {
  const { root, git } = makeRepository();
  git("branch", "feature/rate-limiting");
  const { stdout } = await runAtTerminal({ cwd: root, terminal: { output: false } }, "status");
  expect(stdout).toContain("feature/rate-limiting  main is checked out\n");
  expect(stdout.split("is checked out")).toHaveLength(2);
  const json = await runAtTerminal({ cwd: root, terminal: { output: false } }, "status", "--json");
  expect(JSON.parse(json.stdout).problems).toContainEqual(expect.objectContaining({ rule: "branch-mismatch" }));
});
