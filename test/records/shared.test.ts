/** A batch as rows: what each change writes, which rows it asks for, and which it refuses to believe. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BATCH_KEYS, type BatchRecord, readBatch } from "../../src/records/batch.ts";
import { type BatchChange, figures, textChanges } from "../../src/records/batch-change.ts";
import type { Batch } from "../../src/records/batch-state.ts";
import { changeRecord, printRecord } from "../../src/records/json-edit.ts";
import { LiveBatch } from "../../src/records/live-batch.ts";
import { makeBatch } from "../../src/records/make-batch.ts";
import { claimFeature } from "../../src/records/next.ts";
import { endFeature } from "../../src/records/progress.ts";
import { decideRetry } from "../../src/records/retry.ts";
import {
  ABOUT,
  clearKey,
  featureKey,
  HEAD,
  keysAbout,
  NotLoaded,
  SharedBatch,
} from "../../src/records/shared-batch.ts";
import { DamagedRow, NewerRow } from "../../src/records/shared-rows.ts";
import { makeShared, printShared, readShared } from "../../src/records/shared-whole.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";

const TIME = "2024-10-23T16:30:00Z";
const NEW = { id: "b", featuresFile: "f", sourceType: "issues", issueNumbers: [7, 8, 9, 10] };
const NAMES = ["a", "b", "c", "d"];

const rowsOf = (features: readonly string[] = NAMES) => new Map(makeShared({ ...NEW, features }, NOW));
const valuesOf = (rows: ReadonlyMap<string, string>) =>
  Object.fromEntries([...rows].map(([key, json]) => [key, JSON.parse(json)]));
/** All rows are loaded, those that are not there too. */
const ALL = [0, 1024, 2048].flatMap((index) => keysAbout(index));
const sharedOf = (rows: ReadonlyMap<string, string>) => new SharedBatch(rows, new Set([...rows.keys(), ...ALL]));

/** The rows after changes to them. */
function changed(rows: ReadonlyMap<string, string>, changes: readonly BatchChange[]): Map<string, string> {
  const batch = sharedOf(rows);
  batch.apply(changes);
  return new Map([...rows, ...batch.writes()]);
}

/** What the changes write to a batch of four. */
function writesOf(changes: readonly BatchChange[], rows = rowsOf()): Record<string, unknown> {
  const batch = sharedOf(rows);
  batch.apply(changes);
  return valuesOf(batch.writes());
}

function recordOf(text: string): BatchRecord {
  const reading = readBatch(text);
  if (reading.kind !== "batch") throw new Error(JSON.stringify(reading));
  return reading.batch;
}

const FRESH = {
  batch_id: "b",
  total_features: 4,
  status: "in_progress",
  current_index: 0,
  counts: { completed: 0, failed: 0, skipped: 0 },
  total_retries: 0,
  context_token_estimate: 0,
  auto_clear_count: 0,
  context_tokens_before_clear: null,
  paused_at_feature_index: null,
  consecutive_failures: 0,
  updated_at: TIME,
  schema_version: 1,
};

test("a new batch is a head, what does not change, and a row for each feature", () => {
  expect(valuesOf(rowsOf(["a", "b"]))).toEqual({
    batch: { ...FRESH, total_features: 2 },
    about: {
      features_file: "f",
      source_type: "issues",
      issue_numbers: [7, 8, 9, 10],
      created_at: TIME,
      workflow_mode: "auto-implement",
      workflow_reminder: "Use /auto-implement for each feature. Do NOT implement directly.",
    },
    "feature:0": { feature: "a", status: "pending" },
    "feature:1": { feature: "b", status: "pending" },
  });
  const without = makeShared({ ...NEW, issueNumbers: undefined, features: [] }, NOW);
  expect(JSON.parse(without.get(ABOUT)!)).toMatchObject({ issue_numbers: null });
});

test("keys say what they are of", () => {
  expect([HEAD, ABOUT, featureKey(7), clearKey(3)]).toEqual(["batch", "about", "feature:7", "clear:3"]);
  expect(keysAbout(1023)).toEqual(["feature:1023", "processed:0"]);
  expect(keysAbout(1024)).toEqual(["feature:1024", "processed:1"]);
});

