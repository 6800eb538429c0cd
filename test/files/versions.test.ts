import { randomBytes } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { deflateRawSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { revisionOf } from "../../src/base/revision.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { system } from "../../src/files/guard/system.ts";
import {
  noteGone,
  type Stored,
  storeFound,
  storeOften,
  storeVersion,
  withStored,
} from "../../src/files/record/store-version.ts";
import { type Addition, OUTSIDE } from "../../src/files/record/version.ts";
import { instantOf } from "../../src/files/record/version-id.ts";
import { hasVersions, listVersions, newestVersion, readVersion } from "../../src/files/record/versions.ts";
import { callsOf, failing, replaced, systemError } from "./faults.ts";
import { failure, isThere, makeProject, NEW, OLD, on, put, STATE, temporaryFolder, textOf } from "./project.ts";

const WORK = ".claude/work/42.md";
const FOLDER = ".claude/.gate/history/state.md";
const NOW = Date.UTC(2024, 9, 23, 14, 30, 0, 123);
const DAY = 24 * 3_600_000;
const MEGABYTE = 1024 * 1024;

let project: Project;
beforeEach(() => {
  project = makeProject({});
});

type Given = Partial<Omit<Addition, "bytes">> & { readonly document?: string };

const found = (document = STATE): Uint8Array | undefined =>
  isThere(project, document) ? readFileSync(on(project, document)) : undefined;

/** As far as a write comes before it touches the document. */
function begin(bytes: string | Uint8Array | undefined, { document = STATE, ...given }: Given = {}) {
  const addition = { operation: "save", timestamp: NOW, ...given };
  return storeVersion(project, document, found(document), {
    ...addition,
    bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
  });
}

/** A whole write, and the id of its version. */
function save(bytes: string | Uint8Array = OLD, given: Given = {}): string {
  const stored = begin(bytes, given);
  put(project, given.document ?? STATE, bytes);
  stored.confirm();
  return stored.id;
}

/** A write that removes the document. */
function remove(): string {
  const stored = begin(undefined);
  rmSync(on(project, STATE));
  stored.confirm();
  return stored.id;
}

let saved = 0;
/** Saves a text that was never saved before. */
const saveAnother = (given: Given = {}): string => save(`text ${saved++}`, given);
const idsOf = (document?: string): string[] => listVersions(project, document).map(({ id }) => id);
const names = (): string[] => readdirSync(on(project, FOLDER)).sort();
const bytesOf = (id: string): Buffer => Buffer.from(readVersion(project, id).bytes);
const operationsOf = (): string[] => listVersions(project, STATE).map(({ operation }) => operation);

describe("a version", () => {
  test("keeps the bytes that were written, and says what wrote them", () => {
    const id = save(NEW, { actor: "agent", branch: "main", restores: "none" });
    expect(id).toMatch(/^20241023T143000123Z-[0-9a-f]{6}$/);
    const version = {
      id,
      operation: "save",
      timestamp: NOW,
      path: STATE,
      size: NEW.length,
      revision: revisionOf(NEW),
      restores: "none",
      actor: "agent",
      branch: "main",
      written: true,
    };
    expect(listVersions(project, STATE)).toEqual([version]);
    expect(newestVersion(project, STATE)).toEqual(version);
    const read = readVersion(project, id, STATE);
    expect(read.version).toEqual(version);
    expect(Buffer.from(read.bytes)).toEqual(NEW);
  });

  test("is made from the one that the document held", () => {
    const ids = [save(OLD), save(NEW), save(OLD)];
    expect(idsOf(STATE)).toEqual([...ids].reverse());
    expect(listVersions(project, STATE).map(({ from }) => from)).toEqual([ids[1], ids[0], undefined]);
  });

  test("says that there is no document any more, which is not an empty one", () => {
    const ids = [save(OLD), save(""), remove()];
    const versions = listVersions(project, STATE);
    expect(versions.map(({ id, size, revision }) => [id, size, revision])).toEqual([
      [ids[2], 0, undefined],
      [ids[1], 0, revisionOf(Buffer.alloc(0))],
      [ids[0], OLD.length, revisionOf(OLD)],
    ]);
    for (const id of ids.slice(1)) expect(bytesOf(id)).toHaveLength(0);
  });

  test.each([
    ["line breaks", "a\n\n{}\n"],
    ["a header of its own", '{"operation":"x","size":1}\nx'],
    ["zeros", "\0\0\0"],
    ["a megabyte", "x".repeat(MEGABYTE)],
    ["a megabyte of line breaks", "\n".repeat(MEGABYTE)],
  ])("keeps bytes with %s", (_name, text) => {
    expect(bytesOf(save(text)).toString()).toBe(text);
    expect(listVersions(project, STATE)[0]?.size).toBe(Buffer.byteLength(text));
  });

  test("keeps bytes that are no text", () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
    expect(bytesOf(save(bytes))).toEqual(bytes);
  });

  test("keeps the longest record, also where nothing of it can be deflated", () => {
    const bytes = randomBytes(16 * MEGABYTE);
    expect(bytesOf(save(bytes)).equals(bytes)).toBe(true);
  });

  test("of odd words stays one line", () => {
    save(OLD, { operation: "a\nb", actor: "c\n{}", branch: "d\n" });
    expect(listVersions(project, STATE)[0]).toMatchObject({ operation: "a\nb", actor: "c\n{}", branch: "d\n" });
    save(NEW, { operation: "x".repeat(10_000) });
    expect(listVersions(project, STATE)[0]?.operation).toHaveLength(200);
  });

  test("of the longest words in the longest places can be read", () => {
    const word = "\0".repeat(10_000);
    const document = `.claude/${"x".repeat(120)}/${"y".repeat(120)}/${"z".repeat(120)}.md`;
    const id = save(NEW, { operation: word, actor: word, branch: word, document });
    expect(listVersions(project, document)).toMatchObject([{ id, path: document, actor: "\0".repeat(200) }]);
    expect(bytesOf(id)).toEqual(NEW);
  });

  test("is for its owner alone", () => {
    expect(statSync(on(project, `${FOLDER}/${save()}`)).mode & 0o777).toBe(0o600);
    expect(textOf(project, ".claude/.gate/.gitignore")).toBe("*\n");
  });

  test("is flushed with its name before the document is written, at the price of one file", () => {
    saveAnother();
    const changing = (step: () => unknown) =>
      callsOf(step).filter((name) => /^(write|fsync|fdatasync|rename|link|mkdir|unlink)/.test(name));
    let stored = begin(NEW);
    stored.withdraw();
    const calls = changing(() => {
      stored = begin(NEW);
    });
    expect(calls).toEqual(["writeSync", "fsyncSync", "fsyncSync"]);
    put(project, STATE, NEW);
    expect(changing(() => stored.confirm())).toEqual(["renameSync"]);
    put(project, STATE, "somebody's");
    expect(changing(() => begin(OLD).close())).toEqual([
      ...["writeSync", "fsyncSync"],
      ...["writeSync", "fsyncSync", "fsyncSync"],
    ]);
  });

  test("leaves no file open, however it ends", () => {
    const open = () => readdirSync("/proc/self/fd").length;
    if (system.platform !== "linux") return;
    saveAnother();
    const before = open();
    saveAnother();
    begin("a").withdraw();
    begin("b").close();
    storeFound(project, STATE, Buffer.from("c"), { timestamp: NOW });
    noteGone(project, STATE, { operation: "archive", timestamp: NOW });
    for (const { id } of listVersions(project)) readVersion(project, id);
    expect(open()).toBe(before);
  });
});

