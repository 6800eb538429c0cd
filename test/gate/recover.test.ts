/** What a recovery reads, writes, keeps and refuses, in a project. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { planRecovery } from "../../src/gate/recovery/plan.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import { salvageState } from "../../src/salvage/salvage-state.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { NOW } from "../support/clock.ts";
import { upTo } from "../support/effort.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/1234.md";
const MINUTE = 60_000;

/** A project with work behind it: an archived issue, an active one with everything a save can record. */
async function busyProject(): Promise<TestProject> {
  const project = makeProject();
  const { gate } = project;
  await init(gate);
  await start(gate, { issue: 1200, title: "User authentication" });
  await done(gate);
  project.later(MINUTE);
  await start(gate, { issue: 1234, title: "Add rate limiting", branch: "feature/limits" });
  project.later(MINUTE);
  await save(gate, {
    progress: [
      { status: "completed", text: "Researched approaches" },
      { status: "in_progress", text: "Implementing middleware", percentage: 80 },
      { status: "pending", text: "Need to add tests" },
    ],
    nextSteps: ["Complete middleware", "Write unit tests"],
    openQuestions: [{ question: "Per IP or per user?", decision: "Per IP" }, { question: "Which limits?" }],
    log: ["Read the docs"],
  });
  project.later(MINUTE);
  return project;
}

/** One more save, so that the history holds the state with all of its lists. */
async function savedTwice(): Promise<TestProject> {
  const project = await busyProject();
  await save(project.gate, { log: ["More"] });
  project.later(MINUTE);
  return project;
}

function damage(project: TestProject, change: (text: string) => string): string {
  const damaged = change(project.read(STATE));
  project.write(STATE, damaged);
  return damaged;
}

const backupsIn = ({ root }: TestProject, folder = ".claude") =>
  readdirSync(join(root, folder)).filter((name) => name.includes(".bak"));

test("a file in order is left alone", async () => {
  const project = await busyProject();
  const before = project.tree(true);
  const { value, written } = await recover(project.gate);
  expect(value).toMatchObject({ recovered: false, backup: undefined, sources: [], lost: [], stateFile: STATE });
  expect(written).toEqual([]);
  expect(Object.keys(project.tree())).toEqual(Object.keys(before).filter((name) => !name.includes(".gate")));
  expect(project.read(STATE)).toBe(before[join(".claude", "state.md")]!.length > 0 ? project.read(STATE) : "");
  expect(backupsIn(project)).toEqual([]);
});

test("a heading that is gone comes back, and nothing else changes", async () => {
  const project = await busyProject();
  const whole = project.read(STATE);
  const damaged = damage(project, (text) => text.replace("## Blockers\n", ""));
  const { value } = await recover(project.gate);
  expect(value).toMatchObject({ recovered: true, backup: `${STATE}.bak`, lost: [] });
  expect(project.read(`${STATE}.bak`)).toBe(damaged);
  const rebuilt = project.read(STATE).replace(/\n{2,}/g, "\n");
  expect(rebuilt).toBe(whole.replace(/\n{2,}/g, "\n"));
  expect((await status(project.gate)).valid).toBe(true);
});

test("what a cut took away comes from the history, and the result says so", async () => {
  const project = await savedTwice();
  const whole = project.read(STATE);
  damage(project, (text) => text.slice(0, text.indexOf("Implementing") + 8));
  const { value } = await recover(project.gate);
  const { progressItems, nextSteps, openQuestions, recentWork, issueTitle } = await status(project.gate);
  expect(issueTitle).toBe("Add rate limiting");
  expect(progressItems.map(({ text }) => text)).toEqual([
    "Researched approaches",
    "Implementing middleware",
    "Need to add tests",
  ]);
  expect(nextSteps).toEqual(["Complete middleware", "Write unit tests"]);
  expect(openQuestions).toHaveLength(2);
  expect(recentWork.map(({ issueNumber }) => issueNumber)).toEqual([1200]);
  expect(value.sources).toEqual([{ part: "all", source: "history", path: expect.any(String) }]);
  expect(project.read(STATE)).toBe(whole);
  expect((await check(project.gate)).errors).toBe(0);
});

