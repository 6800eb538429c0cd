/** Several sessions in one checkout: what each of them saves ends under the issue that it works on. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newsFor } from "../../src/gate/agent/session.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import type { Gate } from "../../src/gate/gate.ts";
import { status } from "../../src/gate/view/status.ts";
import { runs, upTo } from "../support/effort.ts";
import { runBuilt } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { succeeds } from "../support/succeeds.ts";

const NAMES = ["a", "b"] as const;

const act = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ what: "save" } as const) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("start" as const), issue: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.constant({ what: "done" } as const) },
  { weight: 1, arbitrary: fc.constant({ what: "prompt" } as const) },
);
const sequence = fc.array(fc.tuple(fc.constantFrom(...NAMES), act), { minLength: 10, maxLength: 200 });

test("every item ends under the issue that its session worked on, whatever the other does", async () => {
  await fc.assert(
    fc.asyncProperty(sequence, async (steps) => {
      const project = makeProject();
      const works = new Map<string, number | undefined>();
      const items = new Map<string, number>();
      for (const [at, [name, step]] of steps.entries()) {
        project.later(1000);
        const gate = { ...project.gate, session: name };
        const { issueNumber: active } = await status(gate);
        const own = works.get(name) ?? active;
        if (step.what === "start") {
          await start(gate, { issue: step.issue, title: `Issue ${step.issue}` });
          works.set(name, step.issue);
        } else if (step.what === "prompt") {
          await newsFor(gate, name);
          if (!works.has(name) && active !== undefined) works.set(name, active);
        } else if (step.what === "done") {
          if ((await succeeds(() => done(gate))) && own !== undefined) works.set(name, undefined);
        } else {
          const text = `item ${at} of ${name}`;
          const kept = await progressOf(project, own);
          const input = { progress: [...kept, { status: "completed", text }], log: [`log ${text}`] } as const;
          if (await succeeds(() => save(gate, input))) {
            items.set(text, own!);
            works.set(name, own);
          }
        }
        if (works.get(name) === undefined) works.delete(name);
      }
      for (const [text, issue] of items) {
        expect(filesWith(project, `log ${text}`), text).toEqual([String(issue)]);
        expect(filesWith(project, text)).toEqual([String(issue)]);
      }
      const { issueNumber, progressItems } = await status(project.gate);
      for (const { text } of progressItems) expect(items.get(text)).toBe(issueNumber);
    }),
    runs(40, 15, 4),
  );
});

describe("a session whose issue is not the active one any more", () => {
  async function twoSessions() {
    const project = makeProject();
    const [a, b] = NAMES.map((session): Gate => ({ ...project.gate, session })) as [Gate, Gate];
    await start(a, { issue: 1, title: "Login" });
    await start(b, { issue: 2, title: "Invoices" });
    return { project, a, b };
  }

  test("saves to its own, and is told so", async () => {
    const { project, a } = await twoSessions();
    const { value } = await save(a, { progress: [{ status: "pending", text: "form" }] });
    expect(value).toMatchObject({ issueNumber: 1, activeIssueChanged: true, message: expect.stringContaining("#1") });
    expect(project.read(".claude/work/1.md")).toContain("form");
    expect((await status(a)).progressItems).toEqual([]);
  });

  test("finishes its own, and has none then", async () => {
    const { project, a } = await twoSessions();
    expect((await done(a)).value).toMatchObject({ archivedIssue: 1, activeIssueChanged: true });
    expect(await status(a)).toMatchObject({ issueNumber: 2 });
    expect((await save(a, { nextSteps: ["now theirs"] })).value.activeIssueChanged).toBe(false);
    expect(project.exists(".claude/archive/1.md")).toBe(true);
  });

  test("cannot save to what another one has finished", async () => {
    const { a, b } = await twoSessions();
    await done(b, { issue: 1 });
    await expect(save(a, { nextSteps: ["x"] })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("#1, which this session works on"),
      hint: expect.stringContaining("`gate save --issue 2 …`"),
    });
    expect((await done(a)).value).toMatchObject({ archivedIssue: 1 });
    expect(await status(a)).toMatchObject({ issueNumber: 2, nextSteps: [] });
  });

  test("saves offline to its own too", async () => {
    const { project, a } = await twoSessions();
    await save(a, { offline: true, log: ["without the state file"] });
    expect(filesWith(project, "without the state file")).toEqual(["1"]);
  });

  test("a person at a terminal saves to the active one", async () => {
    const { project } = await twoSessions();
    await save(project.gate, { nextSteps: ["mine"] });
    expect(await status(project.gate)).toMatchObject({ issueNumber: 2, nextSteps: ["mine"] });
  });
});

test("processes of two sessions that save at once", async () => {
  const project = makeProject();
  const runAs = (session: string, ...words: string[]) =>
    runBuilt({ cwd: project.root, environment: { GATE_SESSION: session } }, ...words);
  const count = upTo(20, 4);
  await runAs("a", "start", "1", "--title", "Login");
  await runAs("b", "start", "2", "--title", "Invoices");
  const workOf = async (session: string, issue: number) => {
    for (let at = 0; at < count; at++) {
      if (at % 3 === 2) await runAs(session, "start", String(issue));
      expect(await runAs(session, "save", "--log", `${session} ${at}`)).toMatchObject({ code: 0 });
    }
  };
  await Promise.all([workOf("a", 1), workOf("b", 2)]);
  for (const [session, issue] of [
    ["a", 1],
    ["b", 2],
  ] as const) {
    for (let at = 0; at < count; at++) expect(filesWith(project, `- ${session} ${at}\n`)).toEqual([String(issue)]);
  }
}, 240_000);

/** What a session would give again, because lists that are given replace those that are there. */
async function progressOf({ gate }: TestProject, issue: number | undefined) {
  const { issueNumber, progressItems } = await status(gate);
  return issue === issueNumber ? progressItems.map(({ status: state, text }) => ({ status: state, text })) : [];
}

/** The issues whose work files, archived ones too, hold a text. */
function filesWith({ root }: TestProject, text: string): readonly string[] {
  const found = ["work", "archive"].flatMap((folder) => {
    const path = join(root, ".claude", folder);
    const names = existsSync(path) ? readdirSync(path) : [];
    return names
      .filter((name) => readFileSync(join(path, name), "utf8").includes(text))
      .map((name) => name.split(".")[0]!);
  });
  return [...new Set(found)];
}
