/** Whether a lock is in somebody's hands, for those who only look. */
import { mkdirSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureGateFolder } from "../../src/files/guard/folders.ts";
import type { Project } from "../../src/files/guard/project.ts";
import { isLocked } from "../../src/files/lock/is-locked.ts";
import { ownFacts } from "../../src/files/lock/owner.ts";
import { replaced, systemError } from "./faults.ts";
import { lockOf, makeProject, on, put, STATE } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
  ensureGateFolder(project);
});

const namesIn = (): string[] => readdirSync(on(project, ".claude/.gate")).filter((name) => name !== ".gitignore");

describe("a lock", () => {
  const LOCKS = ".claude/.gate/locks/state.md";
  const newest = () => Math.max(...readdirSync(on(project, LOCKS)).map((name) => Number.parseInt(name, 10) || 0));
  const owned = (changes: Readonly<Record<string, unknown>>) => {
    const owner = JSON.parse(readFileSync(on(project, `${LOCKS}/${newest()}`), "utf8")) as object;
    put(project, `${LOCKS}/${newest() + 1}`, JSON.stringify({ ...owner, ...changes }));
  };

  test("that nobody ever took is free, and looking makes nothing", async () => {
    expect(await isLocked(project, STATE)).toBe(false);
    expect(namesIn()).toEqual([]);
    mkdirSync(on(project, LOCKS), { recursive: true });
    expect(await isLocked(project, STATE)).toBe(false);
  });

  test("is in its holder's hands until it is released", async () => {
    const lock = await lockOf(project);
    expect(await isLocked(project, STATE)).toBe(true);
    expect(await isLocked(project, STATE, lock.token)).toBe(true);
    expect(await isLocked(project, STATE, lock.token - 1)).toBe(false);
    lock.release();
    expect(await isLocked(project, STATE)).toBe(false);
    expect(await isLocked(project, STATE, lock.token)).toBe(false);
  });

  test("of the dead is in nobody's hands", async () => {
    (await lockOf(project)).release();
    owned({ start: ownFacts().start + 1 });
    if (process.platform === "linux") expect(await isLocked(project, STATE)).toBe(false);
    put(project, `${LOCKS}/${newest() + 1}`, "");
    expect(await isLocked(project, STATE)).toBe(false);
    mkdirSync(on(project, `${LOCKS}/${newest() + 1}`));
    expect(await isLocked(project, STATE)).toBe(false);
  });

  test("of another machine is held as long as its heart beats", async () => {
    (await lockOf(project)).release();
    owned({ host: "elsewhere" });
    expect(await isLocked(project, STATE)).toBe(true);
    const past = new Date(Date.now() - 61_000);
    utimesSync(on(project, `${LOCKS}/${newest()}`), past, past);
    expect(await isLocked(project, STATE)).toBe(false);
  });

  test("that cannot be looked at is an error of the machine", async () => {
    (await lockOf(project)).release();
    const readdirSync = () => {
      throw systemError("EIO", "scandir");
    };
    await expect(replaced({ readdirSync: readdirSync as never }, () => isLocked(project, STATE))).rejects.toMatchObject(
      { code: "IO" },
    );
  });
});
