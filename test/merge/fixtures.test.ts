/**
 * One folder a case: `base.md` (absent where both sides made the file), `ours.md` and
 * `theirs.md` give `merged.md`, byte for byte. The name begins with the kind of document.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mergeFiles } from "../../src/merge/merge.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { NOW } from "../support/clock.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/merge");

test.each(readdirSync(FIXTURES))("%s", (name) => {
  const read = (file: string) => readFileSync(join(FIXTURES, name, `${file}.md`));
  const base = existsSync(join(FIXTURES, name, "base.md")) ? read("base") : undefined;
  const kind = (["work", "plain"] as const).find((each) => name.startsWith(`${each}-`)) ?? "state";
  const input = { base, ours: read("ours"), theirs: read("theirs"), kind, now: NOW, readYaml } as const;
  const { bytes, conflicts, problems } = mergeFiles(input);
  if (process.env["UPDATE_FIXTURES"]) writeFileSync(join(FIXTURES, name, "merged.md"), bytes);
  expect(Buffer.from(bytes).toString("latin1")).toBe(read("merged").toString("latin1"));
  expect(Buffer.from(bytes).includes("<<<<<<< ours")).toBe(conflicts > 0);
  // A result that is not in order is either a conflict or says so.
  const isDamaged = conflicts === 0 && /damaged|not-utf8/.test(name);
  expect(problems.map(({ rule }) => rule)).toEqual(isDamaged ? expect.arrayContaining([expect.any(String)]) : []);
  // Who merges from the other side has the same conflicts.
  expect(mergeFiles({ ...input, ours: input.theirs, theirs: input.ours }).conflicts).toBe(conflicts);
});
