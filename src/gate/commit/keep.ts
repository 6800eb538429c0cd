/**
 * Keeps what git is about to throw away: documents become versions before a command runs
 * that may take back what was not committed. Afterwards it would stand nowhere.
 */
import { join } from "node:path";
import { findCheckout } from "../../files/git/checkout.ts";
import { readIndex } from "../../files/git/index-entries.ts";
import { statsAt } from "../../files/guard/path.ts";
import { exists, listFolder } from "../../files/read/read.ts";
import { ARCHIVE_FOLDER, BATCH_PATH, type Gate, RECORDS_FOLDER, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { isGuarding } from "../view/guard.ts";
import { isIssueFile, isRecord } from "../view/paths.ts";
import { usesGate } from "../view/uses-gate.ts";
import { meetVersion } from "./meet.ts";

/** So many are kept at most: an agent waits for it. */
const MOST = 300;

/** Stores what the documents of a project hold where that is neither a version nor in git's index. */
export async function keepVersions(gate: Gate): Promise<void> {
  const guarded = isGuarding(gate) ? await (await import("../view/guarded-now.ts")).guardedNow(gate) : [];
  if (guarded.length === 0 && !(await usesGate(gate))) return;
  for (const path of unknownToGit(gate, guarded).slice(0, MOST)) await meetVersion(gate, path);
}

/** The documents and records of a project that differ from git's index, or that it does not list. */
function unknownToGit({ project }: Gate, guarded: readonly string[]): readonly string[] {
  const { root } = project;
  const checkout = findCheckout(root);
  const entries = (checkout && readIndex(checkout.git)) ?? [];
  const listed = new Map(entries.map((entry) => [join(checkout!.files, entry.name), entry]));
  return [...documentsIn(project), ...guarded].filter((path) => {
    const entry = listed.get(join(root, path));
    const stats = statsAt(join(root, path));
    if (!stats?.isFile()) return false;
    return entry === undefined || Number(stats.size) !== entry.size || Number(stats.mtimeMs / 1000n) !== entry.modified;
  });
}

function documentsIn(project: Gate["project"]): readonly string[] {
  const inside = (folder: string) => (exists(project, folder) ? listFolder(project, folder) : []);
  const files = [WORK_FOLDER, ARCHIVE_FOLDER].flatMap((folder) => {
    return inside(folder).flatMap(({ name }) => (isIssueFile(`${folder}/${name}`) ? [`${folder}/${name}`] : []));
  });
  const records = inside(RECORDS_FOLDER).flatMap(({ name, kind }) => {
    const folder = `${RECORDS_FOLDER}/${name}`;
    return kind === "folder" ? inside(folder).map((each) => `${folder}/${each.name}`) : [];
  });
  const texts = records.filter((path) => isRecord(path) && path.endsWith(".json"));
  return [STATE_PATH, BATCH_PATH, ...files, ...texts];
}
