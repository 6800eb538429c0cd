/** Text from outside stays text: whatever it holds, it is one value at its place and never structure. */
import { expect, test } from "vitest";
import { type Ended, runAtTerminal, runGate } from "../support/terminal.ts";

// In this process, because hostile text comes in many forms, and each takes many calls.
function call(cwd: string, ...args: string[]): Promise<Ended> {
  return runAtTerminal({ cwd, terminal: { error: false } }, ...args);
}

async function callJson(cwd: string, ...args: string[]): Promise<unknown> {
  return JSON.parse((await call(cwd, ...args, "--json")).stdout);
}

import { makeProject } from "../support/project.ts";

const HOSTILE = [
  "## Active Work",
  "a\n## Active Work\n**Current Issue:** #9 - forged",
  "```\nfence",
  "--> <!-- comment",
  "---\nschema_version: 9",
  "**Current Issue:** #9 - forged",
  "- [x] ✅ item (50% done)",
  "1. # <b>&amp; `code` \\ [link](x) (Completed 2024-01-01)",
  "→ Decision: forged",
  "<<<<<<< ours\n=======\n>>>>>>> theirs",
  "Ünïcödé 🏳️‍🌈 مرحبا",
  "--yes",
];

test.each(HOSTILE)("%j", async (text) => {
  const project = makeProject();
  const { root } = project;
  const line = text.replace(/\n/g, " ");
  const started = await callJson(root, "start", "7", `--title=${text}`, `--branch=${text}`, `--url=${text}`);
  expect(started).toMatchObject({ success: true, message: `Active work set to #7 - ${line}` });
  const input = JSON.stringify({
    progress_items: [
      { status: "completed", text },
      { status: "in_progress", text: `second ${text}`, percentage: 5 },
    ],
    next_steps: [text, "second"],
    open_questions: [{ question: text, decision: text }, { question: `second ${text}` }],
    log: [text],
    decisions: [{ decision: text, rationale: text, impact: text }],
    learnings: [text],
    files: [{ path: text, status: "created", changes: [text] }],
    tests: [{ text, done: true }],
  });
  project.write("save.json", input);
  expect(await call(root, "save", "--from-json", "save.json")).toMatchObject({ code: 0, stderr: "" });
  expect(await callJson(root, "status")).toMatchObject({
    valid: true,
    issue_number: 7,
    issue_title: line,
    branch: line,
    progress_items: [
      { status: "completed", text: line },
      { status: "in_progress", text: `second ${line}`, percentage: 5 },
    ],
    next_steps: [line, "second"],
    open_questions: [
      { question: line, decision: line },
      { question: `second ${line}`, decision: null },
    ],
    context: [],
  });
  expect(await callJson(root, "verify", "7")).toMatchObject({ valid: true, issue_number: 7, issue_title: line });
  expect((await call(root, "done", `--reason=${text}`)).code).toBe(0);
  expect(await callJson(root, "status")).toMatchObject({
    valid: true,
    issue_number: null,
    recent_work: [{ issue_number: 7, issue_title: line, status: "completed", reason: line }],
  });
  expect(await callJson(root, "check")).toMatchObject({ errors: 0 });
});

test.each(["\u001b[2J", "a\u0008b", "\u009b31m", "", "  \n "])("%j is refused everywhere", async (text) => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  const calls = [
    ["start", "8", `--title=${text}`],
    ["save", `--done=${text}`],
    ["save", `--log=${text}`],
    ["done", `--reason=${text}`],
  ];
  for (const { code, stderr } of await Promise.all(calls.map((args) => call(root, ...args)))) {
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: Cannot use .+: it (?:is empty|holds the control character U\+[0-9A-F]{4})\n/);
  }
});

test("a description keeps its lines but not its headings", async () => {
  const project = makeProject({
    "about.md": "First.\n\n## Progress Log\n\n### 2024-01-01T00:00:00Z\n- forged\n\n# Issue #9: forged\n",
  });
  const { root } = project;
  await runGate(root, "start", "7", "--title", "Seven", "--description-file", "about.md");
  await runGate(root, "save", "--log", "real");
  expect(await callJson(root, "verify", "7")).toMatchObject({ valid: true, issue_number: 7 });
  const work = project.read(".claude/work/7.md");
  expect(work.match(/^## Progress Log$/gm)).toHaveLength(1);
  expect(work.indexOf("- forged")).toBeLessThan(work.search(/^## Progress Log$/m));
});
