/** The fields of a damaged work file: each stands once, no time lies, and no other value of one is lost. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltWork, WORK } from "../support/salvaging.ts";

const GITHUB = "**GitHub:** https://github.com/o/r/issues/42";
const STATUS = "**Status:** in_progress";
const STARTED = "**Started:** 2024-10-23T10:00:00Z";
const UPDATED = "**Last Updated:** 2024-10-23T14:30:00Z";
const ENDED = "**Completed:** 2024-10-23T12:00:00Z";
const HEAD = ["# Issue #42: Try the gate", GITHUB, STATUS, STARTED, UPDATED];

/** A work file with other lines in the place of one, which has to be there. */
const having = (was: string, ...lines: readonly string[]) =>
  changed(WORK, `${was}\n`, lines.map((line) => `${line}\n`).join(""));
const ended = (status: string) => having(UPDATED, ENDED).replace(STATUS, `**Status:** ${status}`);
const asOlder = (text: string) => ({ older: { id: "h1", text } });

describe("a field that stands more than once", () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    [
      "of two times of the update the later one stays",
      UPDATED,
      ["**Last Updated:** 2024-10-22T14:30:00Z", UPDATED],
      ["**Last Updated:** 2024-10-22T14:30:00Z"],
    ],
    [
      "also where it stands first",
      UPDATED,
      [UPDATED, "**Last Updated:** 2024-10-22T14:30:00Z"],
      ["**Last Updated:** 2024-10-22T14:30:00Z"],
    ],
    [
      "a time of the update that has not come is none",
      UPDATED,
      [UPDATED, "**Last Updated:** 2031-01-01T00:00:00Z"],
      ["**Last Updated:** 2031-01-01T00:00:00Z"],
    ],
    [
      "of the same moment the first one stays",
      UPDATED,
      [UPDATED, "**Last Updated:** 2024-10-23T16:30:00+02:00"],
      ["**Last Updated:** 2024-10-23T16:30:00+02:00"],
    ],
    ["one that says the same says nothing", UPDATED, [UPDATED, UPDATED], []],
    ["of two statuses the first one stays", STATUS, [STATUS, "**Status:** completed"], ["**Status:** completed"]],
    [
      "of two beginnings the first one stays, also where it is later",
      STARTED,
      [STARTED, "**Started:** 2024-10-22T10:00:00Z"],
      ["**Started:** 2024-10-22T10:00:00Z"],
    ],
    ["but none that is no time", STARTED, ["**Started:** soon", STARTED], ["**Started:** soon"]],
    ["an empty one is none", STATUS, ["**Status:**", STATUS], []],
    ["an empty one is none behind another either", STATUS, [STATUS, "**Status:**"], []],
  ])("%s", (_name, was, lines, others) => {
    const { head, apart, lost } = rebuiltWork(having(was, ...lines));
    expect([head, apart, lost]).toEqual([HEAD, others, []]);
  });

  test("a pull request has two names", () => {
    const one = rebuiltWork(having(GITHUB, GITHUB, "**PR:** #7"));
    expect(one.text).toBe(having(GITHUB, GITHUB, "**PR:** #7"));
    const two = rebuiltWork(having(GITHUB, GITHUB, "**PR:** #7", "**Pull Request:** #8"));
    expect([two.head, two.apart]).toEqual([
      [HEAD[0], GITHUB, "**PR:** #7", STATUS, STARTED, UPDATED],
      ["**Pull Request:** #8"],
    ]);
  });
});

describe("a field that is gone", () => {
  test("comes from the version before, else from the time of the file, else from now", () => {
    const damaged = changed(having(STARTED), `${UPDATED}\n`, "");
    expect(rebuiltWork(damaged, asOlder(WORK)).head).toEqual(HEAD);
    const modified = Date.UTC(2024, 9, 1);
    expect(rebuiltWork(damaged, { modified }).head.slice(3)).toEqual([
      "**Started:** 2024-10-01T00:00:00Z",
      "**Last Updated:** 2024-10-01T00:00:00Z",
    ]);
    expect(rebuiltWork(damaged).head.slice(3)).toEqual([
      "**Started:** 2024-10-23T16:30:00Z",
      "**Last Updated:** 2024-10-23T16:30:00Z",
    ]);
  });

  test("is in progress where nobody knows the status, and what it was where somebody does", () => {
    for (const damaged of [having(STATUS), having(STATUS, "**Status:**")]) {
      expect(rebuiltWork(damaged).text).toBe(WORK);
      const older = asOlder(changed(WORK, STATUS, "**Status:** completed"));
      expect(rebuiltWork(damaged, older).head[2]).toBe("**Status:** completed");
    }
  });

  test.each([
    ["has not come", "**Started:** 2030-10-23T10:00:00Z"],
    ["is impossible", "**Started:** 2024-13-23T10:00:00Z"],
    ["is a word", "**Started:** soon"],
  ])("a time that %s is kept apart, and another one stands for it", (_name, line) => {
    const known = rebuiltWork(having(STARTED, line), asOlder(WORK));
    expect([known.head, known.apart]).toEqual([HEAD, [line]]);
    const { head, apart } = rebuiltWork(having(STARTED, line), { modified: Date.UTC(2024, 9, 20) });
    expect([head[3], apart]).toEqual(["**Started:** 2024-10-20T00:00:00Z", [line]]);
  });

  test.each(["2024-10-23", "2024-10-23 10:00", "`2024-10-23T10:00:00Z`", "2024-10-23T12:00:00+02:00"])(
    "%s is a time, and stays as it is written",
    (value) => {
      const text = having(STARTED, `**Started:** ${value}`);
      expect(rebuiltWork(text).text).toBe(text);
    },
  );
});