describe("the order", () => {
  test("is that of the changes, also within one millisecond", () => {
    const ids = Array.from({ length: 30 }, () => saveAnother());
    expect(new Set(ids).size).toBe(30);
    expect(idsOf(STATE)).toEqual([...ids].reverse());
    expect(listVersions(project, STATE).every(({ timestamp }) => timestamp === NOW)).toBe(true);
  });

  test("is that of the changes when the clock is set back", () => {
    const ids = [NOW, NOW - DAY, NOW - 2 * DAY].map((timestamp) => saveAnother({ timestamp }));
    expect(idsOf(STATE)).toEqual([...ids].reverse());
    expect(listVersions(project, STATE).map(({ timestamp }) => timestamp)).toEqual([NOW - 2 * DAY, NOW - DAY, NOW]);
    expect(instantOf(newestVersion(project, STATE)!.id)).toBe(NOW + 2);
  });

  test("is kept behind versions that are torn, or not known to be written", () => {
    const torn = saveAnother();
    truncateSync(on(project, `${FOLDER}/${torn}`), 3);
    const pending = begin("a");
    pending.close();
    const id = saveAnother({ timestamp: NOW - DAY });
    expect(torn < pending.id && pending.id < id).toBe(true);
  });

  test("holds across documents", () => {
    const ids = [STATE, WORK, STATE, WORK].map((document, index) =>
      saveAnother({ document, timestamp: NOW + 10 * index }),
    );
    expect(idsOf()).toEqual([...ids].reverse());
    expect(idsOf(WORK)).toEqual([ids[3], ids[1]]);
    expect(listVersions(project, undefined, 3).map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1]]);
    expect(listVersions(project, STATE, 1).map(({ id }) => id)).toEqual([ids[2]]);
    expect(listVersions(project, STATE, 0)).toEqual([]);
  });
});

describe("documents", () => {
  test("whose names fall into one folder are told apart", () => {
    const other = ".claude/work__42.md";
    expect(hasVersions(project, other)).toBe(false);
    const id = save(OLD, { document: WORK });
    expect(readdirSync(on(project, ".claude/.gate/history"))).toEqual(["work__42.md"]);
    expect(hasVersions(project, other)).toBe(false);
    expect(newestVersion(project, other)).toBeUndefined();
    put(project, other, OLD);
    const second = save(NEW, { document: other });
    expect(idsOf(WORK)).toEqual([id]);
    const [, outside] = idsOf(other);
    expect(listVersions(project, other)).toMatchObject([
      { id: second, from: outside },
      { id: outside, operation: OUTSIDE },
    ]);
    expect(newestVersion(project, WORK)?.id).toBe(id);
  });

  test("are known to have versions or not", () => {
    expect(hasVersions(project, STATE)).toBe(false);
    expect(listVersions(project)).toEqual([]);
    expect(isThere(project, ".claude/.gate")).toBe(false);
    save();
    expect(hasVersions(project, STATE)).toBe(true);
    expect(hasVersions(project, WORK)).toBe(false);
  });

  test("without versions cost little to ask", () => {
    const looks = callsOf(() => hasVersions(project, STATE)).filter((name) => name !== "statSync");
    expect(looks).toEqual(["openSync"]);
  });
});

