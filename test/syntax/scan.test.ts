/** The scanner against remark: by hand, by generated lines, by damage to real-looking documents, and on its own under load. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block } from "../../src/syntax/block.ts";
import { remarkBlocks } from "../../src/syntax/reference/remark.ts";
import { scanBlocks } from "../../src/syntax/scan.ts";
import { blockish, damaged, randomCharacters, STATE, WORK } from "../support/block-texts.ts";
import { runs, upTo } from "../support/effort.ts";

describe("scanBlocks equals remarkBlocks", () => {
  const cases: Record<string, readonly string[]> = {
    "whole documents": [STATE, STATE.trimEnd(), WORK, ""],
    "lazy continuation": ["> a\nb", "- a\nb\n- c", "> - a\nb\n\nc", "> a\n# b\nc", "> ```\na", "> a\n---", "> a\n==="],
    "lazy lines that are code or tags": [
      ">     a\nb",
      "> b\n>\n    c\n    d",
      "> a\n<b>\nc",
      "> a\n<b>\n> c",
      "> a\n<b>",
      "> a\n<b>\n",
      "> a\n<div>\nb",
    ],
    "nested lists": [
      "- a\n  → b\n  - c\n    → d\n- e",
      "- a\n - b\n  - c\n   - d\n    - e",
      "- a\n\n  b\n\n\n  c\n- d\n\n\ne",
      "- - - a\n\n\n- b",
      "1. a\n   - b\n\n2. c",
      "- a\n* b\n+ c\n1. d\n2) e\n3) f",
    ],
    "fences and comments that hold markers": [
      "```\n# a\n- b\n```\n# c",
      "~~~~ x\n~~~\n~~~~~ \n",
      "<!--\n# a\n\n- b\n--> c\n# d",
      "<!-- a -->\n# b",
      "<!-->\na",
      "a\n<!-- b\n\nc",
      "- ```\n  # a\n  ```\n- <!--\n  # b\n  -->",
      "```a`\nb",
    ],
    "fences and comments that are not closed": [
      "```",
      "```\na",
      "```\na\n",
      "> ```\n> a\n> ",
      "> ```\n> a\n\nb",
      "> ```\n- a",
      "> - ```\n> * b",
      "- ```\n  a\n- b",
      "- - <!--\n\n- b",
      "- <!--\n",
      "<!-- a\n# b\n",
    ],
    "lines under lines": [
      "a\n=======\nb",
      "**A:** b\n**C:** d\n---\ne",
      "a\n  -  \n",
      "a  \nb\t\n===",
      "> a\n> b\n> ===",
      "a\n    ===",
      "a\n= =",
      "# a\n---",
      "- a\n  -",
      "- a\n-",
    ],
    headings: [
      "# a",
      "#",
      "# ",
      "###### a ## ",
      "####### a",
      "#a",
      "# #",
      "## # ##",
      "# a#",
      "# \\#",
      "#\ta\t#\t",
      "   # a",
      "    # a",
      "a\n# b",
    ],
    tabs: [
      "-\ta\n\n\tb",
      ">\ta",
      ">\t\ta",
      "-\t\ta\n\t\tb",
      "\ta\n \tb\n  \n\t\n",
      "1.\ta\n\n\t\tb",
      "> -\ta\n>\tb",
      "-\t",
    ],
    "empty items": [
      "-",
      "- ",
      "-\n-\n- a",
      "-\n\n  a",
      "-\n  a",
      "-\n\n  - b",
      "*\n\n\n1.\n\n",
      "- a\n-\n\n\n- b",
      "> -\n>\n> -",
    ],
    "indented code": [
      "    a\n\n\n    b\n\n",
      "    a\n      \nb",
      "-     a\n\n      b",
      "- a\n\n      b\n\n\n- c",
      "    a\n2. b",
      "    a\n\n- b",
      "a\n    b",
    ],
    "what interrupts a paragraph": [
      "a\n1. b",
      "a\n2. b",
      "a\n10. b",
      "a\n1.",
      "a\n*",
      "a\n- 2. b",
      "a\n> b",
      "a\n***\nb",
      "a\n```\nb",
      "a\n<a>\nb",
      "a\n</p>\nb",
      "a\n_ _ _",
      "1234567890. a",
      "123456789) a",
    ],
    "html of all kinds": [
      "<pre>\n\na</pre>b\nc",
      "<SCRIPT>\n</style>\na",
      "<pre/>\n\na",
      "<?a\n\n?>\nb",
      "<?>\na",
      "<!A\n\n>\nb",
      "<!1>",
      "<![CDATA[\n\n]]]>\n]]>\nb",
      "<![CDATA[a]]>\nb",
      "<div\na\n\nb",
      "<div/>\na",
      "<div/a",
      "</div >\na\n\nb",
      "- <div>\n  a\n\n  b\n- <?\n  ?> c\n  d",
      "  <div>\n> a",
      "<a>\nb\n\nc",
      "<a/>",
      "</a>  \nb",
      "</a b>",
      "<a b c:d _e=f g='h' i=\"j\" />",
      "<a b=c=d>",
      "<a b=>",
      "<a b=",
      "<a b='c>",
      "<a b='c'd>",
      "<a b='c'",
      "<a b='c'>",
      "<a>b",
      "<a@b>",
      "<a /b>",
      "<",
      "<a\n>",
      "a < b",
    ],
    frontmatter: [
      "---\na: b\n---\n# c",
      "---\n---",
      "--- \na\n---\t\nb",
      "---\na\n----\n --- \n---",
      "---\n\n- a\n> b\n\n## c",
      "---",
      "---\n",
      "--- a\n---",
      "\n---\na\n---",
      " ---\na\n---",
      "\ufeff---\na: b\n---\n# c",
    ],
    "a byte order mark": ["\ufeff# a\n\n- b"],
    "quotes in lists and lists in quotes": [
      "> - a\n> * b",
      "> - a\n>\n> - b",
      "> - a\n>\n> b",
      "- > a\n\n- b",
      "- > a\n  >\n- b",
      "- - > a\n\n      b",
      "- > - a\n\n  b",
      ">",
      "> a\n>",
      "> a\n> ",
      ">> a\n> b\nc",
      ">- >\n>  ",
      "> - - > a\n>    ",
    ],
    "odd characters": ["\0", "\u00a0\n\u00a0# a", "&amp;\n===", "a\u2028# b", "\ud800\n- b"],
    "thematic breaks": ["***", "- - -", "* * *x", "- a\n- - -\n- b", "--", "+ + +", "* - -", "- * * *"],
  };

  for (const [name, texts] of Object.entries(cases)) {
    test(name, () => {
      for (const text of texts) {
        for (const eol of ["\n", "\r\n", "\r"]) same(text.replaceAll("\n", eol));
      }
    });
  }

  test("generated lines", () => {
    fc.assert(fc.property(blockish(), same), runs(3000));
  });

  test("random characters", () => {
    fc.assert(fc.property(randomCharacters(), same), runs(2000));
  });

  test("damaged documents", () => {
    fc.assert(fc.property(damaged(), same), runs(300));
  });
});

describe("what the blocks say", () => {
  test("a state file", () => {
    const [yaml, heading, paragraph] = scanBlocks(STATE);
    expect(yaml).toEqual({ type: "yaml", start: 0, end: 25 });
    expect(heading).toMatchObject({ type: "heading", depth: 1, setext: false });
    expect(paragraph).toEqual({ type: "paragraph", start: 43, end: 81 });
    expect(scanBlocks(STATE).filter(({ type }) => type === "list")).toHaveLength(4);
  });

  test("lists name their bullet", () => {
    const lists = scanBlocks("- a\n* b\n+ c\n1. d\n2) e");
    expect(lists.map((list) => list.type === "list" && [list.bullet, list.ordered])).toEqual([
      ["-", false],
      ["*", false],
      ["+", false],
      [".", true],
      [")", true],
    ]);
  });

  test("only fences and comments are closed or not", () => {
    const closed = (text: string) => (scanBlocks(text)[0] as { closed?: boolean }).closed;
    expect(["```\n```", "```\na", "<!-- a\n-->", "<!-- a"].map(closed)).toEqual([true, false, true, false]);
    for (const text of ["    a", "<?a", "<div>", "a"]) expect(scanBlocks(text)[0]).not.toHaveProperty("closed");
  });

  test("headings carry their text, or nothing at their end", () => {
    expect(scanBlocks("## a b ##\n")[0]).toMatchObject({ start: 0, end: 9, content: { start: 3, end: 6 } });
    expect(scanBlocks("## ## \n")[0]).toMatchObject({ start: 0, end: 6, content: { start: 6, end: 6 } });
    expect(scanBlocks(" a \nb \n--")[0]).toMatchObject({
      start: 1,
      end: 9,
      depth: 2,
      setext: true,
      content: { start: 1, end: 5 },
    });
  });
});

describe("depth", () => {
  test("64 containers are as remark has them", () => {
    same(`${"> ".repeat(64)}a\nb`);
    same(`${"+ ".repeat(64)}a\n\n\n`);
  });

  test("a marker beyond them is text", () => {
    expect(leafOf(scanBlocks(`${"> ".repeat(64)}> a`))).toEqual({ type: "paragraph", start: 128, end: 131 });
    expect(leafOf(scanBlocks(`${"+ ".repeat(65)}a`))).toEqual({ type: "paragraph", start: 128, end: 131 });
  });

  test("what overflows remark is scanned", () => {
    const text = ">".repeat(8000);
    expect(remarkBlocks(text)).toEqual(scanBlocks(text));
  });
});

describe("up to a mebibyte of anything", () => {
  const size = upTo(1 << 20, 1 << 17);
  const quotes = "> ".repeat(64);
  const lists = "- ".repeat(64);
  const inputs: Record<string, [once: string, again: string]> = {
    quotes: ["", "> "],
    "quotes without spaces": ["", ">"],
    bullets: ["", "+ "],
    numbers: ["", "1. "],
    "bullets that could be a break": ["", "- - - * "],
    "one-line items": ["", "- a\n"],
    "empty items": ["", "-\n\n"],
    "alternating lists": ["", "* a\n- b\n"],
    "underlined lines": ["", "a\n-\n"],
    "lazy lines": [quotes, "a\n"],
    "lazy tags": ["", "> a\n<b>\n"],
    "blank lines under lists": [`${lists}a`, "\n \n"],
    "tabs under lists": [`${lists}a`, "\n\t\t"],
    "spaces under lists": [`${lists}a\n`, " "],
    "quote lines": ["", `${quotes}a\n`],
    "carriage returns": ["", "\r"],
    "mixed line breaks": ["", "a\r\n\rb\n"],
    "unclosed frontmatter": ["---\n", "--- x\n"],
    dashes: ["---\n", "-"],
    fences: ["", "```x\n"],
    "an open fence": ["```\n", "``\n"],
    "tags that do not end": ["", '<a b="\n'],
    attributes: ["<a ", "b=c"],
    "an open comment": ["<!--", "-"],
    "brackets in CDATA": ["<![CDATA[\n", "]"],
    "raw tags": ["<pre>\n", "</"],
    hashes: ["", "# "],
    "spaces before hashes": ["", "# a      #\n"],
    nul: ["", "\0"],
  };

  for (const [name, [once, again]] of Object.entries(inputs)) {
    test(name, () => {
      const text = (once + again.repeat(size / again.length)).slice(0, size);
      expect(faultOf(scanBlocks(text), 0, text.length)).toBeUndefined();
    });
  }
});

function same(text: string): void {
  const blocks = scanBlocks(text);
  expect(blocks, JSON.stringify(text)).toStrictEqual(remarkBlocks(text));
  expect(faultOf(blocks, 0, text.length), JSON.stringify(text)).toBeUndefined();
}

/** The first block that is empty, out of order or outside of its parent. */
function faultOf(blocks: readonly Block[], start: number, end: number): Block | undefined {
  let from = start;
  for (const block of blocks) {
    if (block.start < from || block.end <= block.start || block.end > end) return block;
    from = block.end;
    const inner = "children" in block ? faultOf(block.children, block.start, block.end) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

function leafOf(blocks: readonly Block[]): Block {
  let block = blocks[0]!;
  while ("children" in block) block = block.children[0]!;
  return block;
}
