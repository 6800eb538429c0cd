/** An operation on documents: what it stages, what is refused of it, and what is said of it before its first step. */
import { beforeEach, describe, expect, test } from "vitest";
import { revisionOf } from "../../src/base/revision.ts";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { type IntentRecord, readIntent, writeIntent } from "../../src/files/record/intent-log.ts";
import { listVersions } from "../../src/files/record/versions.ts";
import { agreesWithRemark } from "../../src/gate/commit/cross-check.ts";
import { Intent } from "../../src/gate/commit/intent-log.ts";
import type { Step } from "../../src/gate/commit/steps.ts";
import { type Transaction, transact } from "../../src/gate/commit/transaction.ts";
import type { Operation, WriteOptions } from "../../src/gate/gate.ts";
import { scanBlocks } from "../../src/syntax/scan.ts";
import { replaced } from "../files/faults.ts";
import { NOW } from "../support/clock.ts";
import { PATIENCE } from "../support/patience.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";
const ARCHIVED = ".claude/archive/42.md";
const TEXT = fixture("salvage/conflict-as-git-writes-it/after.ours.md");
const FILE = `---
schema_version: 1
---
# Issue #42: Try the gate

**GitHub:** https://github.com/o/r/issues/42
**Status:** in_progress
**Started:** 2024-10-23T10:00:00Z
**Last Updated:** 2024-10-23T14:30:00Z

## Issue Description

## Approach

## Progress Log

## Learnings
`;

let project: TestProject;
beforeEach(() => {
  project = makeProject({ [STATE]: TEXT, [WORK]: FILE });
});

const run = <T>(body: (transaction: Transaction) => Promise<T>, options: WriteOptions = {}, operation = "save") =>
  transact(project.gate, operation, options, body);
const textOf = (text: string) => revisionOf(Buffer.from(text));
const versionsOf = (path: string) => listVersions(project.gate.project, path);
const insert = (text: string, what: string, before: string) => {
  const at = text.indexOf(before);
  return { start: at, end: at, text: what };
};
/** The edit that adds a line to the Context of the state document. */
const added = (line: string) => insert(TEXT, `${line}\n`, "- Working primarily");
const withLine = (line: string) => TEXT.replace("- Working primarily", `${line}\n- Working primarily`);

