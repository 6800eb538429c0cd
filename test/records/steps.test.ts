/** What an operation decides for a batch, change by change, and what each change is in the text of a record. */
import { describe, expect, test } from "vitest";
import { BATCH_KEYS, type BatchRecord, readBatch, rereadBatch } from "../../src/records/batch.ts";
import { type BatchChange, figures, instant, textChanges } from "../../src/records/batch-change.ts";
import { changeRecord, printRecord, type RecordChange } from "../../src/records/json-edit.ts";
import { claimFeature, claimOf, findNext, waitsFor } from "../../src/records/next.ts";
import { readObjectText } from "../../src/records/object-text.ts";
import { endFeature, type FeatureEnd, nextCurrent } from "../../src/records/progress.ts";
import { classifyError, decideRetry } from "../../src/records/retry.ts";
import { NOW } from "../support/clock.ts";

const TIME = "2024-10-23T16:30:00Z";
const MINIMAL = {
  batch_id: "b",
  features_file: "f",
  total_features: 3,
  features: ["a", "b", "c"],
  current_index: 0,
  status: "in_progress",
};

function batchWith(keys: object): BatchRecord {
  const reading = readBatch(JSON.stringify({ ...MINIMAL, ...keys }, null, 2));
  if (reading.kind !== "batch") throw new Error(JSON.stringify(reading));
  return reading.batch;
}

const failed = (index: number, error = "e") => ({ feature_index: index, error_message: error, timestamp: TIME });

const own = (...keys: string[]) => ["analysis_metadata", "state_gatekeeper", ...keys];

describe("a change in the text", () => {
  const set = (path: readonly string[], value: unknown) => ({ kind: "set", path, value });
  const append = (key: string, value: unknown) => ({ kind: "append", path: [key], value });

  test.each<[BatchChange, readonly unknown[]]>([
    [{ kind: "completed", index: 2 }, [append("completed_features", 2)]],
    [{ kind: "failed", index: 2, error: "e", timestamp: TIME }, [append("failed_features", failed(2))]],
    [
      { kind: "skipped", index: 2, reason: "r", category: "c", timestamp: TIME },
      [
        {
          kind: "append",
          path: own("skipped_features"),
          value: { feature_index: 2, reason: "r", category: "c", timestamp: TIME },
        },
      ],
    ],
    [
      { kind: "withdrawn", index: 2, from: "failed" },
      [{ kind: "removeAbout", path: ["failed_features"], key: "feature_index", value: 2 }],
    ],
    [
      { kind: "withdrawn", index: 2, from: "skipped" },
      [["skipped_features"], own("skipped_features")].map((path) => ({
        kind: "removeAbout",
        path,
        key: "feature_index",
        value: 2,
      })),
    ],
    [
      { kind: "claimed", index: 2, worker: "w", at: NOW, expires: NOW + 1 },
      [set(own("claims", "2"), { worker: "w", claimed_at: instant(NOW), expires_at: instant(NOW + 1) })],
    ],
    [{ kind: "extended", index: 2, expires: NOW }, [set(own("claims", "2", "expires_at"), "2024-10-23T16:30:00.000Z")]],
    [{ kind: "released", index: 2 }, [{ kind: "remove", path: own("claims", "2") }]],
    [{ kind: "retried", index: 2, count: 3 }, [set(["retry_attempts", "2"], 3)]],
    [
      { kind: "git", index: 2, operation: "push", about: { success: false, error: "e" } },
      [set(["git_operations", "2", "push"], { success: false, error: "e" })],
    ],
    [
      { kind: "cleared", index: 2, tokens: 9, timestamp: TIME },
      [append("auto_clear_events", { feature_index: 2, context_tokens_before_clear: 9, timestamp: TIME })],
    ],
    [
      figures({ status: "paused", currentIndex: 1, updatedAt: TIME, tokens: 2 }),
      [
        set(["status"], "paused"),
        set(["current_index"], 1),
        set(["updated_at"], TIME),
        set(["context_token_estimate"], 2),
      ],
    ],
    [
      figures({ clears: 1, tokensBeforeClear: undefined, pausedAt: 2, consecutiveFailures: 4 }),
      [
        set(["auto_clear_count"], 1),
        set(["context_tokens_before_clear"], null),
        set(["paused_at_feature_index"], 2),
        set(own("consecutive_failures"), 4),
      ],
    ],
  ])("%j", (change, expected) => {
    expect(textChanges([change])).toEqual(expected);
  });

  test("a batch that is read again takes over what is the same text", () => {
    const batch = batchWith({ completed_features: [0] });
    const { record } = batch;
    const reading = rereadBatch(
      changeRecord(record, textChanges([{ kind: "completed", index: 1 }]), BATCH_KEYS),
      batch,
    );
    if (reading.kind !== "batch") throw new Error(reading.kind);
    expect([...reading.batch.completed]).toEqual([0, 1]);
    expect(reading.batch.values.get("features")?.value).toBe(batch.values.get("features")?.value);
  });
});

