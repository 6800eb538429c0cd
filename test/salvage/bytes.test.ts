/** Bytes that became others, at the edges of what is believed: letters, holes, wrappings, copies, line endings. */
import { describe, expect, test } from "vitest";
import { unwrap, withEndings } from "../../src/salvage/unwrap.ts";
import { bytesOf, changed, rebuiltState, STATE } from "../support/salvaging.ts";

const textOf = (bytes: Uint8Array | string) => unwrap(typeof bytes === "string" ? bytesOf(bytes) : bytes).text;
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string, isLittle = true) =>
  Uint8Array.from(
    [...text].flatMap((letter) => {
      const code = letter.charCodeAt(0);
      return isLittle ? [code & 255, code >> 8] : [code >> 8, code & 255];
    }),
  );

describe("a letter of Latin-1", () => {
  test.each(["là", "1éa", "1éz", "1éA", "1éZ", "aÿ", "Àpropos", "naïve", "éa", "aé"])(
    "is one inside a word: %s",
    (text) => {
      expect(textOf(latin1(text))).toBe(text);
    },
  );

  test.each([
    ["alone", "é", "\ufffd"],
    ["between digits", "1é2", "1\ufffd2"],
    ["beside the mark before A", "1é@", "1\ufffd@"],
    ["beside the mark behind Z", "1é[", "1\ufffd["],
    ["beside the mark before a", "1é`", "1\ufffd`"],
    ["beside the mark behind z", "1é{", "1\ufffd{"],
    ["beside half of a character", "aé\u00bf", "a\ufffd"],
    ["that is a sign", "a\u00bfb", "a\ufffdb"],
    ["where another byte of the text is none", "aéb \u0081", "a\ufffdb \ufffd"],
  ])("is none %s", (_name, text, expected) => {
    expect(textOf(latin1(text))).toBe(expected);
  });

  test("is one in a line that holds two of them, beside lines of UTF-8", () => {
    const line = (text: string) => Uint8Array.of(...bytesOf("→ a\n"), ...latin1(text), ...bytesOf("\n→ b"));
    expect(textOf(line("naïve Größe"))).toBe("→ a\nnaïve Größe\n→ b");
    expect(textOf(line("naïve Grosse"))).toBe("→ a\nna\ufffdve Grosse\n→ b");
  });

  test("comes back from the history where a text has only one that cannot be read", () => {
    const older = changed(STATE, "Read about it", "Réad about it");
    const damaged = bytesOf(changed(older, "Réad", "R@ad"));
    damaged[damaged.indexOf(64)] = 0x82;
    const { text, from } = rebuiltState(damaged, { older: { id: "h1", text: older } });
    expect([text, from["progress"]]).toEqual([older, "history h1"]);
  });
});

describe("UTF-16", () => {
  test.each([true, false])("without a mark is known by its zeros, the low byte first: %s", (isLittle) => {
    expect(textOf(utf16(STATE.replace(/[^\0-\x7f]/gu, ""), isLittle))).toBe(STATE.replace(/[^\0-\x7f]/gu, ""));
    expect(rebuiltState(utf16(STATE.replace(/[^\0-\x7f]/gu, "x"), isLittle)).steps).toEqual([
      "Finish the middleware",
      "Measure it",
    ]);
  });

  test("needs zeros in more than six of ten pairs, and hardly any elsewhere", () => {
    const pairs = (zeros: number, all = 10) =>
      Uint8Array.from({ length: all * 2 }, (_, at) => (at % 2 && at < zeros * 2 ? 0 : 97));
    expect(textOf(pairs(7))).not.toContain("aaaaaaaa");
    expect(textOf(pairs(6))).toBe("a".repeat(14));
    expect(textOf(Uint8Array.of(0, 0, ...utf16("abcdefghi")))).toBe("abcdefghi");
  });

  test("is no UTF-16 by half of a mark", () => {
    expect(textOf(Uint8Array.of(97, 0xfe, 98, 99))).toBe("aþbc");
    expect(textOf(Uint8Array.of(97, 0xff, 98, 99))).toBe("aÿbc");
  });
});

describe("NUL bytes", () => {
  test.each([
    ["between letters are nothing", "a\0b\0\0\0c\0", "abc"],
    ["in the mark of a heading are nothing", "#\0 A\n#\0\0# B", "# A\n## B"],
    ["behind an issue may be digits", "#12\0 - A, #3\0\0 - B", "#12\ufffd - A, #3\ufffd - B"],
    ["behind an issue at the end may be digits", "#12\0", "#12\ufffd"],
    ["behind the last issue of a line may be digits", "#12\0\nx", "#12\ufffd\nx"],
    ["between the digits of an issue are nothing", "#1\0\x002", "#12"],
    ["behind a number that is no issue are nothing", "12\0 x", "12 x"],
    ["are a hole where they are four", "ab\0\0\0\0cd\0\0\0\0\0ef", "ab\ufffd\ncd\ufffd\nef"],
    ["are a hole, with no line of its own, at the end of one", "ab\r\0\0\0\0cd", "ab\ncd"],
    ["at the start of a text are nothing", "\0\0\0\0\0ab", "ab"],
  ])("%s", (_name, damaged, text) => {
    expect(textOf(damaged)).toBe(text);
  });
});

