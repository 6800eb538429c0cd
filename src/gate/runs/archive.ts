/** Puts runs away, and removes old ones. */
import { join } from "node:path";
import { exists } from "../../files/read/read.ts";
import { forget } from "../../files/record/version-bounds.ts";
import { quietly } from "../../files/record/version-shelves.ts";
import { requireCall } from "../call.ts";
import { readSnapshot, transactRecord } from "../commit/record-transaction.ts";
import type { WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { instantOf, lookAt, RUN, type RunInput, requireRun } from "./load.ts";
import { archivePathOf, filesOf, lockOf, noRun, ownPathOf, pathOf, type Runs, skillOf } from "./runs.ts";
import { dryRun } from "./save.ts";

/** What `archiveRun` came to. */
export interface RunArchived {
  readonly success: true;
  readonly message: string;
  readonly runId: string;
  readonly skillName: string;
  /** The absolute path in the archive. */
  readonly path: string;
}

/** Which archived runs and runs go. */
export interface PruneInput {
  /** Milliseconds; runs that were saved before that go. */
  readonly olderThan: number;
  readonly skill?: string;
}

/** What `pruneRuns` came to. */
export interface RunsPruned {
  readonly success: true;
  readonly message: string;
  /** Paths below the home folder that are or would be gone. */
  readonly pruned: readonly string[];
  /** Files that are no runs and were left alone. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Moves a run into the `archive` folder of its skill. With `dryRun` it rejects with `DRY_RUN` and the path it would have. */
export async function archiveRun(
  runs: Runs,
  input: RunInput,
  options: WriteOptions = {},
): Promise<Outcome<RunArchived>> {
  requireCall("archiveRun", { runs, input, options }, RUN);
  const gate = runs.open();
  const { runId } = input;
  const skill = input.skill ?? skillOf(gate, runId);
  const path = pathOf({ runId, skill });
  // Where there is nothing no lock is taken, because that would make a folder.
  if (!readSnapshot(gate, path).exists) throw noRun(runId, path);
  const absolute = (moved: string) => join(runs.home, ...moved.split("/"));
  if (options.dryRun) throw dryRun(absolute(archivePathOf(gate, skill, runId)));
  const target = { path, operation: "run archive", lock: lockOf(skill), history: "never" } as const;
  return await transactRecord(gate, target, options, (snapshot) => {
    if (!snapshot.exists) throw noRun(runId, path);
    requireRun(snapshot, runId, "move");
    const moveTo = archivePathOf(gate, skill, runId);
    const value = {
      success: true,
      message: `Run ${runId} archived`,
      runId,
      skillName: skill,
      path: absolute(moveTo),
    } as const;
    return { value, moveTo };
  });
}

/**
 * Removes runs that were saved last before a time, archived ones too, and their versions;
 * the call is the consent. A dry run lists them.
 */
export async function pruneRuns(runs: Runs, input: PruneInput, options: WriteOptions = {}): Promise<RunsPruned> {
  requireCall("pruneRuns", { runs, input, options }, { olderThan: "whole", skill: "text?" });
  const { olderThan, skill } = input;
  const gate = runs.open();
  const before = gate.clock() - olderThan;
  const isOld = (path: string) => {
    const looked = lookAt(gate, path);
    if ("reason" in looked) return looked;
    return looked.isOwn ? instantOf(looked) < before : { reason: "another program has written it" };
  };
  const pruned: string[] = [];
  const skipped: { readonly file: string; readonly reason: string }[] = [];
  for (const { path, skill: name } of filesOf(gate, skill, true)) {
    const old = isOld(path);
    if (typeof old !== "boolean") skipped.push({ file: path, reason: old.reason });
    else if (old) {
      const target = { path, operation: "run prune", lock: lockOf(name), history: "never" } as const;
      // Under the lock it is looked at again: it may have been saved meanwhile.
      const { removed } = await transactRecord(gate, target, options, () => {
        return isOld(path) === true ? { value: undefined, text: null } : { value: undefined };
      });
      if (removed.length === 0) continue;
      pruned.push(path);
      for (const gone of [path, ownPathOf(path)].filter((each) => !exists(gate.project, each))) {
        quietly(() => forget(gate.project, gone));
      }
    }
  }
  const count = pruned.length === 1 ? "1 run" : `${pruned.length} runs`;
  return { success: true, message: `${count} ${options.dryRun ? "would be " : ""}removed`, pruned, skipped };
}
