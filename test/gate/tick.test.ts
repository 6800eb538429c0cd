/** Checking a box: one byte or two, and nothing else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { boxesIn } from "../../src/document/boxes.ts";
import { tick } from "../../src/gate/documents/tick.ts";
import { decode } from "../../src/text/source.ts";
import { runs } from "../support/effort.ts";
import { makeProject } from "../support/project.ts";

const TEXT =
  "﻿# T\r\n\r\n- [ ] Write the tests\r\n  - [ ] for users\r\n* [x] Read\r\n1. [ ] Write the docs\r\n\r\n```\r\n- [ ] code\r\n```\r\n";

test("checks the one box that the words mean", async () => {
  const project = makeProject({ "a/todo.md": TEXT });
  const { value } = await tick(project.gate, { path: "a/todo.md", text: "FOR  users" });
  expect(value).toMatchObject({
    success: true,
    changed: true,
    text: "for users",
    line: 4,
    column: 6,
    path: "a/todo.md",
  });
  expect(project.read("a/todo.md")).toBe(TEXT.replace("[ ] for", "[x] for"));
  const again = await tick(project.gate, { path: "a/todo.md", text: "Read" });
  expect([again.value.changed, again.written]).toEqual([false, []]);
  const dry = await tick(project.gate, { path: "a/todo.md", text: "docs" }, { dryRun: true });
  expect(dry.written).toHaveLength(1);
  expect(project.read("a/todo.md")).toBe(TEXT.replace("[ ] for", "[x] for"));
});

test("names all boxes that words may mean, with their places", async () => {
  const project = makeProject({ "todo.md": TEXT });
  await expect(tick(project.gate, { path: "todo.md", text: "write" })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    hint: expect.stringContaining('todo.md:3:4 "Write the tests"\ntodo.md:6:5 "Write the docs"\n'),
  });
  expect(project.read("todo.md")).toBe(TEXT);
});

test.each([
  ["NOT_FOUND", "todo.md", "nothing like it"],
  ["NOT_FOUND", "todo.md", "code"],
  ["NOT_FOUND", "none.md", "x"],
  ["INVALID_ARGUMENT", "a.txt", "x"],
  ["INVALID_ARGUMENT", ".claude/state.md", "x"],
  ["CORRUPT", "bad.md", "x"],
  ["UNSAFE_PATH", "../x.md", "x"],
])("%s in %s for %s", async (code, path, text) => {
  const project = makeProject({ "todo.md": TEXT, "a.txt": "- [ ] x\n", ".claude/state.md": "- [ ] x\n" });
  project.write("bad.md", Buffer.from([0x2d, 0xff]));
  const before = project.tree();
  await expect(tick(project.gate, { path, text })).rejects.toMatchObject({ code });
  expect(project.tree()).toEqual(before);
});

const line = fc.oneof(
  fc.stringMatching(/^ {0,6}(?:[-*+]|\d{1,2}[.)]) \[[ xX]?\] [a-zé&*`<]{1,8}$/),
  fc.stringMatching(/^> - \[ \] [a-z]{1,6}$/),
  fc.constantFrom(
    "",
    "# Title",
    "```",
    "~~~",
    "    - [ ] code",
    "<!--",
    "-->",
    "text",
    "\t- [ ] tab",
    "---",
    "- - [ ] twice",
  ),
);
const texts = fc
  .tuple(
    fc.array(line, { minLength: 1, maxLength: 12 }),
    fc.constantFrom("\n", "\r\n"),
    fc.constantFrom("", "﻿"),
    fc.boolean(),
  )
  .map(([lines, eol, bom, ends]) => bom + lines.join(eol) + (ends ? eol : ""));

test("one byte of any Markdown changes, or one is added, and exactly that box is checked", async () => {
  const project = makeProject();
  let ticked = 0;
  await fc.assert(
    fc.asyncProperty(texts, fc.nat(), async (text, at) => {
      project.write("x.md", text);
      const bytes = Buffer.from(text);
      const boxes = boxesIn(decode(bytes).text);
      const box = boxes[at % Math.max(1, boxes.length)];
      if (box === undefined || boxes.filter((each) => each.text === box.text).length > 1 || box.text === "") return;
      const { value } = await tick(project.gate, { path: "x.md", text: box.text });
      const after = Buffer.from(project.tree()["x.md"]!, "latin1");
      if (!value.changed) {
        expect(after).toEqual(bytes);
        return;
      }
      ticked++;
      let head = 0;
      while (head < bytes.length && bytes[head] === after[head]) head++;
      const added = after.length - bytes.length;
      expect([0, 1]).toContain(added);
      expect(after[head]).toBe("x".charCodeAt(0));
      expect(after.subarray(head + 1)).toEqual(bytes.subarray(head + 1 - added));
      const checked = boxesIn(decode(after).text).map((each) => [each.text, each.checked]);
      expect(checked).toEqual(boxes.map((each) => [each.text, each.checked || each === box]));
    }),
    runs(2000, 13, 20),
  );
  expect(ticked).toBeGreaterThan(10);
});
