import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unifiedDiff } from "../../src/text/diff/unified-diff.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { endOfLine, indexLines, linesIn, nextLine, startOfLine } from "../../src/text/lines.ts";
import { decode, encode, revisionOf } from "../../src/text/source.ts";
import { runs } from "../support/effort.ts";

const anyText = fc
  .array(fc.constantFrom("a", "é", "😀", "\r\n", "\n", "\r", " ", "\0", "\ufeff"), { maxLength: 40 })
  .map((parts) => parts.join(""));

describe("source", () => {
  test("encode is the inverse of decode for all valid bytes", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, bom) => {
        const bytes = new TextEncoder().encode((bom ? "\ufeff" : "") + text);
        const source = decode(bytes);
        expect(source.invalidAt).toBeUndefined();
        expect([...encode(source, source.text)]).toEqual([...bytes]);
      }),
      runs(500, 2),
    );
  });

  test.each([
    ["", "\n"],
    ["a", "\n"],
    ["a\nb\r\nc", "\n"],
    ["a\r\nb\r\nc\n", "\r\n"],
  ])("the line ending of %j is the one most lines have", (text, eol) => {
    expect(decode(new TextEncoder().encode(text)).eol).toBe(eol);
  });

  test("the first invalid byte is found", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (before, after, bom) => {
        const head = new TextEncoder().encode((bom ? "\ufeff" : "") + before.replace(/^\ufeff+/, ""));
        const bytes = Buffer.concat([head, Buffer.from([0xff]), Buffer.from(after)]);
        const source = decode(bytes);
        expect(source.invalidAt).toBe(head.length);
        expect(source.text).toContain("\ufffd");
      }),
      runs(200, 3),
    );
  });

  test("a sequence cut off at the end is invalid", () => {
    expect(decode(Buffer.from([0x61, 0xe2, 0x82])).invalidAt).toBe(2);
  });

  test("the revision is the SHA-256 of the bytes", () => {
    expect(revisionOf(Buffer.from("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("edits", () => {
  test("no character outside the spans moves", () => {
    const raw = fc.tuple(
      anyText,
      fc.uniqueArray(fc.nat(60), { maxLength: 8 }),
      fc.array(fc.string({ maxLength: 5 }), { minLength: 4, maxLength: 4 }),
    );
    fc.assert(
      fc.property(raw, ([text, offsets, words]) => {
        const splits = (at: number) => text[at] === "\n" && text[at - 1] === "\r";
        const cuts = offsets.filter((at) => at <= text.length && !splits(at)).sort((a, b) => a - b);
        const edits = words.flatMap((added, index) => {
          const [start, end] = cuts.slice(index * 2);
          return start === undefined || end === undefined ? [] : [{ start, end, text: added }];
        });
        let expected = "";
        let at = 0;
        for (const { start, end, text: added } of edits) {
          expected += text.slice(at, start) + added;
          at = end;
        }
        expect(applyEdits(text, [...edits].reverse())).toBe(expected + text.slice(at));
      }),
      runs(1000, 4),
    );
  });

  test("insertions at one place keep their order", () => {
    expect(
      applyEdits("ab", [
        { start: 1, end: 1, text: "1" },
        { start: 1, end: 1, text: "2" },
      ]),
    ).toBe("a12b");
  });

  test("an insertion stands before the removal that starts there", () => {
    expect(
      applyEdits("ab", [
        { start: 1, end: 2, text: "" },
        { start: 1, end: 1, text: "x" },
      ]),
    ).toBe("ax");
  });

  test.each([
    [
      [
        { start: 0, end: 2, text: "" },
        { start: 1, end: 3, text: "" },
      ],
    ],
    [[{ start: 2, end: 1, text: "" }]],
    [[{ start: 0, end: 99, text: "" }]],
  ])("%j has no defined result", (edits) =>
    expect(() => applyEdits("abc", edits)).toThrow("overlaps another one or leaves"),
  );

  test("no edit stands between CR and LF", () => {
    expect(() => applyEdits("a\r\nb", [{ start: 2, end: 2, text: "x" }])).toThrow("between CR and LF");
  });
});

describe("lines", () => {
  test("offsets and positions agree with splitting the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const index = indexLines(text);
        const lines = text.split(/\r\n|\n|\r/);
        expect(index.lineCount).toBe(lines.length);
        let line = 0;
        for (let at = 0; at <= text.length; at = nextLine(text, at)) {
          expect(index.positionAt(at)).toEqual({ line: line + 1, column: 1 });
          expect(text.slice(at, endOfLine(text, at))).toBe(lines[line]);
          const span = index.lineSpan(line + 1);
          expect(text.slice(span.start, span.end)).toBe(lines[line]);
          for (let inner = at; inner <= endOfLine(text, at); inner++) expect(startOfLine(text, inner)).toBe(at);
          line++;
          if (endOfLine(text, at) === text.length) break;
        }
        expect(
          [...linesIn(text, { start: 0, end: text.length })].map(({ start, end }) => text.slice(start, end)),
        ).toEqual(lines.at(-1) === "" ? lines.slice(0, -1) : lines);
      }),
      runs(500, 5),
    );
  });

  test("the LF of a CRLF belongs to its line", () => expect(startOfLine("a\r\nb", 2)).toBe(0));
  test("a line after the last is empty", () => expect(indexLines("a").lineSpan(9)).toEqual({ start: 1, end: 1 }));
});

describe("diff", () => {
  test("equal texts have none", () => expect(unifiedDiff("x", "a\n", "a\n")).toBe(""));

  test("a change of line endings is one", () => expect(unifiedDiff("x", "a\r\n", "a\n")).toContain("-a\r\n+a\n"));

  test("a new file comes from nowhere", () => {
    expect(unifiedDiff("x.md", undefined, "a\n")).toBe("--- /dev/null\n+++ b/x.md\n@@ -0,0 +1,1 @@\n+a\n");
  });

  test("a file that is removed goes nowhere", () => {
    expect(unifiedDiff("x.md", "a\n", undefined)).toBe("--- a/x.md\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
    expect(unifiedDiff("x.md", undefined, undefined)).toBe("");
    const long = unifiedDiff("x.md", "a\n".repeat(5000), undefined);
    expect(long.startsWith("--- a/x.md\n+++ /dev/null\n@@ -1,5000 +0,0 @@\n-a\n")).toBe(true);
    expect(long.endsWith("\n-a\n")).toBe(true);
  });

  test("a change that takes long to compare is shown whole", () => {
    const before = Array.from({ length: 5000 }, (_, index) => `a${index}\n`).join("");
    const after = `${Array.from({ length: 5000 }, (_, index) => `b${index}\n`).join("")}end`;
    const diff = unifiedDiff("x", before, after);
    expect(diff.startsWith("--- a/x\n+++ b/x\n@@ -1,5000 +1,5001 @@\n-a0\n")).toBe(true);
    expect(diff.endsWith("+end\n\\ No newline at end of file\n")).toBe(true);
  });
});
