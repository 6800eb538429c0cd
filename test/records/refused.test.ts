/** What a batch record is refused for, and the key that the sentence names. */
import { expect, test } from "vitest";
import { readBatch } from "../../src/records/batch.ts";
import { featureText } from "../../src/records/sanitize.ts";

const MINIMAL = {
  batch_id: "b",
  features_file: "f",
  total_features: 3,
  features: ["a", "b", "c"],
  current_index: 0,
  status: "in_progress",
};

const textWith = (keys: string) => `${JSON.stringify(MINIMAL).slice(0, -1)}, ${keys}}`;

test.each([
  ['"context_token_estimate": 1e20', "context_token_estimate is 100000000000000000000, expected a number up to"],
  ['"context_token_estimate": -1', "context_token_estimate is -1, expected a number from 0"],
  ['"context_token_estimate": 1.5', "context_token_estimate is 1.5, expected a whole number"],
  ['"context_token_estimate": NaN', "context_token_estimate holds NaN or Infinity"],
  ['"auto_clear_count": -Infinity', "auto_clear_count holds NaN or Infinity"],
  ['"paused_at_feature_index": 4', "paused_at_feature_index is 4, expected an index below 3"],
  ['"failed_features": {}', "failed_features is {}, expected a list"],
  ['"retry_attempts": 1', "retry_attempts is 1, expected an object"],
  ['"feature_order": "0"', 'feature_order is "0", expected a list of indices'],
])("%s", (keys, reason) => {
  expect(readBatch(textWith(keys))).toMatchObject({ kind: "damaged", reason: expect.stringContaining(reason) });
});

test("a batch may be paused behind its last feature, and NaN is let pass where nobody looks", () => {
  expect(readBatch(textWith('"paused_at_feature_index": 3, "mine": NaN')).kind).toBe("batch");
});

test("a name is measured in characters, not in halves of them", () => {
  expect(featureText("😀".repeat(150))).toBe("😀".repeat(150));
});
