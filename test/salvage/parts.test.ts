/** The parts that a rebuilt file is made with, each by itself: bytes, lines, headings, facts, ends, what is lost. */
import { describe, expect, test } from "vitest";
import { chunksOf, makeChunk, matchesDamaged } from "../../src/salvage/chunk.ts";
import { completeList } from "../../src/salvage/complete.ts";
import { compose } from "../../src/salvage/compose.ts";
import { conflictsOf, findConflicts, isMarkerLine, resolveConflicts } from "../../src/salvage/conflict.ts";
import { groupsOf, linesOfGroup, STATE_HEADINGS } from "../../src/salvage/draft.ts";
import { fieldFactOf, isArrow, isAsking, isNone, itemFactOf, STATE_LABELS } from "../../src/salvage/fact.ts";
import { takeFrontmatter } from "../../src/salvage/frontmatter.ts";
import { bareTitleOf, headingOf, type Line, readLines } from "../../src/salvage/line.ts";
import { lostLines, poorerLines } from "../../src/salvage/lost.ts";
import { recoveredLines } from "../../src/salvage/recovered.ts";
import { isMended, salvageState } from "../../src/salvage/salvage-state.ts";
import { completeTail } from "../../src/salvage/tail.ts";
import { unwrap, withEndings } from "../../src/salvage/unwrap.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { NOW } from "../support/clock.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const linesOf = (text: string): Line[] => text.split("\n").map((line) => ({ text: line, inert: false }));
const textsOf = (lines: readonly Line[]) => lines.map(({ text }) => text);

describe("what the rules refuse, whatever it is that was put together", () => {
  /** A draft with these lines in Active Work and below the title. */
  const composed = (active: string, title: string) => {
    const chunks = (["title", "active"] as const).map((name) => makeChunk(name, STATE_HEADINGS));
    for (const [at, text] of [title, active].entries()) chunks[at]!.lines = linesOf(text);
    const draft = { chunks, orphans: [], cut: false, disordered: false };
    const head = { frontmatter: ["owner: me", "schema_version: 1"], gap: 1 };
    return compose(draft, head, { now: NOW, readYaml });
  };
  const updated = "**Last Updated:** 2024-10-23T14:30:00Z";

  test("a field of Active Work is kept in code, the time stays", () => {
    const { text, document } = composed("**Current Issue:** #1 - One\n**Current Issue:** #2 - Two", updated);
    expect(document.active.issue).toBeUndefined();
    expect(text).toContain("---\nowner: me\nschema_version: 1\n---\n");
    expect(text).toContain(`# Session State\n\n${updated}\n`);
    expect(text).toContain("```text\n**Current Issue:** #1 - One\n**Current Issue:** #2 - Two\n```\n");
  });

  test("a time is, and then all of it below an idle state", () => {
    const { text, document } = composed(
      "**Current Issue:** #1 - One",
      "**Last Updated:** 2024-13-45T99:00:00Z\n".repeat(2),
    );
    expect(document.active.issue?.kind).not.toBe("issue");
    const [, recovered = ""] = text.split("```text\n");
    for (const line of ["owner: me\n", "2024-13-45", "**Current Issue:** #1 - One\n"])
      expect(recovered).toContain(line);
  });
});

