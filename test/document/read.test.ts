/** What is read from a document: `fixtures/read/<case>.md` gives `<case>.expected.json`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatTime } from "../../src/base/time.ts";
import type { TimeField } from "../../src/document/document.ts";
import { textOfItem } from "../../src/document/items.ts";
import { isForeign } from "../../src/document/ours.ts";
import { freeLines, isIdle, parseState } from "../../src/document/state.ts";
import { issueOf, parseWork, updateTimeOf } from "../../src/document/work.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { decode } from "../../src/text/source.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/read");
const cases = readdirSync(FIXTURES).filter((name) => name.endsWith(".md"));

describe("readings", () => {
  test.each(cases)("%s", (name) => {
    const source = decode(readFileSync(join(FIXTURES, name)));
    const reading = name.endsWith(".work.md")
      ? workReading(parseWork(source, readYaml))
      : stateReading(parseState(source, readYaml));
    const expected = join(FIXTURES, name.replace(/\.md$/, ".expected.json"));
    if (process.env["UPDATE_FIXTURES"]) writeFileSync(expected, `${JSON.stringify(reading, null, 2)}\n`);
    expect(JSON.parse(JSON.stringify(reading))).toEqual(JSON.parse(readFileSync(expected, "utf8")));
  });
});

function stateReading(document: ReturnType<typeof parseState>) {
  return {
    foreign: isForeign(document),
    frontmatter: document.frontmatter && {
      version: document.frontmatter.schemaVersion,
      fault: document.frontmatter.fault?.message,
    },
    last_updated: timeReading(document.lastUpdated),
    idle: isIdle(document),
    issue: document.active.issue,
    several: document.active.issueField?.others.length,
    branch: document.active.branch?.value.value,
    started: timeReading(document.active.started),
    progress: document.progress.map(({ item, reading: { textStart, textEnd, ...rest } }) => ({
      ...rest,
      below: item.below.length,
    })),
    next_steps: document.nextSteps.map(textOfItem),
    open_questions: document.openQuestions.map(({ reading: { question, decision } }) => ({ question, decision })),
    recent: document.recentWork.map(({ reading: { dateReading, ...rest } }) => rest),
    blockers: freeLines(document, "blockers"),
    context: freeLines(document, "context"),
    sections: Object.entries(document.known).map(
      ([key, part]) => `${key} ${part!.value.depth} +${part!.others.length}`,
    ),
  };
}

function workReading(document: ReturnType<typeof parseWork>) {
  return {
    issue: issueOf(document),
    header: document.header?.value.issue,
    status: document.status,
    fields: Object.fromEntries(Object.entries(document.fields).map(([key, part]) => [key, part!.value.value])),
    updated: timeReading(updateTimeOf(document)),
    log: document.log.map(({ title }) => title),
    sections: Object.entries(document.known).map(
      ([key, part]) => `${key} ${part!.value.depth} +${part!.others.length}`,
    ),
  };
}

function timeReading(time: TimeField | undefined) {
  if (!time) return undefined;
  const { reading } = time;
  return `${time.field.value} ${reading?.kind}${reading && "instant" in reading ? ` ${formatTime(reading.instant)}` : ""}`;
}
