import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actorOf, shortActor } from "../../src/base/actor.ts";
import { exitCodeOf, GateError } from "../../src/base/errors.ts";
import { faultOfName, parseIssueNumber } from "../../src/base/ids.ts";
import { escapeHidden, oneLine, printable } from "../../src/base/line.ts";
import { pluginsIn } from "../../src/base/plugin.ts";
import {
  formatDate,
  formatTime,
  freshnessEnds,
  freshnessOf,
  hoursSince,
  isFuture,
  parseTime,
  recencyOf,
} from "../../src/base/time.ts";
import { NOW } from "../support/clock.ts";

const HOUR = 3_600_000;
const at = (instant: number) => ({ kind: "exact", instant }) as const;

describe("errors", () => {
  test("a code decides the exit status", () => {
    expect(
      ["CORRUPT", "INVALID_ARGUMENT", "NOT_FOUND", "LOCKED", "IO"].map((code) => exitCodeOf(code as "IO")),
    ).toEqual([1, 2, 3, 4, 5]);
  });

  test("an error carries path, hint and cause", () => {
    const cause = new Error("disk");
    const error = new GateError("IO", "Cannot write x: y", { path: "x", hint: "z", cause });
    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: "GateError",
      code: "IO",
      path: "x",
      hint: "z",
      message: "Cannot write x: y",
      cause,
    });
  });
});

describe("time", () => {
  test("freshness ends at the first instant at which it is another one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 * HOUR }), fc.constantFrom("exact", "date"), (age, kind) => {
        const reading = { kind, instant: NOW - age } as const;
        const ends = freshnessEnds(reading, NOW);
        const now = freshnessOf(reading, NOW);
        if (ends === undefined) return now === "stale";
        return freshnessOf(reading, ends) !== now && freshnessOf(reading, ends - 1) === now;
      }),
    );
    expect(freshnessEnds({ kind: "impossible" }, NOW)).toBeUndefined();
  });

  test.each([
    ["2024-10-23T14:30:00Z", "exact", "2024-10-23T14:30:00Z"],
    ["2024-10-23 14:30", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23T14:30:00.123Z", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23T16:30:00+02:00", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23T09:00:00-0530", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23T16:30+02", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23 14:30:00 UTC", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23 at 2:30 pm", "other", "2024-10-23T14:30:00Z"],
    ["2024-10-23 12:30 AM", "other", "2024-10-23T00:30:00Z"],
    ["2024-10-23T14:30:00z", "other", "2024-10-23T14:30:00Z"],
    ["2024/10/23", "date", "2024-10-23T00:00:00Z"],
    ["2024-10-23", "date", "2024-10-23T00:00:00Z"],
    ["2024-10-23 09:25 PST", "date", "2024-10-23T00:00:00Z"],
    ["Oct 23, 2024", "date", "2024-10-23T00:00:00Z"],
    ["October 23rd, 2024, 14:30", "other", "2024-10-23T14:30:00Z"],
    ["Wednesday, 23 October 2024", "date", "2024-10-23T00:00:00Z"],
    ["2024-02-29", "date", "2024-02-29T00:00:00Z"],
  ])("%s is %s %s", (text, kind, time) => {
    const reading = parseTime(text);
    expect(reading?.kind).toBe(kind);
    expect(reading && "instant" in reading && formatTime(reading.instant)).toBe(time);
  });

  test.each([
    "2024-02-30",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-10-23T24:00:00Z",
    "2024-10-23T10:60:00Z",
    "2024-10-23T10:00:60Z",
    "2024-10-23 13:00 pm",
    "2024-10-23T10:00:00+15:00",
    "32 October 2024",
  ])("%s is impossible", (text) => expect(parseTime(text)).toEqual({ kind: "impossible" }));

  test.each(["", "yesterday", "10/23/2024", "[Timestamp]", "2024-10-23 sometime", "Foo 23, 2024", "20241023"])(
    "%j has no reading",
    (text) => expect(parseTime(text)).toBeUndefined(),
  );

  test("what is written reads back exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), (seconds) => {
        expect(parseTime(formatTime(seconds * 1000))).toEqual({ kind: "exact", instant: seconds * 1000 });
      }),
      { seed: 1 },
    );
  });

  test("freshness has both ends of moderate inside it", () => {
    const ages = [0, 23.99, 24, 48, 48.01].map((hours) => freshnessOf(at(NOW - hours * HOUR), NOW));
    expect(ages).toEqual(["recent", "recent", "moderate", "moderate", "stale"]);
  });

  test("a day counts as that whole day", () => {
    const today = parseTime("2024-10-23")!;
    expect([freshnessOf(today, NOW), hoursSince(today, NOW)]).toEqual(["recent", 0]);
    expect(freshnessOf(parseTime("2024-10-22")!, NOW)).toBe("recent");
    expect(freshnessOf(parseTime("2024-10-21")!, NOW)).toBe("moderate");
    expect([isFuture(today, NOW), isFuture(parseTime("2024-10-24")!, NOW)]).toEqual([false, true]);
  });

  test("an impossible time has no age", () => {
    const reading = { kind: "impossible" } as const;
    expect([freshnessOf(reading, NOW), hoursSince(reading, NOW), isFuture(reading, NOW)]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });

  test("hours are rounded down", () => expect(hoursSince(at(NOW - 2.99 * HOUR), NOW)).toBe(2));

  test("recency in words", () => {
    const words = [0, 0.5 / 60, 1 / 60, 5 / 60, 1, 23, 24, 80].map((hours) => recencyOf(NOW - hours * HOUR, NOW));
    expect(words).toEqual([
      "just now",
      "just now",
      "1 minute ago",
      "5 minutes ago",
      "1 hour ago",
      "23 hours ago",
      "1 day ago",
      "3 days ago",
    ]);
    expect(formatDate(NOW)).toBe("2024-10-23");
  });
});