describe("a text that was wrapped", () => {
  const deep = (depth: number) => `${"[".repeat(depth)}"a\\nb"${"]".repeat(depth)}`;

  test.each([
    ["is the string itself", '"# A\\n\\nb\\n"', "# A\n\nb\n"],
    ["with blanks around it", ' \n "# A\\n\\nb\\n" \n', "# A\n\nb\n"],
    ["has line ends of any kind", '["a\\rb"]', "a\nb"],
    ["is found beside nothing", '{"a": null, "b": 1, "c": "x\\ny"}', "x\ny"],
    ["is found nine deep", deep(9), "a\nb"],
    ["is not looked for deeper", deep(10), deep(10)],
    ["lost its start", '# A\\n\\nb\\nc"}', "# A\n\nb\nc"],
    ["lost its start, a key behind it", '# A\\n\\nb\\nc",', "# A\n\nb\nc"],
    ["lost its start, an object around it", '# A\\n\\nb\\nc" } }', "# A\n\nb\nc"],
    ["lost its end", '"text": "# A\\n\\nb\\nc', "# A\n\nb\nc"],
    ["lost its end, an object around it", '{ "text" : "# A\\n\\nb\\nc', "# A\n\nb\nc"],
    ["lost its end, without a key", '"# A\\n\\nb\\nc', "# A\n\nb\nc"],
    ["has codes of letters, small and capital", "# \\u00e9\\u00E9\\n\\nb\\n", "# éé\n\nb\n"],
    ["has lines of two escapes each", "# A\\r\\nb\\r\\nc\\r\\n", "# A\nb\nc\n"],
    ["has lines of the other escape", "# A\\r b\\r c\\r d", "# A\n b\n c\n d"],
    ["has some real line ends, but fewer", "# A\\n\\n\nb\nc\\nd\\n", "# A\n\n\nb\nc\nd\n"],
  ])("%s", (_name, damaged, text) => {
    expect(textOf(damaged)).toBe(text);
  });

  test.each([
    ["two lines of two escapes", "# A\\r\\nb\\r\\nc"],
    ["paths", "C:\\read\\run\\rest\\reed"],
    ["an example among as many lines and one more", "a\\n\\n\\n\nb\nc\nd\ne"],
    ["JSON of one line", '{"a": "b", "c": ["d"]}'],
    ["what begins like JSON", "[a](b)\n{c}\n"],
  ])("is not %s", (_name, text) => {
    expect(textOf(text)).toBe(text);
  });
});

describe("spaces that do not break", () => {
  const nbsp = "\u00a0";
  test.each([
    ["are spaces where nine of ten are", `a b${`${nbsp}c`.repeat(10)}`, `a b${" c".repeat(10)}`],
    ["are text where fewer are", `a b${`${nbsp}c`.repeat(9)}`, `a b${`${nbsp}c`.repeat(9)}`],
    ["are text below a heading with a space", `x\n## A\n${`${nbsp}c`.repeat(30)}`, `x\n## A\n${`${nbsp}c`.repeat(30)}`],
    ["are spaces below a mark in a line", `x # A\n${`${nbsp}c`.repeat(30)}`, `x # A\n${" c".repeat(30)}`],
  ])("%s", (_name, damaged, text) => {
    expect(textOf(damaged)).toBe(text);
  });
});

describe("a text that was written twice", () => {
  test.each([
    ["is there once", "a\nb\na\nb\n", "a\nb\n"],
    ["is there once, a line end between", "a\nb\na\nb", "a\nb"],
    ["is there once, a blank line between", "a\nb\n\na\nb\n", "a\nb\n"],
    ["is there once, another line end between", "a\nb\r\na\nb", "a\nb"],
    ["three times is there three times", "a\nb\na\nb\na\nb\n", "a\nb\na\nb\na\nb\n"],
    ["with a letter between is two", "a\nbxa\nb", "a\nbxa\nb"],
    ["of a single line is a line", "ab ab", "ab ab"],
  ])("%s", (_name, damaged, text) => {
    expect(textOf(damaged)).toBe(text);
  });
});

describe("byte order marks", () => {
  test("are nothing, at the start and in between", () => {
    expect(textOf("\ufeff\ufeffa\ufeffb\ufeff\nc")).toBe("ab\nc");
    expect(rebuiltState(`\ufeff${STATE}`).text).toBe(STATE);
  });

  test("hide no wrapping", () => {
    expect(textOf('\ufeff"a\\nb"')).toBe("a\nb");
  });
});

describe("line endings", () => {
  test("converted twice are one, and single ones stay lines", () => {
    expect(textOf("a\r\r\nb\rc\r\nd\r\r\r\r\ne\r\rf")).toBe("a\nb\nc\nd\ne\n\nf");
  });

  test("of lines that are there more than once are given in their order", () => {
    const damaged = unwrap(bytesOf("a\r\nb\na\nb\r\na\r\n"));
    expect(withEndings("a\na\na\na\nb\n", damaged)).toBe("a\r\na\na\r\na\r\nb\n");
  });

  test("of new lines are those of more than half of the lines", () => {
    expect(withEndings("n\n", unwrap(bytesOf("a\r\nb\r\nc\n")))).toBe("n\r\n");
    expect(withEndings("n\n", unwrap(bytesOf("a\r\nb\nc\n")))).toBe("n\n");
    expect(withEndings("n\n", unwrap(bytesOf("a\r\nb\n")))).toBe("n\n");
    expect(withEndings("n\n", unwrap(bytesOf("a\r\nb")))).toBe("n\r\n");
    expect(withEndings("n\n", unwrap(bytesOf("a")))).toBe("n\n");
  });

  test("stay in a state file that has both, whatever is mended in it", () => {
    const mixed = STATE.split("\n")
      .map((line, at) => line + (at % 3 ? "\r\n" : "\n"))
      .join("")
      .slice(0, -2);
    const damaged = changed(mixed, /## Blockers\r?\n/, "");
    const { text } = rebuiltState(damaged);
    for (const line of damaged.split(/(?<=\n)/).filter((each) => each.trim() !== "")) expect(text).toContain(line);
    expect(text.replaceAll("\r\n", "\n").replace("\n\n- The", "\n- The")).toBe(STATE);
  });
});
