/**
 * Each event in each dialect, from payloads as the agents send them. A fixture has a
 * project of `fixtures/projects` to run in; `$ROOT` is its folder. Run with
 * `UPDATE_FIXTURES=1` to write the expected answers anew, then read the diff.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answerTo } from "../../src/hooks/hook.ts";
import { AGENT, AGENTS } from "../../src/settings/agents.ts";
import { NOW } from "../support/clock.ts";
import { viewProject } from "../support/project.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const cases = readdirSync(join(FIXTURES, "hooks"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"))
  .map((name) => name.replace(/\.json$/, ""))
  .sort();

interface Case {
  readonly project: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly payload: object;
}

/** What these may write to: the gate's own folder, never a document. */
const WRITERS = /\/(?:pre-compact|stop|session-end|user-prompt-submit)-/;

test.each(cases)("%s", async (name) => {
  const text = readFileSync(join(FIXTURES, "hooks", `${name}.json`), "utf8");
  const { project, words, environment, payload } = JSON.parse(text) as Case;
  const root = realpathSync(mkdtempSync(join(tmpdir(), "gate-hook-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  cpSync(join(FIXTURES, "projects", project), root, { recursive: true });
  const { tree } = viewProject(root);
  const before = tree(!WRITERS.test(name));
  const given = JSON.stringify(payload).replaceAll("$ROOT", root);
  const answer = await answerTo(given, words, { environment, home: "/nowhere", clock: () => NOW, here: root });
  expect(tree(!WRITERS.test(name))).toEqual(before);
  const said = `${JSON.stringify(answer ?? null, undefined, 2)}\n`.replaceAll(root, "$ROOT");
  const expected = join(FIXTURES, "hooks", `${name}.expected.json`);
  if (process.env["UPDATE_FIXTURES"]) writeFileSync(expected, said);
  expect(said).toBe(readFileSync(expected, "utf8"));
});

/** The names of fixtures by event. */
const kebab = (hook: string) => hook.replaceAll(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();

test("every event has a fixture in every dialect", () => {
  for (const agent of AGENTS) {
    const asked = ["claude", "codex", "copilot", "gemini"].includes(agent) ? ["SessionEnd", "PermissionRequest"] : [];
    for (const event of new Set([...AGENT[agent].events.map(({ hook }) => hook), ...asked].map(kebab))) {
      expect(
        cases.filter((name) => name.startsWith(`${agent}/${event}-`)),
        `${agent} ${event}`,
      ).not.toEqual([]);
    }
  }
});