describe("a feature that ends", () => {
  const DONE: FeatureEnd = { kind: "completed" };
  const FAILED: FeatureEnd = { kind: "failed", error: "e" };
  const SKIPPED: FeatureEnd = { kind: "skipped", reason: "r", category: "c" };
  const ends = (keys: object, index: number, end: FeatureEnd, tokens = 0) =>
    endFeature(batchWith(keys), { index, end, tokens, now: NOW });

  test.each<[string, object, number, FeatureEnd, readonly BatchChange[]]>([
    [
      "the first one: the next is the current one",
      {},
      0,
      DONE,
      [{ kind: "completed", index: 0 }, figures({ tokens: 5, currentIndex: 1, updatedAt: TIME })],
    ],
    [
      "one behind it: the current one stays",
      {},
      2,
      DONE,
      [{ kind: "completed", index: 2 }, figures({ tokens: 5, updatedAt: TIME })],
    ],
    [
      "the last one that was open: the batch is completed",
      { completed_features: [1, 2], context_token_estimate: 7 },
      0,
      SKIPPED,
      [
        { kind: "skipped", index: 0, reason: "r", category: "c", timestamp: TIME },
        figures({ tokens: 12, currentIndex: 3, status: "completed", updatedAt: TIME }),
      ],
    ],
    [
      "the last one of a batch that is completed already",
      { completed_features: [1, 2], status: "completed", current_index: 3 },
      0,
      FAILED,
      [
        { kind: "failed", index: 0, error: "e", timestamp: TIME },
        figures({ tokens: 5, consecutiveFailures: 1, updatedAt: TIME }),
      ],
    ],
    [
      "failed, after two others",
      { consecutive_failures: 2 },
      1,
      FAILED,
      [
        { kind: "failed", index: 1, error: "e", timestamp: TIME },
        figures({ tokens: 5, consecutiveFailures: 3, updatedAt: TIME }),
      ],
    ],
    [
      "completed, after failures: they are no row any more",
      { consecutive_failures: 2 },
      1,
      DONE,
      [{ kind: "completed", index: 1 }, figures({ tokens: 5, consecutiveFailures: 0, updatedAt: TIME })],
    ],
    [
      "skipped, after failures: they still are",
      { consecutive_failures: 2 },
      1,
      SKIPPED,
      [
        { kind: "skipped", index: 1, reason: "r", category: "c", timestamp: TIME },
        figures({ tokens: 5, updatedAt: TIME }),
      ],
    ],
    [
      "failed again, with another error: its tokens are counted",
      { failed_features: [failed(1)] },
      1,
      { kind: "failed", error: "f" },
      [
        { kind: "withdrawn", index: 1, from: "failed" },
        { kind: "failed", index: 1, error: "f", timestamp: TIME },
        figures({ consecutiveFailures: 1, updatedAt: TIME }),
      ],
    ],
    [
      "completed, after it failed and was claimed",
      { failed_features: [failed(1)], claims: { 1: { worker: "w", expires_at: TIME } } },
      1,
      DONE,
      [
        { kind: "withdrawn", index: 1, from: "failed" },
        { kind: "released", index: 1 },
        { kind: "completed", index: 1 },
        figures({ tokens: 5, updatedAt: TIME }),
      ],
    ],
    [
      "failed, after it was skipped",
      { skipped_features: [1] },
      1,
      FAILED,
      [
        { kind: "withdrawn", index: 1, from: "skipped" },
        { kind: "failed", index: 1, error: "e", timestamp: TIME },
        figures({ tokens: 5, consecutiveFailures: 1, updatedAt: TIME }),
      ],
    ],
    ["failed with the same error", { failed_features: [failed(1)] }, 1, FAILED, []],
    ["skipped twice", { skipped_features: [{ feature_index: 1, reason: "other" }] }, 1, SKIPPED, []],
    ["completed twice", { completed_features: [1] }, 1, DONE, []],
    ["failed after it was completed", { completed_features: [1] }, 1, FAILED, []],
  ])("%s", (_name, keys, index, end, expected) => {
    expect(ends(keys, index, end, 5)).toEqual(expected);
  });

  test("without tokens says nothing of them", () => {
    expect(ends({}, 1, DONE)).toEqual([{ kind: "completed", index: 1 }, figures({ updatedAt: TIME })]);
  });

  test.each([
    [{}, 0, 1],
    [{}, 1, 0],
    [{ completed_features: [0, 1] }, 2, 3],
    [{ failed_features: [1] }, 0, 2],
    [{ completed_features: [0, 1, 2] }, 0, 3],
  ])("of %j, once %i ended the first open one is %i", (keys, ended, current) => {
    expect(nextCurrent(batchWith(keys), ended)).toBe(current);
  });
});

