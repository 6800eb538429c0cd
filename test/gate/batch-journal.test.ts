/** The journal of sessions where something else happens to the record or to the session between two lines. */
import { appendFileSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { cleanUpBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature } from "../../src/gate/batch/end.ts";
import { JOURNAL_PATH } from "../../src/gate/batch/journal.ts";
import { BATCH_PATH } from "../../src/gate/batch/place.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { openBatch } from "../../src/gate/batch/session.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import { openGate } from "../../src/gate/gate.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { kvSave } from "../../src/gate/kv/operations.ts";
import { NOW } from "../support/clock.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const features = ["a", "b", "c", "d", "e", "f"];
const PUT_ASIDE = ".claude/.gate/batch-journal.x.jsonl";

async function begun() {
  const project = makeProject();
  await createBatch(project.gate, { features, batchId: "x" });
  const { gate, close } = openBatch(project.gate);
  onTestFinished(() => close().catch(() => {}));
  await completeFeature(gate, { index: 5 });
  return { ...project, session: gate, close };
}

describe("a batch begun anew under the same name has none of the lines", () => {
  test.each([
    ["was damaged", ({ write }: TestProject) => write(BATCH_PATH, "{"), true],
    ["was removed", ({ root }: TestProject) => rmSync(join(root, BATCH_PATH)), false],
    [
      "was damaged and cleaned up",
      async ({ write, gate }: TestProject) => {
        write(BATCH_PATH, "{");
        await cleanUpBatch(gate);
      },
      false,
    ],
  ])("where the record %s", async (_, happen, force) => {
    const project = await begun();
    await completeFeature(project.session, { index: 0 });
    const lines = project.read(JOURNAL_PATH);
    await happen(project);
    await createBatch(project.gate, { features, batchId: "x", force });
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 0 });
    expect(project.read(PUT_ASIDE)).toBe(lines);
  });
});

test("lines that a crash left behind the record do not come back when it is undone", async () => {
  const project = await begun();
  await completeFeature(project.session, { index: 0 });
  const lines = project.read(JOURNAL_PATH);
  project.later(120_000);
  const { entries } = await completeFeature(project.gate, { index: 1 }, {});
  const { revision } = await batchStatus(project.gate);
  project.write(JOURNAL_PATH, `${lines}${JSON.stringify({ folded: revision })}\n`);
  await undo(project.gate, { id: entries[0]! });
  expect(await batchStatus(project.gate)).toMatchObject({ completed: 1 });
  expect(project.exists(JOURNAL_PATH) || project.exists(PUT_ASIDE)).toBe(false);
});

test("lines that a crash left behind the record stay part of it where the next writing is interrupted too", async () => {
  const project = await begun();
  await failFeature(project.session, { index: 0, error: "broken" });
  const lines = project.read(JOURNAL_PATH);
  await retryFeature(project.gate, { index: 0 });
  const { revision, failed } = await batchStatus(project.gate);
  const folds = [revision, "the next one"].map((folded) => `${JSON.stringify({ folded })}\n`).join("");
  project.write(JOURNAL_PATH, lines + folds);
  expect([failed, (await batchStatus(project.gate)).failed]).toEqual([0, 0]);
});

test("a journal that is taken in is gone on the disk too before the next change", async () => {
  const project = await begun();
  await completeFeature(project.session, { index: 0 });
  const { unlinkSync, fsyncSync } = system;
  const calls: string[] = [];
  onTestFinished(() => void Object.assign(system, { unlinkSync, fsyncSync }));
  system.unlinkSync = (place) => {
    unlinkSync(place);
    if (String(place).endsWith("batch-journal.jsonl")) calls.push("remove");
  };
  system.fsyncSync = (descriptor) => {
    fsyncSync(descriptor);
    if (calls.length > 0) calls.push("flush");
  };
  await project.close();
  expect(calls).toEqual(["remove", "flush"]);
});

