/**
 * Merge: what git runs for `.gitattributes` lines with `merge=state-gatekeeper`.
 *
 * The one operation that needs no project: git names three files, and where a merge
 * is for another one (a rebase, a stash) there is no state to speak of on the disk.
 */
import { requireShape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { currentFolder } from "../../files/guard/project.ts";
import { MAX_RECORD_BYTES } from "../../files/read/read.ts";
import { readExternal, replaceExternal } from "../../files/replace/external-file.ts";
import { MARKER_SIZE } from "../../merge/hunk.ts";
import { mergeFiles } from "../../merge/merge.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import { decode, revisionOf } from "../../text/source.ts";
import type { Written } from "../outcome.ts";
import { yamlFor } from "../view/read.ts";

/** The three versions of a file, as git hands them to its merge drivers. */
export interface MergeDriverInput {
  /** The common ancestor, `%O`; an empty file where there is none. */
  readonly base: string;
  /** Our version, `%A`; the result is written into it. */
  readonly ours: string;
  /** Their version, `%B`. */
  readonly theirs: string;
  /** Where the file is in the work tree, `%P`. */
  readonly path?: string;
  /** How long a conflict marker is, `%L`; 7 by default. */
  readonly markerSize?: number;
}

/** What a merge came to. */
export interface MergeOutcome {
  /** Whether the file is merged and in order. */
  readonly merged: boolean;
  readonly path: string;
  readonly conflicts: number;
  /** By what it was merged; `nothing` where a side is no text, and ours is kept. */
  readonly by: "sections" | "lines" | "nothing";
  /** Why a result without conflicts is not in order. */
  readonly problems: readonly Problem[];
  /** Our version and the result, where they differ. */
  readonly written: readonly Written[];
}

/** How `merge` works; all of it is optional. */
export interface MergeDriverOptions {
  /** What the paths of the files are relative to; the process's own folder by default. */
  readonly cwd?: string;
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly clock?: () => number;
  /** Write nothing. */
  readonly dryRun?: boolean;
}

/**
 * Merges two versions of a state or work file into the file `ours`, as git's merge driver.
 * `merged` is false where a person has to finish it: conflict markers stand in the file, or
 * `problems` says what is wrong with it. Rejects, with the file as it was, where one of them
 * cannot be read. It takes no gate: the files are git's.
 */
export async function merge(input: MergeDriverInput, options: MergeDriverOptions = {}): Promise<MergeOutcome> {
  const shape = { base: "text", ours: "text", theirs: "text", path: "text?", markerSize: "number?" } as const;
  requireShape("merge", input, shape);
  requireShape("merge", options, { cwd: "text?", clock: "function?", dryRun: "flag?" });
  const cwd = options.cwd ?? currentFolder();
  const { markerSize = MARKER_SIZE, path = input.ours } = input;
  requireSize(markerSize);
  const read = (file: string) => readExternal(file, cwd, MAX_RECORD_BYTES);
  const [base, ours, theirs] = [read(input.base), read(input.ours), read(input.theirs)];
  const yaml = await Promise.all([base, ours, theirs].map(async (bytes) => await yamlFor(decode(bytes).text)));
  const { bytes, conflicts, by, problems } = mergeFiles({
    base: base.length === 0 ? undefined : base,
    ours,
    theirs,
    kind: kindOf(path),
    markerSize,
    now: (options.clock ?? Date.now)(),
    readYaml: yaml.find((reader) => reader !== undefined),
  });
  if (!options.dryRun && !isSameBytes(bytes, ours)) replaceExternal(input.ours, cwd, bytes);
  return {
    merged: conflicts === 0 && problems.length === 0,
    path,
    conflicts,
    by,
    problems: problemsOf(decode(bytes).text, problems),
    written: isSameBytes(bytes, ours) ? [] : [writtenTo(path, ours, bytes)],
  };
}

function writtenTo(path: string, before: Uint8Array, after: Uint8Array): Written {
  const textOf = (bytes: Uint8Array) => decode(bytes).text;
  return { path, size: after.length, revision: revisionOf(after), before: textOf(before), after: textOf(after) };
}

/** What lies in the places of the format is of the format; elsewhere the file itself has to say. */
function kindOf(path: string): "state" | "work" | undefined {
  if (/(?:^|\/)\.claude\/state\.md$/.test(path)) return "state";
  return /(?:^|\/)\.claude\/(?:work|archive)\/[^/]+\.md$/.test(path) ? "work" : undefined;
}

function requireSize(size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= 1000) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot use ${size} as the size of conflict markers: expected 1 to 1000`, {
    hint: "Git gives it as %L.",
  });
}