describe("a version before its document is written", () => {
  test("is there to be read, but is not one that the document is known to have had", () => {
    const first = save(OLD);
    const { id, close } = begin(NEW);
    expect(names()).toEqual([first, `${id}.new`]);
    expect(listVersions(project, STATE)).toMatchObject([
      { id, written: false, from: first },
      { id: first, written: true },
    ]);
    expect(newestVersion(project, STATE)?.id).toBe(first);
    expect(instantOf(id)).toBe(NOW + 1);
    expect(readVersion(project, id)).toMatchObject({ version: { id, written: false } });
    expect(bytesOf(id)).toEqual(NEW);
    close();
    expect(names()).toEqual([first, `${id}.new`]);
  });

  test("stays so where the document still holds what it held", () => {
    const first = save(OLD);
    const killed = begin(NEW);
    killed.close();
    const next = save("next");
    expect(listVersions(project, STATE)).toMatchObject([
      { id: next, written: true, from: first },
      { id: killed.id, written: false },
      { id: first },
    ]);
  });

  test.each(["another write", "a meeting"])("is known to be written once the document holds it: %s", (which) => {
    const first = save(OLD);
    const killed = begin(NEW, { operation: "start" });
    killed.close();
    put(project, STATE, NEW);
    if (which === "a meeting") expect(storeFound(project, STATE, NEW, { timestamp: NOW })).toBe(killed.id);
    else {
      save("next");
      expect(newestVersion(project, STATE)?.from).toBe(killed.id);
    }
    const versions = listVersions(project, STATE).slice(-2);
    expect(versions).toMatchObject([
      { id: killed.id, operation: "start", written: true, from: first },
      { id: first, written: true },
    ]);
    expect(names().slice(0, 2)).toEqual([first, killed.id]);
  });

  test("is the first one: without a document there was none", () => {
    const killed = begin(NEW);
    killed.close();
    expect(hasVersions(project, STATE)).toBe(false);
    const next = save(OLD);
    expect(listVersions(project, STATE).map(({ id, from }) => [id, from])).toEqual([
      [next, undefined],
      [killed.id, undefined],
    ]);
  });

  test("is not what the next one from outside was made from", () => {
    const first = save(OLD);
    begin(NEW).close();
    put(project, STATE, "somebody's");
    save("next");
    expect(listVersions(project, STATE)[1]).toMatchObject({ operation: OUTSIDE, from: first });
  });

  test("goes when the document was not written", () => {
    const first = save(OLD);
    begin(NEW).withdraw();
    expect(names()).toEqual([first]);
    put(project, STATE, "somebody's");
    begin(NEW).withdraw();
    // What somebody wrote is there all the same.
    expect(operationsOf()).toEqual([OUTSIDE, "save"]);
    expect(bytesOf(idsOf(STATE)[0]!).toString()).toBe("somebody's");
  });

  test("is fine without its name, which the next one gives it", () => {
    const stored = begin(NEW);
    put(project, STATE, NEW);
    const renameSync = () => {
      throw systemError("EACCES", "rename");
    };
    replaced({ renameSync }, () => stored.confirm());
    expect(listVersions(project, STATE)).toMatchObject([{ id: stored.id, written: false }]);
    saveAnother();
    expect(listVersions(project, STATE)).toMatchObject([{ from: stored.id }, { id: stored.id, written: true }]);
  });

  test("is not missed by whoever looks while it gets its name", () => {
    save(OLD);
    const stored = begin(NEW);
    const opening = system.openSync as (...args: unknown[]) => number;
    for (const look of [() => idsOf(STATE)[0], () => readVersion(project, stored.id).version.id]) {
      const openSync = ((path: string, ...args: unknown[]) => {
        if (path.endsWith(".new")) renameSync(path, path.slice(0, -4));
        return opening(path, ...args);
      }) as typeof system.openSync;
      expect(replaced({ openSync }, look)).toBe(stored.id);
      renameSync(on(project, `${FOLDER}/${stored.id}`), on(project, `${FOLDER}/${stored.id}.new`));
    }
    stored.confirm();
  });

  test("that stands under both names is one", () => {
    const id = save(NEW);
    linkSync(on(project, `${FOLDER}/${id}`), on(project, `${FOLDER}/${id}.new`));
    expect(listVersions(project, STATE)).toMatchObject([{ id, written: true }]);
  });
});