describe("bytes become text", () => {
  const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const utf16 = (text: string, littleEndian: boolean) => {
    const bytes = new Uint8Array(text.length * 2);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
    return bytes;
  };
  const ten = "0123456789";

  test.each<[string, Uint8Array, string]>([
    ["UTF-8", bytesOf("é 😀 \u0800 \ud7ff \u{10ffff}"), "é 😀 \u0800 \ud7ff \u{10ffff}"],
    ["with byte order marks, wherever they got to", bytesOf("\ufeff\ufeffa\ufeffb"), "ab"],
    ["UTF-16 with a mark", utf16("\ufeffaé", true), "aé"],
    ["UTF-16 with a mark, the other way round", utf16("\ufeffaé", false), "aé"],
    ["UTF-16 with a mark and no zeros", utf16("\ufeff構文", true), "構文"],
    ["UTF-16 with a mark and no zeros, the other way round", utf16("\ufeff構文", false), "構文"],
    ["UTF-16 without one", utf16(`${ten}→`, true), `${ten}→`],
    ["UTF-16 without one, the other way round", utf16(`${ten}→`, false), `${ten}→`],
    ["half of a mark is none", Uint8Array.of(0xff, 32, 97), "\ufffd a"],
    ["half of the other neither", Uint8Array.of(0xfe, 32, 97), "\ufffd a"],
    ["Latin-1 as a whole", latin1("Größe, naïve"), "Größe, naïve"],
    ["a letter that stands alone is none", latin1("a é b"), "a \ufffd b"],
    ["nor is one beside a byte that is none", latin1("a\u00e9\u0081"), "a\ufffd"],
    ["a sign is no letter", latin1("a×b÷c¿d"), "a\ufffdb\ufffdc\ufffdd"],
    ["nor is this one", latin1("a×b"), "a\ufffdb"],
    ["nor this one", latin1("a÷b"), "a\ufffdb"],
    ["a letter at the end of a word", latin1("caf\u00e9"), "café"],
    ["and at the start", latin1("\u00e9t\u00e9"), "été"],
    ["between digits it is none", latin1("1\u00e92"), "1\ufffd2"],
    ["a line of Latin-1 among others", Uint8Array.of(...bytesOf("→\n"), ...latin1("Gr\u00f6\u00dfe\n")), "→\nGröße\n"],
    [
      "one letter of a line may be an accident",
      Uint8Array.of(...bytesOf("→\n"), ...latin1("na\u00efve")),
      "→\nna\ufffdve",
    ],
    ["a byte of a sequence that is cut off", Uint8Array.of(0xe2, 0x86, 10, 97), "\ufffd\na"],
    ["several in a row are one place", Uint8Array.of(97, 0x80, 0x80, 0x81, 98), "a\ufffdb"],
    ["overlong ones are no text", Uint8Array.of(0xe0, 0x80, 0x80, 97, 0xc0, 0x80), "\ufffda\ufffd"],
    ["nor are halves of characters", Uint8Array.of(0xed, 0xa0, 0x80, 97), "\ufffda"],
    ["nor is what lies beyond Unicode", Uint8Array.of(0xf4, 0x90, 0x80, 0x80, 97), "\ufffda"],
  ])("%s", (_name, bytes, text) => {
    expect(unwrap(bytes).text).toBe(text);
  });

  test.each<[string, string, string]>([
    ["NUL bytes", "a\0b\0\0\0c", "abc"],
    ["a hole", "ab\0\0\0\0cd", "ab\ufffd\ncd"],
    ["a hole at the end of a line", "ab\n\0\0\0\0cd", "ab\ncd"],
    ["a hole at the end of the text", "ab\0\0\0\0\0", "ab"],
    ["digits of an issue that may be gone", "#12\0 x", "#12\ufffd x"],
    ["a digit of an issue", "#1\0 x", "#1\ufffd x"],
    ["digits that are there", "#12\x0034", "#1234"],
    ["line endings of three kinds", "a\r\nb\rc\n", "a\nb\nc\n"],
    ["line endings that were converted twice", "a\r\r\nb\r\r\r\nc", "a\nb\nc"],
    ["a text that is there twice", "a\nb\na\nb\n", "a\nb\n"],
    ["a text that is there twice, apart", "a\nb\n\na\nb\n", "a\nb\n"],
    ["a line that is there twice", "aa", "aa"],
    ["nearly twice", "a\nb\na\nc\n", "a\nb\na\nc\n"],
    ["text in JSON", '{"a": "x", "b": [{"c": "one\\ntwo\\n"}]}', "one\ntwo\n"],
    ["of several the longest", '["a\\nb", "c\\nd\\ne"]', "c\nd\ne"],
    ["JSON without a line break in it", '{"a": "x"}', '{"a": "x"}'],
    [
      "JSON that is nested too deep",
      `${"[".repeat(10)}"a\\nb"${"]".repeat(10)}`,
      `${"[".repeat(10)}"a\\nb"${"]".repeat(10)}`,
    ],
    ["line breaks that were escaped", "# A\\n\\n- \\u2192\\tb\\n", "# A\n\n- →\tb\n"],
    ["cut out of JSON", '{"text": "# A\\n\\n\\\\ \\"b\\" \\/ \\x\\n', '# A\n\n\\ "b" / \\x\n'],
    ["two of them are words", "a\\nb\\nc", "a\\nb\\nc"],
    ["where real ones are more they are words", "a\\n\\n\\n\nb\nc\nd\ne", "a\\n\\n\\n\nb\nc\nd\ne"],
    ["spaces that do not break", "##\u00a0A\n\u00a0b\u00a0c", "## A\n b c"],
    ["spaces that do not break, meant so", "## A\n\u00a0b\u00a0c", "## A\n\u00a0b\u00a0c"],
    ["as many as others", "a b\u00a0c", "a b\u00a0c"],
  ])("%s", (_name, damaged, text) => {
    expect(unwrap(bytesOf(damaged)).text).toBe(text);
  });

  test.each([
    ["", false],
    ["a", true],
    ["a\n", false],
    ["a\r\n", false],
    ["a\n\n", false],
  ])("%j ends in the middle of a line: %s", (text, cut) => {
    expect(unwrap(bytesOf(text)).cut).toBe(cut);
  });

  test.each<[string, string, string, string]>([
    ["those that were there", "a\r\nb\n", "b\na\n", "b\na\r\n"],
    ["the first of two alike has the first", "a\r\na\nb\r\nc\r\n", "a\na\n", "a\r\na\n"],
    ["new lines have those that most have", "a\r\nb\r\nb\r\nc\n", "n\n", "n\r\n"],
    ["half of them are not most", "a\r\nb\r\nc\nd\n", "n\n", "n\n"],
    ["a last line without one stays so", "a\nb", "a\nb\n", "a\nb"],
    ["another last line has one", "a\nb", "a\nc\n", "a\nc\n"],
    ["the same line further up has one", "a\nb", "b\na\n", "b\na\n"],
  ])("line endings: %s", (_name, damaged, text, expected) => {
    expect(withEndings(text, unwrap(bytesOf(damaged)))).toBe(expected);
  });
});

