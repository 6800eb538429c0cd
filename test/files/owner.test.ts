/** New files and folders belong to the owner of the project, where this process may give them away. */
import { chownSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { openGate } from "../../src/gate/gate.ts";
import { makeProject } from "../support/project.ts";
import { replaced } from "./faults.ts";

test.skipIf(process.geteuid?.() !== 0)("root leaves nothing behind that the owner cannot write", async () => {
  const project = makeProject({});
  const gate = openGate({ root: project.root });
  for (const name of ["", ".claude"]) chownSync(join(project.root, name), 1000, 1000);
  await replaced({ isRoot: () => true }, async () => {
    await start(gate, { issue: 5, title: "Five" });
    await save(gate, { log: ["x"], nextSteps: ["y"] });
    await done(gate);
  });
  const names = ["", ...Object.keys(project.tree(true))];
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect([name, statSync(join(project.root, name)).uid]).toEqual([name, 1000]);
  expect(statSync(dirname(project.root)).uid).toBe(0);
});

test("who is not root asks nobody", () => {
  expect(system.isRoot()).toBe(false);
});
