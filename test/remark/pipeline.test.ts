/** The plugins with both parsers: what is read, found and written is the same, whichever of them made the tree. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Root } from "mdast";
import { remark } from "remark";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { VFile } from "vfile";
import { describe, expect, test } from "vitest";
import { contentOf } from "../../src/document/content.ts";
import { parseState, type StateDocument } from "../../src/document/state.ts";
import { parseWork, type WorkDocument } from "../../src/document/work.ts";
import {
  type ChangeName,
  presetState,
  remarkState,
  remarkStateChange,
  remarkStateLint,
  stateParser,
  stateStringify,
  stateToMdast,
  workToMdast,
} from "../../src/remark.ts";
import { checkState, checkWork } from "../../src/rules/check.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { decode } from "../../src/text/source.ts";
import { line } from "../support/arbitraries.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");

const PARSERS = {
  "the scanner": () => unified().use(stateParser),
  "remark-parse with remark-frontmatter": () => unified().use(remarkParse).use(remarkFrontmatter),
};

interface Fixture {
  readonly name: string;
  readonly kind: "state" | "work";
  readonly bytes: Buffer;
}

/** What each item holds of its list would be written once for each. */
const SMALL = 20_000;

const fixtures: readonly Fixture[] = ["read", "read-silently"].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => ({
      name: `${folder}/${name}`,
      kind: name.endsWith(".work.md") ? ("work" as const) : ("state" as const),
      bytes: readFileSync(join(FIXTURES, folder, name)),
    })),
);

/** A document without what only a parser of phrasing can tell. */
function withoutWords(document: StateDocument | WorkDocument): unknown {
  const strip = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(strip);
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => (key === "words" ? [] : [[key, strip(each)]])),
    );
  };
  return strip(document);
}

describe.each(Object.entries(PARSERS))("%s", (_name, parser) => {
  test("gives the document that the library reads, and the findings of its rules", () => {
    expect(fixtures.length).toBeGreaterThan(150);
    for (const { name, kind, bytes } of fixtures) {
      const file = new VFile({ value: bytes });
      const processor = parser().use(remarkState, { kind }).use(remarkStateLint, { now: NOW });
      processor.runSync(processor.parse(file), file);
      const source = decode(bytes);
      const document = kind === "state" ? parseState(source, readYaml) : parseWork(source, readYaml);
      expect(withoutWords(file.data.state!), name).toEqual(document);
      const found = document.kind === "state" ? checkState(document, { now: NOW }) : checkWork(document, { now: NOW });
      const expected = found.map(({ rule, severity, message, start, end }) => ({
        ...{ ruleId: rule, fatal: severity === "error", reason: message, source: "state" },
        ...{ start: start, end: end },
      }));
      const messages = file.messages.map(({ ruleId, fatal, reason, source: from, place }) => ({
        ...{ ruleId, fatal, reason, source: from },
        start: place && "start" in place ? place.start.offset : undefined,
        end: place && "end" in place ? place.end.offset : undefined,
      }));
      expect(messages, name).toEqual(expected);
    }
  });

  const changes = readdirSync(join(FIXTURES, "changes")) as ChangeName[];
  describe.each(changes)("%s", (change) => {
    test.each(readdirSync(join(FIXTURES, "changes", change)))("%s", async (name) => {
      const folder = join(FIXTURES, "changes", change, name);
      const given = join(folder, "arguments.json");
      const input = existsSync(given) ? JSON.parse(readFileSync(given, "utf8")) : {};
      const kind = change.endsWith("work") ? "work" : "state";
      const [before, after] = ["before.md", "after.md"].map((file) => readFileSync(join(folder, file)));
      const processor = parser()
        .use(remarkState, { kind })
        .use(remarkStateLint, { now: NOW })
        .use(remarkStateChange, change, input)
        .use(stateStringify);
      const file = await processor.process(new VFile({ value: before! }));
      expect(Buffer.compare(Buffer.from(file.value as Uint8Array), after!)).toBe(0);
      const text = await processor.process(new VFile({ value: before!.toString() }));
      expect(text.value).toBe(after!.toString());
    });
  });
});

