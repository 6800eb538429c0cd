/** The facts about a state document, and files as they are read for that. Nothing is parsed here. */
import { GateError } from "../../base/errors.ts";
import type { WorkStatus } from "../../document/work.ts";
import { branchOf, findCheckout } from "../../files/git/checkout.ts";
import { standingOf } from "../../files/git/refs.ts";
import { exists, type ReadResult, readFile } from "../../files/read/read.ts";
import type { Diagnostic, Facts } from "../../rules/rule.ts";
import { checkUnreadable } from "../../rules/unreadable-file.ts";
import { archivePath, BATCH_PATH, type Gate, RECORDS_FOLDER, STATE_PATH, workPath } from "../gate.ts";
import { newerFact } from "./newer.ts";
import { unmergedFact } from "./unmerged.ts";

/** A file as it was found; without bytes there is nothing to parse, and the diagnostics say why. */
export interface Loaded {
  readonly exists: boolean;
  readonly bytes?: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly modified?: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function load(gate: Gate, path: string): Loaded {
  return loadedFrom(gate, readFile(gate.project, path));
}

/** Whether there may be batches, stores or runs to look at. */
export function mayHaveRecords({ project }: Gate): boolean {
  return exists(project, BATCH_PATH) || exists(project, RECORDS_FOLDER);
}

/** A file that was read already, as it is loaded. */
export function loadedFrom(gate: Gate, result: ReadResult): Loaded {
  if (result.kind === "missing") return { exists: false, diagnostics: [] };
  if (result.kind === "refused") return { exists: true, diagnostics: [checkUnreadable(result.rule, result.message)] };
  // A file from the future says that two clocks disagree, nothing about the document.
  const modified = result.modified <= gate.clock() ? result.modified : undefined;
  return { exists: true, bytes: result.bytes, modified, diagnostics: [] };
}

/** Loads a file; one that cannot be read is a finding, because one of many must not stop what concerns the others. */
export function loadTolerantly(gate: Gate, path: string): Loaded {
  try {
    return load(gate, path);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return failed(error);
  }
}

/** A file that could not be read, as a finding. */
export function failed({ message }: GateError): Loaded {
  return { exists: true, diagnostics: [checkUnreadable("unreadable-file", message)] };
}

/** What facts are asked about of a state document. */
export interface Named {
  /** The number of the active issue. */
  readonly issue: number | undefined;
  /** The recorded branch. */
  readonly branch: string;
}

/** The facts about a state document that names these; how the bytes of a work file are read is an argument. */
export function factsOf(
  gate: Gate,
  { issue, branch: recorded }: Named,
  { modified, bytes, revision }: Pick<Loaded, "modified" | "bytes"> & { readonly revision?: string },
  statusOf: (bytes: Uint8Array, path: string) => WorkStatus | undefined,
): Facts {
  return {
    now: gate.clock(),
    localTime,
    ...(modified !== undefined && { modified }),
    ...branchFacts(gate, recorded),
    ...(bytes && {
      ...newerFact(gate, STATE_PATH, bytes, revision === undefined ? {} : { revision }),
      ...unmergedFact(gate.project, STATE_PATH),
    }),
    ...(issue !== undefined && activeWorkFacts(gate, issue, statusOf)),
  };
}

function branchFacts({ project }: Gate, recorded: string): Pick<Facts, "branch" | "recordedBranch"> {
  const checkout = findCheckout(project.root);
  const branch = checkout && branchOf(checkout.git);
  if (checkout === undefined || branch === undefined) return {};
  const standing = recorded === "" ? undefined : standingOf(checkout, recorded, branch);
  return { branch, ...((standing === "gone" || standing === "not-made-yet") && { recordedBranch: standing }) };
}

/** What the machine's zone makes of a time of the clock on the wall, which is given as if it were UTC. */
export function localTime(local: number): number {
  const date = new Date(local);
  const day = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()] as const;
  return new Date(...day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()).getTime();
}

function activeWorkFacts(
  gate: Gate,
  issue: number,
  statusOf: (bytes: Uint8Array, path: string) => WorkStatus | undefined,
): Partial<Facts> {
  const archived = exists(gate.project, archivePath(issue));
  const path = workPath(issue);
  const file = loadTolerantly(gate, path);
  if (!file.exists) return { activeWorkFile: archived ? "archived" : "missing" };
  const activeWorkFile = archived ? "both" : "present";
  const status = file.bytes && statusOf(file.bytes, path);
  return { activeWorkFile, ...(status && { activeWorkStatus: status }) };
}
