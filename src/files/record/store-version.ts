/**
 * Storing versions of documents: every text that the gate writes or meets, one file for each.
 *
 * Invariants: a version is on the disk before its document is, and what is written over
 * is a version already, whoever wrote it. Ids of a document sort in the order in which it
 * had them, also within a millisecond and after the clock was set back: the caller holds
 * the document's lock, so the newest id is known. One version is one fsync, and nothing
 * has to be rewritten.
 *
 * A record can change a thousand times a minute, and a flush for each would take longer
 * than all else. There one version is open for a minute: what small changes make of the
 * record is written over it, unflushed. The record itself is on the disk by then, so
 * nobody needs the version before somebody has damaged the record.
 * Model: `proof/commit.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { revisionOnce } from "../../base/revision.ts";
import { isSameBytes } from "../../base/same.ts";
import { allSince, firstSince, type Stretch } from "../../base/stretch.ts";
import { overwrite, removeQuietly, writeNew } from "../guard/descriptor.ts";
import { attempt, explained } from "../guard/errors.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, openFolder } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { readRecord } from "../read/read.ts";
import { type Addition, OUTSIDE, outsideIn, type Version } from "./version.ts";
import { makeRoom, mirror, pack, thin } from "./version-bounds.ts";
import { encodeVersion, readVersionFile, versionParts } from "./version-file.ts";
import { idsIn, instantOf, nextId, PENDING } from "./version-id.ts";
import { folderOfVersions, isCheckedOut, ownPlace } from "./version-places.ts";
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
export interface About extends Pick<Addition, "timestamp" | "actor" | "branch"> {
  /** The lines that are from outside in what is found, where it is no version yet; without it all are. */
  readonly met?: readonly Stretch[] | undefined;
}

/**
 * Stores durably what a document is about to hold, and before that what it holds, `found`,
 * where that is no version yet. One of its functions has to be called.
 */