describe("what a document holds", () => {
  test("is stored first where it is no version: somebody else wrote it", () => {
    const first = save(OLD);
    put(project, STATE, "somebody's");
    const id = save(NEW, { timestamp: NOW + 5, actor: "agent", branch: "main" });
    const [, outside] = idsOf(STATE);
    expect(listVersions(project, STATE)).toMatchObject([
      { id, operation: "save", from: outside },
      { operation: OUTSIDE, timestamp: NOW + 5, actor: "agent", branch: "main", from: first, written: true },
      { id: first },
    ]);
    expect(bytesOf(outside!).toString()).toBe("somebody's");
    expect(outside! < id).toBe(true);
  });

  test("is stored before the very first version", () => {
    put(project, STATE, OLD);
    const id = save(NEW);
    const [, outside] = listVersions(project, STATE);
    expect(outside).toEqual({
      ...{ id: expect.any(String), operation: OUTSIDE, timestamp: NOW, path: STATE, size: OLD.length },
      ...{ revision: revisionOf(OLD), written: true },
    });
    expect(newestVersion(project, STATE)).toMatchObject({ id, from: outside?.id });
  });

  test("adds nothing where it is an older version, which is where the new one comes from", () => {
    const ids = [save("a"), save("b"), save("c")];
    put(project, STATE, "a");
    const id = save("d");
    expect(idsOf(STATE)).toEqual([id, ...ids.reverse()]);
    expect(newestVersion(project, STATE)?.from).toBe(ids.at(-1));
  });

  test("is the newest of the versions with these bytes", () => {
    const ids = [save("a"), save("b"), save("a"), save("c")];
    put(project, STATE, "a");
    expect(storeFound(project, STATE, found(), { timestamp: NOW })).toBe(ids[2]);
  });

  test("is noted where it is nothing any more, once", () => {
    const first = save(OLD);
    rmSync(on(project, STATE));
    const id = save(NEW, { timestamp: NOW + DAY });
    const [, gone] = listVersions(project, STATE);
    expect(gone).toEqual({
      ...{ id: expect.any(String), operation: OUTSIDE, timestamp: NOW + DAY, path: STATE, size: 0 },
      ...{ from: first, written: true },
    });
    expect(newestVersion(project, STATE)).toMatchObject({ id, from: gone?.id });
    rmSync(on(project, STATE));
    const mark = storeFound(project, STATE, undefined, { timestamp: NOW });
    expect(storeFound(project, STATE, undefined, { timestamp: NOW })).toBe(mark);
    const last = save("last");
    expect(listVersions(project, STATE).slice(0, 2)).toMatchObject([{ id: last, from: mark }, { id: mark }]);
  });

  test("can be stored alone, and is not a second time", () => {
    const about = { timestamp: NOW, actor: "human", branch: "main" };
    expect(storeFound(project, STATE, undefined, about)).toBeUndefined();
    const id = storeFound(project, STATE, OLD, about);
    expect(listVersions(project)).toMatchObject([{ id, operation: OUTSIDE, actor: "human", branch: "main" }]);
    expect(storeFound(project, STATE, OLD, { timestamp: NOW + 1 })).toBe(id);
    expect(idsOf()).toEqual([id]);
    expect(bytesOf(id!)).toEqual(OLD);
  });

  test("is compared with the newest alone where it is that", () => {
    for (let count = 0; count < 20; count++) saveAnother();
    const held = found();
    const calls = callsOf(() => storeFound(project, STATE, held, { timestamp: NOW }));
    // To the end of one file.
    expect(calls.filter((name) => name === "readSync")).toHaveLength(2);
  });
});

describe("a document that is gone by a move", () => {
  test("is noted with where it came from", () => {
    const first = save(OLD);
    noteGone(project, STATE, { operation: "archive", timestamp: NOW, from: first, actor: "agent" });
    const [mark] = listVersions(project, STATE);
    expect(mark).toMatchObject({ operation: "archive", actor: "agent", size: 0, from: first, written: true });
    expect(mark).not.toHaveProperty("revision");
    rmSync(on(project, STATE));
    expect(storeFound(project, STATE, undefined, { timestamp: NOW })).toBe(mark?.id);
  });

  test("has no note without versions", () => {
    noteGone(project, STATE, { operation: "archive", timestamp: NOW });
    expect(isThere(project, ".claude/.gate")).toBe(false);
  });

  test("is gone also where that cannot be noted, whatever fails", () => {
    const note = () => noteGone(project, STATE, { operation: "archive", timestamp: NOW });
    save(OLD);
    const calls = callsOf(note).length;
    for (const code of ["ENOSPC", "EIO", "EACCES"]) {
      for (let index = 0; index < calls; index++) {
        project = makeProject({});
        const first = save(OLD);
        failing(index, code, note);
        expect(idsOf(STATE).at(-1)).toBe(first);
      }
    }
  });
});

describe("an id from outside", () => {
  test.each(["../../state.md", "..", "/etc/passwd", "a/b", ".hidden", "-x", "a\0", "", "x".repeat(200)])(
    "%j is refused",
    (id) => {
      save();
      failure("UNSAFE_PATH", () => readVersion(project, id));
      failure("UNSAFE_PATH", () => readVersion(project, id, STATE));
    },
  );

  test.each([
    ...["20241023T143000123Z-000000", "20241023T143000123Z", "latest", "1"],
    "20241023T143000123Z-000000.new",
  ])("%j is not found", (id) => {
    save();
    failure("NOT_FOUND", () => readVersion(project, id));
  });

  test("cannot lead to a file that is no version", () => {
    const { id, close } = begin(NEW);
    close();
    put(project, `${FOLDER}/notes`, "x");
    failure("NOT_FOUND", () => readVersion(project, "notes"));
    failure("NOT_FOUND", () => readVersion(project, `${id}.new`));
  });

  test("is not found among the versions of another document", () => {
    const id = save(OLD);
    save(NEW, { document: WORK });
    failure("NOT_FOUND", () => readVersion(project, id, WORK));
    expect(readVersion(project, id, STATE).version.path).toBe(STATE);
  });
});

