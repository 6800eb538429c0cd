/**
 * What is remembered of an agent's session: two small files below `.claude/.gate/sessions`,
 * one of its hooks and one of which issue it works on, and a third one for a server that
 * does not know its project, in the person's own folder: in which one the session works. Operations and hooks run side by
 * side; in one file either would write over what the other one has just remembered.
 *
 * They may be deleted at any time: without them a hook says a thing once more, and the
 * active issue is the session's. Sessions end without telling, so only the newest are kept.
 */
import { actorOf } from "../../base/actor.ts";
import { faultOfName } from "../../base/ids.ts";
import { parseObject } from "../../base/json.ts";
import { inFolderOf, quietly, readVolatile, replaceVolatile } from "../cache/volatile.ts";
import { removeQuietly } from "../guard/descriptor.ts";
import { ensureFolders, ensureGateFolder } from "../guard/folders.ts";
import { type Folder, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { sweepFolder } from "../guard/temporary.ts";

const MAX_SIZE = 4096;
/** Two for each of 50 sessions. */
const KEPT = 100;

/** Whose note it is. */
export type NoteKind = "hooks" | "issue" | "place";

const NOTES = `${GATE_FOLDER}/sessions`;
const FOLDERS: Readonly<Record<NoteKind, string>> = { hooks: NOTES, issue: NOTES, place: "sessions" };

/** Reads a note of a session; `undefined` where there is none that can be read. */
export function readNote(
  project: Project,
  session: string,
  kind: NoteKind,
): Readonly<Record<string, unknown>> | undefined {
  const path = pathOf(session, kind);
  const file = path === undefined ? undefined : readVolatile(project, path, MAX_SIZE);
  return file?.kind === "file" ? parseObject(Buffer.from(file.bytes).toString()) : undefined;
}

/** Writes a note in place of an earlier one; `false` where that failed. */
export function writeNote(
  project: Project,
  session: string,
  kind: NoteKind,
  note: Readonly<Record<string, unknown>>,
): boolean {
  const path = pathOf(session, kind);
  if (path === undefined) return false;
  quietly(() => {
    if (kind !== "place") ensureGateFolder(project);
    ensureFolders(project, [FOLDERS[kind]]);
  });
  const isWritten = replaceVolatile(project, path, Buffer.from(`${JSON.stringify(note)}\n`));
  if (isWritten) inFolderOf(project, path, prune);
  return isWritten;
}

/** Where a note of a session is; `undefined` where its name cannot be that of a file. */
function pathOf(session: string, kind: NoteKind): string | undefined {
  const word = actorOf("session", session);
  const name = `${word?.replaceAll(":", "-")}${kind === "issue" ? ".issue" : ""}.json`;
  return word?.includes(":") && faultOfName(name) === undefined ? `${FOLDERS[kind]}/${name}` : undefined;
}

function prune(folder: Folder): void {
  const notes = folder.names().filter((name) => name.endsWith(".json"));
  if (notes.length <= KEPT) return;
  const aged = notes.map((name) => ({ name, modified: Number(statsAt(folder.at(name))?.mtimeMs ?? 0) }));
  aged.sort((one, other) => other.modified - one.modified);
  for (const { name } of aged.slice(KEPT)) {
    removeQuietly(folder, name);
    sweepFolder(folder, name, false);
  }
}
