/** A person's own programs around operations, and what has to be trusted before it runs. */
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { findProgram } from "../../src/files/guard/program.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import type { Gate } from "../../src/gate/gate.ts";
import { projectHooks, revokeTrust, trustHooks } from "../../src/gate/workflow/trust.ts";
import { makeFolder, runBuilt } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { runAtTerminal } from "../support/terminal.ts";

let config: string;
let project: TestProject;
let gate: Gate;
let heard: string;
beforeEach(() => {
  config = makeFolder();
  vi.stubEnv("HOME", makeFolder());
  project = makeProject();
  heard = "";
  gate = { ...project.gate, workflowHooks: { folder: config, say: (text) => (heard += text) } };
  return () => vi.unstubAllEnvs();
});

function put(path: string, script: string, mode = 0o755): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
}
const own = (name: string, script: string, mode?: number) => put(join(config, "hooks", name), script, mode);
const ours = (name: string, script: string) => put(join(project.root, ".claude/gate-hooks", name), script);
const begin = () => start(gate, { issue: 7, title: "Login" });

describe("a person's own", () => {
  test("gets the operation as JSON, before and after", async () => {
    own("before-save", "cat > before.json");
    own("after-save", "cat > after.json; pwd; echo $GATE_HOOK >&2");
    await begin();
    await save(gate, { log: ["Read"], nextSteps: ["Write"] });
    const told = (name: string) => JSON.parse(project.read(name)) as object;
    const common = { operation: "save", arguments: { log: ["Read"], next_steps: ["Write"] }, project: project.root };
    expect(told("before.json")).toEqual({ ...common, result: null });
    expect(told("after.json")).toMatchObject({
      ...common,
      result: { success: true, work_file_updated: ".claude/work/7.md" },
    });
    expect(heard).toContain(`${project.root}\n`);
    expect(heard).toContain("after-save\n");
  });

  test("before an operation stops it, and nothing is written", async () => {
    await begin();
    own("before-done", "echo 'Open the pull request first' >&2; exit 3");
    const before = project.tree();
    await expect(done(gate)).rejects.toMatchObject({
      code: "DECLINED",
      message: `Cannot finish: ${join(config, "hooks/before-done")} stops it: Open the pull request first`,
    });
    expect(project.tree()).toEqual(before);
    rmSync(join(config, "hooks/before-done"));
    await done(gate);
  });

  test("after an operation cannot undo it: its failure is a warning", async () => {
    own("after-start", "echo no network; exit 1");
    expect((await begin()).warnings).toContainEqual(
      `${join(config, "hooks/after-start")} failed after start: no network`,
    );
    expect(project.read(".claude/state.md")).toContain("#7 - Login");
  });

  test("that cannot be run, is no program or reads nothing: no hang and no crash", async () => {
    own("before-start", "exit 0", 0o644);
    own("after-start", "exec /nonesuch/program");
    expect((await begin()).warnings).toHaveLength(1);
    writeFileSync(join(config, "hooks/before-save"), "not a program");
    chmodSync(join(config, "hooks/before-save"), 0o755);
    await expect(save(gate, { log: ["x".repeat(200_000)] })).rejects.toMatchObject({ code: "DECLINED" });
  });

  test("does not run for a dry run, for other operations, or where the gate was opened without", async () => {
    own("before-start", "echo ran > ran; exit 1");
    await start(gate, { issue: 7, title: "Login" }, { dryRun: true });
    await start(project.gate, { issue: 7, title: "Login" });
    expect(project.exists("ran")).toBe(false);
  });
});

describe("a project's own", () => {
  test("runs once it is trusted, and not once it was changed", async () => {
    ours("after-save", "echo one >> ran");
    await begin();
    await save(gate, { log: ["a"] });
    expect(project.exists("ran")).toBe(false);
    expect(projectHooks(gate)).toMatchObject([{ name: "after-save", trusted: false }]);
    await trustHooks(gate, projectHooks(gate));
    await save(gate, { log: ["b"] });
    expect(project.read("ran")).toBe("one\n");
    ours("after-save", "echo two >> ran");
    await save(gate, { log: ["c"] });
    expect(project.read("ran")).toBe("one\n");
    ours("after-save", "echo one >> ran");
    await save(gate, { log: ["d"] });
    expect(project.read("ran")).toBe("one\none\n");
    expect(await revokeTrust(gate)).toBe(1);
    await save(gate, { log: ["e"] });
    expect(project.read("ran")).toBe("one\none\n");
  });

  test("is named as the person knows it", async () => {
    ours("before-done", "exit 7");
    await trustHooks(gate, projectHooks(gate));
    await begin();
    await expect(done(gate)).rejects.toMatchObject({
      message: "Cannot finish: .claude/gate-hooks/before-done stops it: exit code 7",
      path: ".claude/gate-hooks/before-done",
    });
    ours("before-done", "kill -9 $$");
    await trustHooks(gate, projectHooks(gate));
    await expect(done(gate)).rejects.toMatchObject({ message: expect.stringContaining("it was ended by SIGKILL") });
  });

  test("is trusted in one project alone, as the bytes that were shown", async () => {
    ours("after-save", "echo one");
    const shown = projectHooks(gate);
    ours("after-save", "echo two");
    await expect(trustHooks(gate, shown)).rejects.toMatchObject({ code: "CONFLICT" });
    await trustHooks(gate, projectHooks(gate));
    const other = makeProject({ ".claude/gate-hooks/after-save": project.read(".claude/gate-hooks/after-save") });
    expect(projectHooks({ ...gate, project: other.gate.project })).toMatchObject([{ trusted: false }]);
  });

  test("is no link, and nothing of another name", async () => {
    put(join(config, "elsewhere"), "echo x");
    mkdirSync(join(project.root, ".claude/gate-hooks"), { recursive: true });
    symlinkSync(join(config, "elsewhere"), join(project.root, ".claude/gate-hooks/after-save"));
    ours("after-status", "echo x");
    expect(projectHooks(gate)).toEqual([]);
    await begin();
    await save(gate, { log: ["a"] });
    expect(heard).toBe("");
  });
});

