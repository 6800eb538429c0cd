/** What tools make of a text: as they do it, so that nothing else is judged than what will be there. */
import { describe, expect, test } from "vitest";
import { editText, insertText } from "../../src/hooks/content/edit.ts";
import { parsePatch, patchText } from "../../src/hooks/content/patch.ts";

const one = (old: string, fresh: string, more: object = {}) => [{ old, new: fresh, all: false, ...more }];

describe("replacing text", () => {
  test.each([
    ["a place", "a b c", one("b", "x"), "a x c"],
    ["two places without saying so", "b b", one("b", "x"), undefined],
    ["all places", "b b", one("b", "x", { all: true }), "x x"],
    ["none", "a", one("b", "x"), undefined],
    ["nothing by nothing else", "a", one("a", "a"), undefined],
    ["patterns as they stand", "a.c $& abc", one("a.c", "$&$1"), "$&$1 $& abc"],
    ["a line by nothing", "a\nb\nc\n", one("b", ""), "a\nc\n"],
    ["curly quotes", "say “hi” now", one('"hi"', "bye"), "say bye now"],
    ["in a new file", undefined, one("", "new"), "new"],
    ["in an empty file", "", one("", "new"), "new"],
    ["nothing in a file that holds something", "a", one("", "new"), undefined],
    ["something in no file", undefined, one("a", "b"), undefined],
    ["one after the other", "a", [...one("a", "b"), ...one("b", "c")], "c"],
    ["all or none", "a", [...one("a", "b"), ...one("x", "c")], undefined],
    ["with Windows line breaks", "a\r\nb\r\n", one("a\nb", "c\nd"), "c\r\nd\r\n"],
  ] as const)("%s", (_, text, replacements, after) => {
    expect(editText(text, replacements, "claude")).toBe(after);
  });

  test("Gemini and Copilot take text literally, and Gemini counts", () => {
    expect(editText("a\nb\n", one("b", ""), "gemini")).toBe("a\n\n");
    expect(editText("“a”", one('"a"', "b"), "copilot")).toBeUndefined();
    expect(editText("b b", one("b", "x", { expected: 2 }), "gemini")).toBe("x x");
    expect(editText("b b", one("b", "x", { expected: 3 }), "gemini")).toBeUndefined();
  });

  test("a result nobody could write is not computed", () => {
    expect(editText("a".repeat(1e6), one("a", "b".repeat(1000), { all: true }), "claude")).toBeUndefined();
  });

  test("lines are put behind a line", () => {
    expect(insertText("a\nb\n", 1, "x\ny\n")).toBe("a\nx\ny\nb\n");
    expect(insertText("a\n", 0, "x")).toBe("x\na\n");
    expect(insertText("a\n", 9, "x")).toBeUndefined();
    expect(insertText(undefined, 0, "x")).toBeUndefined();
  });
});

describe("a patch", () => {
  const patched = (text: string, ...lines: string[]) => {
    const hunks = parsePatch(["*** Begin Patch", "*** Update File: a", ...lines, "*** End Patch"].join("\n"));
    const [hunk] = hunks ?? [];
    return hunk?.kind === "update" ? patchText(text, hunk.chunks) : undefined;
  };

  test.each([
    ["replaces lines", "a\nb\nc\n", ["@@", " a", "-b", "+x"], "a\nx\nc\n"],
    ["needs no marker in front of the first chunk", "a\nb\n", [" a", "-b", "+x"], "a\nx\n"],
    ["finds the line that stands above", "b\nH\nb\n", ["@@ H", "-b", "+x"], "b\nH\nx\n"],
    ["goes on behind the last chunk", "b\nb\n", ["@@", "-b", "+x", "@@", "-b", "+y"], "x\ny\n"],
    ["adds at the end", "a\n", ["@@", "+x"], "a\nx\n"],
    ["looks at the end first", "b\na\nb\n", ["@@", "-b", "+x", "*** End of File"], "b\na\nx\n"],
    ["takes spaces at the end for none", "a  \n", ["@@", "-a", "+x"], "x\n"],
    ["takes indentation for none", "  a\n", ["@@", "-a", "+x"], "x\n"],
    ["takes a dash for a dash", "a – b\n", ["@@", "-a - b", "+x"], "x\n"],
    ["reads an empty line as an empty one", "a\n\nb\n", ["@@", " a", "", "-b", "+x"], "a\n\nx\n"],
    ["ends the file with a line break", "a", ["@@", "-a", "+x"], "x\n"],
    ["has no place", "a\n", ["@@", "-b", "+x"], undefined],
    ["has no line above", "a\n", ["@@ H", "-a", "+x"], undefined],
    ["is none", "a\n", ["@@", "?b"], undefined],
  ] as const)("%s", (_, text, lines, after) => {
    expect(patched(text, ...lines)).toBe(after);
  });

  test("is read also inside a shell command, and not without its ends", () => {
    const patch = "*** Begin Patch\n*** Add File: b\n+x\n+\n*** Delete File: c\n*** End Patch";
    const hunks = [
      { kind: "add", path: "b", content: "x\n\n" },
      { kind: "delete", path: "c" },
    ];
    expect(parsePatch(patch)).toEqual(hunks);
    expect(parsePatch(`cd src && apply_patch <<'EOF'\n${patch}\nEOF`)).toEqual(hunks);
    expect(parsePatch("*** Add File: b\n+x")).toBeUndefined();
    expect(parsePatch("*** Begin Patch\n*** End Patch")).toBeUndefined();
    expect(parsePatch("*** Begin Patch\n*** Rename File: c\n*** End Patch")).toBeUndefined();
  });

  test("takes no time that grows with the product of file and patch", () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => ["@@", `-${index}`, "+x"]).flat();
    expect(patched("a\n".repeat(50_000), ...lines)).toBeUndefined();
  });
});
