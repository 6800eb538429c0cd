/** What a watch sees and tells, on real files. */
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { listVersions, readVersion } from "../../src/files/record/versions.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import { watchProject } from "../../src/gate/watch/watch-project.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";
import { follow, pause } from "./follow.ts";

const STATE = fixture("read/format.md");
const WORK = fixture("read/format.work.md").replaceAll("42", "1234");
const HOUR = 3_600_000;
const PATH = ".claude/state.md";

afterEach(() => vi.restoreAllMocks());

function inOrder(): TestProject {
  return makeProject({ [PATH]: STATE, ".claude/work/1234.md": WORK, ".claude/archive/900.md": "" });
}

/** The project's state file with another title, so that each is a state of its own. */
function titled(title: string): string {
  return STATE.replace(/(\*\*Current Issue:\*\* #1234) - .*/, `$1 - ${title}`);
}

function byRename(project: TestProject, text: string): void {
  const place = join(project.root, PATH);
  writeFileSync(`${place}~`, text);
  renameSync(`${place}~`, place);
}

test("first that it is ready, then all of the state, then nothing while nothing happens", async () => {
  const project = inOrder();
  const watch = follow(project);
  expect(await watch.until("ready")).toEqual({
    event: "ready",
    timestamp: "2024-10-23T16:30:00Z",
    root: project.root,
    polling: false,
    reason: undefined,
  });
  const { event, timestamp, ...told } = await watch.until("state");
  expect([event, timestamp, told]).toEqual(["state", "2024-10-23T16:30:00Z", await status(project.gate)]);
  await pause(1500);
  expect(watch.events).toHaveLength(2);
});

describe.each([
  ["notices", false],
  ["polling", 100],
] as const)("by %s", (_name, poll) => {
  test.each([
    ["in place", (project: TestProject, text: string) => project.write(PATH, text)],
    ["by rename", byRename],
  ])("saves %s", async (_how, put) => {
    const project = inOrder();
    const watch = follow(project, { poll });
    expect((await watch.until("ready")).polling).toBe(poll !== false);
    await watch.until("state");
    for (const title of ["One", "Two", "Three"]) {
      put(project, titled(title));
      await watch.until("state", ({ issueTitle }) => issueTitle === title);
    }
  });

  test("files and folders that go and come again, the tree itself too", async () => {
    const project = inOrder();
    const watch = follow(project, { poll });
    await watch.until("state");
    for (let round = 0; round < 3; round++) {
      rmSync(join(project.root, PATH));
      await watch.until("state", ({ exists }) => !exists);
      project.write(PATH, titled(`File ${round}`));
      await watch.until("state", ({ issueTitle }) => issueTitle === `File ${round}`);
      rmSync(join(project.root, ".claude"), { recursive: true });
      await watch.until("state", ({ exists }) => !exists);
      project.write(PATH, titled(`Tree ${round}`));
      project.write(".claude/work/1234.md", WORK);
      await watch.until("state", ({ issueTitle }) => issueTitle === `Tree ${round}`);
      project.write(PATH, titled(`Again ${round}`));
      await watch.until("state", ({ issueTitle }) => issueTitle === `Again ${round}`);
      appendFileSync(join(project.root, ".claude/work/1234.md"), "\n");
      await watch.until("work", ({ exists, issueNumber }) => exists && issueNumber === 1234);
    }
  });

  test("the whole project moved away and another put in its place", async () => {
    const project = inOrder();
    const watch = follow(project, { poll });
    await watch.until("state");
    renameSync(project.root, `${project.root}-moved`);
    await watch.until("state", ({ exists }) => !exists);
    project.write(PATH, titled("Another"));
    await watch.until("state", ({ issueTitle }) => issueTitle === "Another");
    project.write(PATH, titled("Still heard"));
    await watch.until("state", ({ issueTitle }) => issueTitle === "Still heard");
    rmSync(`${project.root}-moved`, { recursive: true });
  });

  test("of a thousand quick saves the last", async () => {
    const project = inOrder();
    const watch = follow(project, { poll });
    await watch.until("state");
    for (let number = 1; number <= 1000; number++) {
      if (number % 2 === 0) project.write(PATH, titled(`Save ${number}`));
      else byRename(project, titled(`Save ${number}`));
    }
    await watch.until("state", ({ issueTitle }) => issueTitle === "Save 1000");
    await pause(300);
    expect(watch.since()).toEqual([]);
  });
});

test("a project that is not there yet", async () => {
  const project = makeProject();
  const root = join(project.root, "later/inside");
  const watch = follow({ root, gate: project.gate });
  expect((await watch.until("ready")).root).toBe(root);
  expect((await watch.until("state")).exists).toBe(false);
  mkdirSync(join(root, ".claude"), { recursive: true });
  writeFileSync(join(root, PATH), STATE);
  await watch.until("state", ({ issueNumber }) => issueNumber === 1234);
  writeFileSync(join(root, PATH), titled("Heard"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Heard");
});

test("the clock alone turns it moderate and stale, and back when it is set back", async () => {
  const project = inOrder();
  const watch = follow(project);
  expect((await watch.until("state")).freshness).toBe("recent");
  project.later(22 * HOUR);
  expect(await watch.until("freshness")).toEqual({
    event: "freshness",
    timestamp: "2024-10-24T14:30:00Z",
    path: PATH,
    from: "recent",
    to: "moderate",
    hoursSinceUpdate: 24,
  });
  project.later(24 * HOUR + 1000);
  expect(await watch.until("freshness")).toMatchObject({ from: "moderate", to: "stale", hoursSinceUpdate: 48 });
  project.later(-40 * HOUR);
  expect(await watch.until("freshness")).toMatchObject({ from: "stale", to: "recent" });
  await save(project.gate, { log: ["Went on"] });
  await watch.until("state");
  expect(watch.events.filter(({ event }) => event === "state")).toHaveLength(2);
});

test("a save makes it fresh again", async () => {
  const project = inOrder();
  project.later(60 * HOUR);
  const watch = follow(project);
  expect((await watch.until("state")).freshness).toBe("stale");
  await save(project.gate, { log: ["Went on"] });
  expect((await watch.until("state")).freshness).toBe("recent");
  expect(await watch.until("freshness")).toMatchObject({ from: "stale", to: "recent", hoursSinceUpdate: 0 });
});

test("damage, with rule and place, and that it is mended", async () => {
  const project = inOrder();
  const watch = follow(project);
  await watch.until("state");
  project.write(PATH, STATE.replace("## Blockers", "<<<<<<< HEAD\n## Blockers"));
  expect((await watch.until("state")).valid).toBe(false);
  const problem = await watch.until("problem", ({ rule }) => rule === "conflict-marker");
  expect(problem).toMatchObject({ path: PATH, severity: "error", column: 1 });
  expect(problem.line).toBeGreaterThan(10);
  project.write(PATH, STATE);
  expect((await watch.until("state")).valid).toBe(true);
  expect(await watch.until("recovered")).toMatchObject({ path: PATH, operation: undefined });
  expect(await watch.until("resolved")).toMatchObject({ rule: "conflict-marker", line: problem.line });
});

test("a recovery is told with its operation", async () => {
  const project = inOrder();
  await save(project.gate, { log: ["Kept"] });
  const watch = follow(project);
  await watch.until("state");
  project.write(PATH, `${STATE}\n## Active Work\n`);
  await watch.until("state", ({ valid }) => !valid);
  await recover({ ...project.gate, actor: "agent" });
  expect(await watch.until("recovered")).toMatchObject({ path: PATH, operation: "recover", actor: "agent" });
});

test("a problem that only moves to another line is still the same", async () => {
  const project = inOrder();
  project.write(PATH, STATE.replace("## Blockers", "## blockers"));
  const watch = follow(project);
  expect((await watch.until("state")).problems.map(({ rule }) => rule)).toEqual(["irregular-heading"]);
  project.write(PATH, STATE.replace("## Blockers", "\n\n## blockers"));
  await watch.until("state");
  project.write(PATH, STATE);
  expect(await watch.until("resolved")).toMatchObject({ rule: "irregular-heading" });
  expect(watch.events.filter(({ event }) => event === "problem")).toEqual([]);
});

test("a problem that names the time of the file is not another one with every save", async () => {
  const project = makeProject({ [PATH]: STATE, ".claude/work/1234.md": WORK });
  const clock = () => Date.now() + HOUR;
  const watch = follow({ root: project.root, gate: { ...project.gate, clock } });
  expect((await watch.until("state")).problems.map(({ rule }) => rule)).toEqual(["outdated-timestamp"]);
  await pause(1100);
  project.write(PATH, titled("Saved"));
  expect((await watch.until("state")).problems[0]).toMatchObject({ rule: "outdated-timestamp" });
  await pause(100);
  expect(watch.since()).toEqual([]);
});

test("a file half written is not told as damaged until it stands still", async () => {
  const project = inOrder();
  const watch = follow(project);
  await watch.until("state");
  for (let round = 0; round < 5; round++) {
    const text = titled(`Round ${round}`);
    for (const part of [0.2, 0.4, 0.6, 0.8]) {
      project.write(PATH, text.slice(0, text.length * part));
      await pause(30);
    }
    if (round % 2 === 1) rmSync(join(project.root, PATH));
    await pause(30);
    project.write(PATH, text);
    await watch.until("state", ({ issueTitle }) => issueTitle === `Round ${round}`);
  }
  const kinds = watch.events.map(({ event }) => event);
  expect(kinds).not.toContain("problem");
  expect(watch.events.filter((event) => event.event === "state" && !event.valid)).toEqual([]);
  project.write(PATH, STATE.slice(0, 60));
  expect((await watch.until("state")).valid).toBe(false);
});

test("work files: made, changed, removed, archived, damaged; none of the others is read", async () => {
  const project = inOrder();
  project.write(".claude/work/8.md", "\u0000");
  const watch = follow(project);
  await watch.until("state");
  project.write(".claude/work/9.md", WORK.replaceAll("1234", "9"));
  expect(await watch.until("work")).toMatchObject({ path: ".claude/work/9.md", exists: true, issueNumber: 9 });
  project.write(".claude/work/9.md", "\u0000");
  expect(await watch.until("work")).toMatchObject({ path: ".claude/work/9.md", valid: false });
  expect(await watch.until("problem")).toMatchObject({ path: ".claude/work/9.md", severity: "error" });
  rmSync(join(project.root, ".claude/work/9.md"));
  expect(await watch.until("work")).toMatchObject({ path: ".claude/work/9.md", exists: false });
  expect(await watch.until("resolved")).toMatchObject({ path: ".claude/work/9.md" });
  await done(project.gate);
  await watch.until("work", ({ path, exists }) => path === ".claude/archive/1234.md" && exists);
  const paths = watch.events.flatMap((event) => (event.event === "work" ? [event.path] : []));
  expect(paths).not.toContain(".claude/work/8.md");
});

test("operations of several steps are told as one", async () => {
  const project = inOrder();
  const watch = follow(project);
  await watch.until("state");
  for (let issue = 1; issue <= 20; issue++) {
    await start(project.gate, { issue, title: `Title ${issue}` });
    await watch.until("state", ({ issueNumber }) => issueNumber === issue);
    await done(project.gate);
    await watch.until("state", ({ issueNumber }) => issueNumber === undefined);
  }
  const rules = new Set(watch.events.flatMap((event) => (event.event === "problem" ? [event.rule] : [])));
  expect([...rules]).toEqual([]);
});

test("the batch: at the beginning, when it changes, damaged, gone", async () => {
  const project = inOrder();
  await createBatch(project.gate, { features: ["One", "Two"] });
  const watch = follow(project);
  expect(await watch.until("batch")).toMatchObject({ exists: true, totalFeatures: 2, completed: 0 });
  await completeFeature(project.gate, { index: 0 });
  const told = await watch.until("batch");
  expect(told).toMatchObject({ completed: 1, remaining: 1, next: { index: 1, feature: "Two" } });
  expect(told).not.toHaveProperty("features");
  const record = project.read(".claude/batch_state.json");
  project.write(".claude/batch_state.json", record.slice(0, 50));
  expect(await watch.until("problem")).toMatchObject({ path: ".claude/batch_state.json", rule: "unreadable-batch" });
  project.write(".claude/batch_state.json", record);
  await watch.until("resolved");
  rmSync(join(project.root, ".claude/batch_state.json"));
  expect(await watch.until("batch")).toMatchObject({ exists: false, path: ".claude/batch_state.json" });
});

test("the branch that is checked out", async () => {
  const project = inOrder();
  project.write(".git/HEAD", "ref: refs/heads/feature/rate-limiting\n");
  const watch = follow(project);
  await watch.until("state");
  project.write(".git/HEAD", "ref: refs/heads/main\n");
  expect(await watch.until("problem")).toMatchObject({ rule: "branch-mismatch", path: PATH });
});

test("a checkout that changes many files", async () => {
  const project = inOrder();
  const git = (...args: string[]) => {
    const ended = spawnSync("git", ["-c", "user.name=T", "-c", "user.email=t@e", ...args], {
      cwd: project.root,
      encoding: "utf8",
    });
    expect(ended.status, ended.stderr).toBe(0);
  };
  git("init", "-q", "-b", "feature/rate-limiting");
  for (let issue = 2000; issue < 2200; issue++)
    project.write(`.claude/work/${issue}.md`, WORK.replaceAll("1234", `${issue}`));
  git("add", ".");
  git("commit", "-qm", "one");
  git("checkout", "-qb", "other");
  for (let issue = 2000; issue < 2200; issue++)
    project.write(`.claude/work/${issue}.md`, WORK.replaceAll("1234", `${issue}`).replace("Try the gate", "Other"));
  project.write(PATH, titled("Other"));
  git("commit", "-qam", "two");
  const watch = follow(project);
  expect((await watch.until("state")).issueTitle).toBe("Other");
  git("checkout", "-q", "feature/rate-limiting");
  const changed = new Set<string>();
  while (changed.size < 200) changed.add((await watch.until("work", ({ valid }) => valid)).path);
  expect(watch.events.filter((event) => event.event === "state" && event.issueTitle !== "Other")).not.toEqual([]);
  expect(watch.events.filter((event) => event.event === "state" && !event.valid)).toEqual([]);
});

test.skipIf(process.getuid?.() === 0)("what may not be read is told once, and that it can be again", async () => {
  const project = inOrder();
  const watch = follow(project);
  await watch.until("state");
  chmodSync(join(project.root, PATH), 0);
  expect(await watch.until("error")).toMatchObject({ code: "IO", path: PATH });
  await pause(2500);
  expect(watch.since()).toEqual([]);
  chmodSync(join(project.root, PATH), 0o644);
  project.write(PATH, titled("Readable"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Readable");
});

test("a tree that leads out of the project is an error, and no reason to end", async () => {
  const project = inOrder();
  const outside = makeProject({ [PATH]: titled("Outside") });
  const watch = follow(project);
  await watch.until("state");
  renameSync(join(project.root, ".claude"), join(project.root, "kept"));
  symlinkSync(join(outside.root, ".claude"), join(project.root, ".claude"));
  expect(await watch.until("error")).toMatchObject({ code: "UNSAFE_PATH" });
  rmSync(join(project.root, ".claude"));
  renameSync(join(project.root, "kept"), join(project.root, ".claude"));
  project.write(PATH, titled("Back"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Back");
  expect(JSON.stringify(watch.events)).not.toContain("Outside");
});

test.each(["ENOSPC", "EMFILE", "ENOSYS"])("where the system says %s it polls, and says so", async (code) => {
  vi.spyOn(system, "watch").mockImplementation(() => {
    throw Object.assign(new Error(code), { code, syscall: "watch" });
  });
  const project = inOrder();
  const watch = follow(project);
  expect(await watch.until("ready")).toMatchObject({
    polling: true,
    reason: expect.stringMatching(/used up|too many|no notices/),
  });
  await watch.until("state");
  project.write(PATH, titled("Seen"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Seen");
});

test("where notices are lost, or watches end again and again, nothing is missed", async () => {
  const real = system.watch;
  const ending = { now: false };
  vi.spyOn(system, "watch").mockImplementation(((...args: Parameters<typeof real>) => {
    const watcher = real(...args);
    const told = watcher.emit.bind(watcher);
    watcher.emit = ((name: string, ...rest: unknown[]) => (name === "change" ? true : told(name, ...rest))) as never;
    if (ending.now) {
      const error = Object.assign(new Error("EPERM"), { code: "EPERM", syscall: "watch" });
      setImmediate(() => told("error", error));
    }
    return watcher;
  }) as never);
  const project = inOrder();
  const watch = follow(project);
  await watch.until("state");
  project.write(PATH, titled("Unheard"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Unheard");
  ending.now = true;
  rmSync(join(project.root, ".claude/work"), { recursive: true });
  mkdirSync(join(project.root, ".claude/work"));
  expect(await watch.until("error")).toMatchObject({ message: expect.stringContaining("from now on it is polled") });
  project.write(PATH, titled("Polled"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Polled");
});

test("where the watches are used up later it goes on by polling, and says so", async () => {
  const project = inOrder();
  const watch = follow(project);
  await watch.until("state");
  vi.spyOn(system, "watch").mockImplementation(() => {
    throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "watch" });
  });
  rmSync(join(project.root, ".claude/work"), { recursive: true });
  mkdirSync(join(project.root, ".claude/work"));
  expect(await watch.until("error")).toMatchObject({
    code: "IO",
    message: expect.stringContaining("from now on it is polled"),
  });
  project.write(PATH, titled("Seen"));
  await watch.until("state", ({ issueTitle }) => issueTitle === "Seen");
});

test("it ends with its signal, by return, and by leaving the loop, also while somebody waits", async () => {
  const project = inOrder();
  const leaving = new AbortController();
  const first = follow(project, { signal: leaving.signal });
  await first.until("state");
  leaving.abort();
  await first.stop();
  const second = watchProject(project.root, { clock: project.gate.clock });
  await second.next();
  await second.next();
  const waiting = second.next();
  await second.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await second.next()).toEqual({ done: true, value: undefined });
  for await (const event of watchProject(project.root)) {
    expect(event.event).toBe("ready");
    break;
  }
  expect(await watchProject(project.root, { signal: AbortSignal.abort() }).next()).toEqual({
    done: true,
    value: undefined,
  });
});

test("who asks late gets the last state, not all that were before", async () => {
  const project = inOrder();
  const watch = watchProject(project.root, { clock: project.gate.clock });
  await watch.next();
  await watch.next();
  for (let number = 0; number < 50; number++) {
    project.write(PATH, titled(`Save ${number}`));
    await pause(5);
  }
  const { value } = await watch.next();
  expect(value).toMatchObject({ event: "state", issueTitle: "Save 49" });
  await watch.return?.();
});

test("what others write becomes a version as soon as it is seen", async () => {
  const project = inOrder();
  await save(project.gate, { progress: [{ status: "completed", text: "One" }] });
  const watch = follow(project);
  await watch.until("state");
  const byHand = project.read(PATH).replace("One", "Written by hand");
  project.write(PATH, byHand);
  await watch.until("state", ({ progressItems }) => progressItems.some(({ text }) => text === "Written by hand"));
  const log = `${project.read(".claude/work/1234.md")}\nBy hand.\n`;
  project.write(".claude/work/1234.md", log);
  const texts = (path: string) =>
    listVersions(project.gate.project, path).map(({ id, operation }) => {
      return [operation, Buffer.from(readVersion(project.gate.project, id, path).bytes).toString()];
    });
  await vi.waitFor(() => expect(texts(".claude/work/1234.md")[0]).toEqual(["outside", log]), 5000);
  expect(texts(PATH)[0]).toEqual(["outside", byHand]);
  // What is damaged later comes back as it was seen, though the gate never wrote it.
  project.write(PATH, "");
  await watch.until("problem");
  await recover(project.gate);
  expect(project.read(PATH)).toBe(byHand);
});

test("watching writes nothing where the gate has not, and takes no lock", async () => {
  const project = inOrder();
  const before = project.tree(true);
  const watch = follow(project);
  await watch.until("state");
  await pause(1200);
  await watch.stop();
  expect(project.tree(true)).toEqual(before);
});
