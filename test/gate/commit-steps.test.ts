/** The steps of a write, one by one: what is on the disk, in the history and in the log after each, also where it fails. */
import { chmodSync, fstatSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { revisionOf, revisionOnce } from "../../src/base/revision.ts";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { NONE } from "../../src/files/record/version.ts";
import { listVersions, readVersion } from "../../src/files/record/versions.ts";
import { ChangedOnDisk } from "../../src/files/replace/replace.ts";
import { folderOf, overtaken, readBack } from "../../src/gate/commit/post-write.ts";
import { type Application, applyStep, type Keeping, type Step } from "../../src/gate/commit/steps.ts";
import { replaced, systemError } from "../files/faults.ts";
import { NOW } from "../support/clock.ts";
import { PATIENCE } from "../support/patience.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/7.md";
const OLD = Buffer.from("old\n");
const NEW = Buffer.from("new\n");

let project: TestProject;
let lock: Lock;
let application: Application;
beforeEach(async () => {
  project = makeProject({ [STATE]: OLD.toString() });
  lock = await acquireLock(project.gate.project, STATE, { command: "gate save", timeoutMs: PATIENCE });
  application = makeApplication(NOW);
});

function makeApplication(now: number): Application {
  const gate = { ...project.gate, actor: "claude" };
  return { gate, operation: "save", lockOf: () => lock, now, backups: [], entries: [] };
}

const versionsOf = (path?: string) => listVersions(project.gate.project, path);
const textOf = (id: string) => Buffer.from(readVersion(project.gate.project, id).bytes).toString();
/** What is known of a document, newest first: what made each version, its text, and whether the document had it. */
const keptOf = (path = STATE) =>
  versionsOf(path).map(({ id, operation, revision, written }) => {
    return [operation, revision === undefined ? undefined : textOf(id), written];
  });
/** A file that the gate has not met becomes a version before it is written over. */
const MET = ["outside", "old\n", true];
const said = () =>
  project
    .read(".claude/.gate/audit.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const audited = (more: object) => ({
  ...{ timestamp: "2024-10-23T16:30:00.000Z", operation: "save", actor: "claude" },
  ...more,
});
const write = (more: object = {}): Step => ({ kind: "write", path: STATE, expected: OLD, bytes: NEW, ...more });

