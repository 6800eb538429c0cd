/** The steps of a write, one by one: what is on the disk, in the history and in the log after each, also where it fails. */
import { chmodSync, fstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { listHistory, readHistory } from "../../src/files/record/history.ts";
import { ChangedOnDisk } from "../../src/files/replace/replace.ts";
import { folderOf, mayStand, overtaken, readBack, revisionOnce } from "../../src/gate/commit/post-write.ts";
import { type Application, applyStep, type Keeping, type Step } from "../../src/gate/commit/steps.ts";
import { revisionOf } from "../../src/text/revision.ts";
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

const entriesOf = (path?: string) => listHistory(project.gate.project, path);
const keptIn = (id: string) => Buffer.from(readHistory(project.gate.project, id).bytes).toString();
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
  test("keeps what it replaces, tells before and after, and is in the log", () => {
    const events: string[] = [];
    const seen = () => project.read(STATE).trim();
    const warnings = applyStep(
      application,
      write({
        announce: (revision: string) => events.push(`${revision.slice(0, 8)} ${seen()}`),
        replaced: () => events.push(`settled ${seen()}`),
      }),
    );
    const [entry] = entriesOf(STATE);
    expect(warnings).toEqual([]);
    expect(events).toEqual([`${revisionOf(NEW).slice(0, 8)} old`, "settled new"]);
    expect(entry).toMatchObject({ operation: "save", revision: revisionOf(NEW), actor: "claude" });
    expect(keptIn(entry!.id)).toBe("old\n");
    expect([application.entries, application.backups]).toEqual([[entry!.id], []]);
    expect(said()).toEqual([audited({ path: STATE, entry: entry!.id, revision: revisionOf(NEW) })]);
  });

  test("makes a file and its folder, and keeps that there was none", () => {
    expect(applyStep(application, write({ path: WORK, expected: undefined }))).toEqual([]);
    expect(project.read(WORK)).toBe("new\n");
    expect(entriesOf(WORK)).toMatchObject([{ operation: "save" }]);
    expect(keptIn(application.entries[0]!)).toBe("");
  });

  test("of a restored version says which one", () => {
    applyStep(application, write({ restores: "20241023T163000000Z-0001" }));
    expect(entriesOf(STATE)).toMatchObject([{ restores: "20241023T163000000Z-0001" }]);
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

  test("that is overtaken leaves neither an entry nor a line", () => {
    project.write(STATE, "theirs\n");
    expect(() => applyStep(application, write())).toThrow(ChangedOnDisk);
    expect([project.read(STATE), entriesOf(), application.entries]).toEqual(["theirs\n", [], []]);
    expect(project.exists(".claude/.gate/audit.jsonl")).toBe(false);
  });

  test("that fails, though its bytes stand, keeps its entry", () => {
    const rename = system.renameSync;
    const renameSync = ((from: string, to: string) => {
      rename(from, to);
      throw systemError("EIO", "rename");
    }) as typeof rename;
    expect(() => replaced({ renameSync }, () => applyStep(application, write()))).toThrow();
    expect(project.read(STATE)).toBe("new\n");
    expect(entriesOf(STATE).map(({ id }) => keptIn(id))).toEqual(["old\n"]);
  });

  test("that fails before it takes its entry back", () => {
    const renameSync = () => {
      throw systemError("EIO", "rename");
    };
    expect(() => replaced({ renameSync }, () => applyStep(application, write()))).toThrow();
    expect([project.read(STATE), entriesOf()]).toEqual(["old\n", []]);
  });

  test("that somebody writes over at once is done, and says so", () => {
    const saveOver = () => project.write(STATE, "theirs\n");
    expect(applyStep(application, write({ replaced: saveOver }))).toEqual([
      `${STATE} was changed by another program right after it was written`,
    ]);
    expect(said()).toHaveLength(1);
  });
});

describe("what is replaced is kept", () => {
  /** Writes one version after the other; when each came, and whether it was kept. */
  function kept(when: Keeping["when"], times: readonly number[], versions?: number): readonly boolean[] {
    let expected: Uint8Array = OLD;
    return times.map((time, at) => {
      const bytes = Buffer.from(`${at}\n`);
      const at_ = makeApplication(NOW + time);
      applyStep(at_, write({ expected, bytes, keeping: { when, ...(versions !== undefined && { versions }) } }));
      expected = bytes;
      return at_.entries.length === 1;
    });
  }

  test("always", () => expect(kept("always", [0, 1, 2])).toEqual([true, true, true]));
  test("never", () => expect(kept("never", [0, 100_000])).toEqual([false, false]));
  test("once a minute, also by a clock that went back", () => {
    expect(kept("sometimes", [0, 59_999, 60_000, 60_001, 1, -1])).toEqual([true, false, true, false, false, true]);
  });
  test("so many times", () => {
    kept("always", [0, 1, 2, 3, 4], 3);
    expect(entriesOf(STATE)).toHaveLength(3);
  });
});

describe("another step", () => {
  test("removes a file, and keeps its bytes", () => {
    expect(applyStep(application, { kind: "remove", path: STATE, expected: OLD })).toEqual([]);
    const [entry] = entriesOf(STATE);
    expect([project.exists(STATE), keptIn(entry!.id), application.entries]).toEqual([false, "old\n", [entry!.id]]);
    expect(entry?.revision).toBeUndefined();
    expect(said()).toEqual([audited({ path: STATE, entry: entry!.id })]);
  });

  test("removes nothing where there was nothing", () => {
    expect(applyStep(application, { kind: "remove", path: WORK, expected: undefined })).toEqual([]);
    expect([entriesOf(), project.exists(".claude/.gate/audit.jsonl")]).toEqual([[], false]);
  });

  test("removes what it does not keep without an entry", () => {
    applyStep(application, { kind: "remove", path: STATE, expected: OLD, keeping: { when: "never" } });
    expect(said()).toEqual([audited({ path: STATE })]);
    expect(application.entries).toEqual([]);
  });

  test("moves a file into a folder that is not there yet", () => {
    const to = ".claude/archive/7.md";
    expect(applyStep(application, { kind: "move", from: STATE, to, bytes: OLD })).toEqual([]);
    expect([project.exists(STATE), project.read(to), entriesOf()]).toEqual([false, "old\n", []]);
    expect(said()).toEqual([audited({ path: to, from: STATE })]);
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
    expect([project.read(STATE), entriesOf()]).toEqual(["old\n", []]);
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
  test("whether a step that failed may have been taken", () => {
    const gate = project.gate;
    writeFileSync(join(project.root, "other"), "x");
    expect([mayStand(gate, STATE, OLD), mayStand(gate, STATE, NEW), mayStand(gate, STATE, undefined)]).toEqual([
      ...[true, false, false],
    ]);
    expect([mayStand(gate, WORK, OLD), mayStand(gate, WORK, undefined)]).toEqual([false, true]);
    mkdirSync(join(project.root, WORK), { recursive: true });
    expect([mayStand(gate, WORK, OLD), mayStand(gate, WORK, undefined)]).toEqual([false, false]);
    const openSync = () => {
      throw systemError("EIO", "open");
    };
    // Who cannot look does not say that it is not there.
    expect(replaced({ openSync }, () => mayStand(gate, STATE, NEW))).toBe(true);
  });

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
