/** Batches in stores: the same operations as on the record, for several projects at once, and what stands in the way. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { readVersion } from "../../src/files/record/versions.ts";
import { cleanUpBatch, findBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature, failFeature, skipFeature } from "../../src/gate/batch/end.ts";
import { recordGit } from "../../src/gate/batch/git.ts";
import { claimNextFeature, extendFeatureClaim, nextFeature } from "../../src/gate/batch/next.ts";
import { pauseBatch, recordClear, resumeBatch } from "../../src/gate/batch/pause.ts";
import type { CreateBatchInput } from "../../src/gate/batch/plan.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { batchStatus, batchSummary } from "../../src/gate/batch/status.ts";
import type { Gate } from "../../src/gate/gate.ts";
import { history } from "../../src/gate/history/history.ts";
import { restore, undo } from "../../src/gate/history/undo.ts";
import { kvKeys, kvLoad, kvSave } from "../../src/gate/kv/operations.ts";
import { openKv } from "../../src/gate/kv/store.ts";
import { readBatch } from "../../src/records/batch.ts";
import { endFeature } from "../../src/records/progress.ts";
import { HEAD, SharedBatch } from "../../src/records/shared-batch.ts";
import { makeShared } from "../../src/records/shared-whole.ts";
import type { Backend } from "../../src/store/driver.ts";
import { openStore } from "../../src/store/open.ts";
import { backends, noRedis } from "../support/backends.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { makeProject } from "../support/project.ts";
import { RedisServer } from "../support/redis.ts";

let server: RedisServer | undefined;
beforeAll(async () => {
  if (noRedis === undefined) server = await RedisServer.start();
});
afterAll(async () => await server?.stop());

const PATH = ".claude/batch_state.json";
const features = ["one", "two", "three"];
const shared = backends.filter((backend) => backend !== "json");
const place = (backend: Backend) => ({ backend, ...(server && { redisUrl: server.url }) });

async function withBatch(backend: Backend, input: Partial<CreateBatchInput> = {}) {
  const project = makeProject();
  const { value } = await createBatch(project.gate, { features, ...place(backend), ...input });
  return { ...project, id: value.batchId, value };
}

const countingTooMuch = JSON.stringify({
  ...(JSON.parse(
    makeShared({ id: "x", features: ["a"], featuresFile: "", sourceType: "file", issueNumbers: undefined }, NOW).get(
      HEAD,
    )!,
  ) as object),
  current_index: 2,
});

type Act = (gate: Gate, batch: object) => Promise<unknown>;

const index = fc.nat(4);
const word = fc.constantFrom("SyntaxError: x", "timeout", "boom");
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(index, fc.nat(2)).map(
    ([i, tokens]): Act =>
      (gate, batch) =>
        completeFeature(gate, { ...batch, index: i, tokens }),
  ),
  fc.tuple(index, word).map(
    ([i, error]): Act =>
      (gate, batch) =>
        failFeature(gate, { ...batch, index: i, error, tokens: 3 }),
  ),
  fc.tuple(index, word).map(
    ([i, reason]): Act =>
      (gate, batch) =>
        skipFeature(gate, { ...batch, index: i, reason }),
  ),
  index.map(
    (i): Act =>
      (gate, batch) =>
        retryFeature(gate, { ...batch, index: i }),
  ),
  fc.constantFrom("w1", "w2").map(
    (worker): Act =>
      (gate, batch) =>
        claimNextFeature(gate, { ...batch, worker, lease: 3 }),
  ),
  index.map(
    (i): Act =>
      (gate, batch) =>
        extendFeatureClaim(gate, { ...batch, index: i, worker: "w1", lease: 5 }),
  ),
  index.map(
    (i): Act =>
      (gate, batch) =>
        recordGit(gate, { ...batch, index: i, operation: "pr", success: true, number: 3 }),
  ),
  index.map(
    (i): Act =>
      (gate, batch) =>
        recordClear(gate, { ...batch, index: i, tokens: 9 }),
  ),
  fc.constant<Act>((gate, batch) => pauseBatch(gate, batch)),
  fc.constant<Act>((gate, batch) => resumeBatch(gate, batch)),
  fc.constant<Act>((gate, batch) => nextFeature(gate, batch)),
);

/** What came of an act, without where it was done. */
async function resultOf(done: Promise<unknown>): Promise<unknown> {
  try {
    const value = ((await done) as { value?: object }).value ?? (await done);
    const { revision: _, batchId: __, message: ___, ...rest } = value as Record<string, unknown>;
    return rest;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    return { code, message: message.replaceAll(/batch [\w-]+/g, "batch") };
  }
}