test("GFM, phrasing and nodes of other plugins read as the text says", () => {
  const text = [
    "# Session State",
    "**Last Updated:** 2024-10-23T14:30:00Z",
    "## **Active Work**",
    "**Current Issue:** #7 - Add `x` and _y_, see https://example.com",
    "### Progress",
    "- [x] Wrote the *middleware*",
    "- [ ] Tests",
    "## Recent Work",
    "## [Blockers](#blockers)",
    "| a | b |",
    "| - | - |",
    "| c | ~d~ |",
    "## Context",
    "[docs]: https://example.com",
    "",
  ].join("\n\n");
  const insert = () => (tree: Root) =>
    void tree.children.unshift({ type: "paragraph", children: [{ type: "text", value: "made" }] });
  const processor = remark().use(remarkFrontmatter).use(remarkGfm).use(insert).use(remarkState, { kind: "state" });
  const file = new VFile(text);
  processor.runSync(processor.parse(file), file);
  expect(contentOf(file.data.state as StateDocument)).toMatchObject({
    issueNumber: 7,
    issueTitle: "Add `x` and _y_, see https://example.com",
    progressItems: [
      { status: "completed", text: "Wrote the *middleware*" },
      { status: "pending", text: "Tests" },
    ],
    blockers: "| a | b |\n| - | - |\n| c | ~d~ |",
    context: ["[docs]: https://example.com"],
  });
});

test("the preset reads by paths, leaves what is not ours alone, and writes every byte back", async () => {
  const bytes = Buffer.from("\ufeff# Session State\r\n\r\n## Active Work\r\n## Context\r\n");
  const process = (path: string, value: string | Uint8Array) =>
    unified().use(presetState).process(new VFile({ path, value }));
  const state = await process(".claude/state.md", bytes);
  expect(state.data.state?.kind).toBe("state");
  expect(Buffer.from(state.value as Uint8Array)).toEqual(bytes);
  expect(state.messages.map(({ ruleId }) => ruleId)).toContain("missing-section");
  const work = await process(".claude/work/7.md", "# Issue #8: Eight\n");
  expect(work.messages.map(({ ruleId }) => ruleId)).toContain("issue-mismatch");
  const other = await process("README.md", "# A\n\n*  b\n");
  expect(other).toMatchObject({ value: "# A\n\n*  b\n", messages: [] });
  expect(other.data.state).toBeUndefined();
  const damaged = Buffer.concat([Buffer.from("---\nschema_version: 1\n---\n"), Buffer.from([0xff, 0x0a])]);
  const invalid = await process(".claude/state.md", damaged);
  expect(invalid.messages.map(({ ruleId }) => ruleId)).toContain("invalid-encoding");
  expect(Buffer.from(invalid.value as Uint8Array)).toEqual(damaged);
  const changing = unified()
    .use(stateParser)
    .use(remarkState, { kind: "state" })
    .use(remarkStateChange, "adopt")
    .use(stateStringify);
  await expect(changing.process(new VFile({ value: damaged }))).rejects.toThrow("it is not UTF-8");
});

test("rules can be silenced and weighed, and the mend of a finding is in the message", async () => {
  const text =
    "# Session State\n\n**Last Updated:** 2024-10-23 14:30\n\n## Active Work\n\n## Recent Work\n\n## Blockers\n\n## Context\n";
  const check = (rules: Readonly<Record<string, "off" | "warn" | "error">>) =>
    unified()
      .use(stateParser)
      .use(remarkState, { kind: "state" })
      .use(remarkStateLint, { now: NOW, rules })
      .use(stateStringify)
      .process(text);
  const [found] = (await check({})).messages;
  expect(found).toMatchObject({
    ruleId: "irregular-timestamp",
    fatal: false,
    url: "docs/rules.md#irregular-timestamp",
  });
  expect((await check({ "irregular-timestamp": "off" })).messages).toEqual([]);
  expect((await check({ "irregular-timestamp": "error" })).messages[0]!.fatal).toBe(true);
  const utc = await unified()
    .use(stateParser)
    .use(remarkState, { kind: "state" })
    .use(remarkStateLint, { now: NOW })
    .use(stateStringify)
    .process(text.replace("14:30", "14:30 UTC"));
  expect(utc.messages[0]).toMatchObject({
    expected: ["2024-10-23T14:30:00Z"],
    edits: [{ start: expect.any(Number), end: expect.any(Number), text: "2024-10-23T14:30:00Z" }],
  });
});

