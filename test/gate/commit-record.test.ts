/** The write path of records: what becomes of one file, and what is refused before anything is written. */
import { chmodSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { revisionOf } from "../../src/base/revision.ts";
import { system } from "../../src/files/guard/system.ts";
import { listVersions, readVersion } from "../../src/files/record/versions.ts";
import {
  type RecordStep,
  readSnapshot,
  requireRevision,
  transactRecord,
} from "../../src/gate/commit/record-transaction.ts";
import type { WriteOptions } from "../../src/gate/gate.ts";
import type { RecordSnapshot } from "../../src/gate/view/record-snapshot.ts";
import { replaced } from "../files/faults.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const PATH = ".claude/batch_state.json";
const OTHER = ".claude/batch_state.old.json";
const TARGET = { path: PATH, operation: "batch next", history: "always" as const };
const OLD = '{"a": 1}\n';
const NEW = '{"a": 2}\n';

let project: TestProject;
beforeEach(() => {
  project = makeProject({ [PATH]: OLD });
});

const transact = (
  step:
    | Omit<RecordStep<string>, "value">
    | ((snapshot: RecordSnapshot, now: number) => Omit<RecordStep<string>, "value">),
  options: WriteOptions = {},
  target: Partial<Parameters<typeof transactRecord>[1]> = {},
) =>
  transactRecord(project.gate, { ...TARGET, ...target }, options, (snapshot, now) => ({
    value: "done",
    ...(typeof step === "function" ? step(snapshot, now) : step),
  }));
const kept = () => listVersions(project.gate.project, PATH);
/** What made each version, newest first, and its text. */
const keptTexts = () =>
  kept().map(({ id, operation, revision }) => {
    const { bytes } = readVersion(project.gate.project, id, PATH);
    return [operation, revision === undefined ? undefined : Buffer.from(bytes).toString()];
  });
const revision = (text: string) => revisionOf(Buffer.from(text));
const NOTHING = { value: "done", written: [], moved: [], removed: [], backups: [], entries: [], warnings: [] };
const WRITTEN = { path: PATH, size: 9, revision: revision(NEW), before: OLD, after: NEW };

describe("a record", () => {
  test("is written in place of what was read", async () => {
    const outcome = await transact((snapshot) => {
      expect(snapshot).toEqual({
        ...{ path: PATH, exists: true, bom: false, text: OLD, fault: undefined },
        bytes: new Uint8Array(Buffer.from(OLD)),
      });
      return { text: NEW, warnings: ["mind"] };
    });
    expect(outcome).toEqual({ ...NOTHING, written: [WRITTEN], entries: [kept()[0]!.id], warnings: ["mind"] });
    expect(project.read(PATH)).toBe(NEW);
    expect(keptTexts()).toEqual([
      ["batch next", NEW],
      ["outside", OLD],
    ]);
  });

  test("that is not there is made, for its owner alone", async () => {
    const project_ = makeProject();
    const made = await transactRecord(project_.gate, TARGET, {}, (snapshot) => {
      expect(snapshot).toEqual({
        ...{ path: PATH, exists: false, bom: false, bytes: undefined, text: undefined, fault: undefined },
      });
      return { value: 1, text: NEW };
    });
    expect(made.written).toEqual([{ ...WRITTEN, before: undefined }]);
    expect(statSync(join(project_.root, PATH)).mode & 0o777).toBe(0o600);
  });

  test.each([
    [undefined, 0o600],
    [0o644, 0o640],
  ])("of mode %s gets it, or keeps its own", async (mode, expected) => {
    chmodSync(join(project.root, PATH), 0o640);
    await transact({ text: NEW }, {}, mode === undefined ? {} : { mode });
    expect(statSync(join(project.root, PATH)).mode & 0o777).toBe(expected);
  });

  test("that nothing becomes of stays as it is", async () => {
    const before = project.tree();
    expect(await transact({})).toEqual(NOTHING);
    expect([project.tree(), kept()]).toEqual([before, []]);
  });

  test("goes, and its bytes are kept", async () => {
    const outcome = await transact({ text: null });
    expect(outcome).toEqual({ ...NOTHING, removed: [{ path: PATH, before: OLD }], entries: [kept()[0]!.id] });
    expect(project.exists(PATH)).toBe(false);
    expect(await transact({ text: null })).toEqual({ ...NOTHING, removed: [{ path: PATH, before: "" }] });
    expect(keptTexts()).toEqual([
      ["batch next", undefined],
      ["outside", OLD],
    ]);
  });

  test("goes out of the way of a new one", async () => {
    const outcome = await transact({ text: NEW, moveTo: OTHER });
    expect(outcome).toMatchObject({
      written: [{ ...WRITTEN, before: undefined }],
      moved: [{ from: PATH, to: OTHER }],
      removed: [],
    });
    expect([project.read(OTHER), project.read(PATH)]).toEqual([OLD, NEW]);
  });

  test("goes to another name, and nothing takes its place", async () => {
    expect(await transact({ moveTo: OTHER })).toEqual({ ...NOTHING, moved: [{ from: PATH, to: OTHER }] });
    expect([project.read(OTHER), project.exists(PATH)]).toEqual([OLD, false]);
    expect(await transact({ text: null, moveTo: `${OTHER}.2` })).toMatchObject({ entries: [] });
    expect(project.exists(`${OTHER}.2`)).toBe(false);
  });

  test("that cannot be read is copied first", async () => {
    project.write(PATH, Buffer.from([0x7b, 0xff]));
    const outcome = await transact((snapshot) => {
      expect(snapshot).toMatchObject({ exists: true, text: undefined, fault: "byte 1 is not UTF-8" });
      return { text: NEW, backUp: true };
    });
    expect(outcome.backups).toEqual([`${PATH}.bak`]);
    expect([...Buffer.from(project.read(`${PATH}.bak`), "utf8")].length).toBeGreaterThan(0);
    expect(project.read(PATH)).toBe(NEW);
    const none = makeProject();
    const made = await transactRecord(none.gate, TARGET, {}, () => ({ value: 1, text: NEW, backUp: true }));
    expect(made.backups).toEqual([]);
  });

  test("keeps its byte order mark, but gives none to what takes its place", async () => {
    project.write(PATH, `\ufeff${OLD}`);
    await transact({ text: NEW });
    expect(project.read(PATH)).toBe(`\ufeff${NEW}`);
    await transact({ text: OLD, moveTo: OTHER });
    expect([project.read(PATH), project.read(OTHER)]).toEqual([OLD, `\ufeff${NEW}`]);
  });

  test("is told when it is about to be written, and that it was", async () => {
    const events: string[] = [];
    await transact({
      text: NEW,
      announce: (coming) => events.push(`${coming === revision(NEW)} ${project.read(PATH)}`),
      replaced: () => events.push(project.read(PATH)),
    });
    expect(events).toEqual([`true ${OLD}`, NEW]);
  });

  test("of small changes is one version a minute, which ends as the record does", async () => {
    for (let at = 0; at < 4; at++) {
      for (const text of [`${at}`, `${at}.3`, `${at}.6`]) await transact({ text }, {}, { history: "sometimes" });
      project.later(61_000);
    }
    expect(keptTexts().map(([, text]) => text)).toEqual(["3.6", "2.6", "1.6", "0.6", OLD]);
    await transact({ text: null }, {}, { history: "always" });
    expect(keptTexts().map(([, text]) => text)).toEqual([undefined, "3.6", "2.6", "1.6", "0.6", OLD]);
  });

  test("that is not kept has no history", async () => {
    await transact({ text: NEW }, {}, { history: "never" });
    expect([await transact({ text: null }, {}, { history: "never" }), kept()]).toMatchObject([{ entries: [] }, []]);
  });

  test("has the moment at which its lock was held", async () => {
    let now = 0;
    const gate = { ...project.gate, clock: () => ++now };
    const moments = new Set<number>();
    await transactRecord(gate, TARGET, {}, (_, moment) => {
      moments.add(moment);
      if (moments.size + project.read(PATH).length < 12) project.write(PATH, `${project.read(PATH)} `);
      return { value: 1, text: NEW };
    });
    expect([...moments]).toEqual([1]);
  });

  test("is computed again on what another program wrote meanwhile", async () => {
    const seen: unknown[] = [];
    await transact((snapshot) => {
      seen.push(snapshot.text);
      if (seen.length < 3) project.write(PATH, `theirs ${seen.length}`);
      return { text: NEW };
    });
    expect(seen).toEqual([OLD, "theirs 1", "theirs 2"]);
    expect(project.read(PATH)).toBe(NEW);
  });

  test("that another program keeps writing is a conflict", async () => {
    let count = 0;
    const failure = transact(() => {
      project.write(PATH, `theirs ${++count}`);
      return { text: NEW };
    });
    await expect(failure).rejects.toMatchObject({
      code: "CONFLICT",
      message: `Cannot batch next: ${PATH} changed on disk 20 times while it was being written`,
    });
    expect(count).toBe(20);
  });
});

describe("before anything is written", () => {
  test("a dry run says what would be, without a lock and a folder", async () => {
    const before = project.tree(true);
    expect(await transact({ text: NEW, backUp: true }, { dryRun: true })).toEqual({ ...NOTHING, written: [WRITTEN] });
    expect(await transact({ text: null }, { dryRun: true })).toMatchObject({ removed: [{ path: PATH, before: OLD }] });
    expect(project.tree(true)).toEqual(before);
  });

  test("the revision must be the one that is meant", async () => {
    await transact({ text: NEW }, { ifMatch: revision(OLD) });
    const failure = transact({ text: OLD }, { ifMatch: "x" });
    await expect(failure).rejects.toMatchObject({
      code: "CONFLICT",
      message: `Cannot write ${PATH}: its revision is ${revision(NEW)}, not x`,
      path: PATH,
      hint: "Read it again with --json and decide anew.",
    });
    expect(() => requireRevision(PATH, undefined, "x")).toThrow("its revision is none, it is missing, not x");
    expect(requireRevision(PATH, undefined, undefined)).toBeUndefined();
    expect(requireRevision(PATH, "x", "x")).toBeUndefined();
  });

  test("what is too large is refused", async () => {
    const failure = transact({ text: "x".repeat(15 * 1024 * 1024 + 1) }, { dryRun: true });
    await expect(failure).rejects.toMatchObject({
      code: "INVALID_RESULT",
      message: `Cannot batch next: ${PATH} would grow beyond 15 MiB`,
      path: PATH,
      hint: "Nothing was written. Use shorter texts or fewer features.",
    });
    const { written } = await transact({ text: "x".repeat(15 * 1024 * 1024) }, { dryRun: true });
    expect(written[0]?.size).toBe(15 * 1024 * 1024);
  });

  test("what stands in the way is refused", () => {
    const refused = (code: string) =>
      expect(() => readSnapshot(project.gate, OTHER)).toThrow(
        expect.objectContaining({ code, path: OTHER, hint: "Move what stands there out of the way." }),
      );
    mkdirSync(join(project.root, OTHER));
    refused("UNSAFE_PATH");
    symlinkSync("x", join(project.root, ".claude/link.json"));
    expect(() => readSnapshot(project.gate, ".claude/link.json")).toThrow();
    project.write(`${OTHER}.large`, "x".repeat(15 * 1024 * 1024 + 1));
    expect(() => readSnapshot(project.gate, `${OTHER}.large`)).toThrow(expect.objectContaining({ code: "CORRUPT" }));
  });

  test("what was written last is not decoded again", async () => {
    await transact({ text: NEW });
    const again = readSnapshot(project.gate, PATH);
    expect(again.bytes).toBe(readSnapshot(project.gate, PATH).bytes);
    expect(again).toMatchObject({ exists: true, bom: false, text: NEW });
    project.write(PATH, OLD);
    expect(readSnapshot(project.gate, PATH).text).toBe(OLD);
  });
});

test("the lock goes, whatever happens, and may be that of another record", async () => {
  const taken: string[] = [];
  const link = system.linkSync;
  const linkSync = ((from: string, to: string) => {
    taken.push(to);
    link(from, to);
  }) as typeof link;
  const fail = () => {
    throw new Error("computed wrongly");
  };
  await replaced({ linkSync }, async () => {
    await expect(transact(fail)).rejects.toThrow("computed wrongly");
    await transact({ text: NEW }, {}, { lock: "shared" });
  });
  expect(taken).toHaveLength(2);
  await transact({ text: OLD });
  expect(project.exists(".claude/.gate/locks/shared")).toBe(true);
});
