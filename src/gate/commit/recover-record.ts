/**
 * A record that is damaged or gone gets back the newest of its versions that is in order,
 * byte for byte, after a copy of what is there. Of half a record nobody can say which half
 * is right, so nothing is mended in it.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import type { Version } from "../../files/record/version.ts";
import { bytesOfVersion, listVersions } from "../../files/record/versions.ts";
import { decode } from "../../text/source.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { nameOf } from "../view/version.ts";
import type { RecordRecovery, RecordSource } from "./record-recovery.ts";
import { type RecordTarget, readSnapshot, revisionOfRecord, transactRecord } from "./record-transaction.ts";

/** A record that can be recovered. */
export interface RecoverableRecord {
  readonly target: Omit<RecordTarget, "history">;
  /** What is wrong with a text; `undefined` for one in order. Throws where the file is not to be touched. */
  faultOf(snapshot: RecordSnapshot): string | undefined;
  /** What to do where no version is in order: with a file that is there, and with none. */
  readonly hints: readonly [damaged: string, missing: string];
}

/** Recovers a record. The call is the consent; a dry run says first what it would become. */
export async function recoverRecord(
  gate: Gate,
  record: RecoverableRecord,
  options: WriteOptions = {},
): Promise<Outcome<RecordRecovery>> {
  const target = { ...record.target, history: "always" } as const;
  const { path } = target;
  const planned = planOf(gate, record, readSnapshot(gate, path));
  const isDry = options.dryRun === true || planned.fault === undefined;
  // Where nothing is to be done no lock is taken, because that would make a folder.
  const outcome = await transactRecord(gate, target, { ...options, dryRun: isDry }, (snapshot) => {
    const { fault, found } = planOf(gate, record, snapshot);
    const value = { fault, found, revision: revisionOfRecord(snapshot) };
    return found ? { value, text: found.text, bom: found.bom, backUp: true, restores: found.version.id } : { value };
  });
  const { fault, found, revision } = outcome.value;
  return {
    ...outcome,
    value: {
      recovered: !isDry,
      message: found ? `Recovered ${path}: ${nameOf(found.version)}` : inOrder(path),
      fault,
      source: found && sourceOf(found.version),
      backups: outcome.backups,
      path,
      revision: outcome.written[0]?.revision ?? revision,
    },
  };
}

export function inOrder(path: string): string {
  return `${path} is in order; there is nothing to recover`;
}

function sourceOf({ id, timestamp }: Version): RecordSource {
  return { kind: "version", name: id, createdAt: formatTime(timestamp) };
}

interface Found {
  readonly version: Version;
  readonly text: string;
  readonly bom: boolean;
}

function planOf(
  gate: Gate,
  record: RecoverableRecord,
  snapshot: RecordSnapshot,
): { readonly fault?: string; readonly found?: Found } {
  const fault = snapshot.exists ? record.faultOf(snapshot) : "it is missing";
  return fault === undefined ? {} : { fault, found: newestSound(gate, record, { snapshot, fault }) };
}

/** The newest version in order. A record that was removed on purpose is not missing. */
function newestSound(
  { project }: Gate,
  { target: { path }, faultOf, hints }: RecoverableRecord,
  { snapshot, fault }: { readonly snapshot: RecordSnapshot; readonly fault: string },
): Found {
  const versions = listVersions(project, path).filter(({ written }) => written);
  const isRemoved = !snapshot.exists && versions[0]?.revision === undefined;
  for (const version of isRemoved ? [] : versions) {
    const bytes = version.revision === undefined ? undefined : bytesOfVersion(project, version);
    const { text, bom, invalidAt } = bytes ? decode(bytes) : {};
    if (bytes === undefined || text === undefined || bom === undefined || invalidAt !== undefined) continue;
    if (isSound({ path, exists: true, bytes, bom, text, fault: undefined }, faultOf)) return { version, text, bom };
  }
  const reason = versions.length === 0 || isRemoved ? "no version of it is kept" : "none of its versions is in order";
  throw new GateError(
    snapshot.exists ? "CORRUPT" : "NOT_FOUND",
    `Cannot recover ${path}: ${printable(fault)}, and ${reason}`,
    { path, hint: hints[snapshot.exists ? 0 : 1] },
  );
}

/** A version may be another program's or of a newer gate; then it is none to go back to. */
function isSound(snapshot: RecordSnapshot, faultOf: RecoverableRecord["faultOf"]): boolean {
  try {
    return faultOf(snapshot) === undefined;
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return false;
  }
}