describe("a change writes", () => {
  const about = { success: true, sha: "1f2e" };
  const claim = { worker: "w", claimed_at: "2024-10-23T16:30:00.000Z", expires_at: "2024-10-23T16:30:05.000Z" };
  const counts = (of: object) => ({ ...FRESH, counts: { ...FRESH.counts, ...of } });

  test.each<[string, readonly BatchChange[], Record<string, unknown>]>([
    [
      "completed",
      [{ kind: "completed", index: 1 }],
      { batch: counts({ completed: 1 }), "feature:1": { feature: "b", status: "completed" }, "processed:0": "2" },
    ],
    [
      "failed",
      [{ kind: "failed", index: 3, error: "e", timestamp: TIME }],
      {
        batch: counts({ failed: 1 }),
        "feature:3": { feature: "d", status: "failed", error_message: "e", timestamp: TIME },
        "processed:0": "8",
      },
    ],
    [
      "skipped",
      [{ kind: "skipped", index: 0, reason: "r", category: "c", timestamp: TIME }],
      {
        batch: counts({ skipped: 1 }),
        "feature:0": { feature: "a", status: "skipped", reason: "r", category: "c", timestamp: TIME },
        "processed:0": "1",
      },
    ],
    [
      "withdrawn after it failed",
      [
        { kind: "failed", index: 2, error: "e", timestamp: TIME },
        { kind: "completed", index: 0 },
        { kind: "withdrawn", index: 2, from: "failed" },
      ],
      {
        batch: counts({ completed: 1 }),
        "feature:0": { feature: "a", status: "completed" },
        "feature:2": { feature: "c", status: "pending" },
        "processed:0": "1",
      },
    ],
    [
      "withdrawn after it was skipped",
      [
        { kind: "skipped", index: 2, reason: "r", category: "c", timestamp: TIME },
        { kind: "withdrawn", index: 2, from: "skipped" },
      ],
      { batch: FRESH, "feature:2": { feature: "c", status: "pending" }, "processed:0": "0" },
    ],
    [
      "claimed",
      [{ kind: "claimed", index: 1, worker: "w", at: NOW, expires: NOW + 5000 }],
      { "feature:1": { feature: "b", status: "pending", claim } },
    ],
    [
      "claimed and extended",
      [
        { kind: "claimed", index: 1, worker: "w", at: NOW, expires: NOW + 1 },
        { kind: "extended", index: 1, expires: NOW + 5000 },
      ],
      { "feature:1": { feature: "b", status: "pending", claim } },
    ],
    [
      "extended without a claim",
      [{ kind: "extended", index: 1, expires: NOW }],
      { "feature:1": { feature: "b", status: "pending" } },
    ],
    [
      "claimed and released",
      [
        { kind: "claimed", index: 1, worker: "w", at: NOW, expires: NOW + 1 },
        { kind: "released", index: 1 },
      ],
      { "feature:1": { feature: "b", status: "pending" } },
    ],
    [
      "retried twice",
      [
        { kind: "retried", index: 0, count: 1 },
        { kind: "retried", index: 0, count: 2 },
        { kind: "retried", index: 1, count: 1 },
      ],
      {
        batch: { ...FRESH, total_retries: 3 },
        "feature:0": { feature: "a", status: "pending", retry_attempts: 2 },
        "feature:1": { feature: "b", status: "pending", retry_attempts: 1 },
      },
    ],
    [
      "git operations",
      [
        { kind: "git", index: 0, operation: "commit", about },
        { kind: "git", index: 0, operation: "push", about: { success: false } },
      ],
      {
        "feature:0": {
          feature: "a",
          status: "pending",
          git_operations: { commit: about, push: { success: false } },
        },
      },
    ],
    [
      "a clearing, by the number of those before",
      [figures({ clears: 2 }), { kind: "cleared", index: 3, tokens: 5, timestamp: TIME }],
      {
        batch: { ...FRESH, auto_clear_count: 2 },
        "clear:2": { feature_index: 3, context_tokens_before_clear: 5, timestamp: TIME },
      },
    ],
    [
      "figures",
      [figures({ status: "paused", currentIndex: 2, tokens: 9, consecutiveFailures: 1, updatedAt: undefined })],
      {
        batch: {
          ...FRESH,
          status: "paused",
          current_index: 2,
          context_token_estimate: 9,
          consecutive_failures: 1,
          updated_at: null,
        },
      },
    ],
  ])("%s", (_name, changes, expected) => {
    expect(writesOf(changes)).toEqual(expected);
  });

  test("bits among others: four features to a digit, 1,024 to a row", () => {
    const rows = rowsOf(Array.from({ length: 1030 }, (_, index) => `n${index}`));
    const ends = [0, 3, 4, 9, 1023, 1024, 1029].map((index): BatchChange => ({ kind: "completed", index }));
    const writes = writesOf(ends, rows);
    expect(writes["processed:0"]).toBe(`912${"0".repeat(252)}8`);
    expect(writes["processed:1"]).toBe("12");
    const state = sharedOf(changed(rows, ends)).state();
    for (const index of [0, 3, 4, 9, 1023, 1024, 1029]) expect(state.isProcessed(index), `${index}`).toBe(true);
    for (const index of [1, 2, 5, 8, 10, 1022, 1025, 1028]) expect(state.isProcessed(index), `${index}`).toBe(false);
  });
});

