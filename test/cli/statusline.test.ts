/** One line for a status bar, whatever is there and whatever is handed over. */
import { spawn } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable } from "../../src/base/line.ts";
import { styleOf } from "../../src/cli/style.ts";
import { viewStatusline } from "../../src/cli/views/statusline.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { status } from "../../src/gate/view/status.ts";
import { edgesOf, terminalColumns, unicodeText } from "../support/columns.ts";
import { PROGRAM, runBuilt } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";
import { runGateWith, runJson } from "../support/terminal.ts";

const HOUR = 3_600_000;
const PLAIN = styleOf({ environment: {}, terminal: { input: false, output: false, error: false } }, "output");

describe("the line", () => {
  test("has the issue, how far it is, and how fresh that is", async () => {
    const { gate, later } = makeProject();
    await start(gate, { issue: 1234, title: "Add rate limiting" });
    const line = async (width = 80) => viewStatusline(await status(gate), gate.clock(), width, PLAIN);
    expect(await line()).toBe("#1234 Add rate limiting · recent 0m");
    await save(gate, {
      progress: [
        { status: "completed", text: "a" },
        { status: "pending", text: "b" },
      ],
    });
    later(2 * HOUR);
    expect(await line()).toBe("#1234 Add rate limiting · 1/2 · recent 2h");
    expect(await line(30)).toBe("#1234 Add r… · 1/2 · recent 2h");
    expect(await line(12)).toBe("#1234 Add r…");
    later(70 * HOUR);
    expect(await line()).toBe("#1234 Add rate limiting · 1/2 · stale 3d");
  });

  test.each([
    ["nothing is there", undefined, ""],
    ["it is somebody else's", "# Signals\n", ""],
    ["it is damaged", fixture("read/format.md").replace("## Blockers\n", ""), "state.md is damaged · gate check"],
  ])("when %s", async (_, text, expected) => {
    const { gate } = makeProject(text === undefined ? {} : { ".claude/state.md": text });
    expect(viewStatusline(await status(gate), gate.clock(), 80, PLAIN)).toBe(expected);
  });

  test("never runs over its width, and is cut between characters", async () => {
    const { gate } = makeProject({ ".claude/state.md": fixture("read/format.md") });
    const known = await status(gate);
    const lineOf = (issueTitle: string, width: number) =>
      viewStatusline({ ...known, issueTitle }, gate.clock(), width, PLAIN);
    const rest = lineOf("x", 200).replace("#1234 x", "");
    const title = fc.oneof(
      fc.array(unicodeText, { maxLength: 6 }).map((parts) => parts.join("")),
      fc.constantFrom("データベースサーバーのー", "👩‍👩‍👧‍👦 ", "e\u0301").map((part) => part.repeat(40)),
    );
    fc.assert(
      fc.property(title, fc.integer({ min: 1, max: 200 }), (issueTitle, width) => {
        const line = lineOf(issueTitle, width);
        expect(terminalColumns(line)).toBeLessThanOrEqual(width);
        const name = ["#1234", printable(issueTitle)].filter(Boolean).join(" ");
        const beginnings = Array.from(edgesOf(name), (edge) => `${name.slice(0, edge).trimEnd()}…`);
        expect([name, ...beginnings]).toContain(line.endsWith(rest) ? line.slice(0, -rest.length) : line);
      }),
      { numRuns: 2000, seed: 20241023, examples: [["データベースサーバー".repeat(8), 60]] },
    );
  });

  test("cannot steer the terminal it is shown in", async () => {
    const { gate } = makeProject({
      ".claude/state.md": fixture("read/format.md").replace("Add rate limiting", "Add \u202e\u009b31mrate"),
    });
    expect(viewStatusline(await status(gate), gate.clock(), 200, PLAIN)).toContain("Add \\u{202e}\\u{9b}31mrate");
  });
});

describe("gate statusline", () => {
  const project = () => makeProject({ ".claude/state.md": fixture("read/format.md") });

  test("goes where the agent works, in colour unless that is not wanted", async () => {
    const { root } = project();
    for (const given of [{ cwd: root }, { workspace: { current_dir: root, project_dir: "/" }, cwd: "/" }]) {
      const input = JSON.stringify(given);
      const { code, stdout } = await runBuilt({ cwd: "/", input, environment: { TERM: "xterm" } }, "statusline");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^#1234 Add rate limiting to authentication · 1\/3 · \u001b\[31mstale \d+d\u001b\[39m\n$/);
    }
    const environment = { NO_COLOR: "1", COLUMNS: "20" };
    const { stdout } = await runBuilt({ cwd: root, environment }, "statusline");
    expect(stdout).toBe("#1234 Add rate…\n");
  });

  test("leaves the last four columns free, and is never without room", async () => {
    const { gate, root } = makeProject();
    await start(gate, { issue: 7, title: "🧑\u200d💻 onboarding, می\u200cخواهم" });
    const lineAt = async (columns: string) => {
      const environment = { NO_COLOR: "1", COLUMNS: columns };
      return (await runBuilt({ cwd: root, environment }, "statusline")).stdout.trimEnd();
    };
    const name = "#7 🧑\u200d💻 onboarding, می\u200cخواهم";
    const wide = await lineAt("80");
    expect(wide.startsWith(`${name} · `)).toBe(true);
    const columns = terminalColumns(wide);
    expect(await lineAt(String(columns + 4))).toBe(wide);
    expect(terminalColumns(await lineAt(String(columns + 3)))).toBeLessThanOrEqual(columns - 1);
    expect(await lineAt(String(columns + 3))).toContain("…");
    for (const narrow of ["1", "4", "5"]) expect(await lineAt(narrow)).toBe("…");
  });

  test.each(["", "{", "[]", '{"cwd":7}', '{"workspace":null,"cwd":"/no/such/folder"}', '{"cwd":"\\u0000"}'])(
    "is empty or of the current folder for %j, never an error",
    async (input) => {
      expect(await runBuilt({ cwd: "/", input }, "statusline")).toEqual({ code: 0, stdout: "", stderr: "" });
    },
  );

  test("with --json is an object, and does not wait for an input that nobody closes", async () => {
    const { root } = project();
    const { stdout } = await runBuilt({ cwd: root }, "statusline", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ text: expect.stringContaining("#1234") });
    const child = spawn(process.execPath, [PROGRAM, "statusline"], { cwd: root, stdio: ["pipe", "pipe", "ignore"] });
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(said).toContain("#1234");
  });
});

describe("gate brief", () => {
  test("prints the brief, and says how much it left out", async () => {
    const { root } = makeProject({ ".claude/state.md": fixture("read/format.md") });
    const answer = await runJson(root, "brief", "--budget", "300");
    expect(answer).toMatchObject({ text: expect.stringContaining("Active work: #1234"), left_out: expect.any(Number) });
    expect(answer["bytes"]).toBeLessThanOrEqual(300);
    expect(answer["text"]).toContain("Left out: ");
  });

  test.each(["0", "-1", "x", "1e3", "99999999"])("refuses a budget of %s", async (budget) => {
    const { root } = makeProject();
    const { code, stderr } = await runGateWith({ cwd: root }, "brief", `--budget=${budget}`);
    expect(code).toBe(2);
    expect(stderr).toContain("expected bytes from 200");
  });
});