describe("a write", () => {
  test("is a version, as is what it replaces, tells before and after, and is in the log", () => {
    const events: string[] = [];
    const seen = () => project.read(STATE).trim();
    const warnings = applyStep(
      application,
      write({
        announce: (revision: string) => events.push(`${revision.slice(0, 8)} ${seen()}`),
        replaced: () => events.push(`settled ${seen()}`),
      }),
    );
    const [version, met] = versionsOf(STATE);
    expect(warnings).toEqual([]);
    expect(events).toEqual([`${revisionOf(NEW).slice(0, 8)} old`, "settled new"]);
    expect(keptOf()).toEqual([["save", "new\n", true], MET]);
    expect(version).toMatchObject({ revision: revisionOf(NEW), from: met!.id, actor: "claude" });
    expect(met).toMatchObject({ revision: revisionOf(OLD), actor: "claude" });
    expect(met).not.toHaveProperty("from");
    expect([application.entries, application.backups]).toEqual([[version!.id], []]);
    expect(said()).toEqual([audited({ path: STATE, entry: version!.id, revision: revisionOf(NEW) })]);
  });

  test("is a version on the disk before the document is touched", () => {
    let before: unknown;
    applyStep(application, write({ announce: () => (before = keptOf()) }));
    expect(before).toEqual([["save", "new\n", false], MET]);
  });

  test("over what is a version already keeps that once", () => {
    applyStep(application, write());
    applyStep(application, write({ expected: NEW, bytes: Buffer.from("newer\n") }));
    expect(keptOf()).toEqual([["save", "newer\n", true], ["save", "new\n", true], MET]);
    // Somebody brought the first text back: it is made from that, and the newer ones are left aside.
    project.write(STATE, OLD);
    applyStep(application, write({ bytes: Buffer.from("other\n") }));
    const [newest, , , first] = versionsOf();
    expect([versionsOf().length, newest!.from]).toEqual([4, first!.id]);
  });

  test("makes a file and its folder, and is made from nothing", () => {
    expect(applyStep(application, write({ path: WORK, expected: undefined }))).toEqual([]);
    expect(project.read(WORK)).toBe("new\n");
    expect(keptOf(WORK)).toEqual([["save", "new\n", true]]);
    expect(versionsOf(WORK)[0]).not.toHaveProperty("from");
  });

  test("of a restored version says which one", () => {
    applyStep(application, write({ restores: "20241023T163000000Z-0001" }));
    expect(versionsOf(STATE)[0]).toMatchObject({ restores: "20241023T163000000Z-0001" });
  });

  const modeOf = (path: string) => statSync(join(project.root, path)).mode & 0o777;
  test.each([
    [STATE, OLD, { value: 0o600, always: true }, 0o600],
    [STATE, OLD, { value: 0o600, always: false }, 0o640],
    [WORK, undefined, { value: 0o600, always: false }, 0o600],
    [WORK, undefined, undefined, 0o644],
  ] as const)("%s with the mode it is given", (path, expected, mode, result) => {
    const before = process.umask(0o022);
    try {
      chmodSync(join(project.root, STATE), 0o640);
      applyStep(application, write({ path, expected, mode }));
    } finally {
      process.umask(before);
    }
    expect(modeOf(path)).toBe(result);
  });

  test("that is overtaken leaves what it has met, but no version of its own and no line", () => {
    project.write(STATE, "theirs\n");
    expect(() => applyStep(application, write())).toThrow(ChangedOnDisk);
    expect([project.read(STATE), keptOf(), application.entries]).toEqual(["theirs\n", [MET], []]);
    expect(project.exists(".claude/.gate/audit.jsonl")).toBe(false);
  });

  test("that fails, though its bytes stand, keeps its version", () => {
    const rename = system.renameSync;
    const renameSync = ((from: string, to: string) => {
      rename(from, to);
      throw systemError("EIO", "rename");
    }) as typeof rename;
    expect(() => replaced({ renameSync }, () => applyStep(application, write()))).toThrow();
    expect(project.read(STATE)).toBe("new\n");
    expect(keptOf()).toEqual([["save", "new\n", false], MET]);
    // The next one meets it, and knows it.
    applyStep(application, write({ expected: NEW, bytes: OLD }));
    expect(keptOf()).toEqual([["save", "old\n", true], ["save", "new\n", true], MET]);
  });

  test("that fails before takes its version back", () => {
    const renameSync = () => {
      throw systemError("EIO", "rename");
    };
    expect(() => replaced({ renameSync }, () => applyStep(application, write()))).toThrow();
    expect([project.read(STATE), keptOf(), application.entries]).toEqual(["old\n", [MET], []]);
  });

  test("whose version the disk did not confirm is not done", () => {
    const fsyncSync = () => {
      throw systemError("EIO", "fsync");
    };
    applyStep(application, write());
    const before = [keptOf(), said(), [...application.entries]];
    const again = write({ expected: NEW, bytes: OLD });
    expect(() => replaced({ fsyncSync }, () => applyStep(application, again))).toThrow(/^Cannot /);
    expect([project.read(STATE), [keptOf(), said(), application.entries]]).toEqual(["new\n", before]);
  });

  test("that somebody writes over at once is done, and says so", () => {
    const saveOver = () => project.write(STATE, "theirs\n");
    expect(applyStep(application, write({ replaced: saveOver }))).toEqual([
      `${STATE} was changed by another program right after it was written`,
    ]);
    expect(said()).toHaveLength(1);
  });
});

