/** Records of many odd entries: answered like any other, however many there are. */
import { expect, test } from "vitest";
import { BATCH_KEYS, readBatch } from "../../src/records/batch.ts";
import { textChanges } from "../../src/records/batch-change.ts";
import { changeRecord, printRecord } from "../../src/records/json-edit.ts";
import { endFeature } from "../../src/records/progress.ts";
import { upTo } from "../support/effort.ts";

const SIZE = upTo(1024 * 1024);
const fill = (text: string) => text.repeat(Math.floor(SIZE / text.length));
const KEYS =
  '"batch_id":"b","features_file":"f","total_features":1,"features":["a"],"current_index":0,"status":"in_progress"';
const withKey = (text: string) => `{${KEYS},${text}}`;

test.each([
  ["one feature that failed very often", withKey(`"failed_features":[${fill("0,")}0]`), "batch"],
  [
    "failures of no shape",
    withKey(`"failed_features":[${fill('"x",')}0]`),
    'failed_features[0] is "x", expected an object',
  ],
  [
    "failures without an index",
    withKey(`"failed_features":[${fill("{},")}0]`),
    "failed_features[0].feature_index is missing, expected a whole number",
  ],
  [
    "claims of no feature",
    withKey(`"claims":{${fill('"x":{"worker":"w","expires_at":"e"},')}"y":{"worker":"","expires_at":""}}`),
    "batch",
  ],
  [
    "git operations of no shape",
    withKey(`"git_operations":{"0":{${fill('"x":{"success":2},')}"y":{}}}`),
    "git_operations.0.x.success is 2, expected true or false",
  ],
  ["keys that are there again and again", withKey(`${fill('"k":1,')}"k":2`), "batch"],
  [
    "issues that are no numbers",
    withKey(`"issue_numbers":[${fill('"7",')}7]`),
    'issue_numbers[0] is "7", expected a whole number',
  ],
])("%s", (_name, text, expected) => {
  const reading = readBatch(text);
  expect(reading.kind === "damaged" ? reading.reason : reading.kind).toBe(expected);
  if (reading.kind !== "batch") return;
  const { batch } = reading;
  const changed = printRecord(
    changeRecord(
      batch.record,
      textChanges(endFeature(batch, { index: 0, end: { kind: "completed" }, now: 0, tokens: 1 })),
      BATCH_KEYS,
    ),
  );
  expect(readBatch(changed)).toMatchObject({ kind: "batch", batch: { status: "completed" } });
});