describe("ids", () => {
  test.each([
    ["7", 7],
    ["007", 7],
    ["#7", 7],
    ["9007199254740991", 9007199254740991],
  ])("%s is an issue number", (text, number) => {
    expect(parseIssueNumber(text)).toBe(number);
  });

  test.each(["0", "", "#", "##7", "-1", "1.5", "1e3", " 1", "9007199254740992", "abc", "٣"])(
    "%j is no issue number",
    (text) => {
      expect(() => parseIssueNumber(text)).toThrow("expected a positive whole number");
    },
  );

  test.each(["../1", "1/2", "..", "a\\b", "-x", "1\0"])("%j is unsafe", (text) => {
    expect(() => parseIssueNumber(text)).toThrow(expect.objectContaining({ code: "UNSAFE_PATH" }));
  });

  test.each([
    "",
    "a/b",
    "a\\b",
    "a\u0001",
    "a\0",
    "..",
    "a..b",
    ".a",
    "-a",
    "a:b",
    "a.",
    "a ",
    "CON",
    "nul.txt",
    "GIT~1",
    "x".repeat(129),
  ])("%j is refused as a name", (name) => expect(faultOfName(name)).toMatch(/^it /));

  test.each(["a", "run-1", "Ünï", "a.b", "x".repeat(128)])("%j is allowed as a name", (name) => {
    expect(faultOfName(name)).toBeUndefined();
  });
});

