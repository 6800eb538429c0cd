/**
 * Which issue a session works on: the one that it started or saved to last, else the one
 * that was active at its first prompt. A person's terminal is no session.
 */
import { readNote, writeNote } from "../../files/record/session-note.ts";
import type { Gate } from "../gate.ts";

/** The issue of the session; `undefined` where none is remembered. */
export function sessionIssue({ project, session }: Gate): number | undefined {
  const issue = session === undefined ? undefined : readNote(project, session, "issue")?.["issue"];
  return Number.isSafeInteger(issue) ? (issue as number) : undefined;
}

/** Remembers it, or with `undefined` that the session has finished its own. A service that may fail. */
export function rememberIssue(gate: Gate, issue: number | undefined): void {
  const { project, session } = gate;
  if (session !== undefined && sessionIssue(gate) !== issue) writeNote(project, session, "issue", { issue });
}
