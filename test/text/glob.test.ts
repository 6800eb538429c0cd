/** Which paths a glob stands for. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isGlob, matchesGlob } from "../../src/text/glob.ts";
import { runs } from "../support/effort.ts";

test.each([
  ["plan.md", "plan.md", true],
  ["plan.md", "a/plan.md", false],
  ["*.md", "plan.md", true],
  ["*.md", "a/plan.md", false],
  ["specs/*/tasks.md", "specs/001-a/tasks.md", true],
  ["specs/*/tasks.md", "specs/001/b/tasks.md", false],
  ["specs/*/tasks.md", "specs/tasks.md", false],
  ["**/*.md", "plan.md", true],
  ["**/*.md", "a/b/plan.md", true],
  ["docs/**", "docs/a/b.md", true],
  ["docs/**", "other/a.md", false],
  ["docs/**/x.md", "docs/x.md", true],
  ["a/**/b/**/c.md", "a/1/b/2/3/b/c.md", true],
  ["T00?.md", "T001.md", true],
  ["T00?.md", "T00.md", false],
  ["a*b*c.md", "axbxbyc.md", true],
  ["a*b*c.md", "axc.md", false],
  ["[a].md", "[a].md", true],
  ["[a].md", "a.md", false],
  ["plan.md*", "plan.md", true],
])("%s and %s: %s", (glob, path, expected) => {
  expect(matchesGlob(glob, path)).toBe(expected);
});

test("what has no star stands for itself alone, and many stars take no time", () => {
  const path = fc.stringMatching(/^[a-z./]{1,12}$/);
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(matchesGlob(one, other)).toBe(one === other);
      expect(matchesGlob("**", other)).toBe(true);
    }),
    runs(300, 3),
  );
  expect([isGlob("a?"), isGlob("a*"), isGlob("a[b]")]).toEqual([true, true, false]);
  expect(matchesGlob("*a".repeat(5000), "a".repeat(4000))).toBe(false);
  expect(matchesGlob(`${"**/a/".repeat(500)}b`, `${"a/".repeat(900)}c`)).toBe(false);
});