describe("a document", () => {
  test("is written with its edits, under its lock, and is a version as what was there", async () => {
    const outcome = await run(async (transaction) => {
      const state = await transaction.readState();
      expect(transaction.now).toBe(NOW);
      transaction.write(state, { document: state.document!, edits: [added("- Mine")] });
      transaction.warn("mind");
      return "done";
    });
    const after = withLine("- Mine");
    const size = Buffer.byteLength(after);
    expect(outcome).toEqual({
      value: "done",
      written: [
        {
          path: STATE,
          size,
          revision: textOf(after),
          before: TEXT,
          after,
          document: expect.objectContaining({ kind: "state", text: after }),
        },
      ],
      ...{ moved: [], removed: [], backups: [], warnings: ["mind"] },
      entries: [versionsOf(STATE)[0]!.id],
    });
    expect(versionsOf(STATE)).toMatchObject([
      { operation: "save", timestamp: NOW, revision: textOf(after), from: versionsOf(STATE)[1]!.id, written: true },
      { operation: "outside", timestamp: NOW, revision: textOf(TEXT), written: true },
    ]);
    expect(project.read(STATE)).toBe(after);
  });

  test("that says the same is not written", async () => {
    const before = project.tree();
    const { written, entries } = await run(async (transaction) => {
      const state = await transaction.readState();
      transaction.write(state, { document: state.document! });
    });
    expect([written, entries, project.tree()]).toEqual([[], [], before]);
  });

  test("in which bytes were no text is mended by writing what they read as", async () => {
    project.write(WORK, Buffer.concat([Buffer.from(FILE), Buffer.from([0x80, 10])]));
    await run(async (transaction) => {
      const work = await transaction.readWork(WORK);
      transaction.write(work, { document: work.document! }, { mending: true });
    });
    expect(project.read(WORK)).toBe(`${FILE}\ufffd\n`);
  });

  test("in which bytes were no text is mended in other places as well", async () => {
    project.write(STATE, Buffer.concat([Buffer.from(TEXT), Buffer.from([0x80, 10])]));
    await run(async (transaction) => {
      const state = await transaction.readState();
      transaction.write(state, { document: state.document!, edits: [added("- Mine")] }, { mending: true });
    });
    expect(project.read(STATE)).toBe(`${withLine("- Mine")}\ufffd\n`);
  });

  test("keeps its byte order mark", async () => {
    project.write(STATE, `\ufeff${TEXT}`);
    await run(async (transaction) => {
      const state = await transaction.readState();
      transaction.write(state, { document: state.document!, edits: [added("- Mine")] });
    });
    expect(project.read(STATE)).toBe(`\ufeff${withLine("- Mine")}`);
  });

  test("moves with the text that was staged for it", async () => {
    const outcome = await run(async (transaction) => {
      const work = await transaction.readWork(WORK);
      transaction.write(work, { document: work.document!, edits: [insert(FILE, "- Much\n", "\n## Progress Log")] });
      transaction.move(WORK, ARCHIVED);
    });
    expect(outcome.moved).toEqual([{ from: WORK, to: ARCHIVED }]);
    const [gone, , met] = versionsOf(WORK);
    // What it leads back to is what was there before the operation.
    expect(versionsOf(WORK).map(({ operation }) => operation)).toEqual(["save", "save", "outside"]);
    expect([gone!.revision, gone!.from, met!.revision]).toEqual([undefined, met!.id, textOf(FILE)]);
    expect([project.exists(WORK), project.read(ARCHIVED).includes("- Much")]).toEqual([false, true]);
    await expect(run(async (transaction) => transaction.move(WORK, ARCHIVED))).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: `Cannot move ${WORK}: it is not there`,
      path: WORK,
    });
  });

  test("is copied before the steps that come after", async () => {
    const { backups } = await run(async (transaction) => {
      const state = await transaction.readState();
      transaction.backUp(state);
      transaction.write(state, { document: state.document!, edits: [added("- Mine")] });
    });
    expect(backups).toEqual([`${STATE}.bak`]);
    expect(project.read(`${STATE}.bak`)).toBe(TEXT);
  });

  test("is put back as it was, damaged or not, or taken away", async () => {
    const restore = (bytes: Uint8Array | undefined) =>
      run(async (transaction) => {
        const work = await transaction.readWork(WORK);
        transaction.restore(work, bytes, "20241023T163000000Z-0001");
      });
    const damaged = Buffer.from("no document\n");
    expect((await restore(damaged)).written).toMatchObject([{ path: WORK, before: FILE, after: "no document\n" }]);
    expect(project.read(WORK)).toBe("no document\n");
    expect((await restore(undefined)).removed).toEqual([{ path: WORK, before: "no document\n" }]);
    expect(project.exists(WORK)).toBe(false);
    const restored = versionsOf(WORK).map(({ restores, revision }) => [restores, revision]);
    expect(restored).toEqual([
      ["20241023T163000000Z-0001", undefined],
      ["20241023T163000000Z-0001", revisionOf(damaged)],
      [undefined, textOf(FILE)],
    ]);
  });

  test("would be judged by the rules in its place", async () => {
    await run(async (transaction) => {
      const { document, messages } = await transaction.judge(WORK, Buffer.from(FILE.replace("#42", "#41")));
      expect(document.text).toBe(FILE.replace("#42", "#41"));
      expect(messages.map(({ rule }) => rule)).toContain("issue-mismatch");
      const state = await transaction.judge(STATE, Buffer.from(TEXT));
      expect(state.messages.map(({ rule }) => rule)).toEqual(["missing-work-file"]);
    });
  });

  test("is read again where another program saved it, and nothing is added twice", async () => {
    // Where nothing was ever written it is tried once before.
    await run(async (transaction) => void (await transaction.readState()));
    let attempts = 0;
    await run(async (transaction) => {
      attempts++;
      const state = await transaction.readState();
      const work = await transaction.readWork(WORK);
      transaction.write(work, { document: work.document!, edits: [insert(FILE, "- Once\n", "\n## Progress Log")] });
      transaction.write(state, { document: state.document!, edits: [added("- Mine")] });
      if (attempts < 3) project.write(STATE, `${TEXT}- ${attempts}\n`);
    });
    expect(attempts).toBe(3);
    // What each attempt met is kept, and nothing twice.
    const met = [TEXT, `${TEXT}- 1\n`, `${TEXT}- 2\n`];
    expect(versionsOf(STATE).map(({ revision }) => revision)).toEqual(
      [...met, project.read(STATE)].reverse().map(textOf),
    );
    expect(versionsOf(WORK)).toHaveLength(2);
    expect(project.read(WORK).split("- Once")).toHaveLength(2);
    expect(project.read(STATE)).toBe(`${withLine("- Mine")}- 2\n`);
  });

  test("takes its lock once, gives it back, and takes none in a dry run", async () => {
    const taken: string[] = [];
    const link = system.linkSync;
    const linkSync = ((from: string, to: string) => {
      taken.push(to);
      link(from, to);
    }) as typeof link;
    const body = async (transaction: Transaction) => {
      await transaction.readState();
      await transaction.readState();
      await transaction.readWork(WORK);
    };
    const before = project.tree(true);
    await replaced({ linkSync }, () => run(body, { dryRun: true }));
    expect([taken, project.tree(true)]).toEqual([[], before]);
    await replaced({ linkSync }, () => run(body));
    expect(taken).toHaveLength(2);
    for (const path of [STATE, WORK]) {
      const lock = await acquireLock(project.gate.project, path, { command: "gate save", timeoutMs: 0 });
      lock.release();
    }
  });
});

