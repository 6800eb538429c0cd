/**
 * What was reported as saved can be had again, whatever comes after it: commands, hand
 * edits, damage, what git does to a checkout, and kills. Each by its id with `gate
 * restore`, to the byte; and `recover` gives no less than the newest one in order.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findProgram } from "../../src/files/guard/program.ts";
import { listVersions, readVersion } from "../../src/files/record/versions.ts";
import { check } from "../../src/gate/documents/check.ts";
import { restore } from "../../src/gate/history/undo.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { runAlone } from "../support/alone.ts";
import { type Given, given, runCommand } from "../support/commands.ts";
import { useDriver } from "../support/driver-bundle.ts";
import { runs } from "../support/effort.ts";
import { commit, type Deed, deed } from "../support/others.ts";
import { type TestProject, viewProject } from "../support/project.ts";
import { succeeds } from "../support/succeeds.ts";

const STATE = ".claude/state.md";
const DOCUMENTS = [
  STATE,
  ...[1, 2, 3, 4].flatMap((issue) => [`.claude/work/${issue}.md`, `.claude/archive/${issue}.md`]),
];

const git = findProgram("git", process.env["PATH"]);
if (git === undefined) console.info("Checkouts were not tried: git is not installed.");

runAlone();
const driver = useDriver(join(import.meta.dirname, "../support/crash-driver.ts"));

/** What is done with a checkout, by words of git. */
const CHECKOUTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  commit: [
    ["add", "-A"],
    ["commit", "-q", "--allow-empty", "-m", "x"],
  ],
  "hard reset": [["reset", "-q", "--hard", "HEAD"]],
  "hard reset to the one before": [["reset", "-q", "--hard", "HEAD~1"]],
  "checkout of the files": [["checkout", "-q", "HEAD", "--", ".claude"]],
  "another branch": [["checkout", "-q", "-f", "-B", "other", "HEAD~1"]],
  "back to the branch": [["checkout", "-q", "-f", "main"]],
  stash: [["stash", "push", "-q", "-u"]],
  "stash of all": [["stash", "push", "-q", "--all"]],
  "stash pop": [["stash", "pop", "-q"]],
  clean: [["clean", "-q", "-fdx"]],
  merge: [["merge", "-q", "other"]],
};

type Step = Given | Deed | { readonly git: string } | { readonly kill: string; readonly at: number };

const UNRELATED: ReadonlySet<string> = new Set(["link", "folder", "copy", "move"]);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: given },
    { weight: 3, arbitrary: deed.filter(({ deed: name }) => !UNRELATED.has(name)) },
    { weight: 4, arbitrary: fc.record({ git: fc.constantFrom(...Object.keys(CHECKOUTS)) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kill: fc.constantFrom("save", "start", "done"), at: fc.integer({ min: 1, max: 14 }) }),
    },
  ),
  { minLength: 6, maxLength: 16 },
);
const BEGINNING: readonly Step[] = [
  { command: { run: "start", input: { issue: 1, title: "One" } }, dryRun: false, ifMatch: "any" },
  { git: "commit" },
  { command: { run: "save", input: { nextSteps: ["first"], log: ["begun"] } }, dryRun: false, ifMatch: "any" },
];

test.skipIf(git === undefined)(
  "each version that was reported can be had again, and recover gives no less",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom("remove", "empty", "cut off"), async (sequence, damage) => {
        const root = mkdtempSync(join(tmpdir(), "gate-save-"));
        try {
          await follow(viewProject(root), [...BEGINNING, ...sequence], damage);
        } finally {
          rmSync(root, { recursive: true, force: true });
        }
      }),
      runs(60, 14, 6),
    );
  },
);

interface Reported {
  readonly path: string;
  readonly bytes: string;
}

