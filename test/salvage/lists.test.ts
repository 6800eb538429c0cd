/** The lists of a damaged state file: bullets, numbers, marks and arrows that are gone, and lines that got in between. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltState, STATE } from "../support/salvaging.ts";

const ITEM = "- 🔄 Write the middleware (80% done)";
const STEP = "1. Finish the middleware";
const ANSWER = "  → Decision: Per address";
const having = (was: string, ...lines: readonly string[]) => changed(STATE, was, lines.join("\n"));
const apartOf = (text: string, ...lines: readonly string[]) =>
  `${text}\n## Recovered\n\n\`\`\`text\n${lines.join("\n")}\n\`\`\`\n`;

describe("an item of Progress", () => {
  test.each([
    "-🔄 Write the middleware (80% done)",
    "🔄 Write the middleware (80% done)",
    " 🔄 Write the middleware (80% done)",
    "\\- 🔄 Write the middleware (80% done)",
    "> - 🔄 Write the middleware (80% done)",
    "    - 🔄 Write the middleware (80% done)",
    ">🔄 Write the middleware (80% done)",
  ])("has its bullet again: %j", (line) => {
    const { text, lost } = rebuiltState(having(ITEM, line));
    expect([text, lost]).toEqual([STATE, []]);
  });

  test.each([
    "* 🔄 Write the middleware (80% done)",
    "+ [ ] Write the middleware",
    "- Write the middleware",
    "1. 🔄 Write the middleware (80% done)",
    "- 🔄 Write the middleware (80% done)  ",
    "-   🔄 Write the middleware (80% done)",
  ])("stays as it is: %j", (line) => {
    expect(rebuiltState(having(ITEM, line)).text).toBe(having(ITEM, line));
  });

  test("that stands there twice in a row is one", () => {
    expect(rebuiltState(having(ITEM, ITEM, ITEM, ITEM)).text).toBe(STATE);
    expect(rebuiltState(having(ITEM, ITEM, "- ✅ Read about it")).progress).toHaveLength(4);
  });
});

describe("a step", () => {
  test.each([
    "1.Finish the middleware",
    "1\\. Finish the middleware",
    "  1. Finish the middleware",
    "> 1. Finish the middleware",
  ])("has its number again: %j", (line) => {
    expect(rebuiltState(having(STEP, line)).text).toBe(STATE);
  });

  test.each(["1) Finish the middleware", "- Finish the middleware", "7. Finish the middleware", "999. Finish"])(
    "stays as it is: %j",
    (line) => {
      expect(rebuiltState(having(STEP, line)).text).toBe(having(STEP, line));
    },
  );

  test.each(["Finish the middleware", ",1. Finish the middleware", "1234.Finish the middleware"])(
    "that would swallow the next one is kept in code: %j",
    (line) => {
      expect(rebuiltState(having(STEP, line)).text).toBe(apartOf(having(`${STEP}\n`, ""), line));
    },
  );
});

describe("an answer", () => {
  test.each([
    "  Decision: Per address",
    "  ?? Decision: Per address",
    "  ->Decision: Per address",
    "  \ufffd\ufffd Decision: Per address",
    "  - Decision: Per address",
    "  ????Decision: Per address",
  ])("has its arrow again: %j", (line) => {
    const { text, questions } = rebuiltState(having(ANSWER, line));
    expect([text, questions]).toEqual([STATE, [["Per address or per user?", "Per address"]]]);
  });

  test.each([
    "  -> Decision: Per address",
    "  => Decision: Per address",
    "\t→ Decision: Per address",
    "  → TBD",
    "  abcde Decision: Per address",
  ])("stays as it is: %j", (line) => {
    expect(rebuiltState(having(ANSWER, line)).text).toBe(having(ANSWER, line));
  });

  test("has its arrow again behind a tab", () => {
    expect(rebuiltState(having(ANSWER, "\t?? Decision: Per address")).text).toBe(
      having(ANSWER, "\t→ Decision: Per address"),
    );
  });

  test("is none in another list", () => {
    for (const line of ["  Decision: Per address", "  ?? Decision: later"]) {
      const text = having(ITEM, ITEM, line);
      expect(rebuiltState(text).text).toBe(text);
    }
  });
});

describe("what is nested", () => {
  test("is nested again where it was indented too far for its item", () => {
    expect(rebuiltState(having(ITEM, ITEM, "      - the bucket")).text).toBe(having(ITEM, ITEM, "  - the bucket"));
    expect(rebuiltState(having(STEP, STEP, "       - the bucket")).text).toBe(having(STEP, STEP, "   - the bucket"));
  });

  test("stays where its indentation reads well", () => {
    for (const lines of [
      ["  - [x] a", "  - b"],
      ["  words"],
      ["  - a", "    - b", "  - c"],
      ["     - a"],
      ["\t- a"],
      ["", "  words"],
    ]) {
      const text = having(ITEM, ITEM, ...lines);
      expect(rebuiltState(text).text).toBe(text);
    }
  });

  test("goes into code with a line that nobody can place", () => {
    const { text, apart } = rebuiltState(having(ITEM, "%%", "  of it", ITEM));
    expect(apart).toContain("%%");
    expect(text.startsWith(STATE.slice(0, STATE.indexOf("- 🔄")))).toBe(true);
  });
});

describe("a line between two items", () => {
  test.each(["%%% garbage", "Words of somebody", "---", "==="])("is kept in code: %j", (line) => {
    expect(rebuiltState(having(ITEM, line, ITEM)).text).toBe(apartOf(STATE, line));
  });

  test("goes on with the item above where that is long and it begins in the middle of a sentence", () => {
    const long = `- 🔄 ${"w".repeat(55)}`;
    expect(long).toHaveLength(60);
    const text = having(ITEM, long, "and counts it");
    expect(rebuiltState(text).text).toBe(text);
    const upper = having(ITEM, long, "And counts it");
    expect(rebuiltState(upper).apart).toEqual(["And counts it"]);
    const short = having(ITEM, long.slice(0, -1), "and counts it");
    expect(rebuiltState(short).apart).toEqual(["and counts it"]);
  });

  test("goes on with what belongs to the item above, by its last line", () => {
    const text = having(ITEM, ITEM, `  ${"w".repeat(58)}`, "and counts it");
    expect(rebuiltState(text).text).toBe(text);
  });

  test("is a paragraph of somebody's with blank lines around, and code where it is indented", () => {
    for (const lines of [
      ["", "A paragraph.", ""],
      ["", "    code", ""],
      ["", "```", "code", "```", ""],
    ]) {
      const text = having(ITEM, ...lines, ITEM);
      expect(rebuiltState(text).text).toBe(text);
    }
  });
});

test("dashes below the title are what is left of a fence, where nothing stands between", () => {
  const updated = "**Last Updated:** 2024-10-23T14:30:00Z";
  for (const dashes of ["---", "-----", "--- "])
    expect(rebuiltState(having(updated, updated, dashes)).text).toBe(STATE);
  const rule = having(updated, updated, "", "---");
  expect(rebuiltState(rule).text).toBe(rule);
});
