/** A file that is a mount of its own cannot be renamed over: it is written where it is, and told so. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { acquireLock } from "../../src/files/lock/lock.ts";
import { ChangedOnDisk, replaceFile } from "../../src/files/replace/replace.ts";
import { warningsOf } from "../../src/files/replace/warnings.ts";
import { replaced, systemError } from "./faults.ts";
import { failure, makeProject, NEW, OLD, on, put, STATE, textOf } from "./project.ts";

/** Replaces the state file, over which nothing can be renamed, by `bytes`. */
async function write(bytes: Uint8Array, others: Partial<typeof system> = {}) {
  const project = makeProject();
  put(project, STATE, OLD);
  const lock = await acquireLock(project, STATE, { timeoutMs: 1000, command: "test" });
  const { renameSync: rename } = system;
  const renameSync: typeof rename = (from, to) => {
    if (String(to).endsWith("/state.md")) throw systemError("EBUSY", "rename");
    rename(from, to);
  };
  const inode = system.statSync(on(project, STATE)).ino;
  const act = () =>
    replaced({ renameSync, ...others }, () => replaceFile(project, STATE, bytes, { expected: OLD, lock }));
  return { project, inode, act };
}

test.each([NEW, Buffer.from("x"), Buffer.from("y".repeat(100_000))])(
  "bytes take the place of others, whatever their length",
  async (bytes) => {
    const { project, inode, act } = await write(bytes);
    const done = act();
    expect(textOf(project, STATE)).toBe(Buffer.from(bytes).toString());
    expect(system.statSync(on(project, STATE)).ino).toBe(inode);
    expect(warningsOf(STATE, done).join()).toContain("a mount of its own");
    expect(readdirSync(on(project, ".claude")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  },
);

test("a disk that fails in the middle leaves the old bytes", async () => {
  let count = 0;
  const writeSync = ((...args: Parameters<typeof system.writeSync>) => {
    // The first is that of the temporary file.
    if (++count === 2) throw systemError("EIO", "write");
    return written(...args);
  }) as typeof system.writeSync;
  const written = system.writeSync;
  const { project, act } = await write(NEW, { writeSync });
  failure("IO", act);
  expect(textOf(project, STATE)).toBe(Buffer.from(OLD).toString());
});

test("what another program wrote meanwhile is not written over", async () => {
  const { project, act } = await write(NEW);
  put(project, STATE, "somebody's");
  expect(act).toThrow(ChangedOnDisk);
  expect(textOf(project, STATE)).toBe("somebody's");
});
