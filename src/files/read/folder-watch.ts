/**
 * Notices of the system about what happens in a folder.
 *
 * A watch holds on to the folder it was made for, not to its name: once that is
 * removed or moved away, the watch is silent for ever, whatever gets the name next.
 * So a watch knows which folder it is of, and whoever holds it asks now and then
 * whether that is still the one that has the name.
 */
import { join } from "node:path";
import { attempt, codeOf } from "../guard/errors.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";

/** A folder that is watched. Has to be closed. */
export interface FolderWatch {
  /** Whether the folder that has the name now is the one that is watched. */
  isCurrent(): boolean;
  close(): void;
}

export interface Noticed {
  /** Something happened to the file of this name; without a name the system did not say to which. */
  change(name: string | undefined): void;
  /** The watch ended; `code` is the system's, such as `EPERM`. */
  failed(code: string): void;
}

/** Why a folder is not watched: it is not there, or what the system says. */
export type NotWatched = { readonly missing: true } | { readonly missing: false; readonly code: string };

/** Watches a folder of the project, `""` for its own. */
export function watchFolder(project: Project, path: string, noticed: Noticed): FolderWatch | NotWatched {
  const place = join(project.root, path);
  const before = identityOf(project, path);
  if (before === undefined) return { missing: true };
  let gone = false;
  try {
    const watcher = system.watch(place, { persistent: true, encoding: "utf8" });
    const name = place.slice(place.search(/[^/\\]*$/));
    watcher.on("change", (kind, file) => {
      // What is said of the folder itself comes under its own name: it is removed or moved.
      if (kind === "rename" && file === name) gone = true;
      noticed.change(typeof file === "string" ? file : undefined);
    });
    watcher.on("error", (error) => {
      gone = true;
      noticed.failed(codeOf(error) ?? "UNKNOWN");
    });
    return {
      isCurrent: () => !gone && identityOf(project, path) === before,
      close: () => attempt(() => watcher.close()),
    };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code === "ENOENT" || code === "ENOTDIR" ? { missing: true } : { missing: false, code };
  }
}

/**
 * What a file or folder looks like from outside: two that differ tell of a change.
 * Empty where there is nothing; what may not be looked at has the system's code.
 */
export function signatureOf(project: Project, path: string): string {
  return inspect(join(project.root, path), ({ dev, ino, size, mtimeNs, ctimeNs }) =>
    [dev, ino, size, mtimeNs, ctimeNs].join(":"),
  );
}

/**
 * Which folder has a name; `undefined` where none has. The time of birth is part of
 * it because a new folder often gets the number of the one just removed.
 */
export function identityOf(project: Project, path: string): string | undefined {
  const identity = inspect(join(project.root, path), (stats) =>
    stats.isDirectory() ? `${stats.dev}:${stats.ino}:${stats.birthtimeNs}` : "",
  );
  return identity === "" ? undefined : identity;
}

type Stats = NonNullable<ReturnType<typeof statsOf>>;

function statsOf(place: string) {
  return system.statSync(place, { bigint: true, throwIfNoEntry: false });
}

function inspect(place: string, describe: (stats: Stats) => string): string {
  try {
    const stats = statsOf(place);
    return stats === undefined ? "" : describe(stats);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code === "ENOTDIR" ? "" : code;
  }
}