describe("what is written is kept", () => {
  /** Writes one text after the other at its time; which version each became, counted from 0. */
  function kept(keeping: Keeping, times: readonly number[]): readonly (number | undefined)[] {
    const ids: string[] = [];
    let expected: Uint8Array = OLD;
    return times.map((time, at) => {
      const bytes = Buffer.from(`${at}\n`);
      const at_ = makeApplication(NOW + time);
      applyStep(at_, write({ expected, bytes, keeping }));
      expected = bytes;
      const [id] = at_.entries;
      if (id !== undefined && !ids.includes(id)) ids.push(id);
      return id === undefined ? undefined : ids.indexOf(id);
    });
  }

  test("always", () => {
    expect(kept("always", [0, 1, 2])).toEqual([0, 1, 2]);
    expect(keptOf().map(([, text]) => text)).toEqual(["2\n", "1\n", "0\n", "old\n"]);
  });
  test("never", () => {
    expect(kept("never", [0, 100_000])).toEqual([undefined, undefined]);
    expect(versionsOf()).toEqual([]);
  });
  test("as one version of a minute, also by a clock that went back", () => {
    expect(kept("sometimes", [0, 59_999, 60_001, 60_002, 3, 2, 0])).toEqual([0, 0, 1, 1, 1, 1, 2]);
    expect(keptOf().map(([, text]) => text)).toEqual(["6\n", "5\n", "1\n", "old\n"]);
  });
});

describe("another step", () => {
  test("removes a file, and keeps its bytes", () => {
    expect(applyStep(application, { kind: "remove", path: STATE, expected: OLD })).toEqual([]);
    const [gone, met] = versionsOf(STATE);
    expect([project.exists(STATE), keptOf()]).toEqual([false, [["save", undefined, true], MET]]);
    expect([gone!.from, application.entries]).toEqual([met!.id, [gone!.id]]);
    expect(said()).toEqual([audited({ path: STATE, entry: gone!.id })]);
  });

  test("that removes leaves a version that puts nothing back", () => {
    applyStep(application, { kind: "remove", path: STATE, expected: OLD, restores: NONE });
    expect(versionsOf()[0]).toMatchObject({ restores: NONE, size: 0 });
  });

  test("removes nothing where there was nothing", () => {
    expect(applyStep(application, { kind: "remove", path: WORK, expected: undefined })).toEqual([]);
    expect([versionsOf(), project.exists(".claude/.gate/audit.jsonl")]).toEqual([[], false]);
  });

  test("removes what it does not keep without a version", () => {
    applyStep(application, { kind: "remove", path: STATE, expected: OLD, keeping: "never" });
    expect(said()).toEqual([audited({ path: STATE })]);
    expect([versionsOf(), application.entries]).toEqual([[], []]);
  });

  test("moves a file into a folder that is not there yet", () => {
    const to = ".claude/archive/7.md";
    expect(applyStep(application, { kind: "move", from: STATE, to, bytes: OLD })).toEqual([]);
    expect([project.exists(STATE), project.read(to), versionsOf()]).toEqual([false, "old\n", []]);
    expect(said()).toEqual([audited({ path: to, from: STATE })]);
  });

  test("that moves what has a history notes there that it is gone", () => {
    const to = ".claude/archive/7.md";
    const earlier = makeApplication(NOW - 1000);
    applyStep({ ...earlier, operation: "start" }, write());
    applyStep({ ...application, operation: "done" }, write({ expected: NEW, bytes: OLD }));
    applyStep({ ...application, operation: "done" }, { kind: "move", from: STATE, to, bytes: OLD });
    const [gone, , before] = versionsOf(STATE);
    expect(keptOf().slice(0, 3)).toEqual([
      ["done", undefined, true],
      ["done", "old\n", true],
      ["start", "new\n", true],
    ]);
    // Undoing that goes behind all of the operation.
    expect(gone!.from).toBe(before!.id);
    expect([versionsOf(to), application.entries.length]).toEqual([[], 1]);
  });

  test("that moves what somebody changed keeps that in its history", () => {
    applyStep({ ...makeApplication(NOW - 1000), operation: "start" }, write());
    project.write(STATE, "theirs\n");
    const bytes = Buffer.from("theirs\n");
    applyStep({ ...application, operation: "done" }, { kind: "move", from: STATE, to: WORK, bytes });
    const [gone, theirs] = versionsOf(STATE);
    expect(keptOf().slice(0, 2)).toEqual([
      ["done", undefined, true],
      ["outside", "theirs\n", true],
    ]);
    expect(gone!.from).toBe(theirs!.id);
  });

  test("makes a copy that the operation can name", () => {
    expect(applyStep(application, { kind: "backup", path: STATE })).toEqual([]);
    expect([project.read(`${STATE}.bak`), application.backups]).toEqual(["old\n", [`${STATE}.bak`]]);
    expect(said()).toEqual([audited({ path: `${STATE}.bak`, from: STATE })]);
  });

  test.each<[string, Step]>([
    ["write", write()],
    ["move", { kind: "move", from: STATE, to: WORK, bytes: OLD }],
    ["remove", { kind: "remove", path: STATE, expected: OLD }],
  ])("%s needs a lock that is held", (_name, step) => {
    lock.release();
    expect(() => applyStep(application, step)).toThrow(/lock/i);
    expect(project.read(STATE)).toBe("old\n");
    expect(keptOf().filter((each) => each[0] !== "outside")).toEqual([]);
    expect(application.entries).toEqual([]);
  });

  test.each<[string, Step]>([
    ["write", write()],
    ["move", { kind: "move", from: STATE, to: WORK, bytes: OLD }],
    ["remove", { kind: "remove", path: STATE, expected: OLD }],
  ])("%s says that the disk did not confirm it", (_name, step) => {
    mkdirSync(join(project.root, ".claude/work"));
    const folder = statSync(join(project.root, ".claude")).ino;
    const fsync = system.fsyncSync;
    const fsyncSync = ((fd: number) => {
      if (fstatSync(fd).ino === folder) throw systemError("EIO", "fsync");
      fsync(fd);
    }) as typeof fsync;
    const path = step.kind === "move" ? step.to : STATE;
    expect(replaced({ fsyncSync }, () => applyStep(application, step))).toEqual([
      `${path} is written, but the disk did not confirm it: a power cut could undo it`,
    ]);
  });
});

