/**
 * What stands under the gate's protection: which paths of a project, and by which
 * command each is changed instead of by hand. Pure.
 */
import { ARCHIVE_FOLDER, BATCH_PATH, RECORDS_FOLDER, STATE_PATH, WORK_FOLDER } from "../gate.ts";

/** What a path below `.claude` is. */
export type ProtectedKind = "state" | "work" | "archive" | "batch" | "store" | "own";

const DOCUMENT = /^\.claude\/(work|archive)\/[^/]+\.md$/;

/** What a path of the project is to the gate; `undefined` where it is none of its business. */
export function kindOfPath(path: string): ProtectedKind | undefined {
  if (path === STATE_PATH) return "state";
  if (path === BATCH_PATH) return "batch";
  if (path.startsWith(".claude/state/")) return "store";
  if (path.startsWith(".claude/.gate/")) return "own";
  const folder = DOCUMENT.exec(path)?.[1];
  return folder === "work" || folder === "archive" ? folder : undefined;
}

/** Whether a record of the project would have this path. */
export function isRecord(path: string): boolean {
  return path === BATCH_PATH || /^\.claude\/state\/[^/]+\/[^/]+\.(?:json|db)$/.test(path);
}

/** Folders that hold nothing but what is protected, and the one that holds them. */
export const PROTECTED_FOLDERS: readonly string[] = [
  ...[".claude", WORK_FOLDER, ARCHIVE_FOLDER, RECORDS_FOLDER, ".claude/.gate"],
];

/** Whether a work file has the name of an issue; others may be anybody's notes. */
export function isIssueFile(path: string): boolean {
  return /\/[1-9]\d*(?:\.[^/]*)?\.md$/.test(path);
}

const INSTEAD: Readonly<Record<ProtectedKind, string>> = {
  state:
    "`gate save --done TEXT --doing TEXT:PERCENT --next TEXT` to record progress, `gate start N --title T` and `gate done` to change the active issue, `gate check --fix` or `gate recover` to mend the file",
  work: "`gate save --log TEXT --decision TEXT --learning TEXT` to add to the active issue's work file, `gate done` to finish and archive it",
  archive: "`gate done` to archive, `gate start N` to take an archived issue up again",
  batch: "`gate batch` (`gate help batch` lists its commands)",
  store: "`gate kv` (`gate help kv` lists its commands)",
  own: "`gate history`, `gate diff` and `gate undo`; nothing in .claude/.gate is changed by hand",
};

/** The commands that do in order what was meant, in words behind `Use`. */
export function insteadOf(kind: ProtectedKind): string {
  return INSTEAD[kind];
}
