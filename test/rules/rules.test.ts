import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fixesOf } from "../../src/rules/check.ts";
import { FIRST_RULES, RULE_DESCRIPTIONS, STATE_RULES, WORK_RULES } from "../../src/rules/index.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { encode } from "../../src/text/source.ts";
import { casesIn, checkSource, FIXTURES, render } from "./cases.ts";

const folders = readdirSync(join(FIXTURES, "rules"));

describe.each(folders)("%s", (folder) => {
  const cases = casesIn(`rules/${folder}`);

  test.each(cases.map((it) => [it.name, it] as const))("%s", (_name, { path, kind, source, facts }) => {
    const diagnostics = checkSource(kind, source, facts);
    const expected = `${path}.expected.txt`;
    if (process.env["UPDATE_FIXTURES"] && diagnostics.length > 0) {
      writeFileSync(expected, render(source.text, diagnostics));
      const mended = fixesOf(diagnostics);
      if (mended.length > 0) writeFileSync(`${path}.fixed.md`, encode(source, applyEdits(source.text, mended)));
    }
    expect(render(source.text, diagnostics)).toBe(existsSync(expected) ? readFileSync(expected, "utf8") : "");
    const edits = fixesOf(diagnostics);
    const fixed = `${path}.fixed.md`;
    expect(edits.length > 0).toBe(existsSync(fixed));
    if (edits.length === 0) return;
    expect(Buffer.from(encode(source, applyEdits(source.text, edits)))).toEqual(readFileSync(fixed));
  });

  test("has a good and a bad case", () => {
    const bad = (id: string) =>
      cases.some(({ kind, source, facts }) => checkSource(kind, source, facts).some(({ rule }) => rule === id));
    expect(bad(folder)).toBe(true);
    const ok = cases.find(({ path }) => path.endsWith("/ok"))!;
    expect(checkSource(ok.kind, ok.source, ok.facts)).toEqual([]);
  });
});

test.each(casesIn("read-silently").map((it) => [it.name, it] as const))("%s", (_name, { kind, source, facts }) => {
  expect(render(source.text, checkSource(kind, source, facts))).toBe("");
});

test("every rule about a document has a folder", () => {
  const ids = new Set([...FIRST_RULES, ...STATE_RULES, ...WORK_RULES].map(({ id }) => id));
  expect(folders).toEqual([...ids].sort());
});

test("every rule has a kebab-case id and one sentence that says what holds", () => {
  for (const [id, description] of RULE_DESCRIPTIONS) {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(description).toMatch(/^[A-Z].*(?<!\.)$/);
  }
});

test("messages are short, of one line, and without a full stop", () => {
  for (const folder of folders) {
    for (const { name, kind, source, facts } of casesIn(`rules/${folder}`)) {
      for (const { message } of checkSource(kind, source, facts)) {
        expect(message, name).toMatch(/^(?:Unexpected|Missing) .*(?<!\.)$/);
        expect(message.length, name).toBeLessThan(160);
      }
    }
  }
});
