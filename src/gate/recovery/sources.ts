/** What the project still knows of a damaged document: its history, the work files, the archive. Reads only. */
import { isSameBytes } from "../../base/same.ts";
import { formatTime, isFuture } from "../../base/time.ts";
import { recentValue } from "../../changes/recent.ts";
import { progressLine } from "../../changes/update-progress.ts";
import { isForeign } from "../../document/ours.ts";
import type { Version } from "../../files/record/version.ts";
import { bytesOfVersion, listVersions } from "../../files/record/versions.ts";
import { readDocument } from "../../pipeline/processor.ts";
import { hasErrors } from "../../rules/check.ts";
import type { ArchivedWork, KnownWork, OlderState, Sources } from "../../salvage/source.ts";
import { encodeLine } from "../../syntax/escape.ts";
import { makeField } from "../../syntax/fields.ts";
import { decode } from "../../text/source.ts";
import { factsOf } from "../documents/suggestions.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import { workFacts, yamlFor } from "../view/read.ts";
import { type FoundWork, findWork } from "../view/work-files.ts";

/** A version that was in order, with its bytes. */
export interface OlderVersion extends OlderState {
  readonly bytes: Uint8Array;
  readonly version: Version;
}

/** The newest version of a document that was in order. */
export async function findOlder(
  gate: Gate,
  path: string,
  damaged: Uint8Array | undefined,
): Promise<OlderVersion | undefined> {
  for (const version of listVersions(gate.project, path)) {
    const { id, revision, written } = version;
    if (revision === undefined || !written) continue;
    const bytes = bytesOfVersion(gate.project, version);
    if (bytes === undefined || (damaged && isSameBytes(bytes, damaged))) continue;
    const source = decode(bytes);
    if (await isSound(gate, path, source)) return { id, text: source.text, bytes, version };
  }
  return undefined;
}

async function isSound(gate: Gate, path: string, source: ReturnType<typeof decode>): Promise<boolean> {
  const readYaml = await yamlFor(source.text);
  if (path !== STATE_PATH) {
    const { messages } = readDocument("work", source, { readYaml, factsOf: () => workFacts(gate, path) });
    return !hasErrors(messages);
  }
  const { document, messages } = readDocument("state", source, { readYaml, factsOf: () => ({ now: gate.clock() }) });
  return !isForeign(document) && !hasErrors(messages);
}

export async function findSources(gate: Gate, older: OlderState | undefined, modified?: number): Promise<Sources> {
  const now = gate.clock();
  const all = Number.POSITIVE_INFINITY;
  const work = await findWork(gate, WORK_FOLDER, all, (found) => knownWork(found, now));
  const archive = await findWork(gate, ARCHIVE_FOLDER, all, archivedWork);
  return {
    work: work.found,
    archived: archive.found.flat(),
    ...(older && { older }),
    ...(modified !== undefined && { modified }),
  };
}

function knownWork({ document, issue, instant, path }: FoundWork, now: number): KnownWork {
  const { progress, nextSteps } = factsOf(document);
  const started = document.started?.reading;
  return {
    path,
    ...issue,
    completed: document.status === "completed",
    progress: progress.map(progressLine),
    nextSteps: nextSteps.map(encodeLine),
    ...(started &&
      started.kind !== "impossible" &&
      !isFuture(started, now) && { started: formatTime(started.instant) }),
    ...(instant !== undefined && { updated: instant }),
  };
}

function archivedWork({ issue, instant, path }: FoundWork): ArchivedWork[] {
  if (instant === undefined) return [];
  const { number, title } = issue;
  const value = recentValue({ id: String(number), title, status: "Completed", instant });
  return [{ path, line: makeField("Previous Issue", value) }];
}
