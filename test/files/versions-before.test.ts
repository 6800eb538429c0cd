/** The history of schema 1, which kept what a change replaced, read as versions. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { revisionOf } from "../../src/base/revision.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { storeFound, storeVersion } from "../../src/files/record/store-version.ts";
import { OUTSIDE } from "../../src/files/record/version.ts";
import { hasVersions, listVersions, newestVersion, readVersion } from "../../src/files/record/versions.ts";
import { failure, makeProject, on, put, STATE } from "./project.ts";

const WORK = ".claude/work/42.md";
const NOW = Date.UTC(2024, 9, 23, 14, 30);
const MINUTE = 60_000;

let project: Project;
let changes = 0;
beforeEach(() => {
  project = makeProject({});
  changes = 0;
});

interface Change {
  readonly operation: string;
  /** What it wrote; `undefined` where the document went. */
  readonly wrote?: string | undefined;
  /** Where the document did not hold what the change before had written. */
  readonly replaced?: string;
  readonly actor?: string;
  readonly restores?: string;
}

/** A change as it was made with schema 1, a minute after the one before; returns the name of its file. */
function changed({ operation, wrote, replaced, ...more }: Change, document = STATE): string {
  const path = on(project, document);
  const bytes = replaced ?? (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  const timestamp = NOW + changes * MINUTE;
  const time = new Date(timestamp).toISOString().replace(/[-:.]/g, "");
  const id = `${time}-${changes.toString(16).padStart(6, "0")}`;
  const size = Buffer.byteLength(bytes ?? "");
  const revision = wrote === undefined ? undefined : revisionOf(Buffer.from(wrote));
  const header = { operation, timestamp, path: document, size, existed: bytes !== undefined, revision, ...more };
  const folder = document.slice(".claude/".length).replaceAll("/", "__");
  put(project, `.claude/.gate/history/${folder}/${id}`, `${JSON.stringify(header)}\n${bytes ?? ""}`);
  if (wrote !== undefined) put(project, document, wrote);
  changes++;
  return id;
}

function save(text: string, document = STATE): string {
  const path = on(project, document);
  const timestamp = NOW + 1000 * MINUTE;
  const found = existsSync(path) ? readFileSync(path) : undefined;
  const bytes = Buffer.from(text);
  const stored = storeVersion(project, document, found, { operation: "save", timestamp, actor: "new", bytes });
  put(project, document, text);
  stored.confirm();
  return stored.id;
}

const textOf = (id: string): string => Buffer.from(readVersion(project, id).bytes).toString();
const summary = (document = STATE) =>
  listVersions(project, document).map(({ id, operation }) => `${operation}: ${textOf(id)}`);

describe("what schema 1 kept", () => {
  test("are versions named by what made them, each from the one before", () => {
    const ids = [
      changed({ operation: "init", wrote: "a" }),
      changed({ operation: "start", wrote: "b", actor: "agent" }),
      changed({ operation: "save", wrote: "c", actor: "human" }),
    ];
    expect(listVersions(project, STATE)).toMatchObject([
      {
        ...{ id: ids[2], operation: "start", timestamp: NOW + MINUTE, path: STATE, actor: "agent", from: ids[1] },
        ...{ size: 1, revision: revisionOf(Buffer.from("b")), written: true },
      },
      { id: ids[1], operation: "init", timestamp: NOW, revision: revisionOf(Buffer.from("a")), from: ids[0] },
      { id: ids[0], operation: OUTSIDE, size: 0, written: true },
    ]);
    const [, second, first] = listVersions(project, STATE);
    expect(second).not.toHaveProperty("actor");
    expect(first).not.toHaveProperty("revision");
    expect(first).not.toHaveProperty("from");
    expect(ids.map(textOf)).toEqual(["", "a", "b"]);
    expect(hasVersions(project, STATE)).toBe(true);
    expect(newestVersion(project, STATE)?.id).toBe(ids[2]);
  });

  test("came from outside where the change before did not write it", () => {
    changed({ operation: "save", wrote: "a", replaced: "somebody's" });
    changed({ operation: "save", wrote: "b", replaced: "edited" });
    changed({ operation: "save", wrote: "c" });
    expect(summary()).toEqual(["save: b", `${OUTSIDE}: edited`, `${OUTSIDE}: somebody's`]);
  });

  test("say which version was put back", () => {
    const first = changed({ operation: "save", wrote: "b", replaced: "a" });
    changed({ operation: "undo", wrote: "a", restores: first });
    changed({ operation: "save", wrote: "c" });
    expect(listVersions(project, STATE)[0]).toMatchObject({ operation: "undo", restores: first });
    expect(textOf(first)).toBe("a");
  });

  test("are not told by the marks of a compaction, which changed nothing", () => {
    const first = changed({ operation: "save", wrote: "b", replaced: "a" });
    const mark = changed({ operation: "compact", wrote: "b" });
    const last = changed({ operation: "save", wrote: "c" });
    expect(listVersions(project, STATE)).toMatchObject([
      { id: last, operation: "save", timestamp: NOW, from: first },
      { id: mark, operation: "save", timestamp: NOW, from: first },
      { id: first, operation: OUTSIDE },
    ]);
  });

  test("are named right however few are asked for", () => {
    changed({ operation: "init", wrote: "a" });
    changed({ operation: "start", wrote: "b" });
    changed({ operation: "save", wrote: "c" });
    const whole = listVersions(project, STATE);
    for (let limit = 1; limit <= 4; limit++) {
      expect(listVersions(project, STATE, limit)).toEqual(whole.slice(0, limit));
    }
  });

  test("are named right among those of other documents", () => {
    changed({ operation: "init", wrote: "a" });
    changed({ operation: "start", wrote: "1", replaced: "0" }, WORK);
    changed({ operation: "save", wrote: "b" });
    changed({ operation: "done", wrote: "2" }, WORK);
    save("3", WORK);
    const whole = listVersions(project);
    expect(whole.map(({ id, operation }) => `${operation}: ${textOf(id)}`)).toEqual([
      ...["save: 3", "done: 2", "start: 1", "init: a", `${OUTSIDE}: 0`, `${OUTSIDE}: `],
    ]);
    for (let limit = 1; limit <= 7; limit++)
      expect(listVersions(project, undefined, limit)).toEqual(whole.slice(0, limit));
  });

  test("is left out where it is torn, and so is the name of the next", () => {
    changed({ operation: "init", wrote: "a" });
    const torn = changed({ operation: "start", wrote: "b" });
    const good = changed({ operation: "save", wrote: "c" });
    put(project, `.claude/.gate/history/state.md/${torn}`, '{"operation":"start"');
    expect(summary()).toEqual([`${OUTSIDE}: b`, `${OUTSIDE}: `]);
    failure("CORRUPT", () => readVersion(project, torn));
    expect(textOf(good)).toBe("b");
  });
});

describe("the first store after it", () => {
  beforeEach(() => {
    changed({ operation: "init", wrote: "a", actor: "human" });
  });

  test("keeps what the newest change wrote, under its name", () => {
    const last = changed({ operation: "done", wrote: "b", actor: "agent" });
    const id = save("c");
    const versions = listVersions(project, STATE);
    expect(versions).toMatchObject([
      { id, operation: "save", actor: "new", from: versions[1]!.id, written: true },
      { operation: "done", timestamp: NOW + MINUTE, actor: "agent", from: last, written: true },
      { id: last, operation: "init", actor: "human" },
      { operation: OUTSIDE, size: 0 },
    ]);
    expect(summary()).toEqual(["save: c", "done: b", "init: a", `${OUTSIDE}: `]);
    save("d");
    expect(summary()).toEqual(["save: d", "save: c", "done: b", "init: a", `${OUTSIDE}: `]);
  });

  test("does so also where nothing is written", () => {
    const id = storeFound(project, STATE, Buffer.from("a"), { timestamp: NOW + 5 * MINUTE, actor: "new" });
    expect(newestVersion(project, STATE)).toMatchObject({ id, operation: "init", timestamp: NOW, actor: "human" });
    expect(storeFound(project, STATE, Buffer.from("a"), { timestamp: NOW })).toBe(id);
  });

  test("says which version the newest change had put back", () => {
    const first = changed({ operation: "save", wrote: "b" });
    changed({ operation: "undo", wrote: "a", restores: first });
    save("c");
    expect(listVersions(project, STATE)[1]).toMatchObject({ operation: "undo", restores: first });
    expect(summary().slice(0, 3)).toEqual(["save: c", "undo: a", "save: b"]);
  });

  test("calls it outside where somebody has edited it since", () => {
    const last = changed({ operation: "save", wrote: "b" });
    put(project, STATE, "edited");
    save("c");
    expect(summary()).toEqual(["save: c", `${OUTSIDE}: edited`, "init: a", `${OUTSIDE}: `]);
    expect(listVersions(project, STATE)[1]).toMatchObject({ from: last, actor: "new" });
  });

  test("adds nothing where the document holds what was kept", () => {
    const last = changed({ operation: "save", wrote: "b" });
    put(project, STATE, "a");
    const id = save("c");
    expect(newestVersion(project, STATE)).toMatchObject({ id, from: last });
    expect(summary()).toEqual(["save: c", "init: a", `${OUTSIDE}: `]);
  });

  test("notes that the document has gone, by the change that removed it", () => {
    const folder = ".claude/.gate/history/work__42.md";
    const last = changed({ operation: "archive", replaced: "1" }, WORK);
    const mark = storeFound(project, WORK, undefined, { timestamp: NOW + 5 * MINUTE });
    expect(listVersions(project, WORK)).toMatchObject([
      { id: mark, operation: "archive", timestamp: NOW + MINUTE, size: 0, from: last },
      { id: last, operation: OUTSIDE, size: 1 },
    ]);
    expect(readdirSync(on(project, folder))).toHaveLength(2);
  });
});