describe("the state", () => {
  const rows = changed(rowsOf(), [
    { kind: "failed", index: 0, error: "e", timestamp: TIME },
    { kind: "skipped", index: 1, reason: "r", category: "c", timestamp: TIME },
    { kind: "completed", index: 2 },
    { kind: "retried", index: 0, count: 2 },
    { kind: "claimed", index: 3, worker: "w", at: NOW, expires: NOW + 5000 },
    figures({ currentIndex: 3, tokens: 4, clears: 1, tokensBeforeClear: 8, pausedAt: 3, consecutiveFailures: 1 }),
  ]);
  const state = sharedOf(rows).state();

  test("has the figures", () => {
    expect(state).toMatchObject({
      ...{ id: "b", total: 4, status: "in_progress", currentIndex: 3, firstOpen: 3, updatedAt: TIME },
      ...{ tokens: 4, clears: 1, tokensBeforeClear: 8, pausedAt: 3, consecutiveFailures: 1 },
      ...{ remaining: 1, totalRetries: 2, order: [] },
    });
    expect(sharedOf(rowsOf()).state()).toMatchObject({ tokensBeforeClear: undefined, pausedAt: undefined });
    const bare = rowsOf().set(HEAD, JSON.stringify({ ...FRESH, updated_at: null }));
    bare.set(ABOUT, JSON.stringify({ ...JSON.parse(bare.get(ABOUT)!), issue_numbers: null, created_at: null }));
    expect(readShared(bare)).toMatchObject({ updatedAt: undefined, issueNumbers: [], createdAt: undefined });
  });

  test("looks features up one by one", () => {
    expect(NAMES.map((_, index) => state.featureAt(index))).toEqual(NAMES);
    expect(NAMES.map((_, index) => state.isProcessed(index))).toEqual([true, true, true, false]);
    expect(NAMES.map((_, index) => state.completed.has(index))).toEqual([false, false, true, false]);
    expect(state.failed.get(0)).toEqual({ index: 0, error: "e", timestamp: TIME });
    expect(state.skipped.get(1)).toEqual({ index: 1, reason: "r", category: "c", timestamp: TIME });
    expect(state.retries.get(0)).toBe(2);
    expect(state.claims.get(3)).toEqual({ index: 3, worker: "w", expires: NOW + 5000, lease: 5000 });
    const oneClock = new SharedBatch(rows, new Set([...rows.keys(), ...ALL]), true).state();
    expect(oneClock.claims.get(3)).toEqual({ index: 3, worker: "w", expires: NOW + 5000 });
    expect([state.failed.has(0), state.failed.has(1), state.skipped.has(0), state.claims.has(0)]).toEqual([
      ...[true, false, false, false],
    ]);
    expect([...state.claims.values()]).toEqual([]);
    expect(state.dependencies.get(0)).toBeUndefined();
  });

  test("of rows that say less", () => {
    const bare = new Map(rows);
    bare.set("feature:0", '{"feature":"a","status":"failed","error_message":null}');
    bare.set("feature:1", '{"feature":"b","status":"skipped","reason":null}');
    bare.set("feature:3", '{"feature":"d","status":"pending","claim":{"worker":"w","expires_at":"never"}}');
    const { failed, skipped, claims } = sharedOf(bare).state();
    expect(failed.get(0)).toEqual({ index: 0, error: undefined, timestamp: undefined });
    expect(skipped.get(1)).toEqual({ index: 1, reason: undefined, category: undefined, timestamp: undefined });
    expect(claims.get(3)).toEqual({ index: 3, worker: "w", expires: 0 });
  });
});

