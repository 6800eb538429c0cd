/** The built library, as a program imports it. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

const built = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
const library = (await import(built)) as typeof import("../../src/index.ts");
const {
  check,
  checkState,
  checkWork,
  decode,
  diff,
  done,
  encode,
  GateError,
  hasErrors,
  history,
  init,
  openGate,
  parseState,
  parseWork,
} = library;
const { reconstruct, reconstructFrom, restore, revisionOf, save, start, status, undo, verify } = library;

const NOW = Date.UTC(2024, 9, 23, 16, 30);

function makeGate() {
  const { root } = makeProject();
  return openGate({ root, clock: () => NOW, actor: "a test" });
}

test("what is exported", () => {
  expect(Object.keys(library).sort()).toEqual([
    "BatchStateManager",
    "CONTEXT_THRESHOLD",
    "DEFAULT_STATE_FILE",
    "GateError",
    "JsonText",
    "LOCK_TIMEOUT",
    "SCHEMA_VERSION",
    "actorOf",
    "applyEdits",
    "archiveRun",
    "atomicWrite",
    "batchStatus",
    "batchSummary",
    "blame",
    "brief",
    "check",
    "checkState",
    "checkWork",
    "checkpoint",
    "claimIssue",
    "claimNextFeature",
    "cleanUpBatch",
    "completeFeature",
    "createBatch",
    "decode",
    "diff",
    "done",
    "encode",
    "estimateContextTokens",
    "exitCodeOf",
    "extendFeatureClaim",
    "failFeature",
    "fixesOf",
    "formatTime",
    "freshnessOf",
    "getClearNotificationMessage",
    "grow",
    "guard",
    "guardList",
    "hasErrors",
    "history",
    "init",
    "install",
    "kvCheckpoint",
    "kvCheckpoints",
    "kvDelete",
    "kvDiff",
    "kvInit",
    "kvKeys",
    "kvLoad",
    "kvMigrate",
    "kvPrune",
    "kvRecover",
    "kvRestore",
    "kvSave",
    "list",
    "listClaims",
    "listRuns",
    "loadRun",
    "makeBrief",
    "merge",
    "newRun",
    "nextFeature",
    "openBatch",
    "openGate",
    "openKv",
    "openRuns",
    "parseIssueNumber",
    "parseMarkdown",
    "parseState",
    "parseTime",
    "parseWork",
    "pauseBatch",
    "planRecovery",
    "prove",
    "pruneRuns",
    "reconstruct",
    "reconstructFrom",
    "recordClear",
    "recordGit",
    "recover",
    "recoverBatch",
    "recoverRun",
    "releaseIssue",
    "restore",
    "resumeBatch",
    "retryFeature",
    "revisionOf",
    "runPath",
    "save",
    "saveAgentCheckpoint",
    "saveBatch",
    "saveRun",
    "saveStateAtomic",
    "search",
    "shouldClear",
    "show",
    "skipFeature",
    "start",
    "status",
    "suggestGuards",
    "tick",
    "undo",
    "uninstall",
    "verify",
    "watchProject",
    "withFileLock",
  ]);
});

test("from the first call to the last", async () => {
  const gate = makeGate();
  expect((await init(gate)).value).toMatchObject({ initialized: true, stateFileCreated: ".claude/state.md" });
  expect((await start(gate, { issue: 7, title: "Seven" })).value).toMatchObject({ success: true, resumed: false });
  const saved = await save(gate, { progress: [{ status: "in_progress", text: "Half", percentage: 50 }], log: ["L"] });
  expect(saved.written.map(({ path }) => path)).toEqual([".claude/work/7.md", ".claude/state.md"]);
  const now = await status(gate);
  expect(now).toMatchObject({
    issueNumber: 7,
    lastUpdated: "2024-10-23T16:30:00Z",
    freshness: "recent",
    branch: undefined,
  });
  expect(now.revision).toBe(saved.value.revision);
  expect(await verify(gate, 7)).toMatchObject({ exists: true, valid: true });
  expect(await check(gate)).toMatchObject({ errors: 0 });
  const outcome = await done(gate, {}, { dryRun: true });
  expect(outcome.moved).toEqual([{ from: ".claude/work/7.md", to: ".claude/archive/7.md" }]);
  await done(gate, { archive: false });
  expect((await reconstruct(gate)).suggestions).toMatchObject([{ issueNumber: 7, status: "completed" }]);
  expect((await reconstructFrom(gate, 7)).value.message).toBe("Active work set to #7 - Seven");
});

test("there and back again", async () => {
  const gate = makeGate();
  await start(gate, { issue: 7, title: "Seven" });
  const { value, entries } = await save(gate, { nextSteps: ["One"] });
  const { entries: changes } = await history(gate);
  expect(changes[0]).toMatchObject({ id: entries[0], operation: "save", actor: "a test", current: true });
  expect((await diff(gate)).diff).toContain("+1. One\n");
  const back = await undo(gate);
  expect(back.value).toMatchObject({ removed: false, entries: [{ id: entries[0] }] });
  expect((await status(gate)).nextSteps).toEqual([]);
  expect((await undo(gate, { redo: true })).value.revision).toBe(value.revision);
  await expect(undo(gate, { redo: true })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await restore(gate, { id: changes[1]!.id })).value).toMatchObject({ path: changes[1]!.path });
});

test("failures are GateErrors with a code", async () => {
  const gate = makeGate();
  await expect(save(gate, { log: ["x"] })).rejects.toSatisfy(
    (error) => error instanceof GateError && error.code === "NO_ACTIVE_WORK",
  );
  expect(() => openGate({ root: "/nowhere/at/all" })).toThrow(GateError);
});

test("readers and rules without a disk", () => {
  const bytes = new TextEncoder().encode("\ufeff## Active Work\r\n\r\n**Current Issue:** #7 - Seven\r\n");
  const source = decode(bytes);
  expect(encode(source, source.text)).toEqual(bytes);
  expect(revisionOf(bytes)).toMatch(/^[0-9a-f]{64}$/);
  const document = parseState(source);
  expect(document.active.issue).toMatchObject({ kind: "issue", issue: { number: 7, title: "Seven" } });
  expect(hasErrors(checkState(document, { now: NOW }))).toBe(true);
  const work = parseWork(decode(new TextEncoder().encode("# Issue #7: Seven\n")));
  expect(checkWork(work, { now: NOW, fileIssue: 8 }).map(({ rule }) => rule)).toContain("issue-mismatch");
});

test("importing it prints nothing and keeps nothing alive", async () => {
  const script = `import * as library from ${JSON.stringify(built)}; process.stdout.write(typeof library.openGate);`;
  const ended = await runProgram(process.execPath, ["--input-type=module", "-e", script], {});
  expect(ended).toEqual({ code: 0, stdout: "function", stderr: "" });
});
