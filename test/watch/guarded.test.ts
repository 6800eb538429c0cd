/** What a watch tells of guarded files. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { history } from "../../src/gate/history/history.ts";
import { guard } from "../../src/gate/install/guard.ts";
import { makeProject } from "../support/project.ts";
import { follow } from "./follow.ts";

test.each([false, 100] as const)("each change of one, and what is wrong with it; polling: %s", async (poll) => {
  const project = makeProject({ "plan.md": "- [ ] a\n", "docs/a/b.md": "b\n" });
  await guard(project.gate, { paths: ["plan.md", "docs/**/*.md"] });
  const watch = follow(project, { poll });
  await watch.until("state");
  project.write("plan.md", "- [x] a\n");
  expect(await watch.until("guarded")).toMatchObject({ path: "plan.md", exists: true, valid: true, problems: [] });
  project.write("docs/a/b.md", "b\n<<<<<<< x\n");
  expect(await watch.until("guarded")).toMatchObject({ path: "docs/a/b.md", valid: false });
  expect(await watch.until("problem")).toMatchObject({ path: "docs/a/b.md", rule: "conflict-marker" });
  renameSync(join(project.root, "plan.md"), join(project.root, "old"));
  expect(await watch.until("guarded")).toMatchObject({ path: "plan.md", exists: false });
  expect(await watch.until("problem")).toMatchObject({ path: "plan.md", rule: "rolled-back" });
  renameSync(join(project.root, "old"), join(project.root, "plan.md"));
  expect(await watch.until("resolved")).toMatchObject({ path: "plan.md", rule: "rolled-back" });
  project.write("docs/a/c.md", "c\n");
  expect(await watch.until("guarded")).toMatchObject({ path: "docs/a/c.md", exists: true });
  expect(watch.events.filter(({ event }) => event === "work" || event === "error")).toEqual([]);
  const { entries } = await history(project.gate, { paths: ["plan.md"] });
  expect(entries.map(({ operation }) => operation)).toEqual(["outside", "outside"]);
});