describe("what is not loaded is asked for", () => {
  const rows = rowsOf(Array.from({ length: 3000 }, (_, index) => `n${index}`));
  const askedBy = (loaded: readonly string[], step: (batch: SharedBatch) => unknown, of = rows) => {
    try {
      step(new SharedBatch(of, new Set(loaded)));
    } catch (error) {
      if (error instanceof NotLoaded) return error.keys;
      throw error;
    }
    return [];
  };
  const span = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, at) => `feature:${first + at}`);

  test("bits with those that follow", () => {
    const isProcessed = (index: number) => (batch: SharedBatch) => batch.state().isProcessed(index);
    expect(askedBy([HEAD], isProcessed(0))).toEqual(["processed:0", "processed:1", "processed:2"]);
    expect(askedBy([HEAD], isProcessed(1025))).toEqual(["processed:1", "processed:2"]);
    expect(askedBy([HEAD], isProcessed(2999))).toEqual(["processed:2"]);
    const many = new Map(rows).set(HEAD, JSON.stringify({ ...FRESH, total_features: 100_000 }));
    expect(askedBy([HEAD], isProcessed(0), many)).toHaveLength(32);
  });

  test("a feature alone where nobody knows which are open, else with the next 32 that are", () => {
    const featureAt = (index: number) => (batch: SharedBatch) => batch.state().featureAt(index);
    expect(askedBy([HEAD], featureAt(5))).toEqual(["feature:5"]);
    expect(askedBy([HEAD, "processed:0"], featureAt(5))).toEqual(span(5, 36));
    const some = new Map(rows).set("processed:0", `"${"0f"}"`);
    expect(askedBy([HEAD, "processed:0"], featureAt(2), some)).toEqual([...span(2, 3), ...span(8, 37)]);
    // The row of bits ends, and so does the batch.
    expect(askedBy([HEAD, "processed:0"], featureAt(1020))).toEqual(span(1020, 1023));
    expect(askedBy([HEAD, "processed:2"], featureAt(2990))).toEqual(span(2990, 2999));
    expect(new NotLoaded(["x", "y"])).toMatchObject({ name: "NotLoaded", message: "not loaded: x, y" });
  });

  test("all that are not there yet, where a feature is named", () => {
    const named = (batch: SharedBatch) => batch.state().indicesOf("n7");
    expect(askedBy([HEAD, ...span(0, 2996)], named)).toEqual(span(2997, 2999));
    expect(new SharedBatch(rows, new Set([HEAD, ...span(0, 2999)])).state().indicesOf("n7")).toEqual([7]);
  });

  test("once: what was read stays, and so does what was written", () => {
    const batch = new SharedBatch(rows, new Set([HEAD, "feature:0", "processed:0"]));
    batch.apply([{ kind: "completed", index: 0 }]);
    expect(batch.state().completed.has(0)).toBe(true);
    expect(batch.state().isProcessed(0)).toBe(true);
    expect([...batch.writes().keys()].sort()).toEqual(["batch", "feature:0", "processed:0"]);
  });
});