describe("what is refused", () => {
  const writing = (line: string) =>
    run(async (transaction) => {
      const state = await transaction.readState();
      transaction.write(state, { document: state.document!, edits: [added(line)] });
    });

  test.each<[string, string, string, string]>([
    [
      "what grows too large",
      "x ".repeat(600_000),
      `${STATE} would grow beyond 1 MiB`,
      "Nothing was written. Shorten the file by hand; old entries of a Progress Log are the usual reason.",
    ],
    [
      "what the rules find an error in",
      "## Blockers\n- again\n\n## Blockers",
      `${STATE} would become invalid, duplicate-section:`,
      "Nothing was written. Run `gate check` and mend what it names, or give other values.",
    ],
  ])("%s", async (_name, line, reason, hint) => {
    await expect(writing(line)).rejects.toMatchObject({
      code: "INVALID_RESULT",
      message: expect.stringContaining(`Cannot save: ${reason}`),
      path: STATE,
      hint,
    });
    expect(project.read(STATE)).toBe(TEXT);
  });

  test.each([
    [STATE, "gate status"],
    [WORK, "gate verify 42"],
  ])("another revision of %s than the one that is meant", async (path, reader) => {
    const { requireMatch } = await import("../../src/gate/commit/validate.ts");
    const snapshot = { path, exists: true, diagnostics: [], revision: "one" };
    expect(() => requireMatch(snapshot, { ifMatch: "two" })).toThrow(
      expect.objectContaining({
        code: "CONFLICT",
        message: `Cannot write ${path}: its revision is one, not two`,
        path,
        hint: `Read the document again with \`${reader} --json\` and decide anew.`,
      }),
    );
    expect(() => requireMatch({ path, exists: false, diagnostics: [] }, { ifMatch: "two" })).toThrow(
      "its revision is none, it is missing, not two",
    );
    for (const options of [{}, { ifMatch: "one" }]) expect(requireMatch(snapshot, options)).toBeUndefined();
  });

  test("a document with errors, but for its mending", async () => {
    project.write(WORK, "# Nothing\n");
    const write = (mending: boolean) =>
      run(async (transaction) => {
        const work = await transaction.readWork(WORK);
        const { document } = await transaction.judge(WORK, Buffer.from(FILE));
        transaction.write(work, { document }, { mending });
      });
    await expect(write(false)).rejects.toMatchObject({ path: WORK });
    expect(project.read(WORK)).toBe("# Nothing\n");
    await write(true);
    expect(project.read(WORK)).toBe(FILE);
  });

  test("after the first step a failure says what is written already", async () => {
    const failing = run(async (transaction) => {
      const work = await transaction.readWork(WORK);
      transaction.write(work, { document: work.document!, edits: [insert(FILE, "- Much\n", "\n## Progress Log")] });
      transaction.move(WORK, STATE);
    });
    await expect(failing).rejects.toMatchObject({
      code: "CONFLICT",
      hint: expect.stringMatching(
        new RegExp(`^\\S.*${WORK} is written already; run the command again to finish, without its log lines\\.$`),
      ),
    });
  });
});