describe("gate trust", () => {
  const environment = () => ({ XDG_CONFIG_HOME: config, HOME: process.env["HOME"]! });

  test("shows each program, asks, and runs what was agreed to", async () => {
    ours("before-done", "echo checked > checked");
    const cwd = project.root;
    await begin();
    const no = await runAtTerminal({ cwd, environment: environment(), answers: ["no"] }, "trust");
    expect([no.code, no.stderr]).toEqual([3, expect.stringContaining("#!/bin/sh\necho checked > checked")]);
    const yes = await runAtTerminal({ cwd, environment: environment(), answers: ["yes"] }, "trust");
    expect([yes.code, yes.stdout]).toEqual([0, expect.stringContaining("before-done  trusted")]);
    expect((await runBuilt({ cwd, environment: environment() }, "done")).code).toBe(0);
    expect(project.read("checked")).toBe("checked\n");
  });

  test("needs consent where nobody can be asked, lists and revokes", async () => {
    ours("after-save", "echo x");
    const gateAt = (...args: string[]) => runBuilt({ cwd: project.root, environment: environment() }, ...args);
    await begin();
    expect(await gateAt("trust")).toMatchObject({ code: 3, stderr: expect.stringContaining("Run: gate trust --yes") });
    const listed = (await gateAt("trust", "--list")).stdout;
    expect(listed).toBe("1 program, 1 not trusted\n  .claude/gate-hooks/after-save  not trusted\n");
    const trusted = JSON.parse((await gateAt("trust", "--yes", "--json")).stdout) as object;
    const message = "1 program is trusted";
    expect(trusted).toMatchObject({ success: true, message, hooks: [{ name: "after-save", trusted: true }] });
    expect((await gateAt("save", "--log", "x")).stderr).toBe("x\n");
    expect((await gateAt("trust", "--revoke")).stdout).toContain("1 program is trusted no more");
    expect((await gateAt("save", "--log", "x")).stderr).toBe("");
    expect(readFileSync(join(config, "state-gatekeeper/trust.json"), "utf8")).toBe("{}\n");
  });

  test("what a program calls in turn calls no program again", async () => {
    await begin();
    put(
      join(config, "state-gatekeeper/hooks/after-save"),
      `"${process.execPath}" "${join(import.meta.dirname, "../../dist/bin.cjs")}" save --log again`,
    );
    const { code, stderr } = await runBuilt({ cwd: project.root, environment: environment() }, "save", "--log", "once");
    expect([code, stderr.match(/Progress updated/g)]).toMatchObject([0, { length: 1 }]);
    expect(project.read(".claude/work/7.md").match(/- (?:once|again)\n/g)).toHaveLength(2);
  });
});

const jq = findProgram("jq", process.env["PATH"]);
describe.skipIf(jq === undefined)("the examples for GitHub", () => {
  /** A `gh` that notes what it is asked for, and fails while there is no network. */
  function makeGh(): string {
    const folder = makeFolder();
    put(
      join(folder, "gh"),
      `[ -f "${folder}/offline" ] && exit 1; echo "$@" >> "${folder}/said"; [ "$2" = close ] || cat "$5" >> "${folder}/said"`,
    );
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
    return folder;
  }
  const example = (name: string) =>
    readFileSync(join(import.meta.dirname, "../../templates/hooks", name), "utf8").replace("#!/bin/sh\n", "");

  test("comment what was saved and close what is done, and send later what could not be sent", async () => {
    const gh = makeGh();
    for (const name of ["after-save", "after-done"]) own(name, example(name));
    await begin();
    writeFileSync(join(gh, "offline"), "");
    const { warnings } = await save(gate, { log: ["Read the parser"] });
    expect(warnings).toEqual([expect.stringContaining("the comment on #7 waits in .claude/.gate/github-queue/")]);
    rmSync(join(gh, "offline"));
    const second = await save(gate, { progress: [{ status: "completed", text: "Write it" }] });
    expect(second.warnings).toEqual([]);
    expect((await done(gate)).warnings).toEqual([]);
    const said = readFileSync(join(gh, "said"), "utf8");
    expect(said).toContain("- Read the parser\n");
    expect(said).toContain("- completed: Write it\n");
    expect(said).toContain("issue close 7\n");
    expect(said.match(/issue comment 7/g)).toHaveLength(2);
  });
});
