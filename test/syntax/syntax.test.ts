import fc from "fast-check";
import type { ListItem } from "mdast";
import { toString as textOf } from "mdast-util-to-string";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { describe, expect, test } from "vitest";
import { itemsIn, textOfItem } from "../../src/document/items.ts";
import { decodeText, encodeHeading, encodeLine, encodeText } from "../../src/syntax/escape.ts";
import { encodeValue, fieldsIn, makeField, setValue } from "../../src/syntax/fields.ts";
import { needsYaml, readFrontmatter } from "../../src/syntax/frontmatter.ts";
import { makeText } from "../../src/syntax/make.ts";
import { outline } from "../../src/syntax/outline.ts";
import { referenceProcessor, remarkBlocks } from "../../src/syntax/reference/remark.ts";
import { scanBlocks } from "../../src/syntax/scan.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { line, markdown } from "../support/arbitraries.ts";
import { runs } from "../support/effort.ts";

describe("escape", () => {
  test("every line of text reads back as it was given", () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(decodeText(encodeText(text))).toBe(text);
        expect(decodeText(encodeLine(text))).toBe(text);
        expect(decodeText(encodeHeading(text))).toBe(text);
      }),
      runs(3000, 11),
    );
  });

  test("an item's text opens no block, for the scan and for remark", () => {
    fc.assert(
      fc.property(line, fc.constantFrom("- ", "1. ", "* "), (text, marker) => {
        const markup = `${marker}${encodeLine(text)}\n`;
        for (const blocks of [scanBlocks(markup), remarkBlocks(markup)]) {
          expect(blocks).toMatchObject([{ type: "list", children: [{ children: [{ type: "paragraph" }] }] }]);
          expect(fieldsIn(blocks, markup)).toEqual([]);
        }
      }),
      runs(3000, 12),
    );
  });

  test("remark takes the text for what was given", () => {
    fc.assert(
      fc.property(line, (text) => {
        const [list] = referenceProcessor.parse(`- ${encodeLine(text)}\n`).children;
        expect(textOf(list)).toBe(text);
      }),
      runs(2000, 19),
    );
  });

  test("what remark-stringify writes reads back, escaped its own way", () => {
    const printer = unified().use(remarkStringify, { bullet: "-" });
    fc.assert(
      fc.property(line, (value) => {
        const item: ListItem = {
          type: "listItem",
          children: [{ type: "paragraph", children: [{ type: "text", value }] }],
        };
        const markup = printer.stringify({ type: "root", children: [{ type: "list", children: [item] }] });
        expect(itemsIn(scanBlocks(markup), markup).map(textOfItem)).toEqual([value]);
      }),
      runs(2000, 20),
    );
  });

  test("a heading keeps its text", () => {
    fc.assert(
      fc.property(line, (text) => {
        const markup = `# Issue #1: ${encodeHeading(text)}\n`;
        const [heading] = remarkBlocks(markup);
        expect(heading?.type).toBe("heading");
        const { content } = heading as { content: { start: number; end: number } } & typeof heading;
        expect(decodeText(markup.slice(content.start, content.end))).toBe(`Issue #1: ${text}`);
      }),
      runs(2000, 13),
    );
  });

  test.each([
    ["&lt;a&gt; &quot;&apos;", "<a> \"'"],
    ["&#65;&#x42;&#0;&#xD800;&#x110000;", "AB\ufffd\ufffd\ufffd"],
    ["&copy; &nosuch;", "&copy; &nosuch;"],
    ["a\\b \\* \\\\", "a\\b * \\"],
  ])("%j means %j", (raw, text) => expect(decodeText(raw)).toBe(text));

  test("ordinary text is not escaped", () => {
    const text = "Use `a_b` & *c* in [d](e) <f> (80%) — #12 | g";
    expect(encodeLine(text)).toBe(text);
  });
});

describe("fields", () => {
  const read = (markup: string) => fieldsIn(scanBlocks(markup), markup).map(({ key, value }) => [key, value]);

  test.each([
    ["**A:** b", [["A", "b"]]],
    ["**A**: b", [["A", "b"]]],
    ["**A** : b", [["A", "b"]]],
    ["- **A:** `b`  ", [["A", "b"]]],
    [
      "**A:**\n**B:** c",
      [
        ["A", ""],
        ["B", "c"],
      ],
    ],
    ["**A:** ``b`", [["A", "``b`"]]],
    ["text **A:** b", []],
    ["> **A:** b", []],
    ["```\n**A:** b\n```", []],
    ["<!--\n**A:** b\n-->", []],
    ["    **A:** b", []],
    ["**A b", []],
  ])("%j", (markup, fields) => expect(read(markup)).toEqual(fields));

  test("a value that is set reads back, and nothing else moves", () => {
    const values = fc.constantFrom("x", "`x`", "", "x  ", "`x`  ");
    fc.assert(
      fc.property(line, values, (text, old) => {
        const markup = `**A:** ${old}\r\n**B:** c\r\n`;
        const [field] = fieldsIn(scanBlocks(markup), markup);
        const after = applyEdits(markup, [setValue(field!, encodeValue(text))]);
        expect(read(after)).toEqual([
          ["A", text],
          ["B", "c"],
        ]);
        expect(after.endsWith("\r\n**B:** c\r\n")).toBe(true);
      }),
      runs(2000, 14),
    );
  });

  test("a new field reads back", () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(read(makeField("A", encodeValue(text)))).toEqual([["A", text]]);
      }),
      runs(2000, 15),
    );
  });
});