describe("the record of what is under way", () => {
  const WORDS: Operation = { name: "start", words: "start 7" };
  const LEFT: IntentRecord = { command: "gate start 9", timestamp: "2024-10-23T16:00:00Z", paths: [STATE], lock: 1 };
  const bytes = Buffer.from("new");
  const WRITE: Step = { kind: "write", path: STATE, expected: undefined, bytes };
  const MOVE: Step = { kind: "move", from: WORK, to: ARCHIVED, bytes };
  const BACKUP: Step = { kind: "backup", path: STATE };
  let lock: Lock;
  beforeEach(async () => {
    lock = await acquireLock(project.gate.project, STATE, { command: "gate start", timeoutMs: PATIENCE });
  });

  const found = () => {
    const left = readIntent(project.gate.project);
    return left?.kind === "record" ? left.intent : left?.kind;
  };
  const leave = (more: Partial<IntentRecord> = {}) => writeIntent(project.gate.project, { ...LEFT, ...more });
  const begun = (operation: Operation = WORDS, steps: readonly Step[] = [MOVE, WRITE]) => {
    const intent = new Intent(project.gate, operation);
    intent.attach(lock, undefined);
    intent.begin(steps, NOW);
    return intent;
  };
  const record = {
    ...{ command: "gate start 7", timestamp: "2024-10-23T16:30:00Z", paths: [WORK, ARCHIVED, STATE] },
    ...{ revision: revisionOf(bytes) },
  };

  test("names the command, the documents and what the last step leaves", () => {
    begun();
    expect(found()).toEqual({ ...record, lock: lock.token });
  });

  test.each<[string, Operation, readonly Step[], object | undefined]>([
    [
      "of no words has the name",
      { name: "save" },
      [WRITE, MOVE],
      { command: "gate save", paths: [STATE, WORK, ARCHIVED] },
    ],
    ["of two writes names a document once", WORDS, [WRITE, WRITE], { paths: [STATE] }],
    ["with a copy among two steps", WORDS, [BACKUP, MOVE, WRITE], { ...record, paths: [STATE, WORK, ARCHIVED] }],
    ["of a single step is none", WORDS, [WRITE], undefined],
    ["of a single step and copies is none", WORDS, [BACKUP, BACKUP, WRITE], undefined],
  ])("%s", (_name, operation, steps, expected) => {
    begun(operation, steps);
    if (expected === undefined) expect(found()).toBeUndefined();
    else expect(found()).toMatchObject(expected);
  });

  test.each<[string, readonly Step[]]>([
    ["no document", [WRITE, MOVE]],
    ["another document", [MOVE, { ...WRITE, path: WORK }]],
    ["a document that goes", [MOVE, { kind: "remove", path: STATE, expected: bytes }]],
  ])("has no revision where its last step writes %s", (_name, steps) => {
    begun(WORDS, steps);
    expect(found()).not.toHaveProperty("revision");
  });

  test("is none without the lock of the state document", () => {
    new Intent(project.gate, WORDS).begin([MOVE, WRITE], NOW);
    expect(found()).toBeUndefined();
  });

  test("that was left goes when only it is left, at the first look under the lock", () => {
    leave({ revision: "r" });
    new Intent(project.gate, { name: "save" }).attach(lock, "other");
    expect(found()).toMatchObject(LEFT);
    const intent = new Intent(project.gate, { name: "save" });
    intent.attach(lock, "r");
    expect(found()).toBeUndefined();
    leave({ revision: "r" });
    intent.attach(lock, "r");
    expect(found()).toMatchObject(LEFT);
  });

  test.each<[Operation, string, string | undefined]>([
    [WORDS, "gate start 7", undefined],
    [{ name: "done" }, "gate done", undefined],
    [{ name: "save" }, "gate start 9", "gate start 9"],
    [{ name: "check --fix" }, "gate start 9", "gate start 9"],
    [{ name: "init" }, "gate start 9", "gate start 9"],
    [{ name: "init --adopt" }, "gate start 9", "gate start 9"],
    [{ name: "save", words: "start 9" }, "gate start 9", undefined],
  ])("that was left: %j writes %s, and finished leaves %s", (operation, during, after) => {
    leave();
    const intent = begun(operation);
    expect(found()).toMatchObject({ command: during });
    intent.close(true);
    expect((found() as IntentRecord | undefined)?.command).toBe(after);
  });

  test.each<[string, (intent: Intent) => void, string | undefined]>([
    ["before its first step", () => {}, "gate start 9"],
    ["after a copy", (intent) => intent.took(BACKUP), "gate start 9"],
    ["after a step", (intent) => intent.took(MOVE), "gate start 7"],
    ["in a write that was not done", (intent) => intent.failed(WRITE, new Map()), "gate start 9"],
    ["in a write that was done", (intent) => intent.failed(WRITE, new Map([[STATE, {} as never]])), "gate start 7"],
    ["in a move that was not done", (intent) => intent.failed(MOVE, new Map()), "gate start 9"],
    [
      "in a move that was done",
      (intent) => {
        project.write(ARCHIVED, "x");
        intent.failed(MOVE, new Map());
      },
      "gate start 7",
    ],
    [
      "in a move of which nobody knows",
      (intent) => intent.failed({ kind: "move", from: WORK, to: "../outside", bytes }, new Map()),
      "gate start 7",
    ],
  ])("given up %s is that of what began", (_name, happen, command) => {
    leave();
    const intent = begun();
    happen(intent);
    intent.close(false);
    expect((found() as IntentRecord | undefined)?.command).toBe(command);
  });

  test("given up before anything was changed goes where there was none before", () => {
    const intent = begun();
    intent.close(false);
    expect(found()).toBeUndefined();
  });

  test("stays where its lock is lost", () => {
    const intent = begun();
    lock.release();
    intent.close(true);
    expect(found()).toMatchObject({ command: "gate start 7" });
  });

  test("that is somebody else's is superseded by who decides, and by nobody else", () => {
    project.write(".claude/.gate/pending.json", "not ours");
    begun({ name: "save" }).close(true);
    expect(found()).toBe("foreign");
    begun().close(true);
    expect(found()).toBeUndefined();
  });
});

