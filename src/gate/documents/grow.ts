/** What was learned and decided in all work files since the last time: for a project's own guide. */
import { isObject, parseJson } from "../../base/json.ts";
import { formatTime } from "../../base/time.ts";
import { textsIn } from "../../document/work-content.ts";
import { readVolatile, replaceVolatile } from "../../files/cache/volatile.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { revisionOf } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { ARCHIVE_FOLDER, type Gate, WORK_FOLDER, type WriteOptions } from "../gate.ts";
import { findWork, type SkippedFile } from "../view/work-files.ts";

/** Something that was learned or decided. */
export interface GrownItem {
  readonly issueNumber: number;
  readonly text: string;
  /** When its work file was updated last, `YYYY-MM-DDTHH:MM:SSZ`; absent where it does not say. */
  readonly timestamp: string | undefined;
}

/** What was not seen yet, newest work file first. */
export interface Grown {
  readonly learnings: readonly GrownItem[];
  readonly decisions: readonly GrownItem[];
  /** Files that cannot be read, and why. */
  readonly skipped: readonly SkippedFile[];
}

const SEEN = `${GATE_FOLDER}/grown.json`;
const MAX_SIZE = 4 * 1024 * 1024;
/** More is not remembered; the oldest are told again then. */
const MOST_SEEN = 50_000;

/**
 * The learnings and decisions of all work files, archived ones too, that were not marked as
 * seen. Writes nothing but, with `mark`, that they are seen now.
 *
 * ```ts
 * const { learnings } = await grow(gate, { mark: true });
 * ```
 */
export async function grow(
  gate: Gate,
  input: { readonly mark?: boolean } = {},
  options: Pick<WriteOptions, "dryRun"> = {},
): Promise<Grown> {
  requireCall("grow", { gate, input, options }, { mark: "flag?" });
  const { mark = false } = input;
  const { dryRun = false } = options;
  const found = await Promise.all(
    [WORK_FOLDER, ARCHIVE_FOLDER].map((folder) => findWork(gate, folder, Number.POSITIVE_INFINITY, saidIn)),
  );
  const files = found.flatMap((each) => each.found).sort((one, other) => (other.instant ?? 0) - (one.instant ?? 0));
  const seen = new Set(readSeen(gate));
  const known = new Set(seen);
  const fresh = (kind: "learnings" | "decisions") =>
    files.flatMap(({ issueNumber, timestamp, ...said }) =>
      said[kind].flatMap((text): GrownItem[] => {
        const digest = digestOf(kind, text);
        if (known.has(digest)) return [];
        known.add(digest);
        return [{ issueNumber, text, timestamp }];
      }),
    );
  const grown = {
    learnings: fresh("learnings"),
    decisions: fresh("decisions"),
    skipped: found.flatMap(({ skipped }) => skipped),
  };
  if (mark && !dryRun && known.size > seen.size) writeSeen(gate, [...known].slice(-MOST_SEEN));
  return grown;
}

function saidIn({ document, issue, instant }: Parameters<Parameters<typeof findWork>[3]>[0]) {
  return {
    ...{ issueNumber: issue.number, instant, timestamp: instant === undefined ? undefined : formatTime(instant) },
    learnings: textsIn(document, "learnings"),
    decisions: textsIn(document, "decisions"),
  };
}

/** The same words are told once, whichever issue they come from. */
function digestOf(kind: string, text: string): string {
  return revisionOf(Buffer.from(`${kind}\n${text}`)).slice(0, 16);
}

function readSeen({ project }: Gate): readonly string[] {
  const file = readVolatile(project, SEEN, MAX_SIZE);
  const value = file?.kind === "file" ? parseJson(Buffer.from(file.bytes).toString()) : undefined;
  const seen = isObject(value) ? value["seen"] : undefined;
  return Array.isArray(seen) ? seen.filter((each) => typeof each === "string") : [];
}

function writeSeen({ project }: Gate, seen: readonly string[]): void {
  ensureGateFolder(project);
  replaceVolatile(project, SEEN, Buffer.from(`${JSON.stringify({ schema_version: 1, seen })}\n`));
}