test("without history, what is gone comes from the work file and the archive", async () => {
  const project = await busyProject();
  const other = makeProject({
    [WORK]: project.read(WORK),
    ".claude/archive/1200.md": project.read(".claude/archive/1200.md"),
  });
  other.later(5 * MINUTE);
  other.write(STATE, project.read(STATE).slice(0, 130));
  const { value } = await recover(other.gate);
  const found = await status(other.gate);
  expect(found.issueNumber).toBe(1234);
  expect(found.progressItems.map(({ text }) => text)).toContain("Need to add tests");
  expect(found.recentWork.map(({ issueNumber }) => issueNumber)).toEqual([1200]);
  expect(value.sources).toContainEqual({ part: "progress", source: "work", path: WORK });
  expect(value.sources).toContainEqual({ part: "recent_work", source: "archive", path: ".claude/archive/1200.md" });
});

test.each([2, 6, 9, 12])(
  "an issue number that the cut shortened (%i characters left) names no other issue",
  async (left) => {
    const project = await busyProject();
    const other = makeProject();
    const text = project.read(STATE);
    const value = text.indexOf("#1234");
    other.write(STATE, text.slice(0, value + left - 1));
    await recover(other.gate);
    const { issueNumber, issueTitle } = await status(other.gate);
    expect(issueNumber === undefined || (issueNumber === 1234 && "Add rate limiting".startsWith(issueTitle!))).toBe(
      true,
    );
  },
);

test("sections that the history has are not mended by empty ones", async () => {
  const project = await savedTwice();
  damage(project, (text) => text.slice(0, text.indexOf("## Recent Work")));
  const cut = project.read(STATE);
  const { fixed, errors } = await check(project.gate, { paths: [STATE], fix: true });
  expect([fixed, errors > 0, project.read(STATE)]).toEqual([0, true, cut]);
  await recover(project.gate);
  expect((await check(project.gate, { paths: [STATE] })).errors).toBe(0);
  const other = makeProject({ [STATE]: cut });
  expect((await check(other.gate, { paths: [STATE], fix: true })).errors).toBe(0);
});

test("an item that was taken out does not come back from the history", async () => {
  const project = await savedTwice();
  await save(project.gate, { progress: [{ status: "completed", text: "All of it" }], replace: true });
  damage(project, (text) => text.replace("## Context", "<<<<<<< HEAD\n=======\n>>>>>>> x\n## Context"));
  await recover(project.gate, { side: "ours" });
  expect((await status(project.gate)).progressItems.map(({ text }) => text)).toEqual(["All of it"]);
});

test("what the newest version says besides what is left, and what is new in that, both stand there", async () => {
  const project = await savedTwice();
  damage(project, (text) => `${text.split("### Progress")[0]}### Progress\n- [ ] Typed by hand\n## Recent Work\n\0`);
  const { value } = await recover(project.gate);
  const { progressItems, nextSteps, openQuestions } = await status(project.gate);
  expect(progressItems.map(({ text }) => text).sort()).toEqual([
    "Implementing middleware",
    "Need to add tests",
    "Researched approaches",
    "Typed by hand",
  ]);
  expect([nextSteps.length, openQuestions.length]).toEqual([2, 2]);
  expect(value.lost).toEqual([]);
});

test("what is left of another issue is not mixed with the newest version, which is named", async () => {
  const project = await savedTwice();
  damage(
    project,
    (text) =>
      `${text.split("### Progress")[0]!.replace("#1234 - Add rate", "#99 - Remove")}- [ ] Other\n## Recent Work\n\0`,
  );
  const outcome = await recover(project.gate);
  expect(outcome.warnings.join()).toMatch(/Version \S+, save of \S+, holds \d+ lines? that .* `gate restore \S+`/);
});

