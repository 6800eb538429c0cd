/** The small records: lines beside a batch, the state of a run, and the text that goes into them. */
import { describe, expect, test } from "vitest";
import { readBatch } from "../../src/records/batch.ts";
import { beginLine, entryLine, foldLine, readBatchJournal, replayed } from "../../src/records/batch-journal.ts";
import { shortened } from "../../src/records/batch-schema.ts";
import { LiveBatch } from "../../src/records/live-batch.ts";
import { batchId, cleanFeatures, findDuplicates, makeBatch, parseFeatures } from "../../src/records/make-batch.ts";
import { readObjectText } from "../../src/records/object-text.ts";
import { printBatch } from "../../src/records/print-batch.ts";
import { makeRun, makeRunId, readRun } from "../../src/records/run.ts";
import { featureText, messageText } from "../../src/records/sanitize.ts";
import { NOW } from "../support/clock.ts";

const TIME = "2024-10-23T16:30:00Z";
const NEW = { id: "b", featuresFile: "f", sourceType: "file", issueNumbers: undefined, stateFile: "s" };

describe("a journal", () => {
  const DONE = { index: 0, end: { kind: "completed" as const }, tokens: 5, now: NOW };
  const FAILED = { index: 1, end: { kind: "failed" as const, error: "e" }, tokens: 0, now: NOW };
  const SKIPPED = { index: 2, end: { kind: "skipped" as const, reason: "r", category: "c" }, tokens: 1, now: 0 };

  test("is read as it was written", () => {
    const lines = [DONE, FAILED, SKIPPED].map(entryLine);
    const text = beginLine("b", "r1") + lines.join("");
    expect(text.split("\n")).toHaveLength(5);
    expect(readBatchJournal(text)).toEqual({
      ...{ batchId: "b", base: "r1", folded: [], entries: [DONE, FAILED, SKIPPED], lines },
    });
    expect(readBatchJournal(text + foldLine("r2") + foldLine("r3"))).toMatchObject({ folded: ["r2", "r3"] });
  });

  test.each([
    "",
    "\n",
    "7",
    '{"batch_id":"b"}',
    '{"base":"r"}',
    '{"batch_id":1,"base":"r"}',
    '{"batch_id":"b","base":1}',
  ])("that begins with %j is none", (first) => {
    expect(readBatchJournal(`${first}\n${entryLine(DONE)}`)).toBeUndefined();
  });

  test.each([
    ["torn", '{"index":0,"end":{"kind":"comp'],
    ["no object", "7"],
    ["without an index", JSON.stringify({ ...DONE, index: undefined })],
    ["of a feature before the first", JSON.stringify({ ...DONE, index: -1 })],
    ["of half a feature", JSON.stringify({ ...DONE, index: 0.5 })],
    ["of a feature that is a text", JSON.stringify({ ...DONE, index: "0" })],
    ["without tokens", JSON.stringify({ ...DONE, tokens: undefined })],
    ["of less than no tokens", JSON.stringify({ ...DONE, tokens: -1 })],
    ["without a time", JSON.stringify({ ...DONE, now: null })],
    ["of the year 10000", JSON.stringify({ ...DONE, now: Date.UTC(10_000, 0, 1) })],
    ["without an end", JSON.stringify({ ...DONE, end: undefined })],
    ["of an end that is null", JSON.stringify({ ...DONE, end: null })],
    ["of another end", JSON.stringify({ ...DONE, end: { kind: "withdrawn", error: "e", reason: "r", category: "c" } })],
    ["that was tried half a time", JSON.stringify({ ...FAILED, end: { ...FAILED.end, retryCount: 0.5 } })],
    ["that failed with nothing", JSON.stringify({ ...FAILED, end: { kind: "failed" } })],
    ["that was skipped for nothing", JSON.stringify({ ...SKIPPED, end: { kind: "skipped", category: "c" } })],
    ["that was skipped as nothing", JSON.stringify({ ...SKIPPED, end: { kind: "skipped", reason: "r" } })],
    ["folded into a number", '{"folded":7}'],
  ])("passes over a line %s", (_name, line) => {
    const journal = readBatchJournal(`${beginLine("b", "r")}${line}\n${entryLine(FAILED)}`);
    expect(journal).toMatchObject({ entries: [FAILED], folded: [] });
  });

  test("takes a line of the last moment that has four digits for its year", () => {
    const last = { ...DONE, now: Date.UTC(10_000, 0, 1) - 1 };
    expect(readBatchJournal(beginLine("b", "r") + entryLine(last))?.entries).toEqual([last]);
  });

  test("leaves the order of a batch to it", () => {
    const text = makeBatch({ ...NEW, features: ["a", "b"] }, NOW).replace(
      '"feature_order": []',
      '"feature_order": [1, 0]',
    );
    const reading = readBatch(text);
    if (reading.kind !== "batch") throw new Error(reading.kind);
    expect(new LiveBatch(reading.batch).state().order).toEqual([1, 0]);
  });

  test("is done to a batch, whatever that became meanwhile", () => {
    const reading = readBatch(makeBatch({ ...NEW, features: ["a", "b"] }, NOW));
    if (reading.kind !== "batch") throw new Error(reading.kind);
    const beyond = { ...DONE, index: 2 };
    expect(replayed(reading.batch, [FAILED, beyond, DONE, DONE, { ...FAILED, now: NOW + 1000 }])).toEqual([
      { kind: "failed", index: 1, error: "e", timestamp: TIME },
      { kind: "figures", figures: { consecutiveFailures: 1, updatedAt: TIME } },
      { kind: "completed", index: 0 },
      {
        kind: "figures",
        figures: { tokens: 5, consecutiveFailures: 0, currentIndex: 2, status: "completed", updatedAt: TIME },
      },
    ]);
  });
});