test("a change that is not one, or of another file, is refused", async () => {
  const processor = unified().use(stateParser).use(remarkState, { kind: "work" });
  expect(() =>
    processor()
      .use(remarkStateChange, "nonsense" as ChangeName)
      .freeze(),
  ).toThrow("expected one of adopt");
  const change = processor().use(remarkStateLint, { now: NOW }).use(remarkStateChange, "adopt").use(stateStringify);
  await expect(change.process("# Issue #7: Seven\n")).rejects.toThrow("was not read as a state file");
});

describe("documents as mdast", () => {
  const printed = (tree: Root) => unified().use(remarkFrontmatter).use(remarkStringify).stringify(tree);

  test("print by remark-stringify to what reads back the same, from documents and from plain data", () => {
    for (const { name, kind, bytes } of fixtures) {
      if (kind !== "state" || bytes.length > SMALL) continue;
      const document = parseState(decode(bytes), readYaml);
      const content = contentOf(document);
      if (content.issueTitle !== undefined && content.issueNumber === undefined) continue;
      const read = contentOf(parseState(decode(Buffer.from(printed(stateToMdast(document))))));
      expect(comparable(read), name).toEqual(comparable(content));
      expect(stateToMdast(content), name).toEqual(stateToMdast(document));
      expect(stateToMdast(JSON.parse(JSON.stringify(document))), name).toEqual(stateToMdast(document));
    }
  });

  test("work files keep their sections", () => {
    for (const { name, kind, bytes } of fixtures) {
      if (kind !== "work" || bytes.length > SMALL) continue;
      const document = parseWork(decode(bytes), readYaml);
      if (document.header?.value.issue.kind !== "issue" || document.header.value.issue.issue.number === undefined)
        continue;
      const read = parseWork(decode(Buffer.from(printed(workToMdast(document)))));
      expect(
        read.log.map(({ title }) => title),
        name,
      ).toEqual(document.log.map(({ title }) => title));
      expect(read.status, name).toBe(document.status);
      expect(workToMdast(JSON.parse(JSON.stringify(document))), name).toEqual(workToMdast(document));
    }
  });

  test("whatever people write stays what it is", () => {
    const item = fc.record({ status: fc.constantFrom("completed", "in_progress", "pending", "blocked"), text: line });
    const content = fc.record({
      progressItems: fc.array(item, { maxLength: 3 }),
      nextSteps: fc.array(line, { maxLength: 3 }),
      context: fc.array(line, { maxLength: 3 }),
    });
    const rest = {
      ...contentOf(parseState(decode(new Uint8Array()))),
      issueNumber: 7,
      issueTitle: "Seven",
      lastUpdated: "2024-10-23T14:30:00Z",
    };
    fc.assert(
      fc.property(content, (given) => {
        const whole = { ...rest, ...(given as Partial<typeof rest>) };
        const processor = unified()
          .use(remarkFrontmatter)
          .use(remarkStringify, { handlers: { text: (node: { data: { encoded: string } }) => node.data.encoded } });
        const read = contentOf(parseState(decode(Buffer.from(processor.stringify(stateToMdast(whole))))));
        expect(read).toEqual(whole);
      }),
      runs(300, 3),
    );
  });
});

/** What a document says, as far as it can be written anew: words that mean nothing are not. */
function comparable({ issueNumber, progressItems, nextSteps, openQuestions }: ReturnType<typeof contentOf>) {
  const items = progressItems.map((item) => ({ ...item, text: item.text.trim() }));
  return { issueNumber, progressItems: items, nextSteps, openQuestions };
}
