/**
 * Keeps what tests write in memory, where nothing waits for a disk; the long tests write to
 * one. Whoever says where temporary files go is followed. A file system that is too small, or
 * on which no program can be run, is not used.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IS_LONG } from "../support/effort.ts";

const MEMORY = "/dev/shm";
const ROOM = 1 << 30;

export default function keepInMemory(): (() => void) | undefined {
  if (IS_LONG || process.env["TMPDIR"] !== undefined) return undefined;
  const folder = makeFolder();
  if (folder === undefined) return undefined;
  process.env["TMPDIR"] = folder;
  return () => {
    delete process.env["TMPDIR"];
    rmSync(folder, { recursive: true, force: true });
  };
}

function makeFolder(): string | undefined {
  let folder: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM) return undefined;
    folder = mkdtempSync(join(MEMORY, "gate-tests-"));
    // Some tests are another user.
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "program"), "#!/bin/sh\n", { mode: 0o700 });
    execFileSync(join(folder, "program"));
    return folder;
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}