describe("a line", () => {
  const known = (title: string) => STATE_HEADINGS.named(title) !== undefined;

  test.each<[string, ReturnType<typeof headingOf>]>([
    ["## Context", { depth: 2, title: "Context", regular: true }],
    ["   ###### Mine ##  ", { depth: 6, title: "Mine", regular: true }],
    ["## A # B", { depth: 2, title: "A # B", regular: true }],
    ["##", { depth: 2, title: "", regular: true }],
    ["# # #", { depth: 1, title: "#", regular: true }],
    ["    ## Context", { depth: 2, title: "Context", regular: false }],
    ["> ## Context", { depth: 2, title: "Context", regular: false }],
    ["\\### Next Steps", { depth: 3, title: "Next Steps", regular: false }],
    ["##Context", { depth: 2, title: "Context", regular: false }],
    ["##Mine", undefined],
    ["> ## Mine", undefined],
    ["####### Context", undefined],
    ["Context", undefined],
  ])("%j as a heading", (line, heading) => {
    expect(headingOf(line, known)).toEqual(heading);
  });

  test.each([
    ["  > Active Work: ", "Active Work"],
    ["**Active Work**", "Active Work"],
    ["__Active Work__ ", "Active Work"],
    ["**Active Work__", "**Active Work__"],
    ["**Active Work:**", "Active Work"],
  ])("%j as a title", (line, title) => {
    expect(bareTitleOf(line)).toBe(title);
  });

  test.each<[string, ReturnType<typeof fieldFactOf>]>([
    ["**Branch:** main", { key: "Branch", value: "main", bold: true, line: "**Branch:** main" }],
    ["  - **branch** : main ", { key: "Branch", value: "main", bold: true, line: "  - **branch** : main " }],
    ["Branch: main", { key: "Branch", value: "main", bold: false, line: "**Branch:** main" }],
    ["> - *Branch:* a: b", { key: "Branch", value: "a: b", bold: true, line: "**Branch:** a: b" }],
    ["**Last  Updated:** x", { key: "Last Updated", value: "x", bold: true, line: "**Last Updated:** x" }],
    ["**Branch:** main\\", { key: "Branch", value: "main", bold: true, line: "**Branch:** main\\" }],
    ["**Branch:**", { key: "Branch", value: "", bold: true, line: "**Branch:**" }],
    ["\\_\\_Branch\\_\\_： x", { key: "Branch", value: "x", bold: true, line: "**Branch:** x" }],
    ["**Brunch:** x", { key: "Branch", value: "x", bold: true, line: "**Branch:** x" }],
    ["**Banch:** x", { key: "Branch", value: "x", bold: true, line: "**Branch:** x" }],
    ["**Branchs:** x", { key: "Branch", value: "x", bold: true, line: "**Branch:** x" }],
    ["**Br\ufffdnch:** x", { key: "Branch", value: "x", bold: true, line: "**Branch:** x" }],
    ["Brunch: x", undefined],
    ["**Brunhc:** x", undefined],
    ["**Branches:** x", undefined],
    ["**Mine:** x", undefined],
    ["- Branch: x", undefined],
    ["Branch", undefined],
    ["", undefined],
  ])("%j as a field", (line, fact) => {
    expect(fieldFactOf(line, STATE_LABELS)).toEqual(fact);
  });

  test("a field of two labels that are as near is of neither", () => {
    expect(fieldFactOf("**Noe:** x", ["Note", "None"])).toBeUndefined();
    expect(fieldFactOf("**Nte:** x", ["Note", "None"])?.key).toBe("Note");
  });

  const item = { indent: 0, marked: false, quoted: false };
  test.each<[string, ReturnType<typeof itemFactOf>]>([
    ["- a", { ...item, text: "a", line: "- a" }],
    ["*   a  ", { ...item, text: "a", line: "*   a  " }],
    ["-", { ...item, text: "", line: "-" }],
    ["\t- a", { ...item, indent: 4, text: "a", line: "- a" }],
    ["> 3) a", { ...item, indent: 2, quoted: true, number: 3, text: "a", line: "3) a" }],
    ["\\- a", { ...item, text: "a", line: "- a" }],
    ["12\\. a", { ...item, number: 12, text: "a", line: "12. a" }],
    ["- ✅ a", { ...item, marked: true, text: "✅ a", line: "- ✅ a" }],
    ["+ [x] a", { ...item, marked: true, text: "[x] a", line: "+ [x] a" }],
    ["-✅ a ", { ...item, marked: true, text: "✅ a", line: "- ✅ a" }],
    ["1.Do", { ...item, number: 1, text: "Do", line: "1. Do" }],
    [" ✅ a ", { ...item, indent: 1, marked: true, text: "✅ a", line: "- ✅ a" }],
    ["🔄a", { ...item, marked: true, text: "🔄a", line: "- 🔄a" }],
    ["-(a", undefined],
    ["-a", undefined],
    ["1.5", undefined],
    ["a ✅", undefined],
    ["1234567890. a", undefined],
  ])("%j as an item", (line, fact) => {
    expect(itemFactOf(line)).toEqual(fact);
  });

  test.each(["→ a", "  - -> a", "> => a", "\\-> a"])("%j is an answer", (line) => expect(isArrow(line)).toBe(true));
  test.each(["a → b", "- a", "--> a"])("%j is none", (line) => expect(isArrow(line)).toBe(false));
  test.each(["a? ", "a？", "؟"])("%j asks", (text) => expect(isAsking(text)).toBe(true));
  test.each(["a?b", "a"])("%j does not ask", (text) => expect(isAsking(text)).toBe(false));
  test.each(["None", "- none currently.", "> N/A", "idle!", "No active work currently ", "no active work"])(
    "%j says that there is nothing",
    (line) => expect(isNone(line)).toBe(true),
  );
  test.each(["it is idle", "None of it", "nonexistent", "no work", "idle now"])("%j says something", (line) => {
    expect(isNone(line)).toBe(false);
  });

  test.each<[string, boolean]>([
    ["## Context", true],
    ["## Mine", false],
    ["> schema_version: 1", true],
    ["**Branch:**", true],
    ["**Branch:** x", false],
    ["✅", true],
    ["- ✅ a", false],
  ])("%j stands in its regular form when it is gone: %s", (line, mended) => {
    expect(isMended(line)).toBe(mended);
  });
});

