/** Sessions: what is in lines is as good as what is in the record, whoever looks and whatever happened. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { cleanUpBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature, skipFeature } from "../../src/gate/batch/end.ts";
import { JOURNAL_PATH } from "../../src/gate/batch/journal.ts";
import { claimNextFeature } from "../../src/gate/batch/next.ts";
import { pauseBatch } from "../../src/gate/batch/pause.ts";
import { BATCH_PATH } from "../../src/gate/batch/place.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { openBatch } from "../../src/gate/batch/session.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import type { Gate } from "../../src/gate/gate.ts";
import { runs } from "../support/effort.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const features = ["a", "b", "c", "d", "e", "f"];

async function begun(): Promise<TestProject & { readonly session: Gate; close(): Promise<void> }> {
  const project = makeProject();
  await createBatch(project.gate, { features, batchId: "x" });
  const { gate, close } = openBatch(project.gate);
  onTestFinished(close);
  // The first change of a session writes the record; what follows within a second does not.
  await completeFeature(gate, { index: 5 });
  return { ...project, session: gate, close };
}

const recordOf = ({ read }: TestProject) => JSON.parse(read(BATCH_PATH)) as Record<string, unknown>;

type Act = (gate: Gate) => Promise<unknown>;
const index = fc.nat(5);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(index, fc.nat(2)).map(
      ([i, tokens]): Act =>
        (gate) =>
          completeFeature(gate, { index: i, tokens }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(index, fc.constantFrom("timeout", "boom")).map(
      ([i, error]): Act =>
        (gate) =>
          failFeature(gate, { index: i, error, tokens: 1 }),
    ),
  },
  {
    weight: 2,
    arbitrary: index.map(
      (i): Act =>
        (gate) =>
          skipFeature(gate, { index: i, reason: "no" }),
    ),
  },
  {
    weight: 1,
    arbitrary: index.map(
      (i): Act =>
        (gate) =>
          retryFeature(gate, { index: i }),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Act>((gate) => claimNextFeature(gate, { worker: "w" })) },
  { weight: 1, arbitrary: fc.constant<Act>((gate) => pauseBatch(gate)) },
);

async function resultOf(done: Promise<unknown>): Promise<unknown> {
  try {
    const { revision: _, ...rest } = ((await done) as { value: Record<string, unknown> }).value;
    return rest;
  } catch (error) {
    return (error as Error).message;
  }
}

test("does what calls without a session do, and everybody sees it at once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(act, fc.boolean()), { maxLength: 20 }), async (steps) => {
      const [plain, lines] = [makeProject(), makeProject()];
      for (const { gate } of [plain, lines]) await createBatch(gate, { features, batchId: "x" });
      const [one, other] = [openBatch(lines.gate), openBatch(lines.gate)];
      for (const [step, second] of steps) {
        const session = second ? other.gate : one.gate;
        expect(await resultOf(step(session))).toEqual(await resultOf(step(plain.gate)));
        const [seen, wanted] = [await batchStatus(lines.gate), await batchStatus(plain.gate)];
        expect({ ...seen, revision: "" }).toEqual({ ...wanted, revision: "" });
      }
      await one.close();
      await other.close();
      expect(lines.exists(JOURNAL_PATH)).toBe(false);
      expect(recordOf(lines)).toEqual(recordOf(plain));
    }),
    runs(60, 11),
  );
}, 120_000);

describe("the journal", () => {
  test("holds what the record does not, and the next change of anybody takes it in", async () => {
    const project = await begun();
    const { value } = await completeFeature(project.session, { index: 0, tokens: 7 });
    expect(recordOf(project)).toMatchObject({ completed_features: [5], current_index: 0 });
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 2, currentIndex: 1, revision: value.revision });
    await expect(retryFeature(project.gate, { index: 1 }, { ifMatch: "other" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await retryFeature(project.gate, { index: 1 }, { ifMatch: value.revision });
    expect(recordOf(project)).toMatchObject({ completed_features: [5, 0], context_token_estimate: 7 });
    expect(project.exists(JOURNAL_PATH)).toBe(false);
    // And the session goes on with what is there now.
    await completeFeature(project.session, { index: 1 });
    expect((await completeFeature(project.session, { index: 1 })).value.changed).toBe(false);
    await project.close();
    expect(recordOf(project)).toMatchObject({ completed_features: [5, 0, 1], retry_attempts: { 1: 1 } });
  });

  test("is added to a record that another program wrote meanwhile", async () => {
    const project = await begun();
    await completeFeature(project.session, { index: 0 });
    await failFeature(project.session, { index: 1, error: "boom" });
    const theirs = { ...recordOf(project), completed_features: [5, 1, 2], current_index: 3, theirs: true };
    project.write(BATCH_PATH, JSON.stringify(theirs, null, 2));
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 4, failed: 0, currentIndex: 3 });
    await completeFeature(project.session, { index: 3 });
    await project.close();
    expect(recordOf(project)).toMatchObject({ completed_features: [5, 1, 2, 0, 3], failed_features: [], theirs: true });
  });

  test("says nothing once the record holds it, although it is still there", async () => {
    const project = await begun();
    await failFeature(project.session, { index: 0, error: "boom", tokens: 3 });
    const lines = project.read(JOURNAL_PATH);
    await failFeature(project.gate, { index: 0, error: "bang", tokens: 3 });
    const { revision } = await batchStatus(project.gate);
    const before = project.read(BATCH_PATH);
    writeFileSync(join(project.root, JOURNAL_PATH), `${lines}${JSON.stringify({ folded: revision })}\n`);
    expect(await batchStatus(project.gate)).toMatchObject({ consecutiveFailures: 2, contextTokenEstimate: 3 });
    await completeFeature(project.session, { index: 1 });
    await project.close();
    expect(project.exists(JOURNAL_PATH)).toBe(false);
    expect(project.read(BATCH_PATH)).not.toBe(before);
    expect(recordOf(project)).toMatchObject({
      completed_features: [5, 1],
      failed_features: [{ error_message: "bang" }],
    });
  });

  test("a torn line was never acknowledged, and the lines after it count", async () => {
    const project = await begun();
    await completeFeature(project.session, { index: 0 });
    appendFileSync(join(project.root, JOURNAL_PATH), '{"index":1,"end":{"kind":"comp');
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 2 });
    await completeFeature(project.session, { index: 2 });
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 3 });
    await project.close();
    expect(recordOf(project)).toMatchObject({ completed_features: [5, 0, 2] });
  });

  test.each([
    [
      "of another batch",
      '{"batch_id":"other","base":"r"}\n{"index":0,"end":{"kind":"completed"},"tokens":0,"now":5}\n',
      "other",
    ],
    ["that says nothing", "rubbish\n", "unknown"],
  ])("one %s is put aside", async (_, text, name) => {
    const project = await begun();
    project.write(JOURNAL_PATH, text);
    expect(await batchStatus(project.gate)).toMatchObject({ completed: 1 });
    await completeFeature(project.session, { index: 1 });
    await project.close();
    expect(project.read(`.claude/.gate/batch-journal.${name}.jsonl`)).toBe(text);
    expect(recordOf(project)).toMatchObject({ completed_features: [5, 1] });
  });

  test("entries of features that the record does not have are left out", async () => {
    const project = await begun();
    await completeFeature(project.session, { index: 4 });
    const record = recordOf(project);
    project.write(
      BATCH_PATH,
      JSON.stringify({ ...record, features: ["a"], total_features: 1, completed_features: [] }),
    );
    expect(await batchStatus(project.gate)).toMatchObject({ totalFeatures: 1, completed: 0 });
  });

  test("goes into the history with the record that is removed, and beside one that is put away", async () => {
    const project = await begun();
    await completeFeature(project.session, { index: 0 });
    const created = await createBatch(project.gate, { features, batchId: "y", force: true });
    const put = JSON.parse(readFileSync(join(project.root, created.value.previousBatch!), "utf8"));
    expect(put).toMatchObject({ completed_features: [5, 0] });
    await completeFeature(project.session, { index: 1 });
    await completeFeature(project.session, { index: 2 });
    await cleanUpBatch(project.gate);
    expect(project.exists(BATCH_PATH) || project.exists(JOURNAL_PATH)).toBe(false);
    await expect(completeFeature(project.session, { index: 3 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a dry run writes no line", async () => {
    const project = await begun();
    const outcome = await completeFeature(project.session, { index: 0 }, { dryRun: true });
    expect(outcome.written).toHaveLength(1);
    expect(project.exists(JOURNAL_PATH)).toBe(false);
  });
});
