/**
 * Judges what somebody else is about to do to a path as a whole: remove, move or write over it.
 * Nothing of the text is asked but whose it is, so that an agent is answered without a parser. Reads only.
 */
import { attempt } from "../../base/errors.ts";
import { exists, listFolder, readFile } from "../../files/read/read.ts";
import { ARCHIVE_FOLDER, BATCH_PATH, type Gate, RECORDS_FOLDER, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { findCached } from "../view/cache.ts";
import { isGuarding } from "../view/guard.ts";
import { LEFT_ALONE } from "../view/ownership.ts";
import { insteadOf, isIssueFile, kindOfPath, PROTECTED_FOLDERS, type ProtectedKind } from "../view/paths.ts";
import { usesGate } from "../view/uses-gate.ts";
import { sentence } from "./refusal.ts";

/**
 * Why a path must not be `removed`, `moved` or whatever is `done` to it by other
 * programs; `undefined` where it may. A path that is not there can only be made;
 * a folder is as protected as what is in it.
 */
export async function refuseAct(gate: Gate, path: string, done: string): Promise<string | undefined> {
  const isThere = isPresent(gate, path);
  if (!isThere && done !== "written over") return undefined;
  if (PROTECTED_FOLDERS.includes(path)) {
    const held = isThere ? await heldIn(gate, path) : undefined;
    return held && sentence(`${path} holds ${held} and must not be ${done}`, [], insteadOf(kindOfPath(held)!));
  }
  if (kindOfPath(path) === undefined) {
    if (!isGuarding(gate)) return undefined;
    return await (await import("./refuse-guarded.ts")).refuseGuardedAct(gate, path, done);
  }
  const kind = await protectedKind(gate, path);
  return kind && sentence(`${path} must not be ${done} by other programs`, [], insteadOf(kind));
}

/** What a path is to the gate, where it is the gate's at all: names such as `.claude/work` are used by others too. */
export async function protectedKind(gate: Gate, path: string): Promise<ProtectedKind | undefined> {
  const kind = kindOfPath(path);
  if (kind === undefined || kind === "own") return kind;
  if ((kind === "work" || kind === "archive") && !isIssueFile(path)) return undefined;
  const isOurs = kind === "state" ? await isStateOurs(gate) : await usesGate(gate);
  return isOurs ? kind : undefined;
}

/** A state file that is not there yet is the gate's where it has written before. */
async function isStateOurs(gate: Gate): Promise<boolean> {
  const file = attempt(() => readFile(gate.project, STATE_PATH));
  const known = file?.kind === "file" ? findCached(gate, "state", { path: STATE_PATH, bytes: file.bytes }) : undefined;
  if (known) return !known.findings.some(({ rule }) => LEFT_ALONE.has(rule));
  return (await (await import("../view/ours-by-text.ts")).isOwnByText(gate)) ?? (await usesGate(gate));
}

/** A file that a folder holds and that is protected. */
async function heldIn(gate: Gate, folder: string): Promise<string | undefined> {
  if (folder === ".claude/.gate") return `${folder}/history`;
  const known = folder === ".claude" ? [STATE_PATH, BATCH_PATH] : [];
  const listed = [WORK_FOLDER, ARCHIVE_FOLDER].filter((each) => each === folder || folder === ".claude");
  const files = listed.flatMap((each) => {
    return (attempt(() => listFolder(gate.project, each)) ?? []).map(({ name }) => `${each}/${name}`);
  });
  for (const path of [...known, ...files]) {
    if (isPresent(gate, path) && (await protectedKind(gate, path)) !== undefined) return path;
  }
  if (folder !== RECORDS_FOLDER || !(await usesGate(gate))) return undefined;
  const [first] = attempt(() => listFolder(gate.project, folder)) ?? [];
  return first && `${folder}/${first.name}`;
}

function isPresent({ project }: Gate, path: string): boolean {
  return attempt(() => exists(project, path)) !== false;
}