describe("lines", () => {
  const isKnown = (title: string) => title === "Known";
  /** Inert lines with a bar in front, those that would swallow the rest with a mark. */
  const seen = (text: string) =>
    readLines(text, isKnown).map(({ text: line, inert, hazard }) => (hazard ? "!" : inert ? "|" : "") + line);

  test.each<[string, string, readonly string[]]>([
    ["closed code", "a\n```js\nb\n```\nc", ["a", "|```js", "|b", "|```", "c"]],
    ["code closed by more marks", "~~~\n```\n~~~~\nc\n", ["|~~~", "|```", "|~~~~", "c"]],
    ["code that is not closed", "```\nb\n``\n~~~\n", ["!```", "b", "``", "!~~~"]],
    ["less marks do not close", "````\nb\n```\nc", ["!````", "b", "!```", "c"]],
    ["no code: a mark behind it", "``` a`b\nc\n```", ["``` a`b", "c", "!```"]],
    ["indented four it is none", "a\n    ```\nb", ["a", "    ```", "b"]],
    ["a comment", "<!-- a\nb -->\nc", ["|<!-- a", "|b -->", "c"]],
    ["a comment in one line", "<!---->\nc", ["|<!---->", "c"]],
    ["a comment that is open", "<!-- a\nb", ["!<!-- a", "b"]],
    ["an instruction", "<?a\n?>\nc", ["|<?a", "|?>", "c"]],
    ["a declaration", "<!DOCTYPE\n>\nc", ["|<!DOCTYPE", "|>", "c"]],
    ["character data", "<![CDATA[ >\n]]>\nc", ["|<![CDATA[ >", "|]]>", "c"]],
    ["a script", "<SCRIPT a>\nb</script>\nc", ["|<SCRIPT a>", "|b</script>", "c"]],
    ["no comment: words before it", "a <!-- b\nc", ["a <!-- b", "c"]],
    ["a comment holds a mark", "<!-- a > b\nc -->\nd", ["|<!-- a > b", "|c -->", "d"]],
    ["another tag", "<div>\nc", ["<div>", "c"]],
    ["a known heading that stands nowhere else ends it", "```\n# Known\n```\nc", ["!```", "# Known", "!```", "c"]],
    ["one that stands elsewhere too does not", "# Known\n```\n# Known\n```", ["# Known", "|```", "|# Known", "|```"]],
    ["nor does one of the user's", "```\n# Mine\n```", ["|```", "|# Mine", "|```"]],
    ["nor does it below Recovered", "## Recovered\n```\n# Known\n```", ["## Recovered", "|```", "|# Known", "|```"]],
    [
      "but below what comes after",
      "## Recovered\n# Mine\n```\n# Known\n```",
      ["## Recovered", "# Mine", "!```", "# Known", "!```"],
    ],
    [
      "below Recovered and the code of another",
      "## Recovered\n```\n# x\n```\n~~~\n# Known\n~~~",
      ["## Recovered", "|```", "|# x", "|```", "|~~~", "|# Known", "|~~~"],
    ],
    ["quoted as a whole", "> a\n> > b\n>c\n\n", ["a", "> b", "c", ""]],
    ["quoted as a whole, with blank lines", "> a\n\n\n> b", ["a", "", "", "b"]],
    ["quoted as a whole, with lines of spaces", "> a\n  \n  \n> b", ["a", "  ", "  ", "b"]],
    ["quoted in part", "> a\nb\nc", ["> a", "b", "c"]],
    ["quoted for the most part", "> a\n> b\nc\nd\n> e", ["a", "b", "c", "d", "e"]],
    ["indented as a whole", "    a\n      b\n\n    c", ["a", "  b", "", "c"]],
    ["indented and quoted", "  > a\n  >  b", ["a", " b"]],
  ])("%s", (_name, text, lines) => {
    expect(seen(text)).toEqual(lines);
  });

  test.each<[string, string, readonly string[]]>([
    ["items", "- a\n- b\n\nc", ["- a", "- b", "", "c"]],
    ["with what is nested", "- a\n  b\n\n  c\nd", ["- a+2+blank", "d"]],
    ["with an answer", "- a\n→ b\nc", ["- a+1", "c"]],
    ["not behind other text", "- a\nb\n  c", ["- a", "b", "^  c"]],
    ["nor behind a blank line and text", "- a\n\nb\n  c", ["- a", "", "b", "  c"]],
    ["a nested item", "- a\n  - b\n- c", ["- a+1", "- c"]],
    ["a marked item alone, four in, is none", "- ✅ a\n    - ✅ b\n- c", ["- ✅ a", "    - ✅ b", "- c"]],
    ["two of them are", "- ✅ a\n    - ✅ b\n    - ✅ c", ["- ✅ a+2"]],
    ["the next number is none", "1. a\n   2. b", ["1. a", "   2. b"]],
    ["another number is", "1. a\n   1. b", ["1. a+1"]],
    ["nested under a quote mark", "- a\n>   b", ["- a+1"]],
    ["a quote mark among the words", "- a\n- x >   y", ["- a", "- x >   y"]],
    ["a quoted item is one of its own", "- a\n> - b", ["- a", "> - b"]],
  ])("groups: %s", (_name, text, expected) => {
    const groups = groupsOf(linesOf(text)).map(({ head, below, stray }) => {
      const blanks = below.some((line) => line.text === "") ? "+blank" : "";
      const count = below.filter((line) => line.text !== "").length;
      return `${stray ? "^" : ""}${head.text}${count > 0 ? `+${count}` : ""}${blanks}`;
    });
    expect(groups).toEqual(expected);
  });

  test("a group stands as its item should", () => {
    expect(groupsOf(linesOf("  1.a\n   b\nc")).flatMap(linesOfGroup)).toEqual(linesOf("1. a\n   b\nc"));
  });
});

