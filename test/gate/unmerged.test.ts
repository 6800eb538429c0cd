/** A state file that git left with both sides of a merge. */
import { expect, test } from "vitest";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import { makeGitProject } from "../support/git-project.ts";

const STATE = ".claude/state.md";

test.each(["ours", "theirs", "both"] as const)(
  "is recovered by %s, and what git has to be told is said",
  async (side) => {
    const project = makeGitProject();
    const { gate } = project;
    await start(gate, { issue: 42, title: "Login" });
    const commit = async (percentage: number) => {
      await save(gate, { progress: [{ status: "in_progress", text: "Write it", percentage }] });
      project.git("add", "--all");
      project.git("commit", "--quiet", "--message=saved");
    };
    await commit(10);
    project.git("switch", "--quiet", "--create", "other");
    await commit(70);
    project.git("switch", "--quiet", "-");
    await commit(30);
    expect(() => project.git("merge", "--quiet", "other")).toThrow();
    expect(project.read(STATE)).toContain("<<<<<<<");
    await expect(save(gate, { log: ["x"] })).rejects.toMatchObject({ code: "CORRUPT" });
    const { warnings } = await recover(gate, { side });
    expect(warnings).toContain(
      `git still holds ${STATE} for unmerged: \`git add ${STATE}\` says that the conflict is over`,
    );
    expect(project.read(STATE)).not.toContain("<<<<<<<");
    project.git("add", STATE);
    const { progressItems, valid } = await status(gate);
    expect(valid).toBe(true);
    expect(progressItems.map(({ percentage }) => percentage)).toContain(side === "theirs" ? 70 : 30);
  },
);
