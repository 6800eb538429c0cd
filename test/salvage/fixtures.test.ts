/**
 * Damage by name: `before.txt`, what else is known, and `after.txt`, which it becomes.
 *
 * `older.txt` is a version that was in order, `known.json` what work files, the archive
 * and the disk say. `report.json` has what the user is told. With `UPDATE_FIXTURES=1`
 * the expected files are written anew; then read the difference.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseState } from "../../src/document/state.ts";
import { parseWork } from "../../src/document/work.ts";
import { checkState, checkWork } from "../../src/rules/check.ts";
import { salvageState } from "../../src/salvage/salvage-state.ts";
import { salvageWork } from "../../src/salvage/salvage-work.ts";
import type { PartSource } from "../../src/salvage/source.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { sourceOf } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";

const ROOT = join(import.meta.dirname, "../../fixtures");
const OPTIONS = { now: NOW, readYaml };
const ISSUE = 42;

interface Rebuilt {
  readonly text: string;
  readonly parts: readonly PartSource[];
  readonly lost: readonly string[];
  readonly kept?: object;
}

/** The files of a case, and what is known besides the damaged one. */
function caseOf(folder: string) {
  const textOf = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  const older = textOf("older.txt");
  const known = JSON.parse(textOf("known.json") ?? "{}") as object;
  return {
    before: readFileSync(join(folder, "before.txt")),
    known: { ...(older !== undefined && { older: { id: "h1", text: older } }), ...known },
  };
}

/** One line for each kind of thing, so that a difference shows what changed. */
function reportOf({ parts, kept, lost }: Rebuilt): string {
  const from = Object.fromEntries(
    parts.map(({ part, source, path }) => [part, path === undefined ? source : `${source} ${path}`]),
  );
  const lines = Object.entries({ from, ...(kept && { kept }), lost });
  return `{\n${lines.map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`).join(",\n")}\n}\n`;
}

function expectFixture(folder: string, rebuilt: Rebuilt): void {
  for (const [name, text] of [
    ["after.txt", rebuilt.text],
    ["report.json", reportOf(rebuilt)],
  ] as const) {
    const path = join(folder, name);
    if (process.env["UPDATE_FIXTURES"]) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  }
}

const casesIn = (room: string) => readdirSync(join(ROOT, room)).map((name) => [name, join(ROOT, room, name)] as const);
const errorsOf = (diagnostics: readonly { readonly severity: string; readonly message: string }[]) =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);

describe("a state file", () => {
  test.each(casesIn("salvage-state"))("%s", (_name, folder) => {
    const { before, known } = caseOf(folder);
    const rebuilt = salvageState(before, { work: [], archived: [], ...known }, OPTIONS);
    expectFixture(folder, rebuilt);
    expect(errorsOf(checkState(parseState(sourceOf(rebuilt.text), readYaml), { now: NOW }))).toEqual([]);
    // What was rebuilt is in order, so rebuilding it again finds nothing to do.
    const again = salvageState(new TextEncoder().encode(rebuilt.text), { work: [], archived: [] }, OPTIONS);
    expect([again.text, again.kept, again.lost]).toEqual([rebuilt.text, rebuilt.kept, []]);
  });
});

describe("a work file", () => {
  test.each(casesIn("salvage-work"))("%s", (_name, folder) => {
    const { before, known } = caseOf(folder);
    const rebuilt = salvageWork(before, { issue: ISSUE, ...known }, OPTIONS);
    expectFixture(folder, rebuilt);
    const document = parseWork(sourceOf(rebuilt.text), readYaml);
    expect(errorsOf(checkWork(document, { now: NOW, fileIssue: ISSUE }))).toEqual([]);
    const again = salvageWork(new TextEncoder().encode(rebuilt.text), { issue: ISSUE }, OPTIONS);
    expect([again.text, again.lost]).toEqual([rebuilt.text, []]);
  });
});