describe("a run", () => {
  const META = { runId: "r", skillName: "s", lastUpdated: TIME };
  const WIRE = `"run_id": "r", "skill_name": "s", "last_updated": "${TIME}"`;

  test("has an id of its moment", () => {
    expect(makeRunId("audit", Date.UTC(2024, 0, 2, 3, 4, 5, 6), "1f2e")).toBe("audit-20240102-030405-1f2e");
  });

  test("is what the skill gave behind what is ours", () => {
    const made = makeRun(META, '{"_meta": {"run_id": "other"}, "n": 1.0, "__proto__": [1]}');
    expect(made).toEqual({
      text: `{
  "_meta": {
    "run_id": "r",
    "skill_name": "s",
    "last_updated": "${TIME}",
    "schema_version": 1
  },
  "n": 1.0,
  "__proto__": [
    1
  ]
}`,
    });
    expect(readRun("text" in made ? made.text : "")).toEqual({
      ...{ kind: "run", meta: META, hasNaN: false, json: '{\n  "n": 1.0,\n  "__proto__": [\n    1\n  ]\n}' },
    });
  });

  test.each([
    ["", "it is empty at line 1, column 1"],
    ["[]", "it is no JSON object at line 1, column 1"],
    ['{"a": NaN}', "it holds NaN or Infinity"],
    ['{"a":\n 01}', "unexpected text at line 2, column 3"],
  ])("is not made of %j", (json, fault) => {
    expect(makeRun(META, json)).toEqual({ fault });
  });

  test.each([
    ["{", "a key is missing at line 1, column 2"],
    ['{"a": 1', "it ends too soon at line 1, column 8"],
    ['{"_meta": "x"}', "_meta is no object"],
  ])("that reads %j is damaged: %s", (text, reason) => {
    expect(readRun(text)).toEqual({ kind: "damaged", reason });
  });

  test.each([
    ["{}", {}],
    ['{"_meta": {}}', {}],
    ['{"_meta": {"run_id": 7}}', {}],
    ['{"_meta": {"run_id": "r", "last_updated": ""}}', { runId: "r" }],
    ['{"_meta": {"run_id": "r", "skill_name": "s"}}', { runId: "r", skillName: "s" }],
  ])("that reads %j is another program's run", (text, meta) => {
    expect(readRun(text)).toEqual({ kind: "run", meta, json: "{}", hasNaN: false });
  });

  test("numbers that are none are null, and texts that look like them stay", () => {
    const json = '{"a": NaN, "b": [-Infinity, "NaN \\"Infinity\\""], "NaN": {"x": Infinity}}';
    const read = readRun(json);
    expect(read).toMatchObject({ kind: "run", hasNaN: true });
    expect(JSON.parse((read as { json: string }).json)).toEqual({
      ...{ a: null, b: [null, 'NaN "Infinity"'], NaN: { x: null } },
    });
  });

  test.each([
    ["2", "2"],
    ['"12"', "12"],
    ["3.1", "3"],
  ])("of version %s is a newer program's", (written, version) => {
    expect(readRun(`{"_meta": {"schema_version": ${written}}}`)).toEqual({ kind: "newer", version });
  });

  test.each(["1", '"1"', "1.5", "null", '"x"'])("of version %s is read", (version) => {
    expect(readRun(`{"_meta": {${WIRE}, "schema_version": ${version}}}`)).toEqual({
      kind: "run",
      meta: META,
      json: "{}",
      hasNaN: false,
    });
  });
});

