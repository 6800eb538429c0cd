import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { issueOf, parseWork, updateTimeOf } from "../../src/document/work.ts";
import { readWorkHead, type WorkHead } from "../../src/document/work-head.ts";
import { sourceOf } from "../../src/text/source.ts";
import { line, markdown } from "../support/arbitraries.ts";
import { runs, spread, upTo } from "../support/effort.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

const texts = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => readFileSync(join(FIXTURES, name), "utf8").replace(/^\ufeff/, ""));

/** What the whole text says, as the parser reads it. */
function readWhole(text: string): WorkHead | undefined {
  const document = parseWork(sourceOf(text));
  const issue = issueOf(document);
  const updated = updateTimeOf(document)?.reading ?? document.completed?.reading;
  return issue && { ...issue, status: document.status, updated };
}

/** Asserts that no beginning of the text says anything else, and returns how many say it. */
function expectAgreement(text: string): number {
  const whole = readWhole(text);
  let settled = 0;
  for (let end = text.indexOf("\n") + 1; end > 0; end = text.indexOf("\n", end) + 1) {
    const head = readWorkHead(text.slice(0, end));
    if (head === undefined) continue;
    expect(head, JSON.stringify(text.slice(0, end))).toEqual(whole);
    settled++;
  }
  return settled;
}

test("no beginning of a fixture says anything but what the whole says", () => {
  const settled = spread(texts, 40)
    .map(expectAgreement)
    .filter((count) => count > 0);
  expect(settled.length).toBeGreaterThan(upTo(60, 5));
});

test.each([
  [
    "a header, fields and a section",
    "# Issue #7: Seven\n\n**Status:** completed\n**Completed:** 2024-10-23\n\n## Tests\n",
  ],
  [
    "as the program writes it",
    "---\nschema_version: 1\n---\n# Issue #7: Seven\n\n**Status:** in_progress\n**Last Updated:** 2024-10-23T10:00:00Z\n\n## Approach\n",
  ],
  [
    "fields of other names",
    "# Issue #7: Seven\n**Labels:** a\n**Status:** completed\n**Last Updated:** 2024-10-23T10:00:00Z\n## Tests Status\n",
  ],
])("%s settle what the whole says", (_name, text) => {
  expect(readWorkHead(text)).toEqual(readWhole(text));
  expect(readWorkHead(text)).toBeDefined();
});

const HEAD = "# Issue #7: Seven\n\n**Status:** in_progress\n**Last Updated:** 2024-10-23T10:00:00Z\n\n";
test.each([
  ["no known section yet", HEAD],
  ["no header of the first level", `#${HEAD}## Approach\n`],
  ["frontmatter that is not closed", `---\na: 1\n${HEAD}## Approach\n`],
  ["a known section inside code", `${HEAD}\`\`\`\n## Approach\n`],
  ["a known section in front of the header's end", "## Approach\n\n# Issue #7: Seven\n\n**Status:** completed\n"],
  ["a carriage return in the section's title", `${HEAD}## Next\rActions\n`],
])("%s settles nothing", (_name, text) => {
  expect(readWorkHead(text)).toBeUndefined();
});

const lines = texts.flatMap((text) => text.split("\n").slice(0, 12));
const piece = fc.oneof(
  fc.constantFrom(...lines),
  fc.constantFrom(
    "# Issue #7: Seven",
    "# Issue #8: C#",
    "## Issue #9: Nine",
    "**Status:** completed",
    "**status:** in_progress",
    "**Last Updated:** 2024-10-22T10:00:00Z",
    "**Last Updated:** 2024-10-21",
    "**LAST UPDATED:** never",
    "**Completed:** 2024-10-20T10:00:00Z",
    "**Last Updated:**",
    "## Issue Description",
    "## Tests ##",
    "Approach\n---",
    "- **Status:** completed",
    "```",
    "<!--",
    "-->",
    "---",
    "> quoted",
    "",
  ),
  line,
);

test("nor of mutations of the fixtures", () => {
  const mutation = fc.tuple(
    fc.constantFrom(...texts),
    fc.array(fc.tuple(fc.nat(14), fc.nat(2), piece), { maxLength: 4 }),
  );
  fc.assert(
    fc.property(mutation, fc.constantFrom("\n", "\n", "\r\n"), ([text, changes], eol) => {
      const all = text.split("\n");
      for (const [at, gone, put] of changes) all.splice(at, gone, put);
      expectAgreement(all.join(eol));
    }),
    runs(1500),
  );
});

test("nor of heads of any lines", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), markdown, (head, rest) => {
      expectAgreement(`${head.join("\n")}\n${rest}`);
    }),
    runs(2000),
  );
});