describe("headings", () => {
  const namesIn = (text: string, cut = false) =>
    chunksOf(linesOf(text), STATE_HEADINGS, cut).map(({ name, heading, lines }) => [name ?? heading, lines.length]);

  test.each<[string, string, readonly (readonly unknown[])[]]>([
    [
      "as they should be",
      "a\n# Session State\n## Context\nb",
      [
        [undefined, 1],
        ["title", 0],
        ["context", 1],
      ],
    ],
    [
      "at another level",
      "### Context\nb",
      [
        [undefined, 0],
        ["context", 1],
      ],
    ],
    [
      "at another level beside one at its own",
      "### Context\n## Context",
      [
        [undefined, 0],
        ["### Context", 0],
        ["context", 0],
      ],
    ],
    [
      "quoted beside one at its level is text",
      "## Context\n> ## Context",
      [
        [undefined, 0],
        ["context", 1],
      ],
    ],
    [
      "one letter off",
      "## Contxt",
      [
        [undefined, 0],
        ["context", 0],
      ],
    ],
    [
      "two of them: nobody knows",
      "## Contxt\n## Contex",
      [
        [undefined, 0],
        ["## Contxt", 0],
        ["## Contex", 0],
      ],
    ],
    [
      "without its marks",
      "Context:\nb",
      [
        [undefined, 0],
        ["context", 1],
      ],
    ],
    [
      "underlined",
      "Context\n---\nb",
      [
        [undefined, 0],
        ["context", 1],
      ],
    ],
    [
      "without space, twice, so the user's too",
      "##Context\n##Blockers\n##Mine",
      [
        [undefined, 0],
        ["context", 0],
        ["blockers", 0],
        ["## Mine", 0],
      ],
    ],
    [
      "without space, once",
      "##Context\n##Mine",
      [
        [undefined, 0],
        ["context", 1],
      ],
    ],
  ])("%s", (_name, text, expected) => {
    expect(namesIn(text)).toEqual(expected);
  });

  test.each([
    ["## Con", true, "context"],
    ["## Con", false, "## Con"],
    ["## C", true, "## C"],
    ["## Xyz", true, "## Xyz"],
  ])("%j at the end, cut: %s", (line, cut, name) => {
    expect(namesIn(`a\n${line}`, cut).at(-1)).toEqual([name, 0]);
  });

  test("are no longer than 99 characters where they lost their marks", () => {
    expect(namesIn(`Context${" ".repeat(92)}`)).toEqual([
      [undefined, 0],
      ["context", 0],
    ]);
    expect(namesIn(`Context${" ".repeat(93)}`)).toEqual([[undefined, 1]]);
  });

  test("have the depth they were given", () => {
    const depthOf = (text: string) => chunksOf(linesOf(text), STATE_HEADINGS)[1]?.depth;
    expect(["Context\n===", "Context\n--", "Context", "#### Context"].map(depthOf)).toEqual([1, 2, 0, 4]);
  });

  test.each<[string, string, boolean]>([
    ["context", "Context", true],
    ["Contex", "Context", true],
    ["Conxet", "Context", false],
    ["Activ Wrk", "Active Work", true],
    ["Actv Wrk", "Active Work", false],
    ["Blocker", "Blockers", true],
    ["C\ufffdtext", "Context", true],
    ["C\ufffd", "Context", false],
  ])("%s may be %s: %s", (found, wanted, similar) => {
    const names = chunksOf(linesOf(`## ${found}`), STATE_HEADINGS).map(({ name }) => name);
    expect(names.includes(STATE_HEADINGS.named(wanted))).toBe(similar);
  });

  test.each<[string, string, boolean]>([
    ["abc\ufffdef", "abcdef", true],
    ["abc\ufffdef", "abcxyzef", true],
    ["\ufffdcdef", "abcdef", true],
    ["abcd\ufffd", "abcdef", true],
    ["abc\ufffdxf", "abcdef", false],
    ["abcdef", "abcdef", false],
    ["ab\ufffd", "abc", false],
    ["abc\ufffd", "abcdefg", false],
    ["abc\ufffd", "abcdef", true],
    ["abcd\ufffdcd", "abcd", false],
    ["ab\ufffdd\ufffdf", "abcdef", true],
    ["ab\ufffdx\ufffdf", "abcdef", false],
    [`abc\ufffd${"\ufffd".repeat(50)}`, "abcdef", false],
  ])("%j may have been %j: %s", (damaged, whole, matches) => {
    expect(matchesDamaged(damaged, whole)).toBe(matches);
  });
});

