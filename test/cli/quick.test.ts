/** What is answered by the quick part of the program is what the whole of it answers, to the byte. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { answerTo } from "../../src/hooks/hook.ts";
import { spread } from "../support/effort.ts";
import { PROGRAM, runBuilt, runProgram, type Surroundings } from "../support/program.ts";
import { type Ended, runGate } from "../support/terminal.ts";

const CALLS = [["status", "--json"], ["--json", "status", "--quiet"], ["status"], ["status", "--dry-run"]] as const;
const PROJECTS = join(import.meta.dirname, "../../fixtures/projects");
/** The command line without what stands in front of it. */
const WHOLE = join(
  PROGRAM,
  "..",
  /plugin\/program\/program-\w+/.exec(readFileSync(PROGRAM, "utf8"))![0],
  "cli/run.cjs",
);

/** Runs the whole of the command line, whatever the quick part would answer. */
function runWhole({ cwd, input = "" }: Surroundings, ...args: readonly string[]): Promise<Ended> {
  const script = `const { run, processIo } = require(${JSON.stringify(WHOLE)});
    run(process.argv.slice(1), processIo("0.0.0")).then((code) => process.exitCode = code);`;
  const options = { cwd, env: { PATH: "", HOME: tmpdir() } };
  return runProgram(process.execPath, ["-e", script, "--", ...args], options, input);
}

function copy(name: string): string {
  const root = mkdtempSync(join(tmpdir(), "gate-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  cpSync(join(PROJECTS, name), root, { recursive: true });
  return root;
}

describe.each(spread(readdirSync(PROJECTS).sort(), 2))("%s", (name) => {
  test("the same before anything is kept and after", async () => {
    const root = copy(name);
    for (const round of ["read", "kept"]) {
      for (const args of spread(CALLS, name === "active" ? 2 : 1)) {
        const whole = await runGate(root, ...args);
        expect(await runBuilt({ cwd: root }, ...args), `${args.join(" ")}, ${round}`).toEqual(whole);
      }
      for (const args of spread([["statusline"], ["statusline", "--json"]], name === "active" ? 2 : 1)) {
        const input = JSON.stringify({ cwd: root });
        const whole = await runWhole({ cwd: "/", input }, ...args);
        expect(await runBuilt({ cwd: "/", input }, ...args)).toEqual(whole);
      }
      const payload = JSON.stringify({ hook_event_name: "SessionStart", cwd: root, session_id: "s" });
      const answer = await answerTo(payload, [], { environment: {}, home: tmpdir() });
      const { stdout, code } = await runBuilt({ cwd: "/", input: payload }, "hook");
      expect(code).toBe(0);
      expect(stdout).toBe(answer?.output ? `${JSON.stringify(answer.output)}\n` : "");
      mkdirSync(join(root, ".claude/.gate"), { recursive: true });
      const end = JSON.stringify({ hook_event_name: "SessionEnd", cwd: root, session_id: "s" });
      expect((await runBuilt({ cwd: "/", input: end }, "hook")).code).toBe(0);
    }
  });
});

test("the same with every flag, also one that is wrong", async () => {
  const root = copy("active");
  const flagged = [
    ["--root", root, "--lock-timeout", "5", "--if-match", "x"],
    [`--root=${root}`, "--lock-timeout=5", "--if-match=x", "--yes", "--no-input", "--dry-run", "--quiet"],
    ["--lock-timeout", "soon"],
  ];
  for (const flags of spread(flagged, 2)) {
    for (const args of [
      ["status", "--json", ...flags],
      [...flags, "--json", "--", "status"],
      ["statusline", ...flags],
    ]) {
      const whole = await runWhole({ cwd: "/", input: "{}" }, ...args);
      expect(await runBuilt({ cwd: "/", input: "{}" }, ...args), args.join(" ")).toEqual(whole);
    }
  }
});

test("failures are said in the same words", async () => {
  const nowhere = mkdtempSync(join(tmpdir(), "gate-test-"));
  onTestFinished(() => rmSync(nowhere, { recursive: true, force: true }));
  for (const args of [["status"], ["status", "--json"], ["statusline"], ["status", "--json", "--root", "gone"]]) {
    const whole = await runGate(nowhere, ...args);
    expect(await runBuilt({ cwd: nowhere }, ...args)).toEqual(whole);
  }
  const { code, stdout } = await runBuilt({ cwd: nowhere }, "status", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ exists: false, valid: false });
});

test("a write keeps what it wrote, and a state file changed by hand is read anew", async () => {
  const root = copy("active");
  await runBuilt({ cwd: root }, "save", "--next", "First things first");
  expect(readdirSync(join(root, ".claude/.gate/cache")).sort()).toEqual(["state", "work"]);
  const before = readFileSync(join(root, ".claude/.gate/cache/state"));
  const state = join(root, ".claude/state.md");
  writeFileSync(state, readFileSync(state, "utf8").replace("First things first", "Second things first"));
  const { stdout } = await runBuilt({ cwd: root }, "status", "--json");
  expect(JSON.parse(stdout).next_steps).toEqual(["Second things first"]);
  expect(readFileSync(join(root, ".claude/.gate/cache/state"))).toEqual(before);
});
