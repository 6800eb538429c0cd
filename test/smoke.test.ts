/** A first look at the built program: each of its doors is opened once, as users open it. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { meet, use } from "./support/mcp.ts";
import { runBuilt, runProgram } from "./support/program.ts";
import { makeProject } from "./support/project.ts";

const LIBRARY = pathToFileURL(join(import.meta.dirname, "../dist/index.js")).href;

async function json(cwd: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await runBuilt({ cwd }, ...args, "--json");
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("work from its beginning to its end, at the command line", async () => {
  const { root, read, exists } = makeProject();
  expect(await json(root, "init")).toMatchObject({ initialized: true });
  expect(await json(root, "start", "42", "--title", "Try the gate")).toMatchObject({ success: true });
  const saves = [1, 2, 3].map((number) => json(root, "save", "--log", `entry ${number}`, "--lock-timeout", "600"));
  for (const saved of await Promise.all(saves)) expect(saved).toMatchObject({ success: true });
  expect(await json(root, "status")).toMatchObject({ valid: true, issue_number: 42 });
  expect((await runBuilt({ cwd: root }, "check")).stdout).toContain("0 errors");
  for (const number of [1, 2, 3]) expect(read(".claude/work/42.md")).toContain(`- entry ${number}\n`);
  expect(await json(root, "done")).toMatchObject({ archived_issue: 42 });
  expect(exists(".claude/archive/42.md")).toBe(true);
  const undone = await runBuilt({ cwd: root }, "undo");
  expect(undone.stdout).toContain(".claude/work/42.md: that went along");
  expect([exists(".claude/archive/42.md"), exists(".claude/work/42.md")]).toEqual([false, true]);
  expect(await runBuilt({ cwd: root }, "undo", "--redo")).toMatchObject({ code: 0 });
});

test("a hook tells an agent what is active, and keeps it from writing over that", async () => {
  const { root } = makeProject();
  await json(root, "start", "42", "--title", "Try the gate");
  const ask = (event: object) => runBuilt({ cwd: "/", input: JSON.stringify({ cwd: root, ...event }) }, "hook");
  expect((await ask({ hook_event_name: "SessionStart" })).stdout).toContain("#42");
  const given = { tool_name: "Write", tool_input: { file_path: join(root, ".claude/state.md"), content: "x" } };
  expect(await ask({ hook_event_name: "PreToolUse", ...given })).toMatchObject({ code: 2 });
});

test("a tool of the MCP server does what a command does", async () => {
  const { root } = makeProject();
  const client = await meet({ era: "2026", cwd: root, built: [] });
  expect((await use(client, "set_active_work", { issue: 42, title: "Try the gate" })).isError).toBe(false);
  expect(await json(root, "status")).toMatchObject({ issue_number: 42, issue_title: "Try the gate" });
});

test("values and batches are kept between calls", async () => {
  const { root } = makeProject();
  await json(root, "kv", "save", "--key", "a", "--value", "[1]");
  expect(await json(root, "kv", "load", "--key", "a")).toMatchObject({ value: [1] });
  await json(root, "batch", "create", "--feature", "one", "two");
  await json(root, "batch", "complete", "0");
  expect(await json(root, "batch", "next")).toMatchObject({ index: 1, feature: "two" });
});

test("the library does it for a program", async () => {
  const { root } = makeProject();
  const script = `
    import { openGate, start, status } from ${JSON.stringify(LIBRARY)};
    const gate = openGate({ root: ${JSON.stringify(root)} });
    await start(gate, { issue: 42, title: "Try the gate" });
    console.log((await status(gate)).issueNumber);`;
  const ended = await runProgram(process.execPath, ["--input-type=module", "-e", script], { cwd: root });
  expect(ended).toEqual({ code: 0, stdout: "42\n", stderr: "" });
});