async function follow(project: TestProject, sequence: readonly Step[], damage: string): Promise<void> {
  const { root } = project;
  mkdirSync(join(root, ".claude"));
  runGit(root, ["init", "-q", "--initial-branch=main"]);
  runGit(root, ["commit", "-q", "--allow-empty", "-m", "first"]);
  const reported: Reported[] = [];
  const seen: string[] = [];
  for (const step of sequence) {
    project.later(1000);
    // Who works in a project that git has emptied makes its folder again.
    mkdirSync(join(root, ".claude"), { recursive: true });
    const before = documentsIn(root);
    if ("git" in step) for (const words of CHECKOUTS[step.git]!) runGit(root, words);
    else if ("kill" in step) spawnSync(process.execPath, [driver(), root, step.kill, String(step.at)], { cwd: root });
    else if ("deed" in step) commit(root, step, seen);
    else if (await succeeds(() => runCommand(project.gate, step))) {
      const after = documentsIn(root);
      for (const [path, bytes] of after) if (before.get(path) !== bytes) reported.push({ path, bytes });
    }
    seen.push(...documentsIn(root).values());
    const kept = keptIn(project);
    for (const { path, bytes } of reported) expect(kept.has(bytes), `${path} after ${JSON.stringify(step)}`).toBe(true);
  }
  mkdirSync(join(root, ".claude"), { recursive: true });
  await gatherAll(project, reported);
  await recoverNewest(project, damage);
}

/** Puts each version back by its id. */
async function gatherAll(project: TestProject, reported: readonly Reported[]): Promise<void> {
  for (const { bytes } of reported.slice(-4)) {
    const { id, path } = keptIn(project).get(bytes)!;
    const file = join(project.root, path);
    if (existsSync(file) && readFileSync(file, "latin1") === bytes) continue;
    // Over a newer gate's file nothing is written; who moves it away gets the version.
    if (!(await succeeds(() => restore(project.gate, { id })))) {
      rmSync(file);
      await restore(project.gate, { id });
    }
    expect(readFileSync(file, "latin1")).toBe(bytes);
  }
}

/** The newest state in order comes back whole after the file is gone or has lost its end. */
async function recoverNewest(project: TestProject, damage: string): Promise<void> {
  const { gate, root } = project;
  const file = join(root, STATE);
  const hasState = existsSync(file);
  const found = await check(gate, hasState ? { paths: [STATE] } : {});
  if (!hasState || found.errors > 0 || !keptIn(project).has(readFileSync(file, "latin1"))) return;
  if (found.files.some(({ problems }) => problems.some(({ rule }) => rule === "foreign-format"))) return;
  const bytes = readFileSync(file, "latin1");
  // A later version that was left aside is newer than the one that is lost now.
  const [newest] = listVersions(gate.project, STATE).filter(({ written }) => written);
  if (Buffer.from(readVersion(gate.project, newest!.id, STATE).bytes).toString("latin1") !== bytes) return;
  if (damage === "remove") rmSync(file);
  else writeFileSync(file, damage === "empty" ? "" : bytes.slice(0, bytes.length / 2), "latin1");
  const { value } = await recover(gate, { side: "both" });
  if (value.recovered) expect(readFileSync(file, "latin1")).toBe(bytes);
}

function documentsIn(root: string): Map<string, string> {
  const found = DOCUMENTS.filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
  return new Map(found.map((path) => [path, readFileSync(join(root, path), "latin1")]));
}

/** The versions that are kept, by their bytes. */
function keptIn({ gate: { project } }: TestProject): Map<string, { readonly id: string; readonly path: string }> {
  const versions = listVersions(project).filter(({ revision }) => revision !== undefined);
  return new Map(
    versions
      .reverse()
      .map(({ id, path }) => [Buffer.from(readVersion(project, id, path).bytes).toString("latin1"), { id, path }]),
  );
}

function runGit(root: string, words: readonly string[]): void {
  const [name, email] = ["user.name=T", "user.email=t@t"];
  const environment = { HOME: dirname(root), GIT_CONFIG_NOSYSTEM: "1" };
  try {
    execFileSync(git!, ["-c", name, "-c", email, ...words], { cwd: root, stdio: "ignore", env: environment });
  } catch {
    // Nothing to stash, no commit before this one, a conflict: git says so, and so do people.
  }
}
