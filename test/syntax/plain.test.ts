/** The reader of plain texts against remark: it may refuse anything, and must be right about all else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainBlocks } from "../../src/syntax/reference/plain.ts";
import { remarkBlocks } from "../../src/syntax/reference/remark.ts";
import { blockish, damaged, randomCharacters, STATE } from "../support/block-texts.ts";
import { runs, spread, upTo } from "../support/effort.ts";
import { expectEqual } from "../support/equal.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Every Markdown file below a folder. */
function documentsIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"));
}

const documents = ["fixtures", "templates", "docs"].flatMap(documentsIn);
const accepted = documents.filter((text) => plainBlocks(text) !== undefined);

/** Whether a text is read, and if so as remark reads it. */
function isRead(text: string): boolean {
  const blocks = plainBlocks(text);
  if (blocks === undefined) return false;
  expectEqual(blocks, remarkBlocks(text), text);
  return true;
}

/** How many of up to so many texts are read. */
function countRead(texts: fc.Arbitrary<string>, many: number): number {
  let count = 0;
  fc.assert(
    fc.property(texts, (text) => {
      if (isRead(text)) count++;
    }),
    runs(many),
  );
  return count;
}

describe("plainBlocks reads what remark reads", () => {
  test("all documents of this repository, most of which are plain", () => {
    for (const text of spread(documents, 400)) isRead(text);
    expect(accepted.length).toBeGreaterThan(documents.length * 0.75);
  });

  test("with other line breaks", () => {
    for (const text of spread(accepted, 60)) expect(isRead(text.replaceAll(/\r?\n/g, "\r\n"))).toBe(true);
    expect(plainBlocks("a\rb")).toBeUndefined();
  });

  test("what templates and commands write", () => {
    for (const text of [STATE, ...documentsIn("templates")]) expect(isRead(text)).toBe(true);
  });

  test("cut off at every character", () => {
    for (const text of [STATE, ...documentsIn("templates")]) {
      for (const end of spread([...Array(text.length + 1).keys()], 200)) isRead(text.slice(0, end));
    }
  });

  test("lines of the kinds it knows, in any order", () => {
    expect(countRead(lines(), 4000)).toBeGreaterThan(upTo(500));
  });

  test("documents with one fault or several", () => {
    expect(countRead(faulty(), 1000)).toBeGreaterThan(upTo(300));
  });

  test("any beginnings of two or three lines", () => {
    expect(countRead(beginnings(), 4000)).toBeGreaterThan(upTo(400));
  });

  test("texts made to be misread", () => {
    countRead(blockish(), 2000);
    countRead(randomCharacters(), 2000);
    countRead(damaged(), 300);
  });
});

describe("plainBlocks refuses", () => {
  const refused: Record<string, readonly string[]> = {
    "lines that run on lazily": ["- a\nb", "- a\n  - b\n  c", "1. a\n  b"],
    "underlines, and what could be one": ["a\n---", "a\n===", "=", "a\n-"],
    "code by indentation": ["    a", "- a\n\n      b", "a\n    b"],
    "quotes and tags": ["> a", "<div>", "<a>", "- > a", "- <b>"],
    "items with other blocks in them": ["- # a", "- ```\n  ```", "- - a", "- 1. a", "-", "- ", "1.", "-  a"],
    "items whose list is in doubt": ["- a\n* b", "- a\n1. b", "a\n2. b", " - a", "- a\n\n  - b", "- a\n - b"],
    "headings with a closing sequence or white space": ["# a #", "# #", "#", "#  a", "# a ", " # a", "####### a"],
    "breaks of other kinds": ["***", "- - -", "_ _ _", "* * *", "----"],
    "fences that are not closed, or by something else": [
      "```",
      "```\na",
      "```\n````",
      "````\n```\n````",
      "``` a\n```",
      "~~~\n~~~",
    ],
    "comments that are not closed": ["<!-- a", "<!-->", "<!--\na"],
    "frontmatter that is not closed, and what looks like it": ["---", "---\na", "--- \na\n---", "---\n----\n---"],
    "characters that are replaced or have a width": ["a\0", "a\tb", "\ufeff# a"],
    "lines of white space": ["a\n \nb", " ", "\u00a0\u00a0a\n\u00a0"],
  };

  for (const [name, texts] of Object.entries(refused)) {
    test(name, () => {
      for (const text of texts) expect(plainBlocks(text), JSON.stringify(text)).toBeUndefined();
    });
  }
});