describe("a torn version", () => {
  test.each([
    ["cut in its bytes", (path: string) => truncateSync(path, statSync(path).size - 1)],
    ["cut in its header", (path: string) => truncateSync(path, 20)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["longer than it says", (path: string) => writeFileSync(path, "x", { flag: "a" })],
    ["of zeros", (path: string) => writeFileSync(path, "\0".repeat(300))],
    ["of another kind", (path: string) => writeFileSync(path, '{"size":0}\n')],
    ["no object", (path: string) => writeFileSync(path, "null\n")],
  ])("%s is left out, and no way back", (_name, tear) => {
    const good = save(OLD);
    const torn = save(NEW, { timestamp: NOW + 1 });
    tear(on(project, `${FOLDER}/${torn}`));
    expect(idsOf(STATE)).toEqual([good]);
    expect(newestVersion(project, STATE)?.id).toBe(good);
    expect(failure("CORRUPT", () => readVersion(project, torn)).path).toBe(`${FOLDER}/${torn}`);
    // The document holds what nobody can show any more, so it is kept once again.
    const next = save("next");
    expect(operationsOf()).toEqual(["save", OUTSIDE, "save"]);
    const [, met] = listVersions(project, STATE);
    expect(met?.from).toBe(good);
    expect(bytesOf(met!.id)).toEqual(NEW);
    expect(torn < met!.id && met!.id < next).toBe(true);
  });

  test("that is a link is not followed", () => {
    save();
    const outside = temporaryFolder();
    const header = { schema_version: 2, operation: "x", timestamp: 1, path: STATE, size: 0 };
    writeFileSync(`${outside}/secret`, `${JSON.stringify(header)}\n`);
    symlinkSync(`${outside}/secret`, on(project, `${FOLDER}/20250101T000000000Z-abcdef`));
    expect(listVersions(project, STATE)).toHaveLength(1);
    failure("CORRUPT", () => readVersion(project, "20250101T000000000Z-abcdef"));
  });

  test("a history that is a link out of the project is refused", () => {
    mkdirSync(on(project, ".claude/.gate"));
    const outside = temporaryFolder();
    symlinkSync(outside, on(project, ".claude/.gate/history"));
    failure("UNSAFE_PATH", () => begin(NEW));
    expect(readdirSync(outside)).toEqual([]);
    mkdirSync(`${outside}/state.md`);
    failure("UNSAFE_PATH", () => begin(NEW));
    failure("UNSAFE_PATH", () => listVersions(project));
    failure("UNSAFE_PATH", () => listVersions(project, STATE));
    expect(readdirSync(`${outside}/state.md`)).toEqual([]);
  });

  test("stray files and folders among the versions do no harm", () => {
    const id = save();
    put(project, ".claude/.gate/history/.DS_Store", "x");
    put(project, ".claude/.gate/history/readme", "x");
    put(project, ".claude/.gate/history/other/notes", "x");
    mkdirSync(on(project, `${FOLDER}/20250101T000000000Z-abcdef`));
    expect(idsOf()).toEqual([id]);
    expect(hasVersions(project, STATE)).toBe(true);
  });
});

describe("long bytes", () => {
  const text = (length: number): string => "all work and no play ".repeat(length).slice(0, length);
  const stored = (id: string): Buffer => readFileSync(on(project, `${FOLDER}/${id}`));
  const headerOf = (id: string) => JSON.parse(stored(id).toString("latin1").split("\n", 1)[0]!);

  /** A version as it could be on the disk, its header said by whoever made it. */
  function putVersion(id: string, header: object, bytes: Uint8Array): void {
    const line = { schema_version: 2, operation: "save", timestamp: NOW, path: STATE, ...header };
    put(project, `${FOLDER}/${id}`, Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), bytes]));
  }

  test("are deflated from 4096 on, and come back as they were", () => {
    const [short, long] = [save(text(4095)), save(text(4096))];
    expect(headerOf(short)).not.toHaveProperty("deflated");
    expect(stored(short).toString().endsWith(text(4095))).toBe(true);
    expect(headerOf(long)).toMatchObject({ size: 4096, deflated: expect.any(Number) });
    expect(stored(long).length).toBeLessThan(600);
    expect(bytesOf(short).toString()).toBe(text(4095));
    expect(bytesOf(long).toString()).toBe(text(4096));
    expect(listVersions(project, STATE).map(({ size }) => size)).toEqual([4096, 4095]);
  });

  test.each([
    ["cut", (bytes: Buffer) => bytes.subarray(0, -1)],
    ["longer", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("x")])],
  ])("that are %s are no version", (_name, change) => {
    const id = save(text(10_000));
    writeFileSync(on(project, `${FOLDER}/${id}`), change(stored(id)));
    expect(idsOf()).toEqual([]);
    failure("CORRUPT", () => readVersion(project, id));
  });

  test.each([10_000, 100])("of %i that rot on the disk are never given back as a version", (length) => {
    const id = save(text(length));
    const bytes = stored(id);
    const start = bytes.indexOf("\n") + 1;
    for (let at = start; at < bytes.length; at += 7) {
      const rotten = Buffer.from(bytes);
      rotten[at] = rotten[at]! ^ 0x10;
      writeFileSync(on(project, `${FOLDER}/${id}`), rotten);
      failure("CORRUPT", () => readVersion(project, id));
    }
  });

  test.each([
    ["hold more than they say", 10, Buffer.alloc(64 * MEGABYTE)],
    ["hold less than they say", 5000, Buffer.alloc(4000)],
    ["say that they are nothing", 0, Buffer.alloc(4000)],
    ["say that they are larger than any document", 17 * MEGABYTE, Buffer.alloc(17 * MEGABYTE)],
    ["say that they would fill all memory", Number.MAX_SAFE_INTEGER, Buffer.alloc(4000)],
  ])("that %s are refused", (_name, size, bytes) => {
    const deflated = deflateRawSync(bytes);
    putVersion("20250101T000000000Z-abcdef", { size, deflated: deflated.length }, deflated);
    failure("CORRUPT", () => readVersion(project, "20250101T000000000Z-abcdef"));
    saveAnother();
  });

  test.each([
    { size: -1 },
    { size: 1.5 },
    { size: "4" },
    { size: 4, deflated: -1 },
    { size: 4, deflated: null },
    { size: 4, timestamp: 9e15 },
    { size: 4, timestamp: Number.NaN },
    { size: 4, timestamp: "2024" },
    { size: 4, path: 1 },
    { size: 4, operation: null },
  ])("with %j in their header are left out", (header) => {
    putVersion("20250101T000000000Z-abcdef", header, Buffer.from("text"));
    expect(idsOf()).toEqual([]);
    failure("CORRUPT", () => readVersion(project, "20250101T000000000Z-abcdef"));
    saveAnother();
    expect(idsOf()).toHaveLength(1);
  });
});