describe("work that has ended", () => {
  test.each(["completed", "Complete", "COMPLETED"])("needs no time of an update: %s", (status) => {
    expect(rebuiltWork(ended(status)).text).toBe(ended(status));
  });

  test("has its update where its status says otherwise", () => {
    const now = "**Last Updated:** 2024-10-23T16:30:00Z";
    for (const status of ["in_progress", "incomplete"])
      expect(rebuiltWork(ended(status)).head).toEqual([HEAD[0], GITHUB, `**Status:** ${status}`, STARTED, now, ENDED]);
  });

  test("has its update where no end is known", () => {
    const { head } = rebuiltWork(changed(having(UPDATED), STATUS, "**Status:** completed"));
    expect(head).toEqual([HEAD[0], GITHUB, "**Status:** completed", STARTED, "**Last Updated:** 2024-10-23T16:30:00Z"]);
  });

  test("has its end from the version before, and its status too", () => {
    const older = asOlder(ended("completed"));
    expect(rebuiltWork(changed(having(UPDATED), `${STATUS}\n`, ""), older).text).toBe(ended("completed"));
    expect(rebuiltWork(changed(having(UPDATED), STATUS, "**Status:** completed"), older).text).toBe(ended("completed"));
  });

  test("has not ended at a time to come", () => {
    const { head, apart } = rebuiltWork(having(UPDATED, UPDATED, "**Completed:** 2031-01-01T00:00:00Z"));
    expect([head, apart]).toEqual([HEAD, ["**Completed:** 2031-01-01T00:00:00Z"]]);
  });
});

describe("what stands between the fields", () => {
  test("words stand below them where one of them was mended", () => {
    const damaged = having(STATUS, "Words of mine.", STATUS, STATUS);
    expect(rebuiltWork(damaged).text).toBe(having(UPDATED, UPDATED, "", "Words of mine."));
  });

  test("words stand where they stood where none was", () => {
    const text = having(STATUS, "Words of mine.", STATUS);
    expect(rebuiltWork(text).text).toBe(text);
  });

  test("a label without asterisks is a word", () => {
    const { head, apart } = rebuiltWork(having(STATUS, "Status: completed"));
    expect([head, apart]).toEqual([[...HEAD, "Status: completed"], []]);
  });

  test("a field in code is an example", () => {
    const code = ["```", "**Status:** completed", "```"];
    const text = having(STATUS, ...code, STATUS);
    expect(rebuiltWork(text).text).toBe(text);
    expect(rebuiltWork(having(STATUS, ...code)).head).toEqual([...HEAD, ...code]);
  });

  test("a label with a letter too many is mended", () => {
    for (const line of ["**Statuss:** in_progress", "**Stat\ufffds:** in_progress", "__Status__: in_progress"])
      expect(rebuiltWork(having(STATUS, line)).text).toBe(WORK);
  });

  test("fields that are gone stand in front of what is left of the head", () => {
    const { head } = rebuiltWork(changed(WORK, HEAD.slice(1).join("\n"), "Words of mine."), asOlder(WORK));
    expect(head).toEqual([...HEAD, "Words of mine."]);
  });
});

describe("a line that hides the fields below it", () => {
  test.each(["===", "-", "<div>", "> - x", "- - x", "a\n---"])(
    "costs itself its place, and nothing else: %j",
    (line) => {
      const { text, lost } = rebuiltWork(having(GITHUB, GITHUB, line));
      expect([text, lost]).toEqual([`${WORK}\n## Recovered\n\n\`\`\`text\n${line}\n\`\`\`\n`, []]);
    },
  );

  test("stays where it hides none", () => {
    for (const lines of [
      ["<div>", ""],
      ["", "- - x", ""],
      ["", "a", "---", ""],
    ]) {
      const text = having(UPDATED, UPDATED, ...lines);
      expect(rebuiltWork(text).text).toBe(text);
    }
  });
});