test("up to a mebibyte takes no longer than it must", () => {
  for (const piece of [
    "- a\n",
    "- a\n  - b\n",
    "a\n",
    "# a\n",
    "`",
    "#",
    "1",
    " ",
    "- ",
    "```\n",
    "<!-- ",
    "---\n",
    "\r\n",
  ]) {
    const text = piece.repeat(upTo(1 << 20, 1 << 17) / piece.length);
    expect(plainBlocks(text)?.at(-1)?.end ?? 0).toBeLessThanOrEqual(text.length);
  }
});

const TEXTS = [
  ...[
    "a",
    "a b",
    "**A:** b",
    "✅ x",
    "[x] y",
    "→ z",
    "é",
    "#12",
    "12",
    "1.5",
    "2024-10-23",
    "-a",
    "->",
    "*a*",
    "_a",
    "+1",
  ],
  ...[
    "`a`",
    "``a``",
    "\\# a",
    "&amp;",
    "[a]: b",
    "| a |",
    "|---|",
    "a  ",
    "a #",
    "a\\",
    "~a",
    "!",
    "(b)",
    "a > b",
    "a <b>",
  ],
];
const MARKS = ["- ", "- ", "- ", "* ", "+ ", "1. ", "1. ", "2. ", "10. ", "3) ", "1) "];
const BLOCKS = [
  ...[
    "# a",
    "## A b",
    "### #12",
    "###### a`b`",
    "## a\\",
    "# &amp;",
    "---",
    "<!-- a -->",
    "<!--\n- a\n\n# b\n-->",
    "<!-- a --> b",
  ],
  ...["```\n```", "```sh\n# a\n\n- b\n```", "````js\n~~~\n````", "<!-- a -- b>\n--> c", "---\na: b\n---"],
];

/** Mostly plain lines, indented as the lists before them might have it. */
function lines(): fc.Arbitrary<string> {
  const indent = fc.constantFrom("", "", "", "", "  ", "  ", "   ", "    ", " ", "     ");
  const text = fc.constantFrom(...TEXTS);
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(indent, fc.constantFrom(...MARKS), text) },
    { weight: 2, arbitrary: fc.tuple(indent, text) },
    { weight: 2, arbitrary: fc.constant([""]) },
    { weight: 2, arbitrary: fc.constantFrom(...BLOCKS).map((block) => [block]) },
  );
  const eol = fc.constantFrom("\n", "\n", "\n", "\r\n");
  const start = fc.oneof({ weight: 9, arbitrary: fc.constant("") }, fc.constant("---\na: b\n\n- c\n---\n"));
  return fc
    .tuple(start, fc.array(line, { minLength: 1, maxLength: 9 }), eol, fc.boolean())
    .map(([opening, all, brk, ends]) => {
      const joined = opening + all.map((parts) => parts.join("")).join("\n") + (ends ? "\n" : "");
      return joined.replaceAll("\n", brk);
    });
}

/** A plain document of the repository in which a few characters or lines are other ones. */
function faulty(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...TEXTS, ...MARKS, ...BLOCKS, "\n", "\n\n", " ", "  ", "\r", "\t", ">", "<", "#", "-", "=", "`"),
    fc.string({ maxLength: 2 }),
  );
  const fault = fc.record({ at: fc.nat(), gone: fc.nat({ max: 6 }), piece, isLine: fc.boolean() });
  const short = accepted.filter((text) => text.length < 4000);
  return fc.tuple(fc.constantFrom(...short), fc.array(fault, { minLength: 1, maxLength: 3 })).map(([text, faults]) =>
    faults.reduce((now, { at, gone, piece: added, isLine }) => {
      const place = at % (now.length + 1);
      const from = isLine ? now.lastIndexOf("\n", place) + 1 : place;
      return now.slice(0, from) + added + now.slice(from + gone);
    }, text),
  );
}

/** A few lines of a few characters each, of those that begin blocks. */
function beginnings(): fc.Arbitrary<string> {
  const line = fc.string({ unit: fc.constantFrom(..."   -*+1.)2#`~<!>a=_\\[:é"), maxLength: 6 });
  return fc.array(line, { minLength: 1, maxLength: 4 }).map((all) => all.join("\n"));
}