test("what fits nowhere stands verbatim under Recovered, and a second recovery adds to it", async () => {
  const project = await busyProject();
  damage(project, (text) => text.replace("- 🔄", "%% garbage `x` %%\n- 🔄").replace("## Context", "\0"));
  await recover(project.gate);
  expect(project.read(STATE)).toContain("## Recovered\n\n```text\n%% garbage `x` %%\n```\n");
  damage(project, (text) => text.replace("- ⏸️", "-- more garbage\n- ⏸️").replace("## Blockers", "##Blockers"));
  await recover(project.gate);
  const text = project.read(STATE);
  expect(text.match(/## Recovered/g)).toHaveLength(1);
  expect(text).toContain("-- more garbage");
  expect(text).toContain("%% garbage `x` %%");
  expect((await check(project.gate)).errors).toBe(0);
});

test("two recoveries in one second make two backups", async () => {
  const project = await busyProject();
  const first = damage(project, (text) => text.replace("## Context", ""));
  await recover(project.gate);
  const second = damage(project, (text) => text.replace("## Blockers", "\0"));
  const { value } = await recover(project.gate);
  expect(value.backup).toBe(`${STATE}.bak.1`);
  expect([project.read(`${STATE}.bak`), project.read(`${STATE}.bak.1`)]).toEqual([first, second]);
});

test("conflicts need a side; each of them gives what it says, the other stays in the backup", async () => {
  const project = await busyProject();
  const damaged = damage(project, (text) =>
    text.replace(
      "**Branch:** feature/limits\n",
      "<<<<<<< HEAD\n**Branch:** feature/limits\n=======\n**Branch:** main\n>>>>>>> main\n",
    ),
  );
  const before = project.tree(true);
  await expect(recover(project.gate)).rejects.toMatchObject({
    code: "CONSENT_REQUIRED",
    hint: expect.stringContaining("gate recover --theirs --yes"),
  });
  expect(project.read(STATE)).toBe(damaged);
  expect(Object.keys(project.tree())).toEqual(
    Object.keys(before).filter((name) => !name.startsWith(join(".claude", ".gate"))),
  );
  const { conflicts } = await planRecovery(project.gate);
  expect(conflicts).toMatchObject([
    { ours: ["**Branch:** feature/limits"], theirs: ["**Branch:** main"], names: ["HEAD", "main"] },
  ]);
  for (const [side, branch] of [
    ["ours", "feature/limits"],
    ["theirs", "main"],
    ["both", "feature/limits"],
  ] as const) {
    project.write(STATE, damaged);
    const { value } = await recover(project.gate, { side });
    expect((await status(project.gate)).branch).toBe(branch);
    expect(value.lost).toEqual(side === "both" ? [] : [`**Branch:** ${branch === "main" ? "feature/limits" : "main"}`]);
    expect(project.read(value.backup!)).toBe(damaged);
  }
  expect(project.read(STATE)).toContain("## Recovered\n\n```text\n**Branch:** main\n```");
});

test("bytes that are no text say nothing: the newest version comes back as it was", async () => {
  const project = await busyProject();
  const before = project.read(STATE);
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => (at * at * 31 + at * 7) % 256);
  for (const damaged of [bytes, bytes.subarray(0, 20), Uint8Array.from([...bytes, 10, 120, 10])]) {
    writeFileSync(join(project.root, STATE), damaged);
    const { value } = await recover(project.gate);
    expect(project.read(STATE)).toBe(before);
    expect(readFileSync(join(project.root, value.backup!))).toEqual(Buffer.from(damaged));
  }
});

test("sides that are chosen stay, though the newest version says otherwise", async () => {
  const project = await busyProject();
  const theirs = project.read(STATE);
  const { nextSteps: steps } = await status(project.gate);
  project.later(MINUTE);
  await save(project.gate, {
    progress: [{ status: "completed", text: "Ours" }],
    nextSteps: ["Replaced on the other side"],
  });
  const time = (text: string) => /\*\*Last Updated:.*/.exec(text)![0];
  // As git leaves it: the steps are merged, the time and the items are not.
  const merged = theirs
    .replace(time(theirs), `<<<<<<< HEAD\n${time(project.read(STATE))}\n=======\n${time(theirs)}\n>>>>>>> feat`)
    .replace("### Next Steps", "<<<<<<< HEAD\n- ✅ Ours\n=======\n- ⏸️ Theirs\n>>>>>>> feat\n\n### Next Steps")
    .replace(/\n\n<<<<<<< HEAD\n- ✅/, "\n<<<<<<< HEAD\n- ✅");
  project.write(STATE, merged);
  const { warnings } = await recover(project.gate, { side: "both" });
  const { progressItems, nextSteps, valid } = await status(project.gate);
  expect(valid).toBe(true);
  expect(progressItems.map(({ text }) => text)).toEqual(expect.arrayContaining(["Ours", "Theirs"]));
  expect(nextSteps).toEqual(steps);
  expect(warnings).toContainEqual(expect.stringMatching(/holds 1 line that is not in what is rebuilt/));
});

test("sides may differ from conflict to conflict", async () => {
  const project = await busyProject();
  damage(project, (text) =>
    text
      .replace("1. Complete middleware\n", "<<<<<<< a\n1. Complete middleware\n=======\n1. Rewrite it\n>>>>>>> b\n")
      .replace(
        "- ⏸️ Need to add tests\n",
        "<<<<<<< a\n- ⏸️ Need to add tests\n=======\n- ✅ Need to add tests\n>>>>>>> b\n",
      ),
  );
  await recover(project.gate, { sides: ["theirs", "ours"] });
  const { progressItems, nextSteps } = await status(project.gate);
  expect(progressItems.at(-1)).toEqual({ status: "completed", text: "Need to add tests" });
  expect(nextSteps[0]).toBe("Complete middleware");
});

test("--from history goes back, --from work starts from the work files, --from salvage uses nothing else", async () => {
  const project = await savedTwice();
  const damaged = damage(project, (text) => text.slice(0, text.indexOf("### Next Steps")));
  const history = await recover(project.gate, { from: "history" }, { dryRun: true });
  expect(history.written[0]!.after).toContain("Which limits?");
  expect(history.value.sources).toMatchObject([{ part: "all", source: "history" }]);
  const work = await recover(project.gate, { from: "work" }, { dryRun: true });
  expect(work.written[0]!.after).toContain("**Current Issue:** #1234 - Add rate limiting");
  expect(work.value.sources).toContainEqual({ part: "issue", source: "work", path: WORK });
  const salvage = await recover(project.gate, { from: "salvage" }, { dryRun: true });
  expect(salvage.written[0]!.after).not.toContain("Which limits?");
  expect(new Set(salvage.value.sources.map(({ source }) => source))).toEqual(new Set(["salvage"]));
  expect(project.read(STATE)).toBe(damaged);
  expect(backupsIn(project)).toEqual([]);
});

test("a source that is not there is an error", async () => {
  const project = makeProject({ [STATE]: "## Active Work\n\n## Blockers\n" });
  await expect(recover(project.gate, { from: "history" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(recover(project.gate, { from: "work" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  const empty = makeProject();
  await expect(recover(empty.gate)).rejects.toMatchObject({
    code: "NOT_FOUND",
    hint: expect.stringContaining("gate init"),
  });
});

test("a work file from the future lends no time", async () => {
  const project = await busyProject();
  const other = makeProject({
    [WORK]: project.read(WORK).replace(/(\*\*(?:Started):\*\*) \S+/g, "$1 2030-01-01T00:00:00Z"),
  });
  other.write(STATE, "");
  await recover(other.gate);
  expect((await status(other.gate)).valid).toBe(true);
});

test("a file that is gone is made again from the history", async () => {
  const project = await savedTwice();
  const { rmSync } = await import("node:fs");
  rmSync(join(project.root, STATE));
  const { value } = await recover(project.gate);
  expect(value).toMatchObject({ recovered: true, backup: undefined, sources: [{ part: "all", source: "history" }] });
  expect((await status(project.gate)).issueNumber).toBe(1234);
});

test("foreign and newer files are not touched, also behind another encoding", async () => {
  const foreign = "# Notes\n\nsomebody else's\n";
  const newer = "---\nschema_version: 99\n---\n# Session State\n\n## Active Work\n\n## Blockers\n";
  const cases: readonly (readonly [Uint8Array | string, string])[] = [
    [foreign, "FOREIGN_FORMAT"],
    [newer, "UNSUPPORTED_VERSION"],
    [Buffer.from(`\ufeff${newer}`, "utf16le"), "UNSUPPORTED_VERSION"],
  ];
  for (const [bytes, code] of cases) {
    const project = makeProject();
    project.write(STATE, bytes);
    await expect(recover(project.gate)).rejects.toMatchObject({ code });
    expect(project.tree()).toMatchObject({
      [join(".claude", "state.md")]: Buffer.from(bytes as string).toString("latin1"),
    });
    expect(backupsIn(project)).toEqual([]);
  }
});

test("an empty file is rebuilt from what is known", async () => {
  const project = await busyProject();
  project.write(STATE, "");
  const { value } = await recover(project.gate);
  expect(value.recovered).toBe(true);
  expect(project.read(`${STATE}.bak`)).toBe("");
  expect((await status(project.gate)).issueNumber).toBe(1234);
});

test("a file that is too large is rebuilt, and all of it is in the backup", async () => {
  const project = await busyProject();
  const damaged = damage(
    project,
    (text) => text + `${"zzz noise ".repeat(upTo(1, 100))}\n`.repeat(upTo(200_000, 1100)),
  );
  const { value } = await recover(project.gate);
  expect(project.read(value.backup!)).toBe(damaged);
  expect(value.lost.at(-1)).toMatch(/more bytes/);
  expect((await status(project.gate)).progressItems).toHaveLength(3);
});

test("a time that has not come yet blocks nothing: a save replaces it and says so, and so does recover", async () => {
  const project = await busyProject();
  const ahead = (text: string) => text.replace(/(\*\*Last Updated:\*\*) \S+/, "$1 2099-01-01T00:00:00Z");
  damage(project, ahead);
  expect((await check(project.gate)).errors).toBe(1);
  const { warnings } = await save(project.gate, { log: ["x"] });
  expect(warnings.join()).toContain("had not come yet");
  expect(project.read(STATE)).not.toContain("2099");
  expect((await status(project.gate)).valid).toBe(true);
  damage(project, ahead);
  await recover(project.gate);
  expect(project.read(STATE)).toContain("2099-01-01T00:00:00Z");
  expect((await status(project.gate)).valid).toBe(true);
});

test("what was approved is written, and only over the bytes it was made from", async () => {
  const project = await busyProject();
  damage(project, (text) => text.replace("## Context", ""));
  const plan = await planRecovery(project.gate);
  const changed = damage(project, (text) => `${text}more\n`);
  await expect(recover(project.gate, { plan })).rejects.toMatchObject({ code: "CONFLICT" });
  expect(project.read(STATE)).toBe(changed);
  expect(backupsIn(project)).toEqual([]);
  const next = await planRecovery(project.gate);
  project.later(MINUTE);
  await recover(project.gate, { plan: next });
  expect(project.read(STATE)).toBe(next.after);
});

test("a recovery can be undone, to the damaged bytes", async () => {
  const project = await busyProject();
  const damaged = damage(project, (text) => text.replace("## Context", "\0"));
  await recover(project.gate);
  await undo(project.gate);
  expect(project.read(STATE)).toBe(damaged);
});

test("after a no, save --offline still reaches the work file", async () => {
  const project = await busyProject();
  const damaged = damage(project, (text) => text.replace("## Context", ""));
  await save(project.gate, { log: ["kept all the same"], offline: true });
  expect(project.read(WORK)).toContain("kept all the same");
  expect(project.read(STATE)).toBe(damaged);
});

test("without versions, Windows line ends and the byte order mark stay", async () => {
  const known = await busyProject();
  const project = makeProject({ [STATE]: known.read(STATE) });
  const windows = `\ufeff${project.read(STATE).replaceAll("\n", "\r\n").replace("## Context\r\n", "")}`;
  project.write(STATE, windows);
  await recover(project.gate);
  const rebuilt = project.read(STATE);
  expect(rebuilt.startsWith("\ufeff---\r\n")).toBe(true);
  expect(rebuilt.replaceAll("\r\n", "")).not.toContain("\n");
});

test("a damaged work file is warned about, kept, and rebuilt on request", async () => {
  const project = await savedTwice();
  const whole = project.read(WORK);
  const damaged = whole.slice(0, whole.indexOf("## Learnings") - 3).replace("**Status:** in_progress\n", "\0");
  project.write(WORK, damaged);
  const { warnings } = await save(project.gate, { progress: [{ status: "completed", text: "x" }] });
  expect(warnings.join()).toContain(`${WORK} cannot be trusted and was left as it is`);
  expect(project.read(WORK)).toBe(damaged);
  const { value } = await recover(project.gate, { work: 1234 });
  expect(value).toMatchObject({ recovered: true, backup: `${WORK}.bak`, stateFile: WORK });
  expect(project.read(`${WORK}.bak`)).toBe(damaged);
  const { files, errors } = await check(project.gate, { paths: [WORK] });
  expect(errors, JSON.stringify(files)).toBe(0);
  expect(project.read(WORK)).toContain("Read the docs");
  expect(project.read(WORK)).toContain("## Related Issues");
  await expect(recover(project.gate, { work: 7 })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a work file that lost its end is rebuilt on request, though the rules find nothing wrong", async () => {
  const project = await savedTwice();
  const whole = project.read(WORK);
  project.write(WORK, whole.slice(0, whole.indexOf("## Progress Log")));
  expect((await check(project.gate, { paths: [WORK] })).errors).toBe(0);
  const { value } = await recover(project.gate, { work: 1234 });
  expect(value.recovered).toBe(true);
  expect(project.read(WORK)).toContain("Read the docs");
  expect((await recover(project.gate, { work: 1234 })).value.recovered).toBe(false);
});

const CASES = join(import.meta.dirname, "../../fixtures/salvage");

test.each(readdirSync(CASES))("fixtures/salvage/%s", async (name) => {
  const folder = join(CASES, name);
  const read = (file: string) => readFileSync(join(folder, file));
  for (const side of ["ours", "theirs", "both"] as const) {
    const file = `after.${side}.md`;
    if (!readdirSync(folder).includes(file) && !process.env["UPDATE_FIXTURES"]) continue;
    const project = makeProject();
    project.write(STATE, read("before.md"));
    await recover(project.gate, { side });
    if (process.env["UPDATE_FIXTURES"]) writeFileSync(join(folder, file), readFileSync(join(project.root, STATE)));
    expect(project.read(STATE)).toBe(read(file).toString());
  }
});

test("a work file whose time has not come yet takes what is saved", async () => {
  const project = await busyProject();
  project.write(WORK, project.read(WORK).replace(/(\*\*Last Updated:\*\*) \S+/, "$1 2099-01-01T00:00:00Z"));
  const { warnings } = await save(project.gate, { log: ["Kept all the same"] });
  expect(warnings.join()).toContain("had not come yet");
  expect(project.read(WORK)).toContain("Kept all the same");
});

test("bytes that are no UTF-8 stand in the backup, and that is said", async () => {
  const project = await savedTwice();
  const bytes = Buffer.concat([readFileSync(join(project.root, STATE)), Buffer.from("- caf\xe9 noir\n", "latin1")]);
  project.write(STATE, bytes);
  const { value, warnings } = await recover(project.gate);
  expect(warnings).toContainEqual(
    "1 line held bytes that are no UTF-8, marked by \ufffd now; the bytes themselves stand in the backup alone",
  );
  expect(project.read(STATE)).toContain("- caf\ufffd noir\n");
  expect(readFileSync(join(project.root, value.backup!))).toEqual(bytes);
});

test("a log entry of the work file that the state does not know is named before anybody is asked", async () => {
  const project = await savedTwice();
  project.write(STATE, "");
  project.later(MINUTE);
  await save(project.gate, { offline: true, issue: 1234, log: ["Only in the work file"] });
  const { warnings } = await planRecovery(project.gate);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^\.claude\/work\/1234\.md has a log entry of \S+Z, and the state that comes back is of \S+Z: read it/,
    ),
  ]);
});

test("a time without a zone is not made one of UTC", () => {
  const older = fixture("read/format.md").replace(/(\*\*Last Updated:\*\*) \S+/, "$1 2024-10-23 12:00");
  const left = older.replace(/\*\*Last Updated:\*\*.*\n/, "");
  const sources = { work: [], archived: [], older: { id: "x", text: older }, modified: NOW - 5000 };
  const { text, parts } = salvageState(Buffer.from(left), sources, { now: NOW, readYaml, sideOf: () => "both" });
  expect(text).toContain("**Last Updated:** 2024-10-23T16:29:55Z\n");
  expect(parts).toContainEqual({ part: "last_updated", source: "file" });
});
