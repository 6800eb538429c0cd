/** Death at every system call, full disks, and many processes at once. */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openProject, type Project } from "../../src/files/guard/project.ts";
import { readFile } from "../../src/files/read/read.ts";
import { storeVersion } from "../../src/files/record/store-version.ts";
import { listVersions, newestVersion, readVersion } from "../../src/files/record/versions.ts";
import { moveFile } from "../../src/files/replace/move.ts";
import { replaceFile } from "../../src/files/replace/replace.ts";
import { spread, upTo } from "../support/effort.ts";
import { patient } from "../support/patience.ts";
import { inPairs, run, start, useProcesses } from "./processes.ts";
import {
  documentsOf,
  isThere,
  lockOf,
  makeProject,
  NEW,
  OLD,
  on,
  put,
  STATE,
  temporaryFolder,
  textOf,
} from "./project.ts";

useProcesses();

const root = process.getuid?.() === 0;
if (!root) console.info("a user without rights is not tested: only root can become one");
const LAST = "# Session State\n\nthe next writer's\n";

// Right after one call is right before the next one, so the moments before each and after the last are all there are.
describe("killed around", () => {
  test("every call of a commit that replaces: old or new, and the next writer works at once", async () => {
    const outcomes = await dieEverywhere(
      "commit",
      { path: STATE, text: NEW.toString() },
      prepared,
      async (project, at) => {
        const found = textOf(project, STATE);
        expect([OLD.toString(), NEW.toString()], `call ${at}`).toContain(found);
        // What it holds is a version by then, and so is what it held.
        if (found === NEW.toString()) {
          expect(versionsOf(project), `call ${at}`).toEqual([NEW.toString(), OLD.toString()]);
        }
        await writeNext(project);
        expect(writtenOf(project), `call ${at}`).toEqual(
          found === NEW.toString() ? [LAST, NEW.toString(), OLD.toString()] : [LAST, OLD.toString()],
        );
        return found === OLD.toString() ? "old" : "new";
      },
    );
    expect(outcomes).toEqual(new Set(["old", "new"]));
  });

  test("every call of a commit in a repository: what was there is there after all of .claude went", async () => {
    const prepare = async (): Promise<Project> => {
      const project = await prepared();
      put(project, ".git/HEAD", "ref: refs/heads/main\n");
      return project;
    };
    const given = { path: STATE, text: NEW.toString() };
    const outcomes = await dieEverywhere("commit", given, prepare, async (project, at) => {
      const found = textOf(project, STATE);
      expect([OLD.toString(), NEW.toString()], `call ${at}`).toContain(found);
      await writeNext(project);
      rmSync(on(project, ".claude"), { recursive: true });
      expect(writtenOf(project), `call ${at}`).toEqual(
        found === NEW.toString() ? [LAST, NEW.toString(), OLD.toString()] : [LAST, OLD.toString()],
      );
      return found === OLD.toString() ? "old" : "new";
    });
    expect(outcomes).toEqual(new Set(["old", "new"]));
  });

  test("every call of the first commit ever: no file or the new one", async () => {
    const outcomes = await dieEverywhere(
      "commit",
      { path: STATE, text: NEW.toString() },
      empty,
      async (project, at) => {
        const found = readFile(project, STATE);
        if (found.kind === "file") {
          expect(Buffer.from(found.bytes).toString(), `call ${at}`).toBe(NEW.toString());
          expect(versionsOf(project), `call ${at}`).toEqual([NEW.toString()]);
        }
        await writeNext(project);
        expect(writtenOf(project), `call ${at}`).toEqual(found.kind === "file" ? [LAST, NEW.toString()] : [LAST]);
        return found.kind;
      },
    );
    expect(outcomes).toEqual(new Set(["missing", "file"]));
  });

  test("every call of a move: it is there under one name or both, and moving again finishes", async () => {
    const from = ".claude/work/42.md";
    const to = ".claude/archive/42.md";
    const prepare = async (): Promise<Project> => {
      const project = makeProject({ [from]: OLD });
      mkdirSync(on(project, ".claude/archive"));
      (await lockOf(project, from)).release();
      return project;
    };
    const outcomes = await dieEverywhere("move", { path: from, to }, prepare, async (project, at) => {
      const names = [from, to].filter((path) => isThere(project, path));
      for (const name of names) expect(textOf(project, name), `call ${at}`).toBe(OLD.toString());
      const lock = await lockOf(project, from);
      expect(moveFile(project, from, to, { expected: OLD, lock })).toEqual({ durable: true });
      lock.release();
      expect(documentsOf(project)).toEqual({ [to]: OLD.toString() });
      return names.join(" and ");
    });
    expect(outcomes).toEqual(new Set([from, `${from} and ${to}`, to]));
  });
});

