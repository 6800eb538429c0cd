import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWork } from "../../src/document/work.ts";
import { glanceAt, glanceAtLines, glanceOf } from "../../src/document/work-glance.ts";
import { sourceOf } from "../../src/text/source.ts";
import { line, markdown } from "../support/arbitraries.ts";
import { runs, spread } from "../support/effort.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

const texts = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => readFileSync(join(FIXTURES, name), "utf8").replace(/^\ufeff/, ""));

function expectAgreement(text: string): void {
  expect(glanceAt(text), JSON.stringify(text)).toEqual(glanceOf(parseWork(sourceOf(text))));
}

const HEAD =
  "# Issue #7: Seven\n\n**Status:** in_progress\n**Started:** 2024-10-22T10:00:00Z\n**Last Updated:** 2024-10-23T10:00:00Z\n\n";

test("a file as the program writes it says what is in a list", () => {
  const log = "### 2024-10-23T10:00:00Z\n- Looked\n\n### 2024-10-22T10:00:00Z\n- ✅ One\n- 🔄 Two (40% done)\n";
  // Without being parsed, which takes ten times as long.
  expect(glanceAtLines(`${HEAD}## Approach\n\n## Progress Log\n\n${log}\n## Tests\n- [ ] x\n`)).toEqual({
    ...{ number: 7, title: "Seven", status: "in_progress", isPaused: false, branch: undefined },
    progress: { completed: 1, total: 2 },
    ...{ started: "2024-10-22T10:00:00Z", lastUpdated: "2024-10-23T10:00:00Z" },
    updated: { kind: "exact", instant: Date.UTC(2024, 9, 23, 10) },
  });
});

test("a paused plan says what its issue was left with", () => {
  const plan = "## Paused Plan\n\n**Branch:** fix/7\n\n### Progress\n- ✅ One\n- ⏸️ Two\n- ⏸️ Three\n\n";
  expect(glanceAt(`${HEAD}${plan}## Progress Log\n\n### 2024-10-23T10:00:00Z\n- ✅ Old\n`)).toMatchObject({
    ...{ isPaused: true, branch: "fix/7", progress: { completed: 1, total: 3 } },
  });
});

test("the lines of a fixture say what its document says", () => {
  for (const text of spread(texts, 40)) expectAgreement(text);
});

const piece = fc.oneof(
  fc.constantFrom(...texts.flatMap((text) => text.split("\n"))),
  fc.constantFrom(
    ...[
      "## Progress Log",
      "### Progress Log",
      "## progress  log ##",
      "Progress Log\n---",
      "## Progress Log",
      "# Other",
    ],
    ...["### 2024-10-23T10:00:00Z", "### 2024-10-22 10:00", "### Learnings", "#### Deep", "## Tests", "## Paused Plan"],
    ...[
      "- ✅ One",
      "- ✅ Two (50%)",
      "- ⏸️ Three",
      "- [x] Four",
      "- Five",
      "  ✅ more",
      "- ❌",
      "1. ✅ Six",
      "* ✅ Seven",
    ],
    ...[
      "- 🔄 (50%)",
      "- → Decision: x",
      "```",
      "~~~",
      "<!--",
      "-->",
      "<div>",
      "===",
      "---",
      "-",
      "> - ✅ q",
      "\t- ✅ t",
      "",
    ],
    ...["    - ✅ far", "✅ alone", "- A\n- ✅ B\ntail", "- ⏸ Eight", "**Started:** 2024-10-23", "# Issue #8: Eight"],
  ),
  line,
);

test("lines in any order below a head say what their document says", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), markdown, fc.boolean(), (body, rest, isEnded) => {
      expectAgreement(`${HEAD}## Progress Log\n\n${body.join("\n")}${isEnded ? `\n${rest}` : ""}`);
      expectAgreement(`${HEAD}## Approach\n${body.join("\n")}\n`);
    }),
    runs(2000),
  );
});

test("mutations of the fixtures say what their documents say", () => {
  const changes = fc.array(fc.tuple(fc.nat(60), fc.nat(2), piece), { maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...texts), changes, ([...text], list) => {
      const all = text.join("").split("\n");
      for (const [at, gone, put] of list) all.splice(at, gone, put);
      expectAgreement(all.join("\n"));
    }),
    runs(1500),
  );
});
