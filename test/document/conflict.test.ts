/** The marks of conflicts in documents, and what of them is none. */
import { expect, test } from "vitest";
import { conflictMarkers, isUnresolved } from "../../src/document/conflict.ts";
import { parseWork } from "../../src/document/work.ts";
import { glanceAt } from "../../src/document/work-glance.ts";
import { sourceOf } from "../../src/text/source.ts";

const marked = (text: string) => {
  const document = parseWork(sourceOf(text));
  return conflictMarkers(document).map(({ start, end }) => text.slice(start, end));
};

test.each([
  ["<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"]],
  ["<<<<<<< a\r\n||||||| b\r\n=======\r\n>>>>>>> c", ["<<<<<<< a", "||||||| b", "=======", ">>>>>>> c"]],
  ["a\n=======\n", []],
  ["a\u2028<<<<<<< b\n", []],
  ["```\n<<<<<<< a\n```\n\n>>>>>>> b\n", [">>>>>>> b"]],
  ["<<<<<<<< a\n", []],
])("%j", (text, expected) => {
  expect(marked(text)).toEqual(expected);
  expect(isUnresolved(parseWork(sourceOf(text)))).toBe(expected.length > 0);
});

test("the progress of two sides is none", () => {
  const text =
    "# Issue #42: Do it\n\n**Last Updated:** 2024-10-23T14:30:00Z\n\n## Progress Log\n\n### 2024-10-23T14:30:00Z\n";
  expect(glanceAt(`${text}- ✅ A\n`)).toMatchObject({ progress: { completed: 1, total: 1 } });
  expect(glanceAt(`${text}<<<<<<< HEAD\n- ✅ A\n=======\n- ✅ B\n>>>>>>> b\n`)).toMatchObject({
    number: 42,
    progress: undefined,
  });
});
