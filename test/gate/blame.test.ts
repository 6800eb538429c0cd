/** Which version, actor and session each line of a document comes from. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { viewBlame } from "../../src/cli/views/blame.ts";
import { columnsOf } from "../../src/cli/views/columns.ts";
import { storeVersion } from "../../src/files/record/store-version.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { blame } from "../../src/gate/history/blame.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { NOW } from "../support/clock.ts";
import { upTo } from "../support/effort.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const HOUR = 3_600_000;
const PLAIN = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

function same(text: string): string {
  return text;
}

/** A project that two sessions and an editor have worked in, an hour after another. */
async function makeWork(): Promise<TestProject> {
  const project = makeProject();
  const by = (actor: string) => ({ ...project.gate, actor });
  await start(by("claude:0198-first"), { issue: 7, title: "Seven", branch: "seven" });
  project.later(HOUR);
  await save(by("codex:0199-second"), { nextSteps: ["Draw it"], learnings: ["It is round"] });
  project.later(HOUR);
  project.write(STATE, project.read(STATE).replace("1. Draw it", "1. Draw it\n2. Planted"));
  return project;
}

const lineOf = async ({ gate }: TestProject, text: string, issue?: number) =>
  (await blame(gate, issue)).lines.find((line) => line.text.includes(text));

test("each line has its version, actor and session", async () => {
  const project = await makeWork();
  const { lines, path } = await blame(project.gate);
  expect(path).toBe(STATE);
  expect(lines.map(({ text }) => text).join("\n")).toBe(project.read(STATE).trimEnd());
  expect(lines.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 1));
  expect(await lineOf(project, "#7 - Seven")).toMatchObject({
    ...{ operation: "start", actor: "claude:0198-first", session: "0198-first", outside: false },
    timestamp: "2024-10-23T16:30:00Z",
  });
  expect(await lineOf(project, "Draw it")).toMatchObject({
    ...{ operation: "save", actor: "codex:0199-second", session: "0199-second", outside: false },
    timestamp: "2024-10-23T17:30:00Z",
  });
  expect(await lineOf(project, "Planted")).toMatchObject({
    ...{ operation: "outside", version: undefined, actor: undefined, session: undefined, outside: true },
    timestamp: "2024-10-23T18:30:00Z",
  });
});

test("a line from outside stays so under the gate's later versions, with its time", async () => {
  const project = await makeWork();
  await save(project.gate, { log: ["On"] });
  project.later(HOUR);
  await save(project.gate, { log: ["And on"] });
  const line = await lineOf(project, "Planted");
  expect(line).toMatchObject({ operation: "outside", outside: true, timestamp: "2024-10-23T18:30:00Z" });
  expect(line!.version).toMatch(/^2024/);
  await undo(project.gate);
  expect(await lineOf(project, "Planted")).toMatchObject({ version: line!.version, outside: true });
});

test("a work file is known by its issue, at work and archived", async () => {
  const project = await makeWork();
  expect(await lineOf(project, "It is round", 7)).toMatchObject({ operation: "save", session: "0199-second" });
  await done(project.gate, {});
  const archived = await blame(project.gate, 7);
  expect(archived.path).toBe(".claude/archive/7.md");
  expect(archived.lines.find(({ text }) => text.includes("It is round"))).toMatchObject({
    operation: "save",
    outside: false,
  });
});

test("without a history all is from outside", async () => {
  const project = await makeWork();
  rmSync(join(project.root, ".claude/.gate"), { recursive: true });
  const { lines } = await blame(project.gate);
  expect(lines.every(({ outside, version }) => outside && version === undefined)).toBe(true);
});

test("what is not there is said, and what cannot be read too", async () => {
  const { gate, write } = makeProject();
  await expect(blame(gate)).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining(STATE) });
  await expect(blame(gate, 3)).rejects.toMatchObject({ code: "NOT_FOUND" });
  write(".claude/work/3.md/x", "");
  await expect(blame(gate, 3)).rejects.toMatchObject({ code: "CORRUPT" });
});

test("people see it in as many columns as they have", async () => {
  const project = await makeWork();
  const result = await blame(project.gate);
  for (let width = 40; width <= 200; width++) {
    const view = viewBlame(result, NOW + 3 * HOUR, width, PLAIN);
    for (const line of view.split("\n")) expect(columnsOf(line), line).toBeLessThanOrEqual(width);
  }
  const wide = viewBlame(result, NOW + 3 * HOUR, 120, PLAIN);
  expect(wide.split("\n")[0]).toBe(`.claude/state.md: ${result.lines.length} lines, 1 from outside`);
  expect(wide).toMatch(
    /\n[0-9a-f]{6} save {3} 2 hours ago codex:0199-sec +\d+ 1\. Draw it\n- {6}outside 1 hour ago .*2\. Planted\n/,
  );
  expect(viewBlame(result, NOW + 3 * HOUR, 40, PLAIN)).toMatch(/\n- {6}outside \d+ 2\. Planted\n/);
});

test("many versions of a long document stay usable", async () => {
  const { gate, write } = makeProject();
  const count = upTo(200, 25);
  const lines = Array.from(
    { length: 15_000 },
    (_, at) => `- line ${at} of a long document, with words enough in it for a line`,
  );
  let found: Uint8Array | undefined;
  for (let version = 0; version < count; version++) {
    lines[version * 40] = `- line changed by version ${version}`;
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    storeVersion(gate.project, STATE, found, { operation: "save", timestamp: NOW + version * HOUR, bytes }).confirm();
    found = bytes;
  }
  write(STATE, found!);
  const { lines: blamed } = await blame(gate);
  expect(blamed).toHaveLength(lines.length);
  expect(new Set(blamed.map(({ version }) => version)).size).toBeGreaterThan(20);
  expect(blamed.every(({ outside }) => !outside)).toBe(true);
});