describe("who has a feature", () => {
  const claims = { 0: { worker: "w", expires_at: instant(NOW + 1) }, 2: { worker: "v", expires_at: instant(NOW) } };
  const batch = batchWith({ claims, feature_dependencies: { 1: [0, 2] }, completed_features: [2] });

  test("counts until the lease ends", () => {
    expect(claimOf(batch, 0, NOW)).toEqual({ index: 0, worker: "w", expires: NOW + 1 });
    expect([claimOf(batch, 0, NOW + 1), claimOf(batch, 1, NOW), claimOf(batch, 2, NOW)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  test("waits for those that are not completed", () => {
    expect([waitsFor(batch, 1), waitsFor(batch, 0)]).toEqual([[0], []]);
  });

  test("of those left, one that is claimed is more than one that waits", () => {
    expect(findNext(batch, NOW)).toBe("claimed");
    expect(findNext(batchWith({ claims, feature_dependencies: { 1: [0] } }), NOW)).toBe(2);
    const order = { feature_order: [1, 0], feature_dependencies: { 1: [0] } };
    expect(findNext(batchWith({ ...order, claims, completed_features: [2] }), NOW)).toBe("claimed");
    expect(findNext(batchWith({ ...order, failed_features: [0], completed_features: [2] }), NOW)).toBe("blocked");
  });

  test("claiming tidies what has ended, 20 at a time, and never its own", () => {
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [index, { worker: "w", expires_at: instant(NOW - index) }]),
    );
    const features = Array.from({ length: 30 }, (_, index) => `n${index}`);
    const all = batchWith({ claims: many, features, total_features: 30 });
    const changes = claimFeature(all, { index: 3, worker: "v", expires: NOW + 9 }, NOW);
    const ended = [...Array(22).keys()].filter((index) => index !== 3).slice(0, 20);
    expect(changes).toEqual([
      ...ended.map((index) => ({ kind: "released", index })),
      { kind: "claimed", index: 3, worker: "v", expires: NOW + 9, at: NOW },
    ]);
    expect(claimFeature(all, { index: 3, worker: "v", expires: 9 }, NOW - 30)).toHaveLength(1);
  });
});

describe("whether to try again", () => {
  test.each([
    ["network error: refused", "transient"],
    ["the socket was closed", "transient"],
    ["DNS lookup failed", "transient"],
    ["host unreachable", "transient"],
    ["ConnectionError", "transient"],
    ["connection reset by peer", "transient"],
    ["timed out", "transient"],
    ["time out", "transient"],
    ["TimeoutError", "transient"],
    ["deadline exceeded", "transient"],
    ["rate_limit_error", "transient"],
    ["Too Many Requests", "transient"],
    ["quota exceeded", "transient"],
    ["overloaded", "transient"],
    ["throttled", "transient"],
    ["HTTP/1.1 503", "transient"],
    ["error 408", "transient"],
    ["got 599", "transient"],
    ["Bad Gateway", "transient"],
    ["temporarily down", "transient"],
    ["please try again", "transient"],
    ["EPIPE", "transient"],
    ["epipe", "unknown"],
    ["Indentation Error", "permanent"],
    ["KeyError: 'x'", "permanent"],
    ["not_implemented_error", "unknown"],
    ["invalid syntax", "permanent"],
    ["Unexpected token }", "permanent"],
    ["compilation failed", "permanent"],
    ["No module named x", "permanent"],
    ["Cannot find module 'x'", "permanent"],
    ["x is not defined", "permanent"],
    ["undefined reference to main", "permanent"],
    ["Cannot read properties of undefined", "permanent"],
    ["no such file or directory", "permanent"],
    ["Permission denied", "permanent"],
    ["401 Unauthorized", "permanent"],
    ["forbidden", "permanent"],
    ["status=403", "permanent"],
    ["HTTP 402", "unknown"],
    ["line 404", "unknown"],
    [`${"x ".repeat(500)}timeout`, "unknown"],
    [`${"x ".repeat(496)}timeout`, "transient"],
  ] as const)("%s is %s", (error, expected) => {
    expect(classifyError(error)).toBe(expected);
  });

  test.each<[object, string | undefined, object]>([
    [{}, undefined, { allowed: true, reason: "under_retry_limit", errorClass: undefined, count: 1, total: 1 }],
    [
      { retry_attempts: { 0: 2, 1: 4 } },
      "timeout",
      { allowed: true, reason: "under_retry_limit", errorClass: "transient", count: 3, total: 7 },
    ],
    [
      { failed_features: [failed(0, "SyntaxError")] },
      "timeout",
      { allowed: true, reason: "under_retry_limit", errorClass: "transient", count: 1, total: 1 },
    ],
    [
      { retry_attempts: { 0: 3 } },
      undefined,
      { allowed: false, reason: "max_retries_reached", errorClass: undefined, count: 4, total: 4 },
    ],
    [
      { retry_attempts: { 0: 3 }, failed_features: [failed(0, "SyntaxError")] },
      undefined,
      { allowed: false, reason: "permanent_failure", errorClass: "permanent", count: 4, total: 4 },
    ],
    [
      { retry_attempts: { 1: 49 }, consecutive_failures: 4 },
      "?",
      { allowed: true, reason: "under_retry_limit", errorClass: "unknown", count: 1, total: 50 },
    ],
    [
      { retry_attempts: { 1: 50 }, consecutive_failures: 5 },
      "SyntaxError",
      { allowed: false, reason: "global_retry_limit_reached", errorClass: "permanent", count: 1, total: 51 },
    ],
    [
      { consecutive_failures: 5 },
      "SyntaxError",
      { allowed: false, reason: "circuit_breaker_open", errorClass: "permanent", count: 1, total: 1 },
    ],
  ])("%j, %s", (keys, error, expected) => {
    expect(decideRetry(batchWith(keys), 0, error)).toEqual(expected);
  });
});

describe("a change of JSON text", () => {
  const changedBy = (text: string, changes: readonly RecordChange[], order: readonly string[] = []) => {
    const record = readObjectText(text);
    if (record.kind === "fault") throw new Error(record.reason);
    return printRecord(changeRecord(record, changes, order));
  };
  const append = (value: number | object) => ({ kind: "append", path: ["l"], value }) as RecordChange;
  const without = (value: number) => ({ kind: "removeAbout", path: ["l"], key: "n", value }) as RecordChange;
  const set = (path: readonly string[], value: number | string) => ({ kind: "set", path, value }) as RecordChange;

  test.each<[string, string, readonly RecordChange[], string]>([
    ["nothing", "{}", [], "{}"],
    ["a first key", "{}", [set(["a"], 1)], '{\n  "a": 1\n}'],
    ["a key of another layout", '{"a":[1,{"b":2}]}', [], '{\n  "a": [\n    1,\n    {\n      "b": 2\n    }\n  ]\n}'],
    [
      "a value that stands deep",
      "{}",
      [set(["a", "b", "c"], "x")],
      '{\n  "a": {\n    "b": {\n      "c": "x"\n    }\n  }\n}',
    ],
    ["a value in place of another kind", '{\n  "a": 7\n}', [set(["a", "b"], 1)], '{\n  "a": {\n    "b": 1\n  }\n}'],
    ["of a key that is there twice the last", '{"a":1,"a":2}', [set(["a"], 3)], '{\n  "a": 1,\n  "a": 3\n}'],
    ["both of them when it goes", '{"a":1,"b":0,"a":2}', [{ kind: "remove", path: ["a"] }], '{\n  "b": 0\n}'],
    [
      "a key inside that goes",
      '{"a":{"b":1,"c":2}}',
      [{ kind: "remove", path: ["a", "b"] }],
      '{\n  "a": {\n    "c": 2\n  }\n}',
    ],
    ["a key inside of what is not there", "{}", [{ kind: "remove", path: ["a", "b"] }], "{}"],
    ["an element of a new list", "{}", [append(1)], '{\n  "l": [\n    1\n  ]\n}'],
    ["an element of null", '{"l": null}', [append(1)], '{\n  "l": [\n    1\n  ]\n}'],
    ["an element of an empty list", '{\n  "l": []\n}', [append(1)], '{\n  "l": [\n    1\n  ]\n}'],
    [
      "an element that is an object",
      '{\n  "l": [\n    1.0\n  ]\n}',
      [append({ n: 2 })],
      '{\n  "l": [\n    1.0,\n    {\n      "n": 2\n    }\n  ]\n}',
    ],
    [
      "elements about a value",
      '{"l": [1, 2.0, {"n": 2}, {"m": 2}, {"n": 1, "n": 2}]}',
      [without(2)],
      '{\n  "l": [\n    1,\n    {\n      "m": 2\n    }\n  ]\n}',
    ],
    ["the last element", '{"l": [2]}', [without(2)], '{\n  "l": []\n}'],
    ["elements of what is no list", '{"l": 2}', [without(2)], '{\n  "l": []\n}'],
    ["elements of what is not there", "{}", [without(2)], "{}"],
    [
      "with the line endings and the space around it",
      ' {\r\n  "l": [\r\n    1\r\n  ]\r\n}\r\n',
      [append(2), set(["a"], 1)],
      ' {\r\n  "l": [\r\n    1,\r\n    2\r\n  ],\r\n  "a": 1\r\n}\r\n',
    ],
  ])("%s", (_name, text, changes, expected) => {
    expect(changedBy(text, changes)).toBe(expected);
  });

  test("puts known keys in order, and leaves them alone where they are", () => {
    expect(changedBy('{"x": 1, "b": 2, "a": 3, "y": 4}', [], ["a", "b"])).toBe(
      '{\n  "a": 3,\n  "b": 2,\n  "x": 1,\n  "y": 4\n}',
    );
    expect(changedBy('{"a": 1, "b": 2, "x": 1}', [set(["b"], 3)], ["a", "b"])).toBe(
      '{\n  "a": 1,\n  "b": 3,\n  "x": 1\n}',
    );
  });
});
