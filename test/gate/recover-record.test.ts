/** Batches, stores and runs that were damaged: what was acknowledged last comes back, and every hint is a call that works. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { GateError } from "../../src/base/errors.ts";
import { listVersions } from "../../src/files/record/versions.ts";
import { cleanUpBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature } from "../../src/gate/batch/end.ts";
import { BATCH_PATH } from "../../src/gate/batch/place.ts";
import { recoverBatch } from "../../src/gate/batch/recover.ts";
import { openBatch } from "../../src/gate/batch/session.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import { check } from "../../src/gate/documents/check.ts";
import type { Gate } from "../../src/gate/gate.ts";
import { kvCheckpoint } from "../../src/gate/kv/checkpoints.ts";
import { kvDelete, kvInit, kvKeys, kvLoad, kvSave } from "../../src/gate/kv/operations.ts";
import { kvRecover } from "../../src/gate/kv/recover.ts";
import { archiveRun, pruneRuns } from "../../src/gate/runs/archive.ts";
import { loadRun } from "../../src/gate/runs/load.ts";
import { recoverRun } from "../../src/gate/runs/recover.ts";
import { openRuns } from "../../src/gate/runs/runs.ts";
import { saveRun } from "../../src/gate/runs/save.ts";
import { status } from "../../src/gate/view/status.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { runGateWith } from "../support/terminal.ts";

const STORE = ".claude/state/default/state.json";
const features = ["a", "b", "c", "d", "e", "f"];

/** What others do to a record. `undefined` removes it. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Uint8Array | undefined>> = {
  "is emptied": () => Buffer.alloc(0),
  "loses its end": (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  "loses its beginning": (bytes) => bytes.subarray(Math.floor(bytes.length / 2)),
  "gets NUL bytes": (bytes) => Buffer.alloc(bytes.length),
  "gets bytes that are no UTF-8": (bytes) => Buffer.concat([bytes.subarray(0, 20), Buffer.from([0xff, 0xfe])]),
  "becomes another text": () => Buffer.from("nothing of it\n"),
  "becomes a list": () => Buffer.from("[1, 2]\n"),
  "stands there twice": (bytes) => Buffer.concat([bytes, bytes]),
  "gets the markers of a conflict": (bytes) =>
    Buffer.concat([Buffer.from("<<<<<<< ours\n"), bytes, Buffer.from(">>>>>>> theirs\n")]),
  "is removed": () => undefined,
};
const DAMAGE_NAMES = Object.keys(DAMAGES);

function damage(path: string, name: string): void {
  const bytes = DAMAGES[name]!(readFileSync(path));
  if (bytes === undefined) rmSync(path);
  else writeFileSync(path, bytes);
}

describe.each(DAMAGE_NAMES)("a record that %s", (name) => {
  test("is a batch that comes back to the byte", async () => {
    const { gate, root, read } = await begun();
    await completeFeature(gate, { index: 0 });
    await failFeature(gate, { index: 1, error: "boom" });
    const before = read(BATCH_PATH);
    damage(join(root, BATCH_PATH), name);
    const { value } = await recoverBatch(gate);
    expect(value).toMatchObject({ recovered: true, path: BATCH_PATH, source: { kind: "version" } });
    expect(read(BATCH_PATH)).toBe(before);
    expect(value.backups).toHaveLength(name === "is removed" ? 0 : 1);
    expect((await recoverBatch(gate)).value).toMatchObject({ recovered: false, fault: undefined, source: undefined });
  });

  test("is a store that comes back to the byte", async () => {
    const { root, read, ...project } = makeProject();
    // A checkpoint is as old as its file.
    const gate = { ...project.gate, clock: Date.now };
    await kvSave(gate, { key: "a", value: 1 });
    await kvCheckpoint(gate, { name: "zz-later" });
    await kvSave(gate, { key: "b", value: { c: [2] } });
    await kvDelete(gate, { key: "a" });
    const before = read(STORE);
    damage(join(root, STORE), name);
    const { value } = await kvRecover(gate);
    expect(value).toMatchObject({ recovered: true, keys: 1, source: { kind: "version" } });
    expect(read(STORE)).toBe(before);
    expect((await kvLoad(gate, { key: "b" })).value.value).toEqual({ c: [2] });
    expect((await kvRecover(gate)).value).toMatchObject({ recovered: false });
  });

  test("is a run that comes back to the byte", async () => {
    const { runs, run, read, path } = makeRuns();
    await saveRun(runs, { ...run, state: { step: 1 } });
    await saveRun(runs, { ...run, state: { step: 2 } });
    const before = read();
    damage(path, name);
    const { value } = await recoverRun(runs, run);
    expect(value).toMatchObject({ recovered: true, source: { kind: "version" } });
    expect(read()).toBe(before);
    expect((await loadRun(runs, run)).state).toEqual({ step: 2 });
    expect((await recoverRun(runs, run)).value).toMatchObject({ recovered: false });
  });
});

test("whatever was done to a batch, by a session or not, all that was acknowledged comes back", async () => {
  const act = fc.tuple(
    fc.nat(5),
    fc.constantFrom("complete", "fail"),
    fc.constantFrom(0, 400, 1500, 59_000, 61_000),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...DAMAGE_NAMES),
      async (acts, name) => {
        const { gate, root, later } = await begun();
        const session = openBatch(gate);
        for (const [index, what, time, byItself] of acts) {
          later(time);
          const by = byItself ? gate : session.gate;
          await (what === "complete"
            ? completeFeature(by, { index })
            : failFeature(by, { index, error: "boom", tokens: 1 }).catch(() => undefined));
        }
        const before = await batchStatus(gate);
        // The process of the session is killed: what is in the journal stays there.
        damage(join(root, BATCH_PATH), name);
        await recoverBatch(gate);
        const { revision: _, ...after } = await batchStatus(gate);
        const { revision: __, ...was } = before;
        expect(after).toEqual(was);
      },
    ),
    runs(40),
  );
});

describe("a batch", () => {
  test("that is gone by git clean comes back from the folder of git, as it was in that minute", async () => {
    const { gate, root, read, write, later } = await begun();
    mkdirSync(join(root, ".git/objects"), { recursive: true });
    mkdirSync(join(root, ".git/refs"));
    write(".git/HEAD", "ref: refs/heads/main\n");
    later(61_000);
    await completeFeature(gate, { index: 0 });
    await completeFeature(gate, { index: 1 });
    const before = read(BATCH_PATH);
    rmSync(join(root, ".claude"), { recursive: true });
    await recoverBatch(gate);
    expect(read(BATCH_PATH)).toBe(before);
  });

  test("that was cleaned up is not missing", async () => {
    const { gate } = await begun();
    await cleanUpBatch(gate);
    await expect(recoverBatch(gate)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(batchStatus(gate)).rejects.toMatchObject({ hint: expect.stringContaining("gate batch create") });
  });

  test("that nobody has kept stays as it is", async () => {
    const project = makeProject({ [BATCH_PATH]: "{" });
    const before = project.tree(true);
    await expect(recoverBatch(project.gate)).rejects.toMatchObject({
      code: "CORRUPT",
      message: `Cannot recover ${BATCH_PATH}: a key is missing at line 1, column 2, and no version of it is kept`,
    });
    expect(project.tree(true)).toEqual(before);
  });

  test("of a newer gate is not touched", async () => {
    const { gate, read, write } = await begun();
    const newer = JSON.stringify({ ...JSON.parse(read(BATCH_PATH)), schema_version: "99.0" });
    write(BATCH_PATH, newer);
    await expect(recoverBatch(gate)).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION" });
    expect(read(BATCH_PATH)).toBe(newer);
  });

  test("in a dry run says what it would become, and writes nothing", async () => {
    const project = await begun();
    project.write(BATCH_PATH, "{");
    const before = project.tree(true);
    const { value, written } = await recoverBatch(project.gate, {}, { dryRun: true });
    expect(value).toMatchObject({ recovered: false, source: { kind: "version" }, backups: [] });
    expect(written[0]!.after).toContain('"batch_id": "x"');
    expect(project.tree(true)).toEqual(before);
  });
});

describe("a run", () => {
  test("of another run is not touched", async () => {
    const { runs, run, read } = makeRuns();
    await saveRun(runs, { ...run, state: { step: 1 } });
    await saveRun(runs, { ...run, runId: "other", state: { step: 9 } });
    writeFileSync(runs.home + read.other, readFileSync(join(runs.home, ".claude/state/review/other.json")));
    await expect(recoverRun(runs, run)).rejects.toMatchObject({ code: "FOREIGN_FORMAT" });
  });

  test("that is pruned leaves nothing behind, at work or from the archive", async () => {
    const { runs, run } = makeRuns();
    await saveRun(runs, { ...run, state: { step: 1 } });
    await saveRun(runs, { ...run, runId: "kept", state: { step: 1 } });
    await saveRun(runs, { ...run, runId: "put-away", state: { step: 1 } });
    await archiveRun(runs, { ...run, runId: "put-away" });
    await archiveRun(runs, { ...run, runId: "kept" });
    await saveRun(
      { ...runs, open: () => ({ ...runs.open(), clock: () => NOW + 9_000 }) },
      { ...run, runId: "kept", state: {} },
    );
    const late = { ...runs, open: () => ({ ...runs.open(), clock: () => NOW + 9_000 }) };
    expect((await pruneRuns(late, { olderThan: 5000 })).pruned).toHaveLength(3);
    const { project } = runs.open();
    expect(new Set(listVersions(project).map(({ path }) => path))).toEqual(new Set([".claude/state/review/kept.json"]));
  });
});

describe("what is said of a damaged record", () => {
  test.each(DAMAGE_NAMES.filter((name) => name !== "is removed"))("that %s is a call that works", async (name) => {
    const { gate, root } = await begun();
    const { runs, run, path } = makeRuns();
    await kvInit(gate, { namespace: "n", backend: "json" });
    for (const namespace of ["default", "n"]) await kvSave(gate, { key: "a", value: 1, namespace });
    await saveRun(runs, { ...run, state: { step: 1 } });
    const others = [BATCH_PATH, STORE, ".claude/state/n/state.json"].map((each) => join(root, each));
    for (const each of [...others, path]) damage(each, name);
    const calls = await Promise.all([
      hintOf(() => batchStatus(gate)),
      hintOf(() => createBatch(gate, { features })),
      hintOf(() => kvKeys(gate, {})),
      hintOf(() => kvKeys(gate, { namespace: "n" })),
      hintOf(() => loadRun(runs, run)),
    ]);
    const told = (await status(gate)).damagedRecords?.map(({ command }) => command) ?? [];
    const checked = (await check(gate)).files.flatMap(({ problems }) => problems);
    const found = checked.filter(({ rule }) => rule === "damaged-record").map(({ message }) => callIn(message));
    expect(found).toEqual(["gate batch recover", "gate kv recover", "gate kv recover --namespace n"]);
    // Doubled text has the ends of an object; a glance does not look between them only where it is large.
    expect(told).toEqual(found);
    for (const call of new Set([...calls, ...found])) {
      const words = call.split(" ").slice(1);
      const ended = await runGateWith({ cwd: root, environment: { HOME: runs.home } }, ...words, "--yes");
      expect([call, ended.code, ended.stderr]).toEqual([call, 0, ""]);
    }
    expect((await status(gate)).damagedRecords).toBeUndefined();
    await Promise.all([batchStatus(gate), kvKeys(gate), kvKeys(gate, { namespace: "n" }), loadRun(runs, run)]);
  });

  test("that is gone is a call that works", async () => {
    const { gate, root } = await begun();
    rmSync(join(root, BATCH_PATH));
    expect(await hintOf(() => batchStatus(gate), "NOT_FOUND")).toBe("gate batch recover");
    expect((await runGateWith({ cwd: root }, "batch", "recover", "--yes")).code).toBe(0);
  });
});

async function begun(): Promise<TestProject & { readonly gate: Gate }> {
  const project = makeProject();
  await createBatch(project.gate, { features, batchId: "x" });
  return project;
}

function makeRuns() {
  const home = mkdtempSync(join(tmpdir(), "gate-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const path = join(home, ".claude/state/review/r-1.json");
  const read = Object.assign(() => readFileSync(path, "utf8"), { other: "/.claude/state/review/r-1.json" });
  return { runs: openRuns({ home, clock: () => NOW }), run: { runId: "r-1", skill: "review" }, path, read };
}

/** The call that a failure names. */
async function hintOf(act: () => Promise<unknown>, code = "CORRUPT"): Promise<string> {
  const error = await act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code });
  return callIn((error as GateError).hint ?? "");
}

function callIn(text: string): string {
  return /`(gate [^`]*)`/.exec(text)?.[1] ?? "";
}
