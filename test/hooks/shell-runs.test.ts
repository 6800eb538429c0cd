/** The commands of fixtures/shell, run in copies: what they do is what they are judged by. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { revisionOf } from "../../src/base/revision.ts";
import { openProject } from "../../src/files/guard/project.ts";
import { listVersions } from "../../src/files/record/versions.ts";
import { answerTo } from "../../src/hooks/hook.ts";
import { NOW } from "../support/clock.ts";
import { spread } from "../support/effort.ts";
import { fixture } from "../support/project.ts";

const commandsOf = (name: string) => spread(JSON.parse(fixture(`shell/${name}.json`)) as readonly string[], 12);

const SIGNED = ["-c", "user.name=a", "-c", "user.email=a@example.com"];

let scratch: string;
let scene: string;

beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "gate-shell-")));
  scene = join(scratch, "scene");
  const put = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(scene, path)), { recursive: true });
      writeFileSync(join(scene, path), text);
    }
  };
  const committed = {
    ".claude/state.md": fixture("read/format.md").replace("Need to add tests", "Later"),
    ".claude/work/1234.md": fixture("read/format.work.md"),
    ".claude/work/9.md": "# Issue #9: Nine\n",
    ".claude/archive/7.md": "# Issue #7: Seven\n",
    "src/a.md": "a\n",
    "src/b.txt": "foo\n",
    "list.txt": ".claude/state.md\n",
    "new.md": "# New\n",
    "backup/state.md": "# Old\n",
    "backup/work/1234.md": "# Old\n",
  };
  put(committed);
  for (const words of [
    ["init", "-q", "-b", "main"],
    ["add", "-A"],
    [...SIGNED, "commit", "-qm", "All"],
  ]) {
    execFileSync("git", words, { cwd: scene });
  }
  // Hours of notes that no commit has.
  put({ ".claude/state.md": fixture("read/format.md"), ".claude/work/10.md": "# Issue #10: Ten\n" });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A copy of the scene, with a folder for what a command writes elsewhere. */
function copy() {
  const root = realpathSync(mkdtempSync(join(scratch, "run-")));
  const [project, other] = [join(root, "project"), join(root, "other")];
  cpSync(scene, project, { recursive: true });
  mkdirSync(other);
  const run = (command: string) =>
    spawnSync("bash", ["-c", command.replaceAll("/tmp", other)], {
      cwd: project,
      env: { PATH: process.env["PATH"], HOME: other, GIT_CONFIG_GLOBAL: "/dev/null" },
      input: "",
      timeout: 20_000,
    });
  return { root, project, run };
}

/** The documents of a project, each with the digest of its bytes. */
function documentsIn(project: string): ReadonlyMap<string, string> {
  const folder = join(project, ".claude");
  const names = (() => {
    try {
      return readdirSync(folder, { recursive: true, encoding: "utf8" });
    } catch {
      return [];
    }
  })();
  const documents = names.filter((name) => /^(?:state|(?:work|archive)\/\d+)\.md$/.test(name)).sort();
  const files = documents.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
  return new Map(files.map((name) => [`.claude/${name}`, revisionOf(readFileSync(join(folder, name)))]));
}

/** The documents that are not as they were. */
function damaged(before: ReadonlyMap<string, string>, project: string): readonly string[] {
  const after = documentsIn(project);
  return [...before].flatMap(([path, revision]) => (after.get(path) === revision ? [] : [path]));
}

async function ask(project: string, command: string): Promise<string | undefined> {
  const payload = { hook_event_name: "PreToolUse", cwd: project, tool_name: "Bash", tool_input: { command } };
  const given = { environment: { CLAUDE_PROJECT_DIR: project }, home: "/nowhere", clock: () => NOW };
  return (await answerTo(JSON.stringify(payload), [], given))?.error;
}

describe("a command that is let through", () => {
  // The gate's own commands write, which is what it is for.
  const commands = commandsOf("harmless").filter((command) => !command.startsWith("gate "));
  test.each(commands)("leaves all documents as they are: %j", (command) => {
    const { root, project, run } = copy();
    const before = documentsIn(project);
    run(command);
    expect(damaged(before, project)).toEqual([]);
    rmSync(root, { recursive: true, force: true });
  });
});

test("no command that does damage is let through, and most that are denied would do it", async () => {
  const commands = commandsOf("destructive");
  const passed: string[] = [];
  let count = 0;
  for (const command of commands) {
    const { root, project, run } = copy();
    const before = documentsIn(project);
    const denial = await ask(project, command);
    run(command);
    const isDamaged = damaged(before, project).length > 0;
    if (isDamaged) count++;
    if (isDamaged && denial === undefined) passed.push(command);
    rmSync(root, { recursive: true, force: true });
  }
  expect(passed).toEqual([]);
  // Some need a program or a server that is not here.
  expect(count / commands.length).toBeGreaterThan(0.6);
});

describe("a command of git before which versions are kept", () => {
  test.each(commandsOf("kept"))("takes nothing that is nowhere else: %j", async (command) => {
    const { root, project, run } = copy();
    const before = documentsIn(project);
    expect(await ask(project, command)).toBeUndefined();
    run(command);
    const lost = damaged(before, project);
    const kept = new Set(listVersions(openProject(project)).map(({ path, revision }) => `${path} ${revision}`));
    for (const path of lost) expect(kept).toContain(`${path} ${before.get(path)}`);
    rmSync(root, { recursive: true, force: true });
  });
});
