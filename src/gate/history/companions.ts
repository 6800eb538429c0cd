/**
 * What goes along when the state document goes back: the work files that the same commands
 * changed, so that a command is undone as a whole.
 */
import { revisionOf } from "../../base/revision.ts";
import { readRecord } from "../../files/read/read.ts";
import { NONE, OUTSIDE, type Version } from "../../files/record/version.ts";
import { listVersions, readVersion } from "../../files/record/versions.ts";
import type { Transaction } from "../commit/transaction.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { REDO, RESTORE, UNDO } from "./timeline.ts";
import type { Aim, Plan } from "./undo-plan.ts";

/** What becomes of a work file. */
interface Companion {
  readonly version: Version;
  /** Whether it goes to the archive with that, because the command had moved it there. */
  readonly isArchived: boolean;
  /** Whether the copy in the archive goes: it says nothing that the versions do not. */
  readonly leavesCopy: boolean;
}

/** Work files that go along. */
export type Companions = ReadonlyMap<string, Companion>;

/**
 * The work files that the same commands changed, and nobody since, with the version each gets:
 * what a command did is undone as a whole. A version that is restored brings along what was
 * made with it where the work file went back as well.
 */
export function companionsOf({ project }: Gate, { passed, restores }: Plan, verb: Aim["verb"]): Companions {
  const found = new Map<string, Companion>();
  const all = listVersions(project);
  const byId = new Map(all.map((version) => [version.id, version]));
  const madeWith = ({ operation, timestamp }: Version) =>
    all.filter(
      (made) => made.operation === operation && made.timestamp === timestamp && made.path.startsWith(WORK_FOLDER),
    );
  const take = (path: string, version: Version, isArchived = false) => {
    const leavesCopy = verb !== "redo" && heldAt(project, path) === undefined;
    found.set(path, { version, isArchived, leavesCopy });
  };
  if (verb === RESTORE) {
    const restored = byId.get(restores);
    for (const made of restored ? madeWith(restored) : []) {
      const held = heldBy(project, made.path);
      const isOlder = all.some(
        ({ path, revision, id }) => path === made.path && revision === held && id < made.id && held !== undefined,
      );
      if (isOlder && held !== made.revision) take(made.path, made);
    }
    return found;
  }
  for (const version of verb === UNDO ? passed : [...passed].reverse()) {
    const together = madeWith(version);
    for (const made of together) {
      const from = made.from === undefined ? undefined : byId.get(made.from);
      if (from === undefined || from.path !== made.path) continue;
      const [now, then] = verb === UNDO ? [made, from] : [from, made];
      const isNew = verb === "redo" && now.revision === undefined;
      const held = isNew ? heldAt(project, made.path) : heldBy(project, made.path);
      if ((found.get(made.path)?.version.revision ?? held) !== now.revision) continue;
      // What finished an issue wrote its file and then moved it away.
      const isArchived =
        verb === "redo" && together.some(({ path, revision }) => path === made.path && revision === undefined);
      take(made.path, then, isArchived);
    }
  }
  return found;
}

/** The digest of a work file, in the archive where it was moved there. */
function heldBy(project: Gate["project"], path: string): string | undefined {
  return heldAt(project, path) ?? heldAt(project, archived(path));
}

function heldAt(project: Gate["project"], path: string): string | undefined {
  const file = readRecord(project, path);
  return file.kind === "file" ? revisionOf(file.bytes) : undefined;
}

function archived(path: string): string {
  return `${ARCHIVE_FOLDER}${path.slice(WORK_FOLDER.length)}`;
}

/** Stages what goes along; returns where it stands then. */
export async function takeAlong(
  transaction: Transaction,
  { project }: Gate,
  companions: Companions,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const [path, { version, isArchived, leavesCopy }] of companions) {
    const snapshot = await transaction.readWork(path);
    const bytes = version.revision === undefined ? undefined : readVersion(project, version.id, path).bytes;
    const copy = heldAt(project, archived(path));
    // A file that came out of the archive goes again where it still stands there; any other stays.
    if (bytes === undefined && copy === undefined) continue;
    transaction.restore(snapshot, bytes, version.id);
    if (bytes === undefined) continue;
    if (leavesCopy) transaction.restore(await transaction.readWork(archived(path)), undefined, NONE);
    const isFree = isArchived && copy === undefined;
    if (isFree) transaction.move(path, archived(path));
    taken.push(isFree ? archived(path) : path);
  }
  return taken;
}

/**
 * The newest change, where it was made in a work file alone: who undoes the last change may have meant that.
 * What a command changed beside the state document is no other change than that command's.
 */
export function newestElsewhere({ project }: Gate, [undone]: readonly Version[]): Version | undefined {
  const [newest] = listVersions(project, undefined, 1);
  if (newest === undefined || undone === undefined || !newest.path.startsWith(WORK_FOLDER)) return undefined;
  const { operation, timestamp, id } = newest;
  const isOwn = operation !== OUTSIDE && ![UNDO, REDO, RESTORE].includes(operation);
  const isBeside = listVersions(project, STATE_PATH).some(
    (made) => made.operation === operation && made.timestamp === timestamp,
  );
  return isOwn && !isBeside && id > undone.id ? newest : undefined;
}
