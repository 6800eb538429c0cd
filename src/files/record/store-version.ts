/**
 * Storing versions of documents: every text that the gate writes or meets, one file for each.
 *
 * Invariants: a version is on the disk before its document is, and what is written over
 * is a version already, whoever wrote it. Ids of a document sort in the order in which it
 * had them, also within a millisecond and after the clock was set back: the caller holds
 * the document's lock, so the newest id is known. One version is one fsync, and nothing
 * has to be rewritten.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { revisionOnce } from "../../base/revision.ts";
import { removeQuietly, writeNew } from "../guard/descriptor.ts";
import { attempt, explained } from "../guard/errors.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, openFolder } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { type Addition, OUTSIDE, type Version } from "./version.ts";
import { makeRoom, mirror, thin } from "./version-bounds.ts";
import { encodeVersion } from "./version-file.ts";
import { nextId, PENDING } from "./version-id.ts";
import { folderOfVersions, ownPlace } from "./version-places.ts";
import { newestId, newestOn, quietly, withShelves } from "./version-shelves.ts";
import { listVersions } from "./versions.ts";

/** A version that is on the disk, of a document that is not yet. */
export interface Stored {
  readonly id: string;
  /** The document is written: the version has its final name, stands in the second place too, and older ones may go. */
  confirm(): void;
  /** The document was not written, nor will be. */
  withdraw(): void;
  /** Nobody knows whether the document was written. */
  close(): void;
}

/** Who met or made a version, and when. */
export type About = Pick<Addition, "timestamp" | "actor" | "branch">;

/**
 * Stores durably what a document is about to hold, and before that what it holds, `found`,
 * where that is no version yet. One of its functions has to be called.
 */
export function storeVersion(
  project: Project,
  document: string,
  found: Uint8Array | undefined,
  addition: Omit<Addition, "from">,
): Stored {
  const folder = openOrMake(project, document);
  try {
    const id = explained("keep the history of", document, () => {
      const ground = groundOf(project, document);
      const { from, additions } = meet(project, folder, ground, { found, about: addition });
      return add(folder, ground, [...additions, { ...addition, from }], true).at(-1)!;
    });
    return {
      id,
      confirm() {
        attempt(() => system.renameSync(folder.at(`${id}${PENDING}`), folder.at(id)));
        settle(project, folder, document, { id, now: addition.timestamp });
        folder.close();
      },
      withdraw() {
        removeQuietly(folder, `${id}${PENDING}`);
        folder.close();
      },
      close: () => folder.close(),
    };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** Stores what a document holds where that is no version yet, and returns the version that it holds; the caller holds the lock. */
export function storeFound(
  project: Project,
  document: string,
  found: Uint8Array | undefined,
  about: About,
): string | undefined {
  const folder = openOrMake(project, document);
  try {
    return explained("keep the history of", document, () => {
      const ground = groundOf(project, document);
      const { from, additions } = meet(project, folder, ground, { found, about });
      if (additions.length === 0) return from;
      const id = add(folder, ground, additions, false).at(-1)!;
      settle(project, folder, document, { id, now: about.timestamp });
      return id;
    });
  } finally {
    folder.close();
  }
}

/** Notes that a document is gone without a text to keep, such as by a move; a service that may fail. */
export function noteGone(project: Project, document: string, addition: Omit<Addition, "bytes">): void {
  quietly(() => {
    const folder = openFolder(project, folderOfVersions(ownPlace(project), document));
    if (folder === undefined) return;
    try {
      const id = add(folder, groundOf(project, document), [{ ...addition, bytes: undefined }], false).at(-1)!;
      settle(project, folder, document, { id, now: addition.timestamp });
    } finally {
      folder.close();
    }
  });
}

/** What is there of a document before a version is added. */
interface Ground {
  readonly document: string;
  /** The newest version that is known to be written. */
  readonly newest: Version | undefined;
  /** The newest id of all, be its version torn or not written. */
  readonly last: string | undefined;
}

function groundOf(project: Project, document: string): Ground {
  return withShelves(project, document, (shelves) => {
    return { document, newest: newestOn(shelves, document), last: newestId(shelves) };
  });
}

/** Which version a document holds, and what has to be stored before that can be said. */
function meet(
  project: Project,
  folder: Folder,
  { document, newest }: Ground,
  { found, about }: { readonly found: Uint8Array | undefined; readonly about: About },
): { readonly from: string | undefined; readonly additions: readonly Addition[] } {
  const revision = found && revisionOnce(found);
  if (newest !== undefined && newest.revision === revision) return { from: newest.id, additions: [] };
  if (newest === undefined && found === undefined) return { from: undefined, additions: [] };
  const versions = listVersions(project, document);
  const last = versions.find(({ written }) => written);
  const from = last?.id;
  if (last?.replaced && last.replaced.revision === revision) {
    return { from: undefined, additions: [{ ...last.replaced, bytes: found, from }] };
  }
  const held = found && versions.find((version) => version.revision === revision);
  if (held) {
    // A kill came between the document and the name of its version.
    if (!held.written) attempt(() => system.renameSync(folder.at(`${held.id}${PENDING}`), folder.at(held.id)));
    return { from: held.id, additions: [] };
  }
  const { timestamp, actor, branch } = about;
  return { from: undefined, additions: [{ operation: OUTSIDE, timestamp, actor, branch, bytes: found, from }] };
}

/** Adds versions, each made from the one before where it does not say from which; the last one is pending. */
function add(folder: Folder, { document, last }: Ground, additions: readonly Addition[], isPending: boolean): string[] {
  const ids: string[] = [];
  let newest = last;
  for (const addition of additions) {
    const id = nextId(addition.timestamp, newest);
    const from = addition.from ?? ids.at(-1);
    const name = isPending && addition === additions.at(-1) ? `${id}${PENDING}` : id;
    writeNew(folder, name, encodeVersion(document, { ...addition, from }), 0o600);
    ids.push(id);
    newest = id;
  }
  if (folder.sync()) return ids;
  for (const id of ids) for (const name of [id, `${id}${PENDING}`]) removeQuietly(folder, name);
  throw new GateError("IO", `Cannot keep the history of ${printable(document)}: the disk did not confirm it`, {
    path: document,
    hint: "Check the disk; nothing was changed.",
  });
}

/** What every new version brings with it. None of it is anybody's error. */
function settle(project: Project, folder: Folder, document: string, { id, now }: { id: string; now: number }): void {
  quietly(() => thin(folder, now));
  quietly(() => mirror(project, document, folder, now));
  quietly(() => makeRoom(project, folder, id));
}

function openOrMake(project: Project, document: string): Folder {
  const path = folderOfVersions(ownPlace(project), document);
  const present = openFolder(project, path);
  if (present !== undefined) return present;
  ensureGateFolder(project);
  ensureFolders(project, [path]);
  const made = openFolder(project, path);
  if (made !== undefined) return made;
  throw new GateError("IO", `Cannot open ${path}: another program removed it`, { path, hint: "Try again." });
}
