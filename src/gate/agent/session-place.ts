/**
 * In which folder an agent's session works, for the server of a plugin: some agents start
 * it in the plugin's own folder and tell it nothing but the id of the session. The hook
 * that runs when the session begins is told, and leaves it in the person's own folder.
 */
import { attempt } from "../../base/errors.ts";
import { openProject, type Project } from "../../files/guard/project.ts";
import { readNote, writeNote } from "../../files/record/session-note.ts";
import { makePersonalFolder } from "../../files/replace/external-file.ts";

/** Of the process that asks: where the person keeps such things. */
export interface Person {
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Leaves where a session works. A service that may fail. */
export function leavePlace(person: Person, session: string, cwd: string): void {
  attempt(() => makePersonalFolder(folderOf(person)));
  const project = folderAt(person);
  if (project) writeNote(project, session, "place", { cwd });
}

/** Where a session works, as its hook left it; `undefined` where none did. */
export function placeOf(person: Person, session: string): string | undefined {
  const project = folderAt(person);
  const cwd = project && readNote(project, session, "place")?.["cwd"];
  return typeof cwd === "string" ? cwd : undefined;
}

function folderAt(person: Person): Project | undefined {
  const project = attempt(() => openProject(folderOf(person)));
  return project && { ...project, own: "" };
}

function folderOf({ home, environment }: Person): string {
  return `${environment["XDG_STATE_HOME"] || `${home}/.local/state`}/state-gatekeeper`;
}
