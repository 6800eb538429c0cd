/** Batch records: what is read, what is refused by name, what becomes of a feature. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BATCH_KEYS, type BatchRecord, readBatch } from "../../src/records/batch.ts";
import { textChanges } from "../../src/records/batch-change.ts";
import { changeRecord, printRecord } from "../../src/records/json-edit.ts";
import { batchId, cleanFeatures, findDuplicates, makeBatch, parseFeatures } from "../../src/records/make-batch.ts";
import { claimFeature, findNext } from "../../src/records/next.ts";
import { printBatch } from "../../src/records/print-batch.ts";
import { endFeature } from "../../src/records/progress.ts";
import { classifyError, decideRetry } from "../../src/records/retry.ts";
import { featureText, messageText } from "../../src/records/sanitize.ts";
import { decode, encode } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/records");
const MINIMAL = {
  batch_id: "b",
  features_file: "f",
  total_features: 3,
  features: ["a", "b", "c"],
  current_index: 0,
  status: "in_progress",
};

function batchOf(value: object): BatchRecord {
  const reading = readBatch(JSON.stringify(value, null, 2));
  if (reading.kind !== "batch") throw new Error(JSON.stringify(reading));
  return reading.batch;
}

const withKeys = (keys: object) => batchOf({ ...MINIMAL, ...keys });

describe("fixtures", () => {
  const names = readdirSync(FIXTURES).flatMap((name) => /^([\w-]+)\.json$/.exec(name)?.[1] ?? []);
  test.each(names)("%s, feature 1 completed", (name) => {
    const bytes = readFileSync(join(FIXTURES, `${name}.json`));
    const source = decode(bytes);
    const reading = readBatch(source.text);
    if (reading.kind !== "batch") throw new Error(JSON.stringify(reading));
    const { batch } = reading;
    const changes = endFeature(batch, { index: 1, end: { kind: "completed" }, now: NOW, tokens: 500 });
    const text = printRecord(changeRecord(batch.record, textChanges(changes), BATCH_KEYS));
    const path = join(FIXTURES, `${name}.after`);
    const after = Buffer.from(encode(source, text));
    if (process.env["UPDATE_FIXTURES"]) writeFileSync(path, after);
    expect(after.toString("latin1")).toBe(readFileSync(path, "latin1"));
    const again = readBatch(decode(after).text);
    expect(again.kind === "batch" && [...again.batch.completed]).toEqual([...batch.completed, 1]);
    // Keys are neither lost nor renamed; where they stand is the contract's.
    const keysOf = (each: BatchRecord) => each.record.members.map(({ key }) => key).sort();
    const added = name === "old-version" ? ["context_token_estimate"] : [];
    const counted = batch.consecutiveFailures > 0 ? ["consecutive_failures"] : [];
    expect(again.kind === "batch" && keysOf(again.batch)).toEqual([...keysOf(batch), ...added, ...counted].sort());
  });
});

test("a batch that is printed reads as the same batch", () => {
  const batch = withKeys({
    completed_features: [1],
    failed_features: [{ feature_index: 0, error_message: "e", timestamp: "2024-10-23T16:30:00Z", retry_count: 2 }],
    skipped_features: [2],
    retry_attempts: { 0: 2 },
    git_operations: { 1: { commit: { success: true, sha: "1f2e" } } },
    feature_order: [2, 0],
    feature_dependencies: { 2: [0, 1] },
    claims: { 0: { worker: "w", expires_at: "2024-10-23T16:45:00.000Z" } },
    consecutive_failures: 1,
    auto_clear_count: 1,
    issue_numbers: [7, 8, 9],
    paused_at_feature_index: 1,
  });
  const events = [{ feature_index: 0, context_tokens_before_clear: 5, timestamp: "2024-10-23T16:30:00Z" }];
  const text = printBatch(batch, { stateFile: "s", clearEvents: events });
  expect(JSON.parse(text)).toMatchObject({ state_file: "s", auto_clear_events: events });
  const again = batchOf(JSON.parse(text) as object);
  const plain = ({
    record: _,
    values: __,
    featureAt: ___,
    isProcessed: ____,
    indicesOf: _____,
    ...rest
  }: BatchRecord) => rest;
  expect(plain(again)).toEqual(plain(batch));
});

describe("reading", () => {
  test("what is missing has its default", () => {
    expect(withKeys({})).toMatchObject({
      sourceType: "file",
      workflowMode: "auto-implement",
      workflowReminder: "Use /auto-implement for each feature. Do NOT implement directly.",
      issueNumbers: [],
      tokens: 0,
      clears: 0,
      order: [],
      status: "in_progress",
    });
    expect(withKeys({ status: "running" }).status).toBe("in_progress");
    expect(withKeys({ failed_features: null, retry_attempts: null, skipped_features: [1] }).skipped.has(1)).toBe(true);
  });

  test.each<[object, string]>([
    [{ batch_id: undefined }, "batch_id is missing, expected a text"],
    [{ features_file: 5 }, "features_file is 5, expected a text"],
    [{ total_features: "3" }, 'total_features is "3", expected a whole number'],
    [{ total_features: 4 }, "total_features is 4, but features holds 3"],
    [{ features: ["a", 2, "c"] }, "features[1] is 2, expected a text"],
    [{ features: "abc" }, 'features is "abc", expected a list of texts'],
    [{ current_index: 4 }, "current_index is 4, expected at most 3"],
    [{ current_index: -1 }, "current_index is -1, expected a number from 0"],
    [{ current_index: true }, "current_index is true, expected a whole number"],
    [{ status: "done" }, 'status is "done", expected one of in_progress, running, paused, completed, failed'],
    [{ completed_features: [0, 3] }, "completed_features[1] is 3, expected an index below 3"],
    [{ completed_features: [0, "1"] }, 'completed_features[1] is "1", expected an index'],
    [{ failed_features: [{ feature_index: 9 }] }, "failed_features[0].feature_index is 9, expected an index below 3"],
    [{ failed_features: ["x"] }, 'failed_features[0] is "x", expected an object'],
    [{ skipped_features: [{}] }, "skipped_features[0].feature_index is missing, expected a whole number"],
    [{ retry_attempts: { 1: "x" } }, 'retry_attempts.1 is "x", expected a whole number'],
    [{ retry_attempts: [] }, "retry_attempts is [], expected an object"],
    [{ retry_attempts: { 7: 1 } }, "retry_attempts has the key 7, expected indices below 3"],
    [
      { git_operations: { 0: { push: { success: "yes" } } } },
      'git_operations.0.push.success is "yes", expected true or false',
    ],
    [{ feature_dependencies: { 1: [5] } }, "feature_dependencies.1[0] is 5, expected an index below 3"],
    [{ feature_order: [0, 8] }, "feature_order[1] is 8, expected an index below 3"],
    [{ claims: { 0: { worker: "w" } } }, "claims.0.expires_at is missing, expected a text"],
    [{ schema_version: "new" }, 'schema_version is "\\"new\\"", expected a number'],
  ])("%j is damaged", (keys, reason) => {
    expect(readBatch(JSON.stringify({ ...MINIMAL, ...keys }))).toEqual({ kind: "damaged", reason });
  });

  test("keys that are no index belong to somebody else", () => {
    const batch = batchOf(
      JSON.parse(JSON.stringify(MINIMAL).replace(/}$/, ',"retry_attempts":{"__proto__":4,"note":9,"1":2}}')) as object,
    );
    expect([...batch.retries]).toEqual([[1, 2]]);
  });

  test("a newer version", () => {
    for (const version of [2, "2", "3.1"]) {
      expect(readBatch(JSON.stringify({ schema_version: version, features: 7 }))).toMatchObject({ kind: "newer" });
    }
    for (const version of [1, "1", "1.0", null]) expect(withKeys({ schema_version: version }).id).toBe("b");
  });

  test("every text has a reading", () => {
    const text = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ ...MINIMAL, retry_attempts: value, status: value })),
    );
    fc.assert(
      fc.property(text, (each) => void readBatch(each)),
      runs(500, 4),
    );
  });
});

describe("what becomes of features", () => {
  const end = (kind: string, word: string) =>
    kind === "failed"
      ? { kind: "failed" as const, error: word }
      : kind === "skipped"
        ? { kind: "skipped" as const, reason: word, category: "c" }
        : { kind: "completed" as const };

  test("agree with a model, whatever the order", () => {
    const act = fc.tuple(
      fc.nat(3),
      fc.constantFrom("completed", "failed", "skipped"),
      fc.constantFrom("e", "f"),
      fc.nat(9),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        let batch = batchOf({ ...MINIMAL, total_features: 4, features: ["a", "b", "c", "d"] });
        const ends = new Map<number, string>();
        let tokens = 0;
        for (const [index, kind, word, count] of acts) {
          const before = ends.get(index);
          const changes = endFeature(batch, { index, end: end(kind, word), now: NOW, tokens: count });
          if (before === "completed") expect(changes).toEqual([]);
          else {
            if (changes.length > 0 && !(kind === "failed" && before === "failed")) tokens += count;
            ends.set(index, kind);
          }
          const record = changeRecord(batch.record, textChanges(changes), BATCH_KEYS);
          const reading = readBatch(printRecord(record));
          if (reading.kind !== "batch") throw new Error(JSON.stringify(reading));
          batch = reading.batch;
          expect(endFeature(batch, { index, end: end(kind, word), now: NOW, tokens: count })).toEqual([]);
        }
        const having = (kind: string) =>
          [...ends]
            .filter(([, each]) => each === kind)
            .map(([index]) => index)
            .sort();
        expect([...batch.completed].sort()).toEqual(having("completed"));
        expect([...batch.failed.keys()].sort()).toEqual(having("failed"));
        expect([...batch.skipped.keys()].sort()).toEqual(having("skipped"));
        expect(batch.tokens).toBe(tokens);
        const first = [0, 1, 2, 3].find((index) => !ends.has(index)) ?? 4;
        if (ends.size > 0) expect(batch.currentIndex).toBe(first);
        expect(batch.status).toBe(first === 4 ? "completed" : "in_progress");
      }),
      runs(300, 4),
    );
  });

  test("the next one is ready, free and first in the order", () => {
    expect(findNext(withKeys({}), NOW)).toBe(0);
    expect(findNext(withKeys({ feature_order: [2, 0] }), NOW)).toBe(2);
    expect(findNext(withKeys({ feature_order: [2], completed_features: [2] }), NOW)).toBe(0);
    expect(findNext(withKeys({ feature_dependencies: { 0: [2] } }), NOW)).toBe(1);
    expect(findNext(withKeys({ completed_features: [0], failed_features: [1], skipped_features: [2] }), NOW)).toBe(
      "processed",
    );
    expect(
      findNext(withKeys({ feature_dependencies: { 2: [0] }, failed_features: [0], completed_features: [1] }), NOW),
    ).toBe("blocked");
  });

  test("a claim counts until its lease ends", () => {
    const claimed = (batch: BatchRecord, index: number, now: number, expires: number) =>
      batchOf(
        JSON.parse(
          printRecord(
            changeRecord(
              batch.record,
              textChanges(claimFeature(batch, { index, worker: "w", expires }, now)),
              BATCH_KEYS,
            ),
          ),
        ) as object,
      );
    const one = claimed(withKeys({}), 0, NOW, NOW + 1000);
    // The clock of who asks may be a little ahead.
    expect([findNext(one, NOW + 1099), findNext(one, NOW + 1100)]).toEqual([1, 0]);
    const long = claimed(withKeys({}), 0, NOW, NOW + 3_600_000);
    expect([findNext(long, NOW + 3_659_999), findNext(long, NOW + 3_660_000)]).toEqual([1, 0]);
    const all = claimed(claimed(one, 1, NOW, NOW + 5000), 2, NOW, NOW + 5000);
    expect(findNext(all, NOW)).toBe("claimed");
    // Claims that have ended go when another is made.
    expect([...claimed(all, 0, NOW + 9000, NOW + 9999).claims.keys()]).toEqual([0]);
  });
});

describe("retries", () => {
  test.each([
    ["Connection timed out", "transient"],
    ["HTTP 503 Service Unavailable", "transient"],
    ["status code: 429", "transient"],
    ["Rate limit exceeded", "transient"],
    ["NetworkError when attempting to fetch", "transient"],
    ["read ECONNRESET", "transient"],
    ["SyntaxError: invalid syntax", "permanent"],
    ["TypeError: x is not a function after timeout", "permanent"],
    ["ModuleNotFoundError: No module named 'x'", "permanent"],
    ["error TS2322: Type 'a' is not assignable to type 'b'", "permanent"],
    ["HTTP 404", "permanent"],
    ["assertion failed at line 503", "unknown"],
    ["the agent gave up", "unknown"],
    ["", "unknown"],
  ] as const)("%s is %s", (error, expected) => {
    expect(classifyError(error)).toBe(expected);
  });

  test("an error as long as a log is answered at once", () => {
    // Whole, it would take hours: each word that could begin a reason is followed to the end.
    expect(classifyError("connection network socket ".repeat(400_000))).toBe("unknown");
  });

  test.each<[object, string]>([
    [{}, "under_retry_limit"],
    [{ retry_attempts: { 0: 2 } }, "under_retry_limit"],
    [{ retry_attempts: { 0: 3 } }, "max_retries_reached"],
    [{ retry_attempts: { 1: 50 } }, "global_retry_limit_reached"],
    [{ consecutive_failures: 5 }, "circuit_breaker_open"],
    [{ failed_features: [{ feature_index: 0, error_message: "ImportError: x" }] }, "permanent_failure"],
    [{ failed_features: [{ feature_index: 0, error_message: "ETIMEDOUT" }] }, "under_retry_limit"],
  ])("%j: %s", (keys, reason) => {
    expect(decideRetry(withKeys(keys), 0, undefined)).toMatchObject({
      reason,
      allowed: reason === "under_retry_limit",
    });
  });
});

describe("text that enters", () => {
  test.each([
    ["Add login", "Add login"],
    ["Add\r\n\tlogin\u0000\u001b[31m", "Add login [31m"],
    ["../../etc/passwd", "etc/passwd [sanitized]"],
    ["....//....\\\\x ..\\", "x [sanitized]"],
    ["a..b/c", "a..b/c"],
    ["x".repeat(200), "x".repeat(200)],
    ["😀".repeat(201), `${"😀".repeat(186)}...[truncated]`],
    ["\ud800", "\ufffd"],
  ])("%j", (text, expected) => {
    expect(featureText(text)).toBe(expected);
  });

  test("no step out of a folder is left, and no more than 200 characters", () => {
    const text = fc.string({ unit: fc.constantFrom(".", "/", "\\", "a", "\n"), maxLength: 300 });
    fc.assert(
      fc.property(text, (each) => {
        const safe = featureText(each);
        expect(safe).not.toMatch(/\.\.[/\\]|[\u0000-\u001f]/);
        expect([...safe].length).toBeLessThanOrEqual(200);
        if (!/\.\.[/\\]/.test(each)) expect(safe).not.toContain("[sanitized]");
      }),
      runs(500, 4),
    );
    expect(messageText("y".repeat(2000))).toHaveLength(1000);
  });

  test("a file of features", () => {
    const features = parseFeatures("\r\n# comment\n  one  \n\n#x\ntwo\r\none\n");
    expect(features).toEqual(["one", "two", "one"]);
    expect(findDuplicates(features)).toEqual([{ feature: "one", indices: [0, 2] }]);
    expect(cleanFeatures(["\n", " a "])).toEqual(["a"]);
  });

  test("ids and new records", () => {
    expect(batchId(Date.UTC(2024, 9, 23, 16, 30, 5, 42), 7)).toBe("batch-20241023-163005-042007");
    const text = makeBatch(
      { id: "i", features: ["é"], featuresFile: "f", sourceType: "file", issueNumbers: undefined, stateFile: "s" },
      NOW,
    );
    expect(Object.keys(JSON.parse(text) as object)).toEqual(BATCH_KEYS);
    expect(text).toBe(JSON.stringify(JSON.parse(text), null, 2).replace("é", "\\u00e9"));
    expect(readBatch(text).kind).toBe("batch");
  });
});
