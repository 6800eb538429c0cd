/** What belongs to others stays as it is, and nothing is made beside it. */
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import { makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const NOTES = "My notes on 42\n\n- x\n";
const HANDOVER = "# Handover\n\n**Current issue:** #10 in the API\n\nText.\n";

test("a refused write makes nothing in a project that is somebody else's", async () => {
  const project = makeProject({ [STATE]: HANDOVER });
  const { gate } = project;
  for (const act of [
    () => save(gate, { log: ["x"] }),
    () => start(gate, { issue: 4, title: "Four" }),
    () => done(gate),
    () => init(gate),
    () => recover(gate),
  ]) {
    await expect(act()).rejects.toMatchObject({ code: "FOREIGN_FORMAT" });
    expect(Object.keys(project.tree(true))).toEqual([".claude", join(".claude", "state.md")]);
  }
  await expect(undo(gate)).rejects.toMatchObject({ code: "FOREIGN_FORMAT" });
  expect(project.read(STATE)).toBe(HANDOVER);
});

test("a work file that is somebody's notes: the state is saved, the notes stay, and it is said", async () => {
  const project = makeProject({ ".claude/work/42.md": NOTES });
  const { gate } = project;
  const said = expect.stringContaining("belongs to another program or a person");
  expect((await start(gate, { issue: 42, title: "Try it" })).warnings).toEqual([said]);
  const saved = await save(gate, { nextSteps: ["Next"], log: ["Did it"] });
  expect(saved.warnings).toEqual([expect.stringMatching(/left as it is; it does not take /)]);
  expect((await status(gate)).nextSteps).toEqual(["Next"]);
  expect(await check(gate)).toMatchObject({ errors: 0 });
  expect((await start(gate, { issue: 7, title: "Seven" })).warnings).toEqual([said]);
  await start(gate, { issue: 42, title: "Try it" });
  const finished = await done(gate);
  expect(finished.warnings).toEqual([said]);
  expect(finished.value.archivedTo).toBeUndefined();
  expect(project.read(".claude/work/42.md")).toBe(NOTES);
});

test("a damaged work file that the gate has written is not taken for somebody's", async () => {
  const project = makeProject();
  await start(project.gate, { issue: 42, title: "Try it" });
  project.write(".claude/work/42.md", NOTES);
  const { warnings } = await save(project.gate, { nextSteps: ["Next"] });
  expect(warnings.join()).not.toContain("another program or a person");
});

test("a state file in another case is named, and no second one is made beside it", async () => {
  const project = makeProject({ [STATE]: "# Mine\n" });
  renameSync(join(project.root, STATE), join(project.root, ".claude/STATE.md"));
  expect(await status(project.gate)).toMatchObject({ exists: true, valid: false, problems: [{ rule: "wrong-case" }] });
  for (const act of [() => start(project.gate, { issue: 4, title: "Four" }), () => init(project.gate)]) {
    await expect(act()).rejects.toMatchObject({
      ...{ code: "FOREIGN_FORMAT", message: expect.stringContaining("in another case, `STATE.md`") },
      hint: expect.stringContaining("Rename"),
    });
  }
  expect(readdirSync(join(project.root, ".claude"))).toEqual(["STATE.md"]);
});
