/** What programs are told of a failure. */
import { expect, test } from "vitest";
import { attempt, attemptLater, GateError } from "../../src/base/errors.ts";
import { failureOf } from "../../src/base/failure.ts";
import { failureToWire } from "../../src/json/wire.ts";

test("a failure of ours is told as it is, with null for what it does not say", () => {
  const error = new GateError("NOT_FOUND", "Cannot read it: it is gone", { path: ".claude/state.md" });
  expect(failureToWire(failureOf(error))).toEqual({
    success: false,
    error: { code: "NOT_FOUND", message: "Cannot read it: it is gone", path: ".claude/state.md", hint: null },
  });
});

test.each([new Error("went wrong"), "went wrong"])("anything else is a fault of the program: %s", (error) => {
  expect(failureOf(error)).toMatchObject({ code: "INTERNAL", message: "Cannot go on: went wrong", path: undefined });
});

test("what is tried is absent where it fails with one of the codes, and fails with all others", async () => {
  const failing = () => {
    throw new GateError("LOCKED", "x");
  };
  expect(attempt(failing, "LOCKED")).toBeUndefined();
  expect(() => attempt(failing, "IO")).toThrow("x");
  expect(await attemptLater(async () => failing())).toBeUndefined();
  await expect(
    attemptLater(async () => {
      throw new TypeError("y");
    }),
  ).rejects.toThrow("y");
});