export function storeVersion(
  project: Project,
  document: string,
  found: Uint8Array | undefined,
  addition: Omit<Addition, "from"> & Pick<About, "met">,
): Stored {
  const folder = openOrMake(project, document);
  try {
    const { id, newest } = explained("keep the history of", document, () => {
      const ground = groundOf(project, document);
      const { from, additions, before } = meet(project, folder, ground, { found, about: addition });
      const outside = addition.bytes && (addition.outside ?? inherited(project, before, addition.timestamp));
      const ids = add(folder, ground, [...additions, { ...addition, from, outside }], true);
      return { id: ids.at(-1)!, newest: ground.newest };
    });
    return {
      id,
      confirm() {
        attempt(() => system.renameSync(folder.at(`${id}${PENDING}`), folder.at(id)));
        settle(project, folder, document, { id, newest, now: addition.timestamp });
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

/** For so long a version of a record is open, in milliseconds. */
const MINUTE = 60_000;

/** As `storeVersion`, for what changes often: where a version is open, it is the one that takes the bytes in. */
export function storeOften(
  project: Project,
  document: string,
  found: Uint8Array | undefined,
  addition: Omit<Addition, "from" | "isOpen">,
): Stored {
  const folder = openOrMake(project, document);
  const isLatest = found && latest?.bytes === found && latest.document === document && latest.root === project.root;
  const known = isLatest && isRecent(latest!.open.id, addition.timestamp) ? latest!.open : undefined;
  const open = known ?? quietly(() => openIn(folder, document, found, addition.timestamp));
  latest = undefined;
  if (open === undefined) {
    folder.close();
    return storeVersion(project, document, found, { ...addition, isOpen: true });
  }
  const { id, from, outside } = open;
  const close = () => folder.close();
  return {
    id,
    confirm() {
      quietly(() => {
        const { bytes } = addition;
        overwrite(folder, id, versionParts(document, { ...addition, from, outside, isOpen: true }));
        latest = bytes && { root: project.root, document, bytes, open };
      });
      close();
    },
    withdraw: close,
    close,
  };
}

/** What an open version was given last by this process, so that one that works on one record need not look for it each time. */
let latest:
  | { readonly root: string; readonly document: string; readonly bytes: Uint8Array; readonly open: Version }
  | undefined;

function isRecent(id: string, now: number): boolean {
  return Math.abs(now - instantOf(id)) < MINUTE;
}

/** The version that is open for a document, where it has just these bytes. */
function openIn(folder: Folder, document: string, found: Uint8Array | undefined, now: number): Version | undefined {
  const names = folder.names();
  const id = idsIn(names).at(-1);
  if (id === undefined || !names.includes(id) || !isRecent(id, now)) return undefined;
  const version = readVersionFile(folder, id, false)?.version;
  const isSame = version?.isOpen && version.path === document && found && version.revision === revisionOnce(found);
  return isSame ? version : undefined;
}

/** Writes what a document became, by whatever `replace` does, once its version is stored. */
export function withStored<T>(
  project: Project,
  { document, bytes, stored }: { document: string; bytes: Uint8Array | undefined; stored: Stored },
  replace: () => T,
): T {
  let result: T;
  try {
    result = replace();
  } catch (error) {
    if (mayStand(project, document, bytes)) stored.close();
    else stored.withdraw();
    throw error;
  }
  stored.confirm();
  return result;
}

/**
 * Whether a step that failed may have been taken after all: a network file system
 * can lose the answer to a call that it carried out. Then the version is the only
 * place where the replaced bytes are; one too many counts as no change.
 */
function mayStand(project: Project, path: string, bytes: Uint8Array | undefined): boolean {
  try {
    const file = readRecord(project, path);
    if (file.kind === "missing") return bytes === undefined;
    return file.kind === "file" && isSameBytes(file.bytes, bytes);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return true;
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
      settle(project, folder, document, { id, newest: ground.newest, now: about.timestamp });
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
      const ground = groundOf(project, document);
      const id = add(folder, ground, [{ ...addition, bytes: undefined }], false).at(-1)!;
      settle(project, folder, document, { id, newest: ground.newest, now: addition.timestamp });
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
): {
  readonly from: string | undefined;
  readonly additions: readonly Addition[];
  /** What the document holds, as far as it says which lines are from outside. */
  readonly before: Parameters<typeof outsideIn>[0] | undefined;
} {
  const revision = found && revisionOnce(found);
  if (newest !== undefined && newest.revision === revision) return { from: newest.id, additions: [], before: newest };
  if (newest === undefined && found === undefined) return { from: undefined, additions: [], before: undefined };
  const versions = listVersions(project, document);
  const last = versions.find(({ written }) => written);
  const from = last?.id;
  if (last?.replaced && last.replaced.revision === revision) {
    const known = { ...last.replaced, bytes: found, from };
    return { from: undefined, additions: [known], before: known };
  }
  const held = found && versions.find((version) => version.revision === revision);
  if (held) {
    // A kill came between the document and the name of its version.
    if (!held.written) attempt(() => system.renameSync(folder.at(`${held.id}${PENDING}`), folder.at(held.id)));
    return { from: held.id, additions: [], before: held };
  }
  const { timestamp, actor, branch, met } = about;
  const before = { operation: OUTSIDE, timestamp, actor, branch, bytes: found, from, ...(met && { outside: met }) };
  return { from: undefined, additions: [before], before };
}

/** What a version has from outside where nobody says: all of it, if there was anything in the one before. */
function inherited(
  project: Project,
  before: Parameters<typeof outsideIn>[0] | undefined,
  now: number,
): readonly Stretch[] {
  const since = before && (isCheckedOut(project) ? now : firstSince(outsideIn(before)));
  return since === undefined ? [] : allSince(since);
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

interface Settled {
  readonly id: string;
  /** The version before it. */
  readonly newest: Version | undefined;
  readonly now: number;
}

/** What every new version brings with it. None of it is anybody's error. */
function settle(project: Project, folder: Folder, document: string, { id, newest, now }: Settled): void {
  if (newest?.isOpen) quietly(() => pack(project, document, folder, newest.id));
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
