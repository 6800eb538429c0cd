/** Headings that damage has changed: found again where they can be meant in one way only, left alone otherwise. */
import { describe, expect, test } from "vitest";
import { chunksOf, hasRegularHeading, isOfFormat, makeChunk, textsOf } from "../../src/salvage/chunk.ts";
import { STATE_HEADINGS } from "../../src/salvage/draft.ts";
import { lineOf } from "../../src/salvage/line.ts";
import { changed, rebuiltState, STATE, upTo } from "../support/salvaging.ts";

const withBlockers = (heading: string) => changed(STATE, "## Blockers", heading);

describe("a heading of the format", () => {
  test.each([
    "### Blockers",
    "# Blockers",
    "###### Blockers",
    "#Blockers",
    "##Blockers",
    "> ## Blockers",
    "    ## Blockers",
    "\t## Blockers",
    "\\## Blockers",
    "Blockers",
    "Blockers:",
    "BLOCKERS",
    "**Blockers**",
    "**Blockers:**",
    "> Blockers",
    "  > **Blockers**",
    "Blockers\n==",
    "   Blockers\n   =====  ",
    "## Blocker",
    "## Blockers!",
    "## Bockers",
    "## Bl\ufffdckers",
    "## \ufffd\ufffdckers",
    "## Blocke\ufffd",
  ])("%j is the one that is meant", (heading) => {
    const { text, apart } = rebuiltState(withBlockers(heading));
    expect([text, apart]).toEqual([STATE, []]);
  });

  test.each([
    "## blockers",
    "## Blockers ##",
    "##  Blockers",
    "##\tBlockers",
    "Blockers\n--",
    "   ## Blockers",
    "Blockers\n---------",
  ])("%j is read as one, and stays as it is", (heading) => {
    const { text, lost } = rebuiltState(withBlockers(heading));
    expect([text, lost]).toEqual([withBlockers(heading), []]);
  });

  test.each(["## Blokcers", "## Bl\ufffd", "## Hindrances", "## Blockers and more"])(
    "%j is one of the user's, and the section is made beside it",
    (heading) => {
      const { text } = rebuiltState(withBlockers(heading));
      expect(text).toBe(changed(STATE, "## Blockers\n- The review\n", `${heading}\n- The review\n\n## Blockers\n`));
    },
  );

  test.each([
    ["### Next Steps", "### Nxt Stps", true],
    ["### Next Steps", "### Nt Stps", false],
    ["### Progress", "### Progess", true],
    ["### Progress", "### Proges", false],
    ["## Recent Work", "## Rcnt Work", true],
    ["## Active Work", "## Active Works!", true],
  ])("%s may have become %s: %s", (heading, damaged, is) => {
    const { text } = rebuiltState(changed(STATE, heading, damaged));
    expect(text.includes(`\n${heading}\n`) && !text.includes(damaged)).toBe(is);
  });

  test("may have lost its marks twice: then nobody knows, and both stay in one place", () => {
    const { text, apart, lost } = rebuiltState(changed(withBlockers("Blockers"), "- Mostly", "Blockers\n- Mostly"));
    expect(text.match(/^## Blockers$/gm)).toHaveLength(1);
    expect([apart, lost]).toEqual([[], []]);
    for (const line of ["- The review", "- Mostly in src/auth"]) expect(text.split(line)).toHaveLength(2);
  });

  test("in a sentence, in an item and in code is none", () => {
    for (const line of ["Blockers are none", "- Blockers", "```\nBlockers\n```", "<!--\n## Blockers\n-->"]) {
      const text = changed(STATE, "- The review", `- The review\n\n${line}`);
      expect(rebuiltState(text).text).toBe(text);
    }
  });

  test("of a longer line than any is none", () => {
    const long = `Blockers${" ".repeat(92)}`;
    expect(rebuiltState(withBlockers(long)).text).toBe(changed(STATE, "- The review", `\n${long}\n- The review`));
    expect(rebuiltState(withBlockers(long.slice(1 - long.length, -1).replace(/^/, "B"))).text).toBe(STATE);
  });
});

describe("a heading at two levels", () => {
  test("at its own is the format's, the other one is the user's", () => {
    for (const other of ["### Context", "#### Blockers", "> ## Context", "Context"]) {
      const text = changed(STATE, "- The review\n", `- The review\n\n${other}\n- else\n`);
      expect(rebuiltState(text).text).toBe(text);
    }
  });

  test("at neither is still one", () => {
    expect(rebuiltState(changed(STATE, "### Progress", "## Progress")).text).toBe(STATE);
    expect(rebuiltState(changed(STATE, "### Progress", "#### Progress")).text).toBe(STATE);
    expect(rebuiltState(STATE.replace(/^#(#+)/gm, "$1")).text).toBe(STATE);
  });
});

describe("the title", () => {
  test.each(["## Session State", "#Session State", "Session State", "**Session State**", "> # Session State"])(
    "%j becomes that of the format",
    (title) => {
      expect(rebuiltState(changed(STATE, "# Session State", title)).text).toBe(STATE);
    },
  );

  test.each(["# session state", "# My project", "# Session State #", "Session State\n============="])(
    "%j stays as it is",
    (title) => {
      const text = changed(STATE, "# Session State", title);
      expect(rebuiltState(text).text).toBe(text);
    },
  );

  test("is not made where a file does without", () => {
    const text = changed(STATE, "# Session State\n\n", "");
    expect(rebuiltState(text).text).toBe(text);
  });

  test("is made where the head of the file is gone", () => {
    const { text } = rebuiltState(STATE.slice(STATE.indexOf("## Active Work")), { modified: Date.UTC(2024, 9, 1) });
    expect(text).toBe(changed(STATE.slice(STATE.indexOf("# Session")), "2024-10-23T14:30:00Z", "2024-10-01T00:00:00Z"));
  });
});

describe("headings that lost their space", () => {
  test("take those of the user along", () => {
    const mine = `${STATE}\n## Mine\n- own\n\n### Of mine\n- x\n`;
    expect(rebuiltState(mine.replace(/^(##+) /gm, "$1")).text).toBe(mine);
  });

  test("leave a tag alone where it is one heading", () => {
    const tagged = changed(STATE, "- The review", "##tag of mine\n- The review");
    expect(rebuiltState(changed(tagged, "## Blockers", "##Blockers")).text).toBe(tagged);
  });

  test("leave a tag of one mark alone in any case", () => {
    const tagged = changed(STATE, "- The review", "#tag of mine\n- The review");
    expect(rebuiltState(tagged.replace(/^(##+) /gm, "$1")).text).toBe(tagged);
  });

  test("leave what stands in code alone", () => {
    const text = changed(STATE, "- The review", "```\n##Blockers\n##Context\n```\n##tag");
    expect(rebuiltState(text).text).toBe(text);
  });
});

describe("a heading that the cut went through", () => {
  test.each(["Bl", "Block", "Blocker"])("is the one that begins so: %s", (start) => {
    const { text } = rebuiltState(upTo(STATE, "(Completed 2024-10-22)\n").concat(`\n## ${start}`));
    expect(text).toBe(upTo(STATE, "## Blockers\n").concat("\n## Context\n"));
  });

  test.each(["## B", "## Notes", "## Conclusions"])("is the user's where it is %s", (line) => {
    const { text } = rebuiltState(upTo(STATE, "(Completed 2024-10-22)\n").concat(`\n${line}`));
    expect(text).toContain(`\n${line}\n`);
    expect(text.match(/^## (?:Blockers|Context)$/gm)).toHaveLength(2);
  });

  test("is the user's where the line is whole", () => {
    const { text } = rebuiltState(upTo(STATE, "(Completed 2024-10-22)\n").concat("\n## Block\n"));
    expect(text).toContain("\n## Block\n");
  });

  test("is the last line, and no other one", () => {
    const text = changed(STATE, "## Blockers", "## Con\n- mine\n\n## Blockers");
    expect(rebuiltState(upTo(text, "- The review\n\n## Cont")).text).toBe(upTo(text, "## Context\n"));
  });
});

describe("chunks", () => {
  const chunks = (...lines: readonly string[]) => chunksOf(lines.map(lineOf), STATE_HEADINGS);

  test("have their heading and its underline as one text, and all lines below", () => {
    const [first, second] = chunks("above", "Context", "---", "below", "");
    expect(first).toEqual({ title: "", depth: 0, lines: [lineOf("above")] });
    expect(second).toEqual({
      name: "context",
      title: "Context",
      depth: 2,
      heading: "Context\n---",
      lines: [lineOf("below"), lineOf("")],
    });
    expect(textsOf(second!)).toEqual(["Context\n---", "below", ""]);
    expect(textsOf(first!)).toEqual(["above"]);
  });

  test.each<[string, number, number]>([
    ["==", 1, 0],
    ["   ====\t ", 1, 0],
    ["--", 2, 0],
    ["-", 0, 1],
    ["=", 0, 1],
    ["    --", 0, 1],
    ["-- x", 0, 1],
    ["- --", 0, 1],
  ])("below %j a title has depth %i", (underline, depth, below) => {
    const [, chunk] = chunks("Context", underline);
    expect([chunk?.depth, chunk?.lines.length]).toEqual([depth, below]);
  });

  test("are in the order of the text, whichever heading was found first", () => {
    const names = chunks("Context", "x", "## Mine", "## Bockers", "## Active Work", "Progress").map(
      ({ name, heading }) => name ?? heading,
    );
    expect(names).toEqual([undefined, "context", "## Mine", "blockers", "active", "progress"]);
  });

  test("that are made have the heading of the format", () => {
    expect(makeChunk("nextSteps", STATE_HEADINGS)).toEqual({
      name: "nextSteps",
      title: "Next Steps",
      depth: 3,
      heading: "### Next Steps",
      lines: [],
      made: true,
    });
  });

  test.each<[string | undefined, boolean]>([
    ["## A", true],
    ["A\n--", true],
    ["##A", false],
    ["> ## A", false],
    [undefined, false],
  ])("with the heading %j have one that Markdown reads: %s", (heading, regular) => {
    expect(hasRegularHeading(heading === undefined ? {} : { heading })).toBe(regular);
  });

  test.each<[string, boolean]>([
    ["> ##Next Steps", true],
    ["\t> schema_version : 1", true],
    ["a schema_version: 1", false],
    ["## Next", false],
    ["Next Steps", false],
  ])("say nothing but the format in the line %j: %s", (line, is) => {
    expect(isOfFormat(line, STATE_HEADINGS)).toBe(is);
  });
});