describe("an issue", () => {
  const isNamed = (value: string, end = "\n") => {
    const bytes = bytesOf(`# Session State\n\n## Active Work\n\n**Current Issue:** ${value}${end}`);
    return salvageState(bytes, { work: [], archived: [] }, { now: NOW, readYaml }).kept.issue;
  };

  test.each([
    ["#12 - A", true],
    ["#12", true],
    ["none", false],
    ["#12\ufffd - A", false],
    ["# 12\ufffd", false],
    ["#12 - A\ufffd", true],
    ["what", false],
  ])("%j is one: %s", (value, expected) => expect(isNamed(value)).toBe(expected));

  test("whose number the end may have shortened names none", () => {
    expect([isNamed("#12", ""), isNamed("#12 - A", ""), isNamed("#12", "\nx")]).toEqual([false, true, true]);
    expect(isNamed("#12 - Fix 3", "")).toBe(true);
  });
});

describe("frontmatter", () => {
  const take = (text: string) => {
    const { body, gap, rest, orphans } = takeFrontmatter(linesOf(text), readYaml);
    return { body, gap, rest: textsOf(rest).join("\n"), orphans };
  };
  const none = { gap: 0, orphans: [] };

  test.each<[string, string, ReturnType<typeof take>]>([
    [
      "in order",
      "---\nschema_version: 1\n---\n\n\n# A",
      { ...none, body: ["schema_version: 1"], gap: 2, rest: "\n\n# A" },
    ],
    ["closed by dots", "---\na: 1\n...\nb", { ...none, body: ["a: 1"], rest: "b" }],
    ["of pairs that are indented", "---\n  a: 1\n---\nb", { ...none, body: ["  a: 1"], rest: "b" }],
    ["open, ended by the title", "---\na: 1\n# A", { ...none, body: ["a: 1"], rest: "# A" }],
    ["open, ended by a field", "---\na: 1\n**A:** b", { ...none, body: ["a: 1"], rest: "**A:** b" }],
    ["a comment is no title", "---\n# a comment\na: 1\n---\nb", { ...none, body: ["# a comment", "a: 1"], rest: "b" }],
    ["empty", "---\n---\nb", { ...none, body: [], rest: "b" }],
    ["below other lines", "x\n---\na: 1\n---\nb", { ...none, body: ["a: 1"], rest: "x\nb" }],
    [
      "too far below",
      `${"x\n".repeat(10)}---\na: 1\n---`,
      { ...none, body: undefined, rest: `${"x\n".repeat(10)}---\na: 1\n---` },
    ],
    ["no pair in it: a rule", "---\nwords\n---\nb", { ...none, body: undefined, rest: "---\nwords\n---\nb" }],
    [
      "too long",
      `---\n${"a: 1\n".repeat(40)}---`,
      { ...none, body: undefined, rest: `---\n${"a: 1\n".repeat(40)}---` },
    ],
    ["a version without fences", "schema_version: 1\n# A", { ...none, body: ["schema_version: 1"], rest: "# A" }],
    [
      "a version behind one fence",
      "> schema_version : 1 \n---\n# A\n---",
      { ...none, body: ["schema_version: 1"], rest: "# A\n---" },
    ],
    ["without any", "# A", { ...none, body: undefined, rest: "# A" }],
    [
      "lines that are no YAML",
      "---\na: [\nSchema_Version: 1\n> b: 2\nmy_schema_version: 3\n{{\n---\nc",
      { gap: 0, body: ["schema_version: 1", "b: 2", "my_schema_version: 3"], rest: "c", orphans: ["a: [", "{{"] },
    ],
    [
      "of a version that is no number, that of the format",
      "---\n{{\nschema_version: x\n---\nc",
      { gap: 0, body: ["schema_version: 1"], rest: "c", orphans: ["{{", "schema_version: x"] },
    ],
  ])("%s", (_name, text, expected) => {
    expect(take(text)).toEqual(expected);
  });
});