describe("the bounds", () => {
  /** Versions as earlier changes left them, `days` ago each, the oldest first. */
  function old(days: readonly number[], { document = STATE, size = 0 } = {}): string[] {
    const folder = `.claude/.gate/history/${document.slice(".claude/".length).replace("/", "__")}`;
    mkdirSync(on(project, folder), { recursive: true });
    return days.map((ago, index) => {
      const timestamp = Math.floor(NOW - ago * DAY);
      const time = new Date(timestamp).toISOString().replace(/[-:.]/g, "");
      const id = `${time}-${index.toString(16).padStart(6, "0")}`;
      const header = { schema_version: 2, operation: "save", timestamp, path: document, size };
      const line = `${JSON.stringify(header)}\n`;
      put(project, `${folder}/${id}`, line);
      truncateSync(on(project, `${folder}/${id}`), line.length + size);
      return id;
    });
  }
  const evenly = (count: number, from: number, to: number): number[] =>
    Array.from({ length: count }, (_, index) => from + ((to - from) * index) / count);
  /** An id that ends so has the whole project summed up. */
  /** One moment in sixteen at which it is summed up what all versions take. */
  const SUMMED_UP = Math.ceil(NOW / 16) * 16;

  test("keep the newest 50, beyond that one an hour for two days and one a day for 30", () => {
    const ids = [...old(evenly(400, 60, 2)), ...old(evenly(480, 2, 0.1)), ...old(evenly(49, 0.05, 0))];
    const id = saveAnother();
    const left = names();
    expect(left.slice(-50)).toEqual([...ids.slice(-49), id]);
    const times = listVersions(project, STATE)
      .slice(50)
      .map(({ timestamp }) => timestamp);
    const hours = times.filter((time) => NOW - time <= 2 * DAY).map((time) => Math.floor(time / 3_600_000));
    const days = times.filter((time) => NOW - time > 2 * DAY).map((time) => Math.floor(time / DAY));
    expect(new Set(hours).size).toBe(hours.length);
    expect(new Set(days).size).toBe(days.length);
    expect(hours.length).toBeGreaterThanOrEqual(46);
    expect(hours.length).toBeLessThanOrEqual(49);
    expect(days.length).toBeGreaterThanOrEqual(28);
    expect(days.length).toBeLessThanOrEqual(30);
    expect(Math.min(...times)).toBeGreaterThan(NOW - 30 * DAY);
  });

  test("keep the newest 50 of whatever age", () => {
    const ids = old(evenly(51, 1000, 900));
    const id = saveAnother();
    expect(names()).toEqual([...ids.slice(-49), id]);
  });

  test("go by the time that a version itself tells, where its id had to go on from a wrong one", () => {
    old([-1000]);
    const ids = evenly(120, 40, 0).map((ago) => saveAnother({ timestamp: Math.floor(NOW - ago * DAY) }));
    saveAnother();
    const left = new Set(names());
    const times = listVersions(project, STATE).map(({ timestamp }) => timestamp);
    expect(ids.slice(-49).every((id) => left.has(id))).toBe(true);
    expect(times.filter((time) => time < NOW - 30 * DAY)).toEqual([]);
    expect(times.length).toBeLessThan(85);
  });

  test("let versions go that no document was written with", () => {
    const [first] = old(evenly(60, 1000, 900));
    linkSync(on(project, `${FOLDER}/${first}`), on(project, `${FOLDER}/20200101T000000000Z-000000.new`));
    saveAnother();
    expect(names()).toHaveLength(50);
    expect(names().filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  test("of one document leave the others alone", () => {
    const other = saveAnother({ timestamp: NOW - 1000 * DAY, document: WORK });
    old(evenly(150, 100, 90));
    saveAnother();
    expect(idsOf(WORK)).toEqual([other]);
  });

  test("that cannot be kept do not stop the change", () => {
    old(evenly(150, 100, 90));
    const unlinkSync = () => {
      throw systemError("EACCES", "unlink");
    };
    const id = replaced({ unlinkSync }, () => saveAnother());
    expect(idsOf(STATE)[0]).toBe(id);
  });

  test("of the project let the oldest go, of whichever document, until 32 MiB hold all", () => {
    const work = old(evenly(30, 1.9, 1), { document: WORK, size: MEGABYTE });
    const state = old(evenly(30, 0.9, 0.1), { size: MEGABYTE });
    saveAnother({ timestamp: SUMMED_UP });
    // The ten oldest of the one, then of the other what is older than its newest 20.
    expect(idsOf(WORK)).toEqual(work.slice(10).reverse());
    expect(idsOf(STATE).slice(1)).toEqual(state.slice(11).reverse());
  });

  test("of the project stop where it is enough", () => {
    const ids = old(evenly(40, 1.9, 0.1), { size: MEGABYTE });
    saveAnother({ timestamp: SUMMED_UP });
    expect(idsOf(STATE).slice(1)).toEqual(ids.slice(-30).reverse());
  });

  test("of the project never touch the newest 20 of a document, however large", () => {
    const ids = old(evenly(19, 1.9, 0.1), { size: 3 * MEGABYTE });
    const others = old(evenly(20, 3.9, 3.1), { document: WORK, size: 3 * MEGABYTE });
    const id = saveAnother({ timestamp: SUMMED_UP });
    expect(idsOf(STATE)).toEqual([id, ...ids.reverse()]);
    expect(idsOf(WORK)).toEqual(others.reverse());
  });

  test("of the project are looked at for a large version as well", () => {
    old(evenly(60, 1.9, 0.1), { size: MEGABYTE });
    save(randomBytes(70_000), { timestamp: SUMMED_UP + 1 });
    expect(idsOf(STATE).length).toBeLessThan(32);
  });
});

describe("when the disk fails", () => {
  const codes = ["ENOSPC", "EIO", "EACCES", "EROFS"];

  /** A version, then bytes from outside in the document. */
  function prepare(): string {
    project = makeProject({});
    const first = save(OLD);
    put(project, STATE, "somebody's");
    return first;
  }
  const openFiles = (): number => (system.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);

  test.each(codes)("%s at every call: a version or an error, and nothing half", (code) => {
    prepare();
    const calls = callsOf(() => begin(NEW).close()).length;
    for (let index = 0; index < calls; index++) {
      const first = prepare();
      const open = openFiles();
      let id: string | undefined;
      try {
        failing(index, code, () => {
          const stored = begin(NEW);
          ({ id } = stored);
          stored.close();
        });
      } catch (error) {
        expect(error).toBeInstanceOf(GateError);
        expect((error as GateError).code).toBe("IO");
      }
      expect(openFiles(), `call ${index}`).toBe(open);
      const versions = listVersions(project, STATE);
      expect(versions.at(-1)?.id).toBe(first);
      // What somebody wrote is true whatever became of the rest.
      const added = versions.slice(0, -1).map(({ operation }) => operation);
      expect(id === undefined ? [[], [OUTSIDE]] : [["save", OUTSIDE]]).toContainEqual(added);
      expect(names()).toHaveLength(versions.length);
      for (const version of versions) readVersion(project, version.id);
    }
  });

  test.each(codes)("%s after the document is written: no error, and the version is there", (code) => {
    const write = () => {
      prepare();
      const stored = begin(NEW);
      put(project, STATE, NEW);
      return stored;
    };
    const written = write();
    const calls = callsOf(() => written.confirm()).length;
    for (let index = 0; index < calls; index++) {
      const stored = write();
      const open = openFiles();
      failing(index, code, () => stored.confirm());
      expect(openFiles()).toBeLessThan(open);
      expect(bytesOf(stored.id)).toEqual(NEW);
      expect(storeFound(project, STATE, NEW, { timestamp: NOW })).toBe(stored.id);
      expect(newestVersion(project, STATE)?.id).toBe(stored.id);
    }
  });

  test.each(codes)("%s while it is read: what there is, or an error that says so", (code) => {
    const read = () => {
      const versions = listVersions(project, STATE);
      return [newestVersion(project, STATE)?.id, ...versions.map(({ id }) => readVersion(project, id).version.id)];
    };
    prepare();
    const whole = read();
    const calls = callsOf(read).length;
    for (let index = 0; index < calls; index++) {
      const open = openFiles();
      try {
        expect(failing(index, code, read)).toEqual(whole);
      } catch (error) {
        expect(error).toBeInstanceOf(GateError);
        expect((error as GateError).code).toBe("IO");
      }
      expect(openFiles()).toBe(open);
    }
  });

  test("a short write is an error and leaves no torn version", () => {
    const first = save(OLD);
    const writeSync = (() => 0) as unknown as typeof system.writeSync;
    const error = failure("IO", () => replaced({ writeSync }, () => begin(NEW)));
    expect(error.message).toBe("Cannot keep the history of .claude/state.md: not all of it arrived on the disk");
    expect(names()).toEqual([first]);
  });

  test("a folder that is not confirmed is an error: the change must not go on", () => {
    const first = prepare();
    let flushes = 0;
    const fsync = system.fsyncSync;
    const fsyncSync = (descriptor: number) => {
      if (++flushes === 3) throw systemError("EIO", "fsync");
      fsync(descriptor);
    };
    failure("IO", () => replaced({ fsyncSync }, () => begin(NEW)));
    expect(flushes).toBe(3);
    expect(names()).toEqual([first]);
  });
});

describe("a version that is open", () => {
  const RECORD = ".claude/batch_state.json";
  const RECORDS = ".claude/.gate/history/batch_state.json";
  const long = (name: string) => JSON.stringify({ name, text: "x".repeat(5000) });

  function beginOften(text: string, timestamp: number): Stored {
    const addition = { operation: "batch complete", timestamp, bytes: Buffer.from(text) };
    return storeOften(project, RECORD, found(RECORD), addition);
  }
  /** A small change of a record, and the id of the version that has it. */
  function change(text: string, timestamp = NOW): string {
    const stored = beginOften(text, timestamp);
    put(project, RECORD, text);
    stored.confirm();
    return stored.id;
  }
  const kept = () =>
    listVersions(project, RECORD).map(({ id }) => Buffer.from(readVersion(project, id, RECORD).bytes).toString());

  test("takes in what the record becomes within a minute, longer or shorter, by a clock that went back too", () => {
    const first = change("one");
    expect([change("two and more", NOW + 30_000), change("three", NOW - 59_000)]).toEqual([first, first]);
    expect(kept()).toEqual(["three"]);
    expect(newestVersion(project, RECORD)).toMatchObject({ size: 5, timestamp: NOW - 59_000, written: true });
    expect([change("four", NOW + 60_000), change("five", NOW + 60_001)]).not.toContain(first);
    expect(kept()).toEqual(["five", "three"]);
  });

  test("says what it was made from, and who made it last", () => {
    const first = change("one");
    const second = change("two", NOW + 60_000);
    const stored = storeOften(project, RECORD, found(RECORD), {
      ...{ operation: "batch skip", timestamp: NOW + 61_000, bytes: Buffer.from("three"), actor: "claude" },
    });
    stored.confirm();
    expect(listVersions(project, RECORD)).toMatchObject([
      { id: second, from: first, operation: "batch skip", actor: "claude" },
      { id: first, operation: "batch complete" },
    ]);
  });

  test("takes nothing in that was not written", () => {
    change("one");
    beginOften("two", NOW + 1).withdraw();
    beginOften("three", NOW + 2).close();
    expect(kept()).toEqual(["one"]);
  });

  test("ends where somebody else wrote the record, which is a version of its own", () => {
    change("one");
    put(project, RECORD, "theirs");
    change("two", NOW + 1);
    change("three", NOW + 2);
    expect(kept()).toEqual(["three", "theirs", "one"]);
  });

  test("is not what was stored for good", () => {
    const whole = save("created", { document: RECORD });
    expect(change("one", NOW + 1)).not.toBe(whole);
    expect(kept()).toEqual(["one", "created"]);
  });

  test("is deflated as soon as the next one is there", () => {
    const first = change(long("one"));
    expect(statSync(on(project, `${RECORDS}/${first}`)).size).toBeGreaterThan(5000);
    change(long("two"), NOW + 60_000);
    expect(statSync(on(project, `${RECORDS}/${first}`)).size).toBeLessThan(500);
    expect(kept()).toEqual([long("two"), long("one")]);
    expect(listVersions(project, RECORD).map(({ isOpen }) => isOpen)).toEqual([true, undefined]);
  });

  test("that a kill tore is passed over, and what the record holds is a version again", () => {
    change("one");
    change("two", NOW + 60_000);
    const [torn] = listVersions(project, RECORD);
    writeFileSync(on(project, `${RECORDS}/${torn!.id}`), "{");
    expect(kept()).toEqual(["one"]);
    change("three", NOW + 60_001);
    expect(kept()).toEqual(["three", "two", "one"]);
  });

  test("costs no flush once it is there", () => {
    change("one");
    const stored = beginOften("two", NOW + 1);
    put(project, RECORD, "two");
    expect(callsOf(() => stored.confirm())).not.toContain("fsyncSync");
    expect(callsOf(() => beginOften("three", NOW + 2).close())).not.toContain("fsyncSync");
  });

  test("follows into the second place as well", () => {
    mkdirSync(on(project, ".git/objects"), { recursive: true });
    mkdirSync(on(project, ".git/refs"));
    put(project, ".git/HEAD", "ref: refs/heads/main\n");
    change("one");
    change("two", NOW + 1);
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    expect(kept()).toEqual(["two"]);
    change(long("three"), NOW + 60_000);
    change(long("four"), NOW + 120_000);
    rmSync(on(project, ".claude/.gate"), { recursive: true });
    expect(kept()).toEqual([long("four"), long("three"), "two"]);
  });
});

describe("a write that failed", () => {
  /** What becomes of the version of bytes that could not be written. */
  function outcome(bytes: Uint8Array | undefined, document = STATE): readonly string[] {
    const said: string[] = [];
    const say = (what: string) => () => said.push(what);
    const stored = { id: "", confirm: say("confirm"), withdraw: say("withdraw"), close: say("close") };
    const fail = () => {
      throw systemError("EIO", "rename");
    };
    expect(() => withStored(project, { document, bytes, stored }, fail)).toThrow("EIO");
    return said;
  }

  test("keeps its version where it may have been taken, and loses it where it was not", () => {
    put(project, STATE, OLD);
    expect([outcome(OLD), outcome(NEW), outcome(undefined)]).toEqual([["close"], ["withdraw"], ["withdraw"]]);
    expect([outcome(OLD, WORK), outcome(undefined, WORK)]).toEqual([["withdraw"], ["close"]]);
    mkdirSync(on(project, WORK), { recursive: true });
    expect([outcome(OLD, WORK), outcome(undefined, WORK)]).toEqual([["withdraw"], ["withdraw"]]);
    const openSync = () => {
      throw systemError("EIO", "open");
    };
    // Who cannot look does not say that it is not there.
    replaced({ openSync }, () => expect(outcome(NEW)).toEqual(["close"]));
  });
});