describe("lines", () => {
  test("line breaks become spaces", () => {
    expect(oneLine(" a\r\nb\nc\rd\u2028e\u0085f ", "x")).toBe("a b c d e f");
  });

  test.each(["a\tb", "a\0b", "a\u001bb", "a\u007fb", "a\u009bb", "a\ud800b"])("%j is refused", (text) => {
    expect(() => oneLine(text, "the title")).toThrow(/^Cannot use the title: it holds the control character U\+/);
  });

  test.each(["", " \n "])("%j is empty", (text) => expect(() => oneLine(text, "the title")).toThrow("it is empty"));

  test("what steers a terminal is shown by its code point", () => {
    expect(printable("a\u061c\u001b[31m\u202eb\u200b\ufeff\u2028é✅")).toBe(
      "a\\u{61c}\\u{1b}[31m\\u{202e}b\\u{200b}\\u{feff}\\u{2028}é✅",
    );
  });

  test.each([
    ["an emoji of several", "🧑🏽\u200d💻 ❤\ufe0f\u200d🔥 👩\u200d👩\u200d👧"],
    ["a word of Persian", "می\u200cخواهم مِ\u200cخ"],
    ["words of India", "क्\u200dष क्\u200cष ශ්\u200dරී"],
  ])("a joiner in %s is text", (_what, text) => expect(printable(text)).toBe(text));

  const tags = (word: string) =>
    String.fromCodePoint(...Array.from(word, (letter) => 0xe0000 + letter.codePointAt(0)!));

  test.each([
    ["the flags of England and Wales", `🏴${tags("gbeng")}\u{e007f} 🏴${tags("gbwls")}\u{e007f}`],
    ["a form of an ideograph", "葛\u{e0100}飾区"],
  ])("what makes %s is text", (_what, text) => expect(printable(text)).toBe(text));

  test("tags and selectors anywhere else hide words, and are shown", () => {
    expect(printable(`a${tags("rm")}`)).toBe("a\\u{e0072}\\u{e006d}");
    expect(printable(`🏴${tags("gb")}`)).toBe("🏴\\u{e0067}\\u{e0062}");
    expect(printable(`🏴${tags("rmthisall")}\u{e007f}`)).toContain("\\u{e0072}\\u{e006d}");
    expect(printable("x\u{e0100}葛\u{e0100}\u{e0101}")).toBe("x\\u{e0100}葛\u{e0100}\\u{e0101}");
    expect(JSON.parse(escapeHidden(JSON.stringify(tags("rm"))))).toBe(tags("rm"));
    expect(escapeHidden(`"${tags("r")}"`)).toBe('"\\udb40\\udc72"');
  });

  test("a joiner anywhere else hides, and is shown", () => {
    for (const joiner of ["\u200c", "\u200d"]) {
      const shown = `\\u{${joiner.charCodeAt(0).toString(16)}}`;
      for (const [before, after] of [
        ["a", "b"],
        ["", "💻"],
        ["🧑", ""],
        ["🧑", "a"],
        ["می", " "],
        ["1", "م"],
        ["سی", "a"],
      ] as const) {
        expect(printable(before + joiner + after)).toBe(before + shown + after);
      }
    }
    expect(printable("🧑\u200c💻")).toBe("🧑\\u{200c}💻");
    expect(printable("🧑\u200d\u200d💻")).toBe("🧑\\u{200d}\\u{200d}💻");
  });
});

test("the plugin that a process is a part of is named by each agent in its own variable", () => {
  const environment = {
    PLUGIN_ROOT: "/a",
    COPILOT_PLUGIN_ROOT: "/b",
    CLAUDE_PLUGIN_ROOT: "",
    MYPLUGIN_ROOT: "/c",
    PWD: "/d",
  };
  expect(pluginsIn(environment)).toEqual(["/a", "/b"]);
});

describe("actor", () => {
  test.each([
    ["claude", "0198c1f2-aaaa", "claude:0198c1f2-aaaa", "claude:0198c1f2"],
    ["Claude Code", undefined, "claude-code", "claude-code"],
    ["codex", "", "codex", "codex"],
    ["x", "a b\n\u001b[31m:c", "x:a-b-31m-c", "x:a-b-31m-"],
    ["x", "y".repeat(1e6), `x:${"y".repeat(80)}`, "x:yyyyyyyy"],
  ])("%j in %j is %j", (agent, session, actor, short) => {
    expect(actorOf(agent, session)).toBe(actor);
    expect(shortActor(actor)).toBe(short);
  });

  test("an agent without a name is nobody", () => {
    expect(actorOf("", "session")).toBeUndefined();
    expect(actorOf("\u{1f916}", "session")).toBeUndefined();
  });
});