test("a revision that counts the lines is good for what replaces the record", async () => {
  const project = await begun();
  const { value } = await completeFeature(project.session, { index: 0 });
  await expect(cleanUpBatch(project.gate, {}, { ifMatch: "other" })).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await cleanUpBatch(project.gate, {}, { ifMatch: value.revision })).value.removed).toBe(true);
});

test("what another program writes between the look and the line is seen by the next call", async () => {
  const project = makeProject();
  await createBatch(project.gate, { features, batchId: "x" });
  let meanwhile = () => {};
  const clock = () => {
    meanwhile();
    return NOW;
  };
  const { gate, close } = openBatch(openGate({ root: project.root, clock, lockTimeout: 5000 }));
  onTestFinished(close);
  for (const index of [5, 4]) await completeFeature(gate, { index });
  meanwhile = () => {
    const record = JSON.parse(project.read(BATCH_PATH)) as object;
    project.write(BATCH_PATH, JSON.stringify({ ...record, completed_features: [5, 0], theirs: true }));
  };
  await completeFeature(gate, { index: 1 });
  meanwhile = () => {};
  expect((await completeFeature(gate, { index: 0 })).value).toMatchObject({ changed: false, remaining: 2 });
});

test("a line of a moment that no calendar has says nothing", async () => {
  const project = await begun();
  const { revision } = await batchStatus(project.gate);
  const entry = (index: number, now: number) =>
    `${JSON.stringify({ index, end: { kind: "completed" }, tokens: 0, now })}\n`;
  const begin = `${JSON.stringify({ batch_id: "x", base: revision })}\n`;
  project.write(JOURNAL_PATH, `${begin}${entry(0, 9e15)}${entry(1, NOW)}`);
  expect(await batchStatus(project.gate)).toMatchObject({ completed: 2 });
});

test("closing ends the stores of a session whose record is damaged, and says so", async () => {
  const project = await begun();
  await kvSave(project.session, { key: "k", value: "1", backend: "json" });
  await completeFeature(project.session, { index: 0 });
  expect(project.session.stores?.size).toBe(1);
  project.write(BATCH_PATH, "{");
  await expect(project.close()).rejects.toMatchObject({ code: "CORRUPT" });
  expect(project.session.stores?.size).toBe(0);
});

test("a batch that is completed by lines is not in the way of a shared one", async () => {
  const project = await begun();
  for (const index of [0, 1, 2, 3, 4]) await completeFeature(project.session, { index });
  const input = { features, batchId: "y", backend: "sqlite" } as const;
  await createBatch(project.gate, input, { dryRun: true });
  expect((await createBatch(project.gate, input)).value.batchId).toBe("y");
});

test("a reader comes to an end although a session writes a line at each of its looks", async () => {
  const project = await begun();
  await completeFeature(project.session, { index: 0 });
  const opened = vi.spyOn(system, "openSync");
  onTestFinished(() => opened.mockRestore());
  let looks = 0;
  opened.mockImplementation((path, ...rest) => {
    if (String(path).endsWith("batch_state.json")) {
      if (++looks > 50) throw new Error("no end");
      const line = { index: looks % 4, end: { kind: "failed", error: `${looks}` }, tokens: 0, now: NOW };
      appendFileSync(join(project.root, JOURNAL_PATH), `${JSON.stringify(line)}\n`);
    }
    return openSync(path, ...rest);
  });
  expect(await batchStatus(project.gate)).toMatchObject({ completed: 2, failed: 1 });
});

test("a line that the disk did not confirm does not count, and the next one does", async () => {
  const project = await begun();
  await completeFeature(project.session, { index: 0 });
  const flushed = vi.spyOn(system, "fdatasyncSync").mockImplementationOnce(() => {
    throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO", errno: -5, syscall: "fdatasync" });
  });
  onTestFinished(() => flushed.mockRestore());
  await expect(failFeature(project.session, { index: 1, error: "boom" })).rejects.toMatchObject({ code: "IO" });
  expect(await batchStatus(project.gate)).toMatchObject({ completed: 2, failed: 0 });
  await completeFeature(project.session, { index: 2 });
  expect(await batchStatus(project.gate)).toMatchObject({ completed: 3, failed: 0 });
});