test("of two that have the same key the last one counts", () => {
  const meta = '{"run_id": "r", "skill_name": "s", "last_updated": "t"}';
  expect(readRun(`{"_meta": 1, "_meta": ${meta}, "a": 1}`)).toMatchObject({ kind: "run", json: '{\n  "a": 1\n}' });
});

describe("a new record", () => {
  test("has every key of the contract", () => {
    expect(JSON.parse(makeBatch({ ...NEW, features: ["a"] }, NOW))).toEqual({
      ...{ batch_id: "b", features_file: "f", total_features: 1, features: ["a"], current_index: 0 },
      ...{ completed_features: [], failed_features: [], context_token_estimate: 0, auto_clear_count: 0 },
      ...{ auto_clear_events: [], created_at: TIME, updated_at: TIME, status: "in_progress", issue_numbers: null },
      ...{ source_type: "file", state_file: "s", context_tokens_before_clear: null, paused_at_feature_index: null },
      ...{ retry_attempts: {}, git_operations: {}, feature_order: [], feature_dependencies: {} },
      ...{ analysis_metadata: { state_gatekeeper: { schema_version: 1 } }, workflow_mode: "auto-implement" },
      workflow_reminder: "Use /auto-implement for each feature. Do NOT implement directly.",
    });
    expect(JSON.parse(makeBatch({ ...NEW, features: [], issueNumbers: [7] }, NOW))).toMatchObject({
      issue_numbers: [7],
    });
  });

  test("of a batch that was kept otherwise has all that is known of it, and no more", () => {
    const reading = readBatch(
      JSON.stringify({
        ...(JSON.parse(makeBatch({ ...NEW, features: ["a", "b", "c"] }, NOW)) as object),
        failed_features: [{ feature_index: 0, error_message: "e" }],
        skipped_features: [{ feature_index: 1, category: "c", timestamp: TIME }],
        git_operations: { 2: { push: { success: false, number: 7, branch: null } } },
        claims: { 2: { worker: "w", claimed_at: TIME, expires_at: TIME } },
        consecutive_failures: 1,
        created_at: null,
        updated_at: null,
      }),
    );
    if (reading.kind !== "batch") throw new Error(reading.kind);
    const printed = JSON.parse(printBatch(reading.batch, { stateFile: "s" })) as Record<string, unknown>;
    expect(printed).toMatchObject({ created_at: null, updated_at: null });
    expect(printed["failed_features"]).toEqual([{ feature_index: 0, error_message: "e" }]);
    expect(printed["git_operations"]).toEqual({ 2: { push: { success: false, number: 7 } } });
    expect(printed["analysis_metadata"]).toEqual({
      state_gatekeeper: {
        schema_version: 1,
        skipped_features: [{ feature_index: 1, category: "c", timestamp: TIME }],
        claims: { 2: { worker: "w", expires_at: "2024-10-23T16:30:00.000Z" } },
        consecutive_failures: 1,
      },
    });
  });

  test("has an id of its microsecond", () => {
    expect(batchId(Date.UTC(2024, 0, 2, 3, 4, 5, 6), 999)).toBe("batch-20240102-030405-006999");
  });

  test("has the features of a file, each as often as it is named", () => {
    expect(parseFeatures("a\n b \r#c\r\n\n # d\n a#")).toEqual(["a", "b", "a#"]);
    expect(cleanFeatures(["a\tb", " ", "../c", "a b"])).toEqual(["a b", "c [sanitized]", "a b"]);
    expect(findDuplicates(["a", "b", "a", "c", "c", "a"])).toEqual([
      { feature: "a", indices: [0, 2, 5] },
      { feature: "c", indices: [3, 4] },
    ]);
  });
});