describe("conflicts", () => {
  const MARKERS = ["<<<<<<< a", "  # <<<<<<< a", "||||||| x", "=======", ">>>>>>> b", "> > > > > > >", ">>>>>>>"];
  test.each(MARKERS)("%j is nothing but a marker", (line) => expect(isMarkerLine(line)).toBe(true));
  test.each(["<<<<<<", "<<<<<<<a", "======= x", "a =======", "    <<<<<<< a", "> > > a", ">>>>>>>>"])(
    "%j is none",
    (line) => expect(isMarkerLine(line)).toBe(false),
  );

  const found = (text: string) =>
    findConflicts(text).map((stretch) =>
      stretch.kind === "text"
        ? stretch.lines
        : { ours: stretch.ours, theirs: stretch.theirs, names: stretch.names, line: stretch.line },
    );
  const one = { ours: ["a"], theirs: ["b"], names: ["HEAD", "other x"], line: 2 };

  test.each<[string, string, readonly unknown[]]>([
    ["none", "a\nb\n", [["a", "b", ""]]],
    ["one", "x\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other x\ny\n", [["x"], one, ["y", ""]]],
    ["with its base", "x\n<<<<<<< HEAD\na\n||||||| 1f2e\nc\n=======\nb\n>>>>>>> other x", [["x"], one]],
    ["without names", "<<<<<<<\na\n=======\nb\n>>>>>>>", [{ ...one, names: ["ours", "theirs"], line: 1 }]],
    [
      "with a side that holds a separator",
      "<<<<<<<\na\n=======\nb\n=======\n>>>>>>>",
      [{ ours: ["a"], theirs: ["b", "======="], names: ["ours", "theirs"], line: 1 }],
    ],
    ["of equal sides", "<<<<<<< a\n x\n\n=======\nx\n>>>>>>> b\ny", [[" x", "", "y"]]],
    ["without an end", "<<<<<<< a\nx\n=======\ny", [["x", "=======", "y"]]],
    ["without a separator", "<<<<<<< a\nx\n>>>>>>> b\ny", [["x", "y"]]],
    ["that begins twice", "<<<<<<< a\nx\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other x", [["x"], { ...one, line: 3 }]],
    [
      "whose separator became a heading",
      "<<<<<<< HEAD\n- # a\n- b\n>>>>>>> other x",
      [{ ...one, ours: ["- a"], theirs: ["- b"], line: 1 }],
    ],
    [
      "with a separator, beside a heading",
      "<<<<<<< HEAD\n- # a\n=======\n- b\n>>>>>>> other x",
      [{ ...one, ours: ["- # a"], theirs: ["- b"], line: 1 }],
    ],
    [
      "of two headings the first was the separator",
      "<<<<<<< HEAD\n- # a\n- # b\n>>>>>>> other x",
      [{ ...one, ours: ["- a"], theirs: ["- # b"], line: 1 }],
    ],
    [
      "in one line, as Prettier wraps prose",
      "x <<<<<<< HEAD **A:** a\n======= **A:** b\n>>>>>>> other x",
      [["x"], { ours: ["**A:** a"], theirs: ["**A:** b"], names: ["HEAD", "other x"], line: 1 }],
    ],
    [
      "in closed code",
      "```\n<<<<<<< a\n=======\n>>>>>>> b\n```",
      [["```", "<<<<<<< a", "=======", ">>>>>>> b", "```"]],
    ],
    [
      "whose end quotes what follows",
      "<<<<<<< HEAD\na\n=======\nb\n> > > > > > > other x\n> > > > > > > y\nz",
      [{ ...one, line: 1 }, ["y", "z"]],
    ],
  ])("%s", (_name, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test("are resolved to either side, or both without what is said twice", () => {
    const text = "<<<<<<< a\n- x\n  - of x\n- y\n=======\n- x\n  - of x\n- x\n  - other\n\n- z\n>>>>>>> b";
    const stretches = findConflicts(text);
    expect(resolveConflicts(stretches, () => "ours")).toBe("- x\n  - of x\n- y");
    expect(resolveConflicts(stretches, () => "theirs")).toBe("- x\n  - of x\n- x\n  - other\n\n- z");
    expect(resolveConflicts(stretches, () => "both")).toBe("- x\n  - of x\n- y\n- x\n  - other\n\n- z");
    expect(conflictsOf(bytesOf(text))).toHaveLength(1);
    const wide = findConflicts("<<<<<<< a\n- x\n- y  z\n=======\n- y  z\n- w\n>>>>>>> b");
    expect(resolveConflicts(wide, () => "both")).toBe("- x\n- y  z\n- w");
    const two = findConflicts(`${text}\n${text.replaceAll("x", "v")}`);
    const asked: number[] = [];
    resolveConflicts(two, (index) => {
      asked.push(index);
      return "ours";
    });
    expect(asked).toEqual([0, 1]);
  });
});

describe("what is completed", () => {
  const list = (
    own: string,
    known: string,
    isEnd = false,
    isOpen = false,
    name: "progress" | "recentWork" = "progress",
  ) => textsOf(completeList(name, linesOf(own), linesOf(known), { isEnd, isOpen }));

  test.each<[string, readonly string[], readonly string[]]>([
    ["as it stands", list("- b\n- c\n", "- a\n- b"), ["- b", "- c", ""]],
    ["a letter that cannot be read", list("- ab\ufffdd\n- x", "- abcd\n- y"), ["- abcd", "- x"]],
    ["with the status it has", list("- ✅ ab\ufffdd", "- 🔄 abcd (5%)\n  more"), ["- ✅ abcd", "  more"]],
    ["with a status that is the same", list("- 🔄 ab\ufffdd", "- 🔄 abcd (5%)"), ["- 🔄 abcd (5%)"]],
    ["of an item without a status", list("- ab\ufffdd", "- ✅ abcd"), ["- ✅ abcd"]],
    ["an item that is there is no other's twin", list("- abcd\n- ab\ufffdd", "- abcd\n- abxd"), ["- abcd", "- abxd"]],
    ["what stood behind the cut", list("- b", "- a\n- b\n- c", true), ["- b", "- c", ""]],
    ["all of it where nothing is left", list("", "- a\n- b", true), ["", "- a", "- b", ""]],
    ["but not what was moved in front", list("- c\n- b", "- a\n- b\n- c", true), ["- c", "- b", ""]],
    ["an item that is cut", list("- abc", "- abcdef\n- x", true, true), ["- abcdef", "- x", ""]],
    ["an item that is cut through a letter", list("- abcd\ufffd", "- abcdef", true, true), ["- abcdef", ""]],
    [
      "an item that is cut in its percentage",
      list("- abc (5", "- abc (50% done)", true, true),
      ["- abc (50% done)", ""],
    ],
    ["two letters say nothing", list("- ab", "- abcdef", true, true), ["- ab", "- abcdef", ""]],
    ["an item above the cut is no start of one", list("- abc\n- x", "- abcdef\n- x", true, true), ["- abc", "- x", ""]],
    ["not where the line is not cut", list("- abc", "- abcdef", true), ["- abc", "- abcdef", ""]],
    [
      "a line of Recent Work once",
      list("**Completed:** #1 - A\nx", "x\n**Completed:** #2 - B\nx", true, false, "recentWork"),
      ["**Completed:** #1 - A", "x", "**Completed:** #2 - B", ""],
    ],
  ])("of a list: %s", (_name, completed, expected) => {
    expect(completed).toEqual(expected);
  });

  const OLDER = ["# A", "", "one", "two", "", "## B", "three", "two", "## C", "end"];
  const tail = (own: readonly string[], cut = true) => completeTail(own, OLDER, cut, (line) => line.startsWith("#"));

  test.each<[string, readonly string[], boolean, readonly string[] | undefined]>([
    ["a line that is cut", ["# A", "", "one", "tw"], true, OLDER],
    ["a line that is whole", ["# A", "", "one", "two"], true, OLDER],
    ["a heading that is cut", [...OLDER.slice(0, 5), "## "], true, OLDER],
    ["at the end of a line", ["# A", "", "one", ""], false, ["# A", "", "one", ...OLDER.slice(3)]],
    ["a line that stands twice, by the one before it", ["three", "two"], false, ["three", "two", "## C", "end"]],
    [
      "behind what is new",
      ["one", "two", "", "new"],
      false,
      ["one", "two", "", "new", "", "", "## B", "three", "two", "## C", "end"],
    ],
    ["nothing where no heading is missing", ["## B", "## C", "new"], false, undefined],
    ["nothing where nothing is known", ["new"], true, undefined],
    ["nothing of an empty text", [""], true, undefined],
    ["nothing behind 40 new lines", ["two", ...Array.from({ length: 40 }, (_, at) => `n${at}`)], false, undefined],
  ])("of a text: %s", (_name, own, cut, expected) => {
    expect(tail(own, cut)).toEqual(expected);
  });
});

describe("what fits nowhere", () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      "is in code below a heading",
      ["a", ""],
      ["x", "", " y"],
      ["a", "", "## Recovered", "", "```text", "x", " y", "```", ""],
    ],
    [
      "has a longer fence than it holds",
      ["a"],
      ["````", "~~~"],
      ["a", "", "## Recovered", "", "`````text", "````", "~~~", "`````", ""],
    ],
    [
      "adds to what was there",
      ["## Recovered", "", "```text", "o", "```", ""],
      ["x"],
      ["## Recovered", "", "```text", "o", "```", "", "```text", "x", "```", ""],
    ],
    [
      "adds a heading behind another one",
      ["## Recovered", "# B"],
      ["x"],
      ["## Recovered", "# B", "", "## Recovered", "", "```text", "x", "```", ""],
    ],
    ["is nothing: one line end", ["a"], [" ", ""], ["a", ""]],
    ["is nothing: one blank line of several", ["a", "", "", ""], [], ["a", ""]],
    ["is nothing in nothing", [], [], [""]],
  ])("%s", (_name, document, orphans, expected) => {
    expect(recoveredLines(document, orphans)).toEqual(expected);
  });

  test("stays in the backup where it is too much", () => {
    const line = "x".repeat(65_535);
    expect(recoveredLines([], [line, line, line, line, "y"]).filter((each) => each === line)).toHaveLength(4);
    expect(recoveredLines([], [line, line, line, line, "y"])).not.toContain("y");
  });
});

