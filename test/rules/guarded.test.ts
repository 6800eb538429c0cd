/** What may be said of a file in nobody's format. */
import { expect, test } from "vitest";
import { checkGuarded } from "../../src/rules/guarded.ts";
import { countIn } from "../../src/rules/report.ts";
import { decode, sourceOf } from "../../src/text/source.ts";

const NOW = 0;
const rulesIn = (text: string) => checkGuarded(sourceOf(text), { now: NOW }).map(({ rule }) => rule);

test("a text is in order whatever it says, and conflicts, NUL and other bytes are none", () => {
  for (const text of ["", "# Plan\n", "- [ ] a\n\n```\n<<<<<<< x\n```\n", "=======\n"])
    expect(rulesIn(text)).toEqual([]);
  expect(rulesIn("a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n")).toEqual(Array(3).fill("conflict-marker"));
  expect(rulesIn("a\0b")).toEqual(["nul-byte"]);
  expect(checkGuarded(decode(new Uint8Array([0x61, 0xff])), { now: NOW }).map(({ rule }) => rule)).toEqual([
    "invalid-encoding",
  ]);
});

test("what is known around it counts", () => {
  const newer = { operation: "tick", timestamp: 0, command: "gate restore 1", isMissing: false };
  const found = checkGuarded(sourceOf("a"), { now: NOW, unmerged: "plan.md", newer });
  expect(found.map(({ rule, severity }) => [rule, severity])).toEqual([
    ["rolled-back", "warning"],
    ["unmerged", "error"],
  ]);
  expect(found[1]!.message).toContain("`gate edit plan.md`");
  for (const { message } of found) expect(message.length).toBeLessThan(160);
});

test("what is only told is neither an error nor a warning", () => {
  const place = { line: 1, column: 1, endLine: 1, endColumn: 1, fixable: false };
  const problem = (severity: "error" | "warning" | "info") => ({
    rule: "guard-list",
    severity,
    message: "m",
    ...place,
  });
  const problems = [problem("error"), problem("warning"), problem("info")];
  expect(countIn([{ path: "a", problems }])).toEqual({ errors: 1, warnings: 1 });
});
