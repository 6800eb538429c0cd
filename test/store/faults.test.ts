/** What is said of a damaged store leads to that store and to no other. */
import { expect, test } from "vitest";
import { damaged } from "../../src/store/faults.ts";

test.each([
  [".claude/state/default/state.json", "Run `gate kv recover` to"],
  [".claude/state/plans/state.db", "Run `gate kv recover --namespace plans` to"],
  ["Redis at 127.0.0.1:6379, state:plans", "Run `gate kv recover --namespace plans` to"],
  [".claude/state/batch=x/state.db", "Run `gate batch recover --backend sqlite --id x` to"],
  ["Redis at 127.0.0.1:6379, state:batch:x", "Run `gate batch recover --backend redis --id x` to"],
])("%s", (place, way) => {
  expect(damaged(place, "it is").hint).toContain(way);
});