describe("what is lost", () => {
  const lost = (damaged: string, kept: string) => lostLines(damaged, [kept], isMended);

  test.each<[string, string, string, readonly string[]]>([
    ["a line that is gone", "a\nb", "a", ["b"]],
    ["not one whose words stand elsewhere", "- a word", "x a word y", []],
    ["not one with other marks", "> - a\\_b\ufffd", "1. a_b", []],
    ["not a heading without its marks", "### Mine", "Mine", []],
    ["not one of signs alone", "---\n***\n!!", "", []],
    ["not a marker", "<<<<<<< HEAD\n=======\n>>>>>>> x", "", []],
    ["not a heading of the format", "## Context\nschema_version: 1", "", []],
    ["a heading of the user's", "## Mine", "", ["## Mine"]],
    ["letters of any script", "構文", "", ["構文"]],
    ["digits", "12", "", ["12"]],
  ])("%s", (_name, damaged, kept, expected) => {
    expect(lost(damaged, kept)).toEqual(expected);
  });

  test("is not looked for more than 500 times", () => {
    const lines = Array.from({ length: 502 }, (_, at) => `n${at}n`);
    expect(lost(lines.join("\n"), lines.join(" "))).toEqual(lines.slice(500));
  });

  test("of an older state: neither times nor another status", () => {
    const older = "**Last Updated:** 2024-10-22T00:00:00Z\n- 🔄 a thing (5%)\n- ⏸️ b\n**Branch:** x";
    expect(poorerLines(older, "- ✅ a thing\n", isMended)).toEqual(["- ⏸️ b", "**Branch:** x"]);
  });
});
