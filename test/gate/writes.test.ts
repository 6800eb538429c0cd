/** What a write costs the disk: one lock, one reading, one flush of file and folder, and no more. */
import { expect, test } from "vitest";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { openGate } from "../../src/gate/gate.ts";
import { wrapped } from "../files/faults.ts";
import { makeProject } from "../support/project.ts";

async function callsOfSave(root: string, input: Parameters<typeof save>[1]) {
  const calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  await wrapped(
    (name, call, args) => {
      calls.push({ name, args });
      return call();
    },
    () => save(openGate({ root }), input),
  );
  const count = (wanted: string, path = /./) =>
    calls.filter(({ name, args }) => name === wanted && path.test(String(args[1] ?? args[0]))).length;
  const opened = (file: RegExp) => calls.filter(({ name, args }) => name === "openSync" && file.test(String(args[0])));
  return { count, opened };
}

test("a save of two documents locks, flushes and puts in place each of them once", async () => {
  const { root } = makeProject();
  await start(openGate({ root }), { issue: 7, title: "Seven" });
  await save(openGate({ root }), { progress: [{ status: "pending", text: "a" }] });
  const { count, opened } = await callsOfSave(root, { progress: [{ status: "completed", text: "a" }] });
  for (const file of ["state.md", "7.md"]) {
    expect(count("renameSync", new RegExp(`/${file.replace(".", "\\.")}$`)), file).toBe(1);
  }
  // A lock is one name that nobody else has.
  expect(count("linkSync")).toBe(2);
  // Of each document: what is replaced and its folder in the history, the new file and its folder.
  expect(count("fsyncSync")).toBe(8);
  expect(count("fdatasyncSync")).toBe(0);
  // Read under the lock, compared before the rename, read back. Locks and history have folders of the same name.
  expect(opened(/(?<!\/(?:locks|history))\/state\.md$/)).toHaveLength(3);
});