describe("behind a write", () => {
  test("what was written is read back", () => {
    expect(readBack(project.gate, STATE, OLD)).toEqual([]);
    const changed = [`${STATE} was changed by another program right after it was written`];
    expect(readBack(project.gate, STATE, NEW)).toEqual(changed);
    expect(readBack(project.gate, WORK, NEW)).toEqual([changed[0]!.replace(STATE, WORK)]);
  });

  test("a failure names who keeps saving", () => {
    expect(overtaken("save", new ChangedOnDisk(STATE))).toMatchObject({
      code: "CONFLICT",
      message: `Cannot save: ${STATE} changed on disk 20 times while it was being written`,
      path: STATE,
      hint: "Another program keeps saving the file. Close it, then try again.",
      cause: expect.any(ChangedOnDisk),
    });
  });

  test("digests and folders", () => {
    expect(revisionOnce(OLD)).toBe(revisionOf(readFileSync(join(project.root, STATE))));
    expect(revisionOnce(OLD)).toBe(revisionOnce(OLD));
    expect([folderOf("a/b/c.md"), folderOf("c.md")]).toEqual(["a/b", ""]);
  });

  test("a session's log is written later", () => {
    const lines: object[] = [];
    const log = { appendLater: (line: object) => void lines.push(line) } as never;
    const { actor: _, ...gate } = application.gate;
    applyStep({ ...application, gate: { ...gate, log } }, { kind: "backup", path: STATE });
    expect(lines).toEqual([
      { timestamp: "2024-10-23T16:30:00.000Z", operation: "save", path: `${STATE}.bak`, from: STATE },
    ]);
    expect(readdirSync(join(project.root, ".claude/.gate"))).not.toContain("audit.jsonl");
  });
});