async function reportOf(gate: Gate, batch: object): Promise<object> {
  const { revision: _, batchId: __, path: ___, stateFile: ____, ...rest } = await batchStatus(gate, batch);
  // What is ours stands in rows of its own there.
  const { analysisMetadata: _____, ...report } = rest;
  return report;
}

describe.each(shared)("%s", (backend) => {
  test("does what the record does, whatever the order", async () => {
    const acts = fc.array(fc.tuple(act, fc.constantFrom(0, 2, 4)), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const own = makeProject();
        const other = makeProject();
        const session = openKv({ ...other.gate });
        const given = { features: ["a", "b", "c", "d"], batchId: "x" };
        await createBatch(own.gate, given);
        const batch = place(backend);
        await server?.command("FLUSHALL");
        await createBatch(session.gate, { ...given, ...batch });
        // Never when a lease has just ended: what has one clock for all does not wait for those that are off.
        for (const [step, pause] of steps) {
          own.later(pause);
          other.later(pause);
          expect(await resultOf(step(session.gate, batch))).toEqual(await resultOf(step(own.gate, {})));
        }
        expect(await reportOf(session.gate, batch)).toEqual(await reportOf(own.gate, {}));
        // What is removed can be read as the record it would have been.
        const written = JSON.parse(own.read(PATH));
        const { entries } = await cleanUpBatch(session.gate, batch);
        const kept = Buffer.from(readVersion(other.gate.project, entries[0]!).bytes).toString();
        const reading = readBatch(kept);
        if (reading.kind !== "batch") throw new Error(JSON.stringify(reading));
        const sorted = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).sort();
        for (const key of Object.keys(written)) {
          if (key === "state_file" || key === "analysis_metadata") continue;
          const value = JSON.parse(kept)[key] ?? null;
          if (Array.isArray(value)) expect(sorted(value)).toEqual(sorted(written[key]));
          else expect({ [key]: value }).toEqual({ [key]: written[key] });
        }
        await session.close();
      }),
      runs(60, 7),
    );
  }, 120_000);

  test("the project remembers it; another project is told once", async () => {
    const { gate, id, value } = await withBatch(backend);
    expect(value).toMatchObject({ totalFeatures: 3, message: `Batch ${id} created with 3 features` });
    const { backend: _, ...url } = place(backend);
    expect((await completeFeature(gate, { ...url, index: 0 })).value).toMatchObject({ batchId: id, remaining: 2 });
    expect(await batchSummary(gate, url)).toMatchObject({ batchId: id, path: value.stateFile, completed: 1 });
    if (backend !== "redis") return;
    const elsewhere = makeProject();
    await expect(nextFeature(elsewhere.gate, place(backend))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(nextFeature(elsewhere.gate)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await resumeBatch(elsewhere.gate, { ...place(backend), batchId: id });
    expect(await nextFeature(elsewhere.gate, url)).toEqual({ index: 1, feature: "two" });
  });

  test("one batch at a time, wherever it is kept", async () => {
    const { gate, id, value, read, exists } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    const conflict = { code: "CONFLICT", message: `Cannot create a batch: batch ${id} is in_progress` };
    await expect(createBatch(gate, { features, ...url })).rejects.toMatchObject(conflict);
    await expect(createBatch(gate, { features, ...place(backend) })).rejects.toMatchObject(conflict);
    expect(exists(PATH)).toBe(false);
    await expect(createBatch(gate, { features, batchId: id, force: true, ...place(backend) })).rejects.toMatchObject({
      code: "CONFLICT",
      message: `Cannot create batch ${id}: there is one in ${value.stateFile}`,
      hint: `Go on with it: gate batch resume ${id} --backend ${backend}. Or choose another --id.`,
    });
    const record = await createBatch(gate, { features, force: true, ...url });
    expect(record.value).toMatchObject({ previousBatch: `batch:${id} in ${backend}`, stateFile: PATH });
    expect(await batchStatus(gate, url)).toMatchObject({ path: PATH });
    // And back: the record goes out of the way.
    const before = read(PATH);
    await expect(createBatch(gate, { features, ...place(backend) })).rejects.toMatchObject({ code: "CONFLICT" });
    const again = await createBatch(gate, { features, batchId: "again", force: true, ...place(backend) });
    expect(again.value.previousBatch).toBe(`.claude/batch_state.${record.value.batchId}.json`);
    expect(read(again.value.previousBatch!)).toBe(before);
    expect(exists(PATH)).toBe(false);
    // The first one is still where it was.
    expect(await batchStatus(gate, { ...place(backend), batchId: id })).toMatchObject({ batchId: id, remaining: 3 });
    for (const index of [0, 1, 2]) await completeFeature(gate, { ...url, index });
    expect((await createBatch(gate, { features, ...url })).value.previousBatch).toBeUndefined();
  });

  test("an id that another machine made at the same moment is made anew", async () => {
    const first = await withBatch(backend);
    const { random } = system;
    const again = (Number.parseInt(first.id.slice(-3), 10) + 1000).toString(16).padStart(6, "0");
    const free = first.id.endsWith("999") ? "998" : "999";
    const drawn = [again, again, Number(free).toString(16).padStart(6, "0")];
    system.random = (bytes) => (bytes === 3 && drawn.length > 0 ? drawn.shift()! : random(bytes));
    try {
      const other = backend === "redis" ? makeProject().gate : first.gate;
      const created = await createBatch(other, { features, force: true, ...place(backend) });
      expect(created.value.batchId).toBe(`${first.id.slice(0, -3)}${free}`);
    } finally {
      system.random = random;
    }
  });

  test("a dry run makes and writes nothing", async () => {
    const project = makeProject();
    const dry = { dryRun: true };
    const planned = await createBatch(project.gate, { features, ...place(backend) }, dry);
    expect(planned.written[0]?.after).toContain('"feature:2": {"feature":"three","status":"pending"}');
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
    const { gate, tree } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    const before = tree();
    const outcome = await completeFeature(gate, { ...url, index: 1 }, dry);
    expect(outcome.value).toMatchObject({ changed: true, remaining: 2 });
    expect(outcome.written[0]).toMatchObject({ before: expect.stringContaining('"status":"pending"') });
    expect(await batchStatus(gate, url)).toMatchObject({ completed: 0 });
    if (backend === "redis") expect(tree()).toEqual(before);
  });

  test("a claim is its worker's until the lease ends, and nobody else's to extend", async () => {
    const { gate, later } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    const claim = (worker: string) => claimNextFeature(gate, { ...url, worker, lease: 1000 });
    expect((await claim("w1")).value.index).toBe(0);
    later(600);
    const extended = await extendFeatureClaim(gate, { ...url, index: 0, worker: "w1", lease: 1000 });
    expect(extended.value.expiresAt).toBe(new Date(NOW + 1600).toISOString());
    later(600);
    expect((await claim("w2")).value.index).toBe(1);
    const theirs = extendFeatureClaim(gate, { ...url, index: 0, worker: "w2" });
    await expect(theirs).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("w1 has it") });
    // Of the lease of 1.6 s a tenth more counts where each worker has a clock of its own.
    later(560);
    expect((await claim("w2")).value.index).toBe(0);
    await expect(extendFeatureClaim(gate, { ...url, index: 0, worker: "w1" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await pauseBatch(gate, url);
    await expect(claim("w3")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("only if the revision is still this one", async () => {
    const { gate, value } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    const done = await completeFeature(gate, { ...url, index: 0 }, { ifMatch: value.revision });
    await expect(completeFeature(gate, { ...url, index: 1 }, { ifMatch: value.revision })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    const { revision } = await batchStatus(gate, url);
    expect(revision).toBe(done.value.revision);
    await completeFeature(gate, { ...url, index: 1 }, { ifMatch: revision });
  });

  test("cleaning up removes the rows; that there are none is fine", async () => {
    const { gate, value } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    expect(await findBatch(gate, url)).toBe(value.stateFile);
    expect((await cleanUpBatch(gate, url)).value).toMatchObject({ removed: true, path: value.stateFile });
    await expect(batchStatus(gate, url)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const named = { ...place(backend), batchId: value.batchId };
    expect(await findBatch(gate, named)).toBeUndefined();
    expect((await cleanUpBatch(gate, named)).value).toMatchObject({ removed: false });
    await expect(batchStatus(gate, named)).rejects.toMatchObject({ code: "NOT_FOUND", path: value.stateFile });
  });

  test("what was cleaned up is in the history of the record, which it never was", async () => {
    const project = await withBatch(backend);
    const { gate, read, exists } = project;
    const { backend: _, ...url } = place(backend);
    await completeFeature(gate, { ...url, index: 1 });
    const { entries } = await cleanUpBatch(gate, url);
    const listed = async () =>
      (await history(gate, { paths: [PATH] })).entries.map(({ operation, size, current }) => {
        return [operation, size > 0, current];
      });
    expect(await listed()).toEqual([
      ["batch cleanup", false, true],
      ["batch cleanup", true, false],
    ]);
    // The record was not there, and undoing does not claim that it was.
    const { value } = await restore(gate, { id: entries[0]! });
    expect(value).toMatchObject({ path: PATH, removed: false });
    expect(JSON.parse(read(PATH))).toMatchObject({ completed_features: [1], total_features: 3 });
    expect((await batchStatus(gate, { ...url, batchId: project.id })).completed).toBe(1);
    await undo(gate, { id: (await history(gate, { paths: [PATH] })).entries[0]!.id });
    expect(exists(PATH)).toBe(false);
  });

  test("a project that joins says once what a crash of the server would cost", async () => {
    const { id, gate: first } = await withBatch(backend);
    const gate = backend === "redis" ? makeProject().gate : first;
    const { warnings } = await resumeBatch(gate, { ...place(backend), batchId: id });
    expect(warnings).toHaveLength(backend === "redis" ? 1 : 0);
    const { backend: _, ...url } = place(backend);
    expect((await completeFeature(gate, { ...url, index: 0 })).warnings).toEqual([]);
  });

  test("extending a long lease without naming another does not shorten it", async () => {
    const { gate, later } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    const hour = 3_600_000;
    const { value } = await claimNextFeature(gate, { ...url, worker: "w1", lease: hour });
    const extend = async (lease?: number) =>
      (await extendFeatureClaim(gate, { ...url, index: 0, worker: "w1", ...(lease && { lease }) })).value.expiresAt;
    expect(await extend()).toBe(value.expiresAt);
    later(hour - 60_000);
    expect(await extend()).toBe(new Date(NOW + hour - 60_000 + 900_000).toISOString());
    expect(await extend(1000)).toBe(new Date(NOW + hour - 59_000).toISOString());
  });

  /** Writes a row as another program might. */
  async function put(gate: Gate, id: string, key: string, text: string | undefined): Promise<void> {
    const driver = await openStore(backend, {
      project: gate.project,
      namespace: `batch:${id}`,
      access: "write",
      clock: () => NOW,
      timeout: 1000,
      command: "test",
      url: server?.url,
    });
    await driver.update([], () => ({ writes: new Map([[key, text]]), result: undefined }));
    await driver.close();
  }

  test("bits that are damaged give out nothing that is done", async () => {
    const { gate, id } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    await completeFeature(gate, { ...url, index: 1 });
    await put(gate, id, "processed:0", '"zz"');
    const failure = { code: "CORRUPT", message: expect.stringContaining("processed:0 is no text of hexadecimal") };
    await expect(completeFeature(gate, { ...url, index: 0 })).rejects.toMatchObject(failure);
    await expect(nextFeature(gate, url)).rejects.toMatchObject(failure);
  });

  test("cleaning up another one leaves the project its own", async () => {
    const { gate, id } = await withBatch(backend);
    const { backend: _, ...url } = place(backend);
    const others = await createBatch(makeProject().gate, { features, batchId: `not-${id}`, ...place(backend) });
    for (const batchId of [others.value.batchId, "nowhere"]) {
      await cleanUpBatch(gate, { ...place(backend), batchId });
      expect(await batchStatus(gate, url)).toMatchObject({ batchId: id });
    }
  });

  test.each([
    ["batch", '{"batch_id":"x"}', "CORRUPT", "batch.total_features is missing, expected a whole number"],
    ["batch", '{"schema_version":9}', "UNSUPPORTED_VERSION", "its schema_version is 9, and this program knows 1"],
    ["feature:1", '{"feature":"two","status":"done"}', "CORRUPT", 'feature:1.status is "done", expected one of'],
    ["feature:1", undefined, "CORRUPT", "feature:1 is missing"],
    ["batch", countingTooMuch, "CORRUPT", "batch counts more than its total_features, which is 1"],
  ])("%s as %s is not believed", async (key, text, code, reason) => {
    const { gate, id } = await withBatch(backend);
    await put(gate, id, key, text);
    const { backend: _, ...url } = place(backend);
    const failure = { code, message: expect.stringContaining(reason) };
    await expect(completeFeature(gate, { ...url, index: 1 })).rejects.toMatchObject(failure);
    await expect(batchStatus(gate, url)).rejects.toMatchObject(failure);
    if (code === "CORRUPT") expect((await cleanUpBatch(gate, url)).value.removed).toBe(true);
    else await expect(cleanUpBatch(gate, url)).rejects.toMatchObject(failure);
  });

  test("its rows can be looked at as keys, and not written as such", async () => {
    const { gate, id } = await withBatch(backend);
    const keys = { namespace: `batch:${id}`, ...place(backend) };
    expect((await kvKeys(gate, keys)).value.keys).toEqual(["about", "batch", "feature:0", "feature:1", "feature:2"]);
    const row = await kvLoad(gate, { ...keys, key: "feature:1" });
    expect(row.value.value).toEqual({ feature: "two", status: "pending" });
    await expect(kvSave(gate, { ...keys, key: "feature:1", value: 1 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    await expect(kvKeys(gate, { ...keys, namespace: "batch:../x" })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
  });
});

describe("what the project remembers", () => {
  test.each([
    ['{"backend":"json","batch_id":"x"}', "CORRUPT"],
    ['{"backend":"sqlite","batch_id":"../x"}', "CORRUPT"],
    ["[", "CORRUPT"],
    ['{"backend":"sqlite","batch_id":"x","schema_version":2}', "UNSUPPORTED_VERSION"],
  ])("%s is refused", async (text, code) => {
    const { gate } = makeProject({ ".claude/state/batch.json": text });
    await expect(batchStatus(gate)).rejects.toMatchObject({ code, path: ".claude/state/batch.json" });
  });

  test("an id that is no name, or another batch's", async () => {
    const { gate } = makeProject();
    await expect(batchStatus(gate, { batchId: "../x" })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    await createBatch(gate, { features, batchId: "here" });
    await expect(batchStatus(gate, { batchId: "there" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "Cannot read batch there: the batch here is here",
    });
  });
});

describe("the cost of a change", () => {
  test.each([10, 100_000])("is a few rows of %i features", (total) => {
    const many = Array.from({ length: total }, (_, at) => `feature ${at}`);
    const all = new Map(
      makeShared({ id: "x", features: many, featuresFile: "", sourceType: "file", issueNumbers: undefined }, NOW),
    );
    for (const index of [0, 1, 2, total - 1]) {
      const keys = [HEAD, `feature:${index}`, "processed:0", `processed:${Math.floor(index / 1024)}`];
      const found = new Map(keys.flatMap((key) => (all.has(key) ? [[key, all.get(key)!] as const] : [])));
      const rows = new SharedBatch(found, new Set(keys));
      rows.apply(endFeature(rows.state(), { index, end: { kind: "completed" }, now: NOW, tokens: 1 }));
      const writes = rows.writes();
      expect([...writes.keys()].sort()).toEqual(
        [HEAD, `feature:${index}`, `processed:${Math.floor(index / 1024)}`].sort(),
      );
      expect([...writes.values()].join("").length).toBeLessThan(1000);
      for (const [key, text] of writes) all.set(key, text);
    }
  });
});