/** Runs an act once for each of its system calls and dies before it, and once more to die at the end. */
async function dieEverywhere(
  act: string,
  given: Readonly<Record<string, unknown>>,
  prepare: () => Promise<Project>,
  judge: (project: Project, at: number) => Promise<string>,
): Promise<Set<string>> {
  const whole = await run(act, { ...given, root: (await prepare()).root });
  expect(whole.said[0]).not.toHaveProperty("error");
  const calls = whole.said[0]?.["calls"] as number;
  expect(calls).toBeGreaterThan(8);
  const outcomes = new Set<string>();
  await inPairs(
    spread(
      Array.from({ length: calls + 1 }, (_, at) => at),
      8,
    ),
    async (at) => {
      const project = await prepare();
      const kill = at < calls ? { at, when: "before" } : { at: calls - 1, when: "after" };
      const { signal } = await run(act, { ...given, root: project.root, kill });
      expect(signal, `call ${at}`).toBe("SIGKILL");
      outcomes.add(await judge(project, at));
    },
  );
  return outcomes;
}

async function prepared(): Promise<Project> {
  const project = makeProject();
  (await lockOf(project)).release();
  return project;
}

async function empty(): Promise<Project> {
  return makeProject({});
}

/** The texts of all versions, newest first. */
function versionsOf(project: Project): string[] {
  return listVersions(project, STATE).map(({ id }) => Buffer.from(readVersion(project, id).bytes).toString());
}

/** Of those that the document is known to have had. */
function writtenOf(project: Project): string[] {
  const written = listVersions(project, STATE).filter((version) => version.written);
  return written.map(({ id }) => Buffer.from(readVersion(project, id).bytes).toString());
}

async function writeNext(project: Project): Promise<void> {
  const began = performance.now();
  const lock = await lockOf(project);
  expect(performance.now() - began).toBeLessThan(patient(1000));
  const read = readFile(project, STATE);
  const expected = read.kind === "file" ? read.bytes : undefined;
  const bytes = Buffer.from(LAST);
  const stored = storeVersion(project, STATE, expected, { operation: "save", timestamp: Date.now(), bytes });
  expect(replaceFile(project, STATE, bytes, { expected, lock })).toEqual({ durable: true });
  stored.confirm();
  lock.release();
  expect(newestVersion(project, STATE)?.id).toBe(stored.id);
  expect(documentsOf(project)).toEqual({ [STATE]: LAST });
}

describe("a full disk", () => {
  const mounted = mountSmall();

  test.runIf(mounted)("changes nothing, says so, and is fine again when there is space", async () => {
    const project = openProject(mounted!.folder);
    mkdirSync(on(project, ".claude"));
    put(project, STATE, OLD);
    (await lockOf(project)).release();
    let filled = 0;
    try {
      for (; ; filled++) put(project, `.claude/filler-${filled}`, Buffer.alloc(4096));
    } catch {
      // Full now, by design.
    }
    expect(filled).toBeGreaterThan(0);
    const { code, said } = await run("commit", { root: project.root, path: STATE, text: "x".repeat(20_000) });
    expect(code).toBe(1);
    expect(said[0]?.["error"]).toMatchObject({
      code: "IO",
      message: expect.stringMatching(/the disk is full|not all of it/),
    });
    expect(textOf(project, STATE)).toBe(OLD.toString());
    expect(readdirSync(on(project, ".claude")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    execFileSync("rm", [
      "-f",
      ...Array.from({ length: filled + 1 }, (_, number) => on(project, `.claude/filler-${number}`)),
    ]);
    await writeNext(project);
  });

  test("a limit on the size of files changes nothing either", async () => {
    const project = await prepared();
    const { said, signal } = await run(
      "commit",
      { root: project.root, path: STATE, text: "x".repeat(100_000) },
      "trap '' XFSZ; ulimit -f 64",
    );
    expect(signal).toBeNull();
    expect(said[0]?.["error"]).toMatchObject({ code: "IO" });
    await expect(writeNext(project)).resolves.toBeUndefined();
  });

  function mountSmall(): { readonly folder: string } | undefined {
    if (!root || process.platform !== "linux") {
      console.info("no full disk tested: only root can mount a small one");
      return undefined;
    }
    const folder = join(temporaryFolder(), "small");
    mkdirSync(folder);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder], { stdio: "pipe" });
    } catch (error) {
      console.info(`no full disk tested: ${(error as Error).message}`);
      return undefined;
    }
    afterAll(() => {
      execFileSync("umount", ["-l", folder], { stdio: "ignore" });
    });
    return { folder };
  }
});