describe("a row that is refused", () => {
  const head = (keys: object) => JSON.stringify({ ...FRESH, ...keys });
  const readAll = (key: string, json: string | undefined) => () => {
    const rows = rowsOf();
    if (json === undefined) rows.delete(key);
    else rows.set(key, json);
    readShared(rows);
  };

  test.each([
    ["batch", undefined, "batch is missing"],
    ["about", undefined, "about is missing"],
    ["feature:2", undefined, "feature:2 is missing"],
    ["batch", "7", "batch. is 7, expected an object"],
    ["batch", "null", "batch. is null, expected an object"],
    ["batch", head({ batch_id: 1 }), "batch.batch_id is 1, expected a text"],
    ["batch", head({ total_features: -1 }), "batch.total_features is -1, expected a number from 0"],
    [
      "batch",
      head({ status: "running" }),
      'batch.status is "running", expected one of in_progress, paused, completed, failed',
    ],
    ["batch", head({ current_index: 5 }), "batch counts more than its total_features, which is 4"],
    ["batch", head({ counts: { completed: 2, failed: 2, skipped: 1 } }), "batch counts more than its total_features"],
    ["batch", head({ counts: { completed: 1, failed: 1 } }), "batch.counts.skipped is missing"],
    ["batch", head({ counts: { completed: "1", failed: 1, skipped: 0 } }), 'batch.counts.completed is "1"'],
    ["batch", head({ counts: { completed: 1, skipped: 0 } }), "batch.counts.failed is missing"],
    ["batch", head({ total_retries: 0.5 }), "batch.total_retries is 0.5, expected a whole number"],
    ["batch", head({ context_token_estimate: "1" }), 'batch.context_token_estimate is "1"'],
    ["batch", head({ auto_clear_count: null }), "batch.auto_clear_count is null"],
    ["batch", head({ context_tokens_before_clear: "x" }), 'batch.context_tokens_before_clear is "x"'],
    ["batch", head({ paused_at_feature_index: -1 }), "batch.paused_at_feature_index is -1"],
    ["batch", head({ consecutive_failures: [] }), "batch.consecutive_failures is []"],
    ["batch", head({ updated_at: 1 }), "batch.updated_at is 1, expected a text"],
    ["batch", head({ schema_version: "1" }), 'batch.schema_version is "1", expected a whole number'],
    ["about", '{"features_file":1}', "about.features_file is 1, expected a text"],
    ["feature:1", '{"feature":"b"}', "feature:1.status is missing"],
    ["feature:1", '{"feature":7,"status":"pending"}', "feature:1.feature is 7, expected a text"],
    [
      "feature:1",
      '{"feature":"b","status":"done"}',
      'feature:1.status is "done", expected one of pending, completed, failed, skipped',
    ],
    ["feature:1", '{"feature":"b","status":"failed","error_message":1}', "feature:1.error_message is 1"],
    ["feature:1", '{"feature":"b","status":"skipped","reason":1}', "feature:1.reason is 1"],
    ["feature:1", '{"feature":"b","status":"skipped","category":1}', "feature:1.category is 1"],
    ["feature:1", '{"feature":"b","status":"skipped","timestamp":1}', "feature:1.timestamp is 1"],
    ["feature:1", '{"feature":"b","status":"pending","retry_attempts":-1}', "feature:1.retry_attempts is -1"],
    ["feature:1", '{"feature":"b","status":"pending","git_operations":{"x":{}}}', "feature:1.git_operations.x.success"],
    ["feature:1", '{"feature":"b","status":"pending","claim":{"worker":"w"}}', "feature:1.claim.expires_at is missing"],
  ])("%s: %s", (key, json, message) => {
    expect(readAll(key, json)).toThrow(DamagedRow);
    expect(readAll(key, json)).toThrow(message);
  });

  test("is one of a newer program, whatever else it holds", () => {
    expect(readAll("batch", '{"schema_version":2}')).toThrow(NewerRow);
    expect(readAll("feature:0", '{"schema_version":7,"feature":1}')).toThrow(/^7$/);
    expect([new NewerRow("2").name, new DamagedRow("x").name]).toEqual(["NewerRow", "DamagedRow"]);
  });

  test.each(['"xyz"', "7", '"0F"', '["0"]'])("bits that are %s", (json) => {
    const rows = rowsOf().set("processed:0", json);
    expect(() => sharedOf(rows).state().isProcessed(0)).toThrow("processed:0 is no text of hexadecimal digits");
  });

  test("rows may hold what nobody here knows", () => {
    const rows = rowsOf().set("feature:0", '{"feature":"a","status":"pending","mine":{"x":1}}');
    expect(JSON.parse(changed(rows, [{ kind: "completed", index: 0 }]).get("feature:0")!)).toEqual({
      ...{ feature: "a", status: "completed", mine: { x: 1 } },
    });
  });
});

