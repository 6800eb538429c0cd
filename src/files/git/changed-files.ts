/**
 * Which files of a checkout changed since a moment, by their times.
 *
 * Git's index lists what is tracked. Asking git itself would start a process and,
 * in a repository that may not be trusted, the filters and monitors it configures;
 * so the list is read here and each file is looked at, no content is compared.
 * A file that is new stands in no list: the folders of those that do are looked at
 * as well where they changed.
 */
import { join } from "node:path";
import { codeOf } from "../guard/errors.ts";
import { system } from "../guard/system.ts";
import type { Checkout } from "./checkout.ts";
import { readIndex } from "./index-entries.ts";

/** Git's own, the gate's, and what editors and programs leave behind. */
const UNINTERESTING = /^\.|~$|\.(?:sw.|tmp|log|pyc|bak)$/;

export interface ChangeLimits {
  /** Milliseconds after which nobody waits any longer. */
  readonly within: number;
  /** Stop at so many. */
  readonly atMost?: number;
}

/** How many files changed; `undefined` without an index, with one that is not understood, and out of time. */
export function countChanged({ files, git }: Checkout, since: number, limits: ChangeLimits): number | undefined {
  const { within, atMost = Number.POSITIVE_INFINITY } = limits;
  const end = system.monotonic() + within;
  const entries = readIndex(git);
  if (entries === undefined) return undefined;
  // A state document says the second it was saved in.
  const later = since + 1000;
  const tracked = new Set<string>();
  const folders = new Set<string>();
  let count = 0;
  for (const { name } of entries) {
    if (name.startsWith(".claude/")) continue;
    tracked.add(name);
    folders.add(name.slice(0, Math.max(0, name.lastIndexOf("/"))));
    const modified = modifiedAt(join(files, name));
    if (modified !== undefined && modified >= later && ++count >= atMost) return count;
    if (system.monotonic() > end) return undefined;
  }
  for (const folder of folders) {
    if ((modifiedAt(join(files, folder)) ?? 0) < later) continue;
    for (const name of newFilesIn(files, folder, tracked)) {
      const modified = modifiedAt(join(files, name));
      if (modified !== undefined && modified >= later && ++count >= atMost) return count;
    }
    if (system.monotonic() > end) return undefined;
  }
  return count;
}

function newFilesIn(files: string, folder: string, tracked: ReadonlySet<string>): string[] {
  try {
    return system
      .readdirSync(join(files, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !UNINTERESTING.test(entry.name))
      .map(({ name }) => (folder === "" ? name : `${folder}/${name}`))
      .filter((name) => !tracked.has(name));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

function modifiedAt(path: string): number | undefined {
  try {
    return system.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