describe("a user without rights", () => {
  test.runIf(root)("is told so, reads all the same, and changes nothing", async () => {
    const project = await prepared();
    for (const path of ["", ".claude", STATE, ".claude/.gate", ".claude/.gate/locks"])
      chownSync(on(project, path), 0, 0);
    for (const path of ["", ".claude"]) chmodSync(on(project, path), 0o755);
    const { said } = await run("commit", { root: project.root, path: STATE, text: "mine", user: 65_534 });
    expect(said[0]?.["error"]).toMatchObject({
      code: "IO",
      message: "Cannot lock .claude/state.md: permission is denied",
    });
    expect(textOf(project, STATE)).toBe(OLD.toString());
  });
});

describe("many processes", () => {
  const [processes, times] = [upTo(8, 3), upTo(50, 10)];
  test("each has its turn after all who came before, and is not passed by them again and again", async () => {
    const [processes, times] = [upTo(20, 8), upTo(50, 15)];
    const project = makeProject({ [STATE]: "0" });
    const given = { root: project.root, path: STATE, times };
    await Promise.all(Array.from({ length: processes }, () => run("turns", given)));
    const turns = readFileSync(join(project.root, "turns"), "utf8").trimEnd().split("\n");
    expect(turns).toHaveLength(processes * times);
    const last = new Map<string, number>();
    const gaps = turns.flatMap((pid, turn) => {
      const before = last.get(pid);
      last.set(pid, turn);
      return before === undefined ? [] : [turn - before];
    });
    // Each other process once; some more where one did not come within half a second and stands at the end again.
    expect(Math.max(...gaps)).toBeLessThan(processes * 5);
  });

  test(`${processes} of them count to ${processes * times} together`, async () => {
    const project = makeProject({ [STATE]: "0" });
    const ends = await Promise.all(
      Array.from({ length: processes }, () => run("increment", { root: project.root, path: STATE, times })),
    );
    expect(ends.map(({ said }) => said[0]?.["result"])).toEqual(Array.from({ length: processes }, () => "done"));
    expect(documentsOf(project)).toEqual({ [STATE]: String(processes * times) });
  });

  test("some count while others are killed, and every acknowledged step counts once", async () => {
    const project = makeProject({ [STATE]: "0" });
    const given = { root: project.root, path: STATE };
    const victims = Array.from({ length: upTo(6, 3) }, () => start("increment", { ...given, times: 100_000 }));
    const counting = Array.from({ length: upTo(4, 2) }, () => run("increment", { ...given, times: upTo(20, 10) }));
    let seen = 0;
    for (const victim of victims) {
      // A few steps further each time, whoever made them.
      while (Number(textOf(project, STATE)) <= seen) await new Promise((resolve) => setTimeout(resolve, 10));
      seen = Number(textOf(project, STATE)) + 5;
      victim.child.kill("SIGKILL");
    }
    await Promise.all(victims.map(({ ended }) => ended));
    for (const { said } of await Promise.all(counting)) expect(said[0]?.["result"]).toBe("done");
    expect(Number(textOf(project, STATE))).toBeGreaterThanOrEqual(counting.length * upTo(20, 10));
    expect(statSync(on(project, STATE)).nlink).toBe(1);
    // Whoever was killed, each of the steps is a version, as far back as all are kept.
    const last = Number(textOf(project, STATE));
    const written = new Set([...writtenOf(project), textOf(project, STATE)]);
    const newest = Array.from({ length: Math.min(last, 40) }, (_, back) => String(last - back));
    expect(newest.filter((text) => !written.has(text))).toEqual([]);
  });
});