describe("the second opinion", () => {
  const agrees = (text: string, before?: string, blocks = scanBlocks(text)) =>
    agreesWithRemark(before, { text, blocks });
  const WRONG = scanBlocks("# Another\n");

  test.each(["# A\n\n- b\n", "> - a\n>   1. b\n", "a\n=\n"])("%j is read alike", async (text) => {
    expect(await agrees(text)).toBe(true);
  });

  test.each<[string, string, string | undefined, boolean]>([
    ["a new text that is read otherwise is refused", "# A\n", undefined, false],
    ["so is a text of which the one before was read alike", "# A\n", "# B\n", false],
    ["so is one that only remark reads", "> a\n", undefined, false],
    ["remark is not asked of a long one", `> ${"a".repeat(32_767)}`, undefined, true],
    ["of one a little shorter it is", `> ${"a".repeat(32_766)}`, undefined, false],
    ["nor of one with eight marks in a line", `${"> ".repeat(8)}a\n`, undefined, true],
    ["of one with seven it is", `${"> ".repeat(7)}a\n`, undefined, false],
    ["nor of one with more than 200 underlines", "a\n---\n".repeat(201), undefined, true],
    ["of one with 200 it is", "a\n---\n".repeat(200), undefined, false],
  ])("%s", async (_name, text, before, expected) => {
    expect(await agrees(text, before, WRONG)).toBe(expected);
  });
});
