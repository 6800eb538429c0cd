/**
 * One line that is read as something else than it looks must cost that line alone: it
 * goes into code, and the lists around it, the issue and all other sections stay.
 */
import { describe, expect, test } from "vitest";
import { changed, rebuiltState, STATE } from "../support/salvaging.ts";

const apartOf = (text: string, ...lines: readonly string[]) =>
  `${text}\n## Recovered\n\n\`\`\`text\n${lines.join("\n")}\n\`\`\`\n`;
const behind = (line: string, ...lines: readonly string[]) =>
  changed(STATE, `${line}\n`, [line, ...lines, ""].join("\n"));

const LISTS = [
  ["Progress", "- ✅ Read about it"],
  ["Progress, at its end", "- ⏸️ Write the tests"],
  ["Next Steps", "1. Finish the middleware"],
  ["Open Questions", "  → Decision: Per address"],
] as const;

describe.each(LISTS)("in %s", (_name, line) => {
  test.each(["* * *", "- ***", "- - x", "- 1. x", "1. - x", "- # x", "- ## Mine", "- > x", "- <div>", "- ~~~"])(
    "%j is kept in code",
    (odd) => {
      const { text, lost } = rebuiltState(behind(line, odd));
      expect([text, lost]).toEqual([apartOf(STATE, odd), []]);
    },
  );

  test("a fence behind a bullet is kept in longer ones", () => {
    const { text, apart } = rebuiltState(behind(line, "- ```"));
    expect([text.slice(0, STATE.length), apart]).toEqual([STATE, ["- ```"]]);
  });

  test("what belongs to such an item is kept with it", () => {
    const { text } = rebuiltState(behind(line, "- # x", "  more of it", "  - and that"));
    expect(text).toBe(apartOf(STATE, "- # x", "  more of it", "  - and that"));
  });

  test("several of them are kept in their order", () => {
    const { text } = rebuiltState(behind(line, "- - x", "- # y", "* * *"));
    expect(text).toBe(apartOf(STATE, "- - x", "- # y", "* * *"));
  });

  test.each(["- [a]: http://x", "- **Bold:** x", "- `code`", "- x | y", "- \\# x", "- #12 is done", "- 1.5 seconds"])(
    "%j is an item like others",
    (odd) => {
      expect(rebuiltState(behind(line, odd)).text).toBe(behind(line, odd));
    },
  );
});

test("a list of such lines alone is empty, and all else stays", () => {
  const questions = "- Per address or per user?\n  → Decision: Per address\n";
  const { text } = rebuiltState(changed(STATE, questions, "- # x\n- - y\n"));
  expect(text).toBe(apartOf(changed(STATE, questions, ""), "- # x", "- - y"));
});

test("a list that a section of the user's parts from Active Work is read, and costs that section its place", () => {
  const text = changed(STATE, "### Next Steps\n", "## Links\n- one\n\n### Next Steps\n");
  const { steps, questions, apart } = rebuiltState(text);
  expect([steps.length, questions.length, apart]).toEqual([2, 1, ["## Links", "- one"]]);
});

describe("an answer that got a bullet", () => {
  test.each([LISTS[0], LISTS[2], LISTS[3]])("in %s is kept in code", (_name, line) => {
    expect(rebuiltState(behind(line, "- → x")).text).toBe(apartOf(STATE, "- → x"));
  });

  test("is an item where no other stands above it", () => {
    const text = behind("### Progress", "- → x");
    expect(rebuiltState(text).text).toBe(text);
  });
});

describe("outside of the lists", () => {
  test.each([
    "* * *",
    "- - x",
    "- 1. x",
    "- # x",
    "- > x",
    "| a | b |",
    "<div>x</div>",
    "[a]: http://x",
    "- ```\n  x\n  ```",
  ])("%j stays where people write what they like", (odd) => {
    for (const line of ["- The review", "- Mostly in src/auth"]) {
      const text = behind(line, odd);
      expect(rebuiltState(text).text).toBe(text);
    }
  });

  test("dashes get a blank line above, so that they make no heading", () => {
    expect(rebuiltState(behind("**Started:** 2024-10-23T10:00:00Z", "---")).text).toBe(
      behind("**Started:** 2024-10-23T10:00:00Z", "", "---"),
    );
    const spaced = behind("**Started:** 2024-10-23T10:00:00Z", "", "   --- ");
    expect(rebuiltState(spaced).text).toBe(spaced);
  });

  test("a number that got lost among the fields is a step", () => {
    const { text, steps } = rebuiltState(behind("**Started:** 2024-10-23T10:00:00Z", "3.Tell everybody"));
    expect(steps).toEqual(["Finish the middleware", "Measure it", "Tell everybody"]);
    expect(text).toBe(behind("2. Measure it", "3. Tell everybody"));
  });
});
