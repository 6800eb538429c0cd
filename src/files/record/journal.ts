/**
 * Lines that are on the disk one by one, until they become part of a file: for who
 * changes a large file often and by little.
 *
 * The holder of the file's lock is the only one who appends. A line counts once its
 * line break is there; one that a crash tore was never promised to anybody, gets its
 * own line, and is left out by who reads.
 * Model: `proof/journal.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { closeQuietly, removeQuietly, writeAll } from "../guard/descriptor.ts";
import { attempt, explained } from "../guard/errors.ts";
import { ensureGateFolder } from "../guard/folders.ts";
import { giveToOwnerOf } from "../guard/owner.ts";
import { openFolder, split, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";
import { readRecord } from "../read/read.ts";

/** The whole lines of a journal; `undefined` where there is none. */
export function readJournal(project: Project, path: string): string | undefined {
  const file = readRecord(project, path);
  if (file.kind === "missing") return undefined;
  if (file.kind === "refused") throw new GateError("UNSAFE_PATH", file.message, { path, hint: "Move it away." });
  const text = Buffer.from(file.bytes).toString();
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

/** Appends lines, and returns when the disk has them. */
export function appendJournal(project: Project, path: string, lines: string): void {
  const { parent, name } = split(path);
  ensureGateFolder(project);
  const folder = openFolder(project, parent);
  if (folder === undefined) throw new GateError("IO", `Cannot write ${path}: its folder does not exist`, { path });
  try {
    explained("write", path, () => {
      const before = statsAt(folder.at(name));
      const flags = FLAGS.readWrite | FLAGS.append | FLAGS.create | FLAGS.noFollow | FLAGS.noWait;
      const descriptor = system.openSync(folder.at(name), flags, 0o600);
      if (before === undefined) giveToOwnerOf(folder.at("."), descriptor);
      try {
        const size = Number(system.fstatSync(descriptor, { bigint: true }).size);
        const isTorn = size > 0 && !endsWithBreak(descriptor, size);
        try {
          writeAll(descriptor, Buffer.from(isTorn ? `\n${lines}` : lines));
          system.fdatasyncSync(descriptor);
        } catch (error) {
          // What was not promised must not count later.
          attempt(() => system.ftruncateSync(descriptor, size));
          throw error;
        }
      } finally {
        closeQuietly(descriptor);
      }
      if (before === undefined) folder.sync();
    });
  } finally {
    folder.close();
  }
}

/**
 * Removes a journal whose lines are part of the file. One that stays is known by its last
 * lines. Flushed, because what is written next names no journal: one that a power cut
 * brought back then would be done to it once more.
 */
export function removeJournal(project: Project, path: string): void {
  const { parent, name } = split(path);
  const folder = openFolder(project, parent);
  if (folder === undefined) return;
  if (removeQuietly(folder, name)) folder.sync();
  folder.close();
}

function endsWithBreak(descriptor: number, size: number): boolean {
  const last = new Uint8Array(1);
  return attempt(() => system.readSync(descriptor, last, 0, 1, size - 1)) && last[0] === 10;
}
