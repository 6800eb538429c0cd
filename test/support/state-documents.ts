/** Sound state files, and what must hold of edits that change one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import type { ProgressInput } from "../../src/changes/inputs.ts";
import { parseState, type StateDocument } from "../../src/document/state.ts";
import { checkState, hasErrors } from "../../src/rules/check.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { applyEdits, type Edit } from "../../src/text/edit.ts";
import { sourceOf } from "../../src/text/source.ts";
import { line } from "./arbitraries.ts";
import { NOW } from "./clock.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
export const parse = (text: string) => parseState(sourceOf(text), readYaml);

export const sound = readdirSync(join(FIXTURES, "read"))
  .filter((name) => name.endsWith(".md") && !name.endsWith(".work.md"))
  .map((name) => readFileSync(join(FIXTURES, "read", name), "utf8").replace(/^\ufeff/, ""))
  .filter((text) => !hasErrors(checkState(parse(text), { now: NOW })));

/** Sound documents, with lines of a user put in anywhere that leave them sound. */
export const documents = fc
  .tuple(fc.constantFrom(...sound), fc.array(fc.tuple(fc.nat(60), line), { maxLength: 3 }), fc.boolean())
  .map(([text, extra, crlf]) => {
    const lines = text.split("\n");
    for (const [at, words] of extra) lines.splice(at % (lines.length + 1), 0, words);
    return crlf ? lines.map((each) => each.replace(/\r$/, "")).join("\r\n") : lines.join("\n");
  })
  .filter((text) => !hasErrors(checkState(parse(text), { now: NOW })));

export const progress = fc.array(
  fc.record(
    {
      status: fc.constantFrom("completed", "in_progress", "pending", "blocked"),
      text: line,
      percentage: fc.integer({ min: 0, max: 100 }),
    },
    { requiredKeys: ["status", "text"] },
  ) as fc.Arbitrary<ProgressInput>,
  { maxLength: 4 },
);

export function changed(document: StateDocument, edits: readonly Edit[]): StateDocument {
  const result = parse(applyEdits(document.text, edits));
  expect(checkState(result, { now: NOW }).filter(({ severity }) => severity === "error")).toEqual([]);
  expect(result.source.eol === document.source.eol || result.text.split("\n").length < 3).toBe(true);
  if (!/(?<!\r)\n/.test(document.text)) expect(result.text).not.toMatch(/(?<!\r)\n/);
  return result;
}

/** All lines of `before` that no edit touches stand in `result` in their order. */
export function untouchedLinesStay(before: string, edits: readonly Edit[], result: string): void {
  const rest = result.split(/\r\n|\n/);
  let offset = 0;
  let at = 0;
  for (const each of before.split(/(?<=\n)/)) {
    const [start, end] = [offset, offset + each.length];
    offset = end;
    if (edits.some((edit) => edit.start <= end && edit.end >= start)) continue;
    const found = rest.indexOf(each.replace(/\r?\n$/, ""), at);
    expect(found).toBeGreaterThanOrEqual(at);
    at = found + 1;
  }
}