/** Anything that can happen to a batch of four, as operations make it. */
const act = fc.oneof(
  fc.record({
    do: fc.constant("end" as const),
    index: fc.nat(3),
    end: fc.constantFrom(
      { kind: "completed" as const },
      { kind: "failed" as const, error: "e" },
      { kind: "failed" as const, error: "f" },
      { kind: "failed" as const, error: "f", retryCount: 2 },
      { kind: "skipped" as const, reason: "r", category: "c" },
    ),
    tokens: fc.nat(9),
  }),
  fc.record({ do: fc.constant("claim" as const), index: fc.nat(3), lease: fc.constantFrom(-1, 5000) }),
  fc.record({ do: fc.constant("retry" as const), index: fc.nat(3) }),
  fc.record({ do: fc.constant("git" as const), index: fc.nat(3), operation: fc.constantFrom("commit", "push") }),
  fc.record({ do: fc.constant("clear" as const), index: fc.nat(3), tokens: fc.nat(9) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function changesOf(one: Act, batch: ReturnType<SharedBatch["state"]>): readonly BatchChange[] {
  const { index } = one;
  switch (one.do) {
    case "end":
      return endFeature(batch, { index, end: one.end, tokens: one.tokens, now: NOW });
    case "claim":
      return [{ kind: "claimed", index, worker: "w", at: NOW, expires: NOW + one.lease }];
    case "retry":
      return [{ kind: "retried", index, count: decideRetry(batch, index, undefined).count }];
    case "git":
      return [{ kind: "git", index, operation: one.operation, about: { success: true, number: index, url: "u" } }];
    case "clear":
      return [
        { kind: "cleared", index, tokens: one.tokens, timestamp: TIME },
        figures({ clears: batch.clears + 1, tokensBeforeClear: one.tokens, tokens: 0 }),
      ];
  }
}

/** All that is known of a batch, in the order of the features. */
function plain(batch: Batch): object {
  const sorted = <T>(map: ReadonlyMap<number, T>) => [...map].sort(([one], [other]) => one - other);
  const {
    failed,
    skipped,
    retries,
    claims,
    git,
    completed,
    featureAt: _,
    isProcessed: __,
    indicesOf: _____,
    ...rest
  } = batch;
  const { record: ___, values: ____, ...known } = rest as typeof rest & Partial<BatchRecord>;
  const maps = { failed: sorted(failed), skipped: sorted(skipped), retries: sorted(retries), claims: sorted(claims) };
  const operations = sorted(git).map(([index, each]) => [index, [...each]]);
  return { ...known, ...maps, git: operations, completed: [...completed].sort() };
}

describe("kept as rows, as one text or in memory, a batch is one and the same", () => {
  test("after any changes, in any order", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 14 }), (acts) => {
        let rows = rowsOf();
        let record = recordOf(makeBatch({ ...NEW, features: NAMES, stateFile: "s" }, NOW));
        for (const one of acts) {
          const changes = changesOf(one, record);
          expect(changesOf(one, sharedOf(rows).state())).toEqual(changes);
          rows = changed(rows, changes);
          record = recordOf(printRecord(changeRecord(record.record, textChanges(changes), BATCH_KEYS)));
        }
        expect(plain(readShared(rows))).toEqual(plain(record));
        const printed = JSON.parse(printShared(rows, "s")) as { auto_clear_events: unknown };
        expect(plain(recordOf(JSON.stringify(printed)))).toEqual(plain(record));
        const text = JSON.parse(printRecord(record.record)) as { auto_clear_events: unknown };
        expect(printed.auto_clear_events).toEqual(text.auto_clear_events);
      }),
      runs(600, 4),
    );
  });

  test("after features that ended, in memory", () => {
    const ends = fc.array(act, { maxLength: 14 }).map((acts) => acts.filter((one) => one.do === "end"));
    fc.assert(
      fc.property(ends, (acts) => {
        let rows = changed(rowsOf(), claimFeature(sharedOf(rowsOf()).state(), claimOf(1), NOW));
        const live = new LiveBatch(readShared(rows));
        for (const one of acts) {
          const changes = changesOf(one, live.state());
          expect(changes).toEqual(changesOf(one, sharedOf(rows).state()));
          live.apply(changes);
          rows = changed(rows, changes);
          const { isProcessed, featureAt, indicesOf: _____, dependencies: _, ...state } = live.state();
          const { isProcessed: __, featureAt: ___, indicesOf: ______, dependencies: ____, ...whole } = readShared(rows);
          expect(whole).toMatchObject({ ...state, failed: whole.failed, skipped: whole.skipped });
          expect(NAMES.map((____, index) => [isProcessed(index), featureAt(index)])).toEqual(
            NAMES.map((name, index) => [readShared(rows).isProcessed(index), name]),
          );
          for (const index of NAMES.keys()) {
            expect(live.state().failed.get(index)?.error).toBe(readShared(rows).failed.get(index)?.error);
            expect(live.state().skipped.get(index)?.reason).toBe(readShared(rows).skipped.get(index)?.reason);
          }
        }
      }),
      runs(300, 4),
    );
  });

  const claimOf = (index: number) => ({ index, worker: "w", expires: NOW + 1000 });
});

test("clearings that are gone are left out of the text", () => {
  const rows = changed(rowsOf(), [{ kind: "cleared", index: 0, tokens: 1, timestamp: TIME }, figures({ clears: 2 })]);
  expect(JSON.parse(printShared(rows, "s"))).toMatchObject({ auto_clear_count: 2, auto_clear_events: [{}] });
});
