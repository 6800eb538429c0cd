/** Rules that the origin sets for state files, where the gate keeps to them in its own way. */
import { describe, expect, test } from "vitest";
import { MIGRATIONS } from "../../src/changes/migrate.ts";
import { SCHEMA_VERSION } from "../../src/document/document.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { check } from "../../src/gate/documents/check.ts";
import { save } from "../../src/gate/documents/save.ts";
import { fixture, makeProject } from "../support/project.ts";

describe("a document without a version", () => {
  const old = (name: string) => fixture(name).replace(/^---\n.*?---\n/s, "");
  const STATE = ".claude/state.md";
  const WORK = ".claude/work/42.md";

  test("is in order, and is saved without one", async () => {
    const { gate, read } = makeProject({ [STATE]: old("read/format.md") });
    await save(gate, { nextSteps: ["Go on"] });
    expect((await check(gate)).errors).toBe(0);
    expect(read(STATE)).toMatch(/^# Session State\n/);
  });

  test("gets one by check --fix, and nothing else changes", async () => {
    const texts = {
      [STATE]: `\ufeff${old("read/format.md").replaceAll("\n", "\r\n")}`,
      [WORK]: old("read/format.work.md"),
    };
    const { gate, read } = makeProject(texts);
    const shown = await check(gate, { fix: true }, { dryRun: true });
    expect(shown.written.map(({ path }) => path)).toEqual([STATE, WORK]);
    expect(read(STATE)).toBe(texts[STATE]);
    expect((await check(gate, { fix: true })).fixed).toBe(2);
    expect(read(STATE)).toBe(texts[STATE]!.replace("\ufeff", "\ufeff---\r\nschema_version: 1\r\n---\r\n"));
    expect(read(WORK)).toBe(`---\nschema_version: 1\n---\n${texts[WORK]}`);
    expect(await check(gate, { fix: true })).toMatchObject({ fixed: 0, written: [] });
    expect((await check(gate)).errors).toBe(0);
  });

  test("keeps what its frontmatter says", async () => {
    const { gate, read } = makeProject({ [STATE]: `---\n# mine\ntags: [a, b]\n---\n${old("read/format.md")}` });
    expect((await check(gate, { fix: true })).fixed).toBe(1);
    expect(read(STATE)).toMatch(/^---\nschema_version: 1\n# mine\ntags: \[a, b\]\n---\n# Session State\n/);
  });

  test.each([
    ["that is damaged", (text: string) => text.replace("## Blockers", "<<<<<<< ours\n## Blockers")],
    ["with a frontmatter that cannot be read", (text: string) => `---\na: [\n---\n${text}`],
    ["that names one in its text", (text: string) => `schema_version: 1\n\n${text}`],
    ["of another program", () => "# Our notes\n\nRead them.\n"],
  ])("%s stays as it is", async (_name, change) => {
    const text = change(old("read/format.md"));
    const { gate, read } = makeProject({ [STATE]: text });
    expect((await check(gate, { fix: true })).written).toEqual([]);
    expect(read(STATE)).toBe(text);
  });
});

test("migrations lead from a document without a version to the newest one", () => {
  expect(MIGRATIONS.map(({ from, to }) => [from, to])).toEqual(
    Array.from({ length: SCHEMA_VERSION }, (_, version) => [version, version + 1]),
  );
});

test("a batch whose keys have other names is no batch", async () => {
  const text = '{"batch_id": "b", "features": ["a"], "current_index": 0, "completed": [], "failed": []}';
  const { gate, read } = makeProject({ ".claude/batch_state.json": text });
  await expect(completeFeature(gate, { index: 0 })).rejects.toMatchObject({ code: "CORRUPT" });
  expect(read(".claude/batch_state.json")).toBe(text);
});