describe("outline", () => {
  test("sections tile the text", () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const sections = outline(scanBlocks(text), text);
        expect(sections.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
        for (const { start, bodyStart, end } of sections) expect(start <= bodyStart && bodyStart <= end).toBe(true);
      }),
      runs(2000, 16),
    );
  });
});

describe("frontmatter", () => {
  const read = (yaml: string) => {
    const text = `---\n${yaml}---\ntext\n`;
    const blocks = scanBlocks(text);
    return { simple: !needsYaml(text), result: readFrontmatter(blocks, text, readYaml) };
  };

  test.each([
    ["schema_version: 1\n", true, 1],
    ["# c\n\na: b c\nschema_version: 12\n", true, 12],
    ["", true, undefined],
    ["schema_version: 1 # c\n", false, 1],
    ["schema_version: '1'\n", false, "1"],
    ["schema_version: 01\n", false, 1],
    ["schema_version: one\n", false, "one"],
    ["a: [1]\n", false, undefined],
    ["__proto__: {schema_version: 3}\n", false, undefined],
  ])("%j", (yaml, simple, version) => {
    const { simple: plain, result } = read(yaml);
    expect([plain, result?.schemaVersion, result?.fault]).toEqual([simple, version, undefined]);
  });

  test("what the scan understands, YAML understands the same", () => {
    const parts = fc.constantFrom(
      "schema_version: 1\n",
      "schema_version: 2\n",
      "a: b\n",
      "# c\n",
      "\n",
      "a: \n",
      "b: 1.5\n",
      "c : d\n",
      "e: - f\n",
      "g: yes\n",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 5 }), (lines) => {
        const text = `---\n${lines.join("")}---\n`;
        const blocks = scanBlocks(text);
        if (needsYaml(text)) return;
        const value = readYaml(lines.join(""));
        expect(value).toHaveProperty("value");
        const version = (value as { value: { schema_version?: unknown } | null }).value?.schema_version;
        expect(readFrontmatter(blocks, text)?.schemaVersion).toBe(version);
      }),
      runs(2000, 17),
    );
  });

  test.each(["a: [\n", "a: b\na: c\n", "- a\n", "a\n", "a: b: c\n", "\ta: b\n"])("%j is a fault", (yaml) => {
    expect(read(yaml).result?.fault?.message).toEqual(expect.any(String));
  });

  test("there is none without the fences", () =>
    expect(readFrontmatter(scanBlocks("a: b\n"), "a: b\n")).toBeUndefined());
});

describe("make", () => {
  test("text in a section cannot end it, and only grows by escapes and closing fences", () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const made = makeText(text);
        const whole = `# A\n\n${made}\n\n## B\n`;
        const headings = scanBlocks(whole).filter(({ type }) => type === "heading");
        expect(headings).toHaveLength(2);
        const plain = (value: string) => value.replace(/[\s\\`~]/g, "");
        expect(plain(made)).toBe(plain(text));
      }),
      runs(3000, 18),
    );
  });

  test.each([
    ["words\n\n- a\n", "words\n\n- a"],
    ["## Active Work\n", "\\## Active Work"],
    ["Title\n=====\r\nx", "Title\n\\=====\nx"],
    ["```js\n# comment", "```js\n# comment\n```"],
    ["<!-- open\n## x", "\\<!-- open\n\\## x"],
    ["<pre>\n\n## x", "\\<pre>\n\n\\## x"],
    ["---\na: b\n---\n", "---\na: b\n\\---"],
    ["<div>\n\n# y\n</div>", "<div>\n\n\\# y\n</div>"],
    ["", ""],
  ])("%j becomes %j", (text, made) => expect(makeText(text)).toBe(made));

  test.each(["<?\n", "a\n---\n", "---\n", "# x\n===\n"])("many layers of %j become text", (layer) => {
    const made = makeText(`a\n${layer.repeat(5000)}`);
    expect(scanBlocks(`${made}\n\n## B\n`).filter(({ type }) => type === "heading")).toHaveLength(1);
  });
});