describe("text that enters a record", () => {
  test.each([
    ["a  b", "a  b"],
    ["\u0085a\u2028\u2029b\u007f", "a b"],
    ["a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["a/../b", "a/b [sanitized]"],
    ["....//", "[sanitized]"],
    ["..", ".."],
    ["a..", "a.."],
    ["x/.. /y", "x/.. /y"],
    ["./..\\./", "././ [sanitized]"],
    ["x".repeat(201), `${"x".repeat(186)}...[truncated]`],
  ])("%j as the name of a feature", (text, expected) => {
    expect(featureText(text)).toBe(expected);
  });

  test("a message is longer, and may lead anywhere", () => {
    expect(messageText(" ../x\r\n\ty ")).toBe("../x y");
    expect(messageText("z".repeat(1000))).toBe("z".repeat(1000));
    expect(messageText("z".repeat(1001))).toBe(`${"z".repeat(986)}...[truncated]`);
    expect(messageText("😀".repeat(1000))).toBe("😀".repeat(1000));
  });
});

describe("what a message shows", () => {
  test.each([
    [undefined, "missing"],
    [null, "null"],
    ["x".repeat(38), `"${"x".repeat(38)}"`],
    ["x".repeat(39), `"${"x".repeat(39)}…`],
  ])("of the value %j: %s", (value, expected) => {
    expect(shortened(value)).toBe(expected);
  });

  test.each<[string, string]>([
    ['"skipped_features": [0, {"feature_index": 1, "reason": 7}]', "skipped_features[1].reason is 7, expected a text"],
    ['"skipped_features": [{"feature_index": 9}]', "skipped_features[0].feature_index is 9, expected an index below 1"],
    ['"skipped_features": [9]', "skipped_features[0].feature_index is 9, expected an index below 1"],
    [
      '"auto_clear_events": [{"feature_index": -1}]',
      "auto_clear_events[0].feature_index is -1, expected a number from 0",
    ],
    [
      '"auto_clear_events": [{"context_tokens_before_clear": "x"}]',
      'auto_clear_events[0].context_tokens_before_clear is "x", expected a whole number',
    ],
    ['"auto_clear_events": [{"timestamp": 1}]', "auto_clear_events[0].timestamp is 1, expected a text"],
    [
      '"failed_features": [{"feature_index": 0, "error_message": 1}]',
      "failed_features[0].error_message is 1, expected a text",
    ],
    ['"git_operations": {"0": {"push": 7}}', "git_operations.0.push is 7, expected an object"],
    [
      '"git_operations": {"0": {"push": {"success": true, "sha": 7}}}',
      "git_operations.0.push.sha is 7, expected a text",
    ],
    [
      '"git_operations": {"0": {"pr": {"success": true, "number": "7"}}}',
      'git_operations.0.pr.number is "7", expected a whole number',
    ],
    ['"git_operations": {"1": {}}', "git_operations has the key 1, expected indices below 1"],
    ['"feature_dependencies": {"0": "1"}', 'feature_dependencies.0 is "1", expected a list of indices'],
    ['"feature_dependencies": {"0": [0, 0.5]}', "feature_dependencies.0[1] is 0.5, expected an index"],
    ['"claims": {"0": {"worker": 1, "expires_at": "t"}}', "claims.0.worker is 1, expected a text"],
    [
      `"claims": {"${"9".repeat(30)}": {"worker": "w", "expires_at": "t"}}`,
      `claims has the key ${"9".repeat(20)}, expected`,
    ],
    ['"issue_numbers": [1.5]', "issue_numbers[0] is 1.5, expected a whole number"],
    ['"paused_at_feature_index": 2', "paused_at_feature_index is 2, expected an index below 1"],
    ['"consecutive_failures": -1', "consecutive_failures is -1, expected a number from 0"],
    ['"workflow_mode": 1', "workflow_mode is 1, expected a text"],
    ['"workflow_reminder": 1', "workflow_reminder is 1, expected a text"],
    ['"source_type": 1', "source_type is 1, expected a text"],
    ['"created_at": 1', "created_at is 1, expected a text"],
    ['"updated_at": 1', "updated_at is 1, expected a text"],
    ['"state_file": 1', "state_file is 1, expected a text"],
    ['"context_tokens_before_clear": -1', "context_tokens_before_clear is -1, expected a number from 0"],
    ['"schema_version": 1.x', "unexpected text at line 1, column"],
    ['"schema_version": true', 'schema_version is "true", expected a number'],
  ])("%s", (keys, reason) => {
    const minimal =
      '"batch_id":"b","features_file":"f","total_features":1,"features":["a"],"current_index":0,"status":"paused"';
    const reading = readBatch(`{${minimal},${keys}}`);
    expect(reading).toMatchObject({ kind: "damaged", reason: expect.stringContaining(reason) });
  });

  test("keys that are no index mean nothing, whatever they hold of the right shape", () => {
    const minimal =
      '"batch_id":"b","features_file":"f","total_features":1,"features":["a"],"current_index":1,"status":"paused"';
    const reading = readBatch(`{${minimal},"retry_attempts":{"01":5,"x":2},"feature_dependencies":{"x":[9]}}`);
    expect(reading).toMatchObject({ kind: "batch", batch: { totalRetries: 0, currentIndex: 1, status: "paused" } });
  });

  test.each(['{"a": 1}\n\n', '\n\n {"a": 1}', "{}\r\n"])("%j is one object and the space around it", (text) => {
    const record = readObjectText(text);
    if (record.kind === "fault") throw new Error(record.reason);
    expect([record.before, record.after]).toEqual([/^\s*/.exec(text)![0], /\s*$/.exec(text)![0]]);
    expect(record.eol).toBe(text.includes("\r") ? "\r\n" : "\n");
  });
});
