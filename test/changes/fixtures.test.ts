/** One folder a case: `before.md` and `arguments.json` give `after.md`, byte for byte. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { adopt } from "../../src/changes/adopt.ts";
import { clearActive } from "../../src/changes/clear-active.ts";
import { completeWork, reopenWork } from "../../src/changes/complete-work.ts";
import { resumeActive, setActive } from "../../src/changes/set-active.ts";
import { updateProgress } from "../../src/changes/update-progress.ts";
import { EMPTY_UPDATE, updateWork } from "../../src/changes/update-work.ts";
import { parseState, type StateDocument } from "../../src/document/state.ts";
import { parseWork, type WorkDocument } from "../../src/document/work.ts";
import { checkState, checkWork } from "../../src/rules/check.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { applyEdits, type Edit } from "../../src/text/edit.ts";
import { decode, encode } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";

type Arguments = never;

const STATE_CHANGES: Readonly<Record<string, (document: StateDocument, input: Arguments) => readonly Edit[]>> = {
  "set-active": (document, input) => setActive(document, input, NOW),
  "resume-active": (document, input) => resumeActive(document, input, NOW),
  "update-progress": (document, input) => updateProgress(document, input, NOW),
  "clear-active": (document, input) => clearActive(document, input, NOW),
  adopt: (document) => adopt(document, NOW),
};
const WORK_CHANGES: Readonly<Record<string, (document: WorkDocument, input: Arguments) => readonly Edit[]>> = {
  "update-work": (document, input) => updateWork(document, { ...EMPTY_UPDATE, ...(input as object) }, NOW),
  "reopen-work": (document) => reopenWork(document, NOW),
  "complete-work": (document, input) => completeWork(document, input, NOW),
};

const FIXTURES = join(import.meta.dirname, "../../fixtures/changes");

describe.each(readdirSync(FIXTURES))("%s", (change) => {
  test.each(readdirSync(join(FIXTURES, change)))("%s", (name) => {
    const folder = join(FIXTURES, change, name);
    const before = readFileSync(join(folder, "before.md"));
    const input = existsSync(join(folder, "arguments.json"))
      ? (JSON.parse(readFileSync(join(folder, "arguments.json"), "utf8")) as Arguments)
      : ({} as Arguments);
    const source = decode(before);
    const edits =
      STATE_CHANGES[change]?.(parseState(source, readYaml), input) ??
      WORK_CHANGES[change]!(parseWork(source, readYaml), input);
    const after = encode(source, applyEdits(source.text, edits));
    const expected = join(folder, "after.md");
    if (process.env["UPDATE_FIXTURES"]) writeFileSync(expected, after);
    expect(Buffer.from(after).toString()).toBe(readFileSync(expected, "utf8"));
    const read = decode(after);
    const diagnostics = STATE_CHANGES[change]
      ? checkState(parseState(read, readYaml), { now: NOW })
      : checkWork(parseWork(read, readYaml), { now: NOW });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
