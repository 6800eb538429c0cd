/** From what is left of a document and what is known of it to the text that it gets. Reads only. */
import { GateError } from "../../base/errors.ts";
import { activeIssue, parseState } from "../../document/state.ts";
import { readFile } from "../../files/read/read.ts";
import { conflictsOf, findConflicts, resolveConflicts, type Side } from "../../salvage/conflict.ts";
import { commonText, lostLines, poorerLines, ungarbled, withFieldsOf } from "../../salvage/lost.ts";
import { isMended as isMendedState, type Kept, keptIn, salvageState } from "../../salvage/salvage-state.ts";
import { isMendedWork, salvageWork } from "../../salvage/salvage-work.ts";
import type { PartSource, Sources } from "../../salvage/source.ts";
import { isNoise, unwrap } from "../../salvage/unwrap.ts";
import type { YamlReader } from "../../syntax/frontmatter.ts";
import { decode, encode, sourceOf } from "../../text/source.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { nameOf } from "../view/version.ts";
import { findOlder, findSources, type OlderVersion } from "./sources.ts";

/** Where a state can come from, in the order in which sources are asked. */
export const SOURCES = ["salvage", "history", "work"] as const;

/** What a document is rebuilt from. */
export interface RebuildInput {
  /** Where the state comes from: only what is left of it, only the history, only the work files; by default all, in this order. */
  readonly from?: (typeof SOURCES)[number];
  /** The work file of this issue instead of the state file. */
  readonly work?: number;
}

/** What becomes of a damaged document. */
export interface Rebuilt {
  /** The rebuilt text. */
  readonly after: string;
  /** The bytes of a version, where it comes back as it was. */
  readonly exact?: Uint8Array | undefined;
  readonly sources: readonly PartSource[];
  readonly kept: Kept | undefined;
  readonly lost: readonly string[];
  readonly warnings: readonly string[];
}

/** The damaged document. */
export interface Damaged {
  /** Absent where there is no file. */
  readonly bytes: Uint8Array | undefined;
  readonly sideOf: (index: number) => Side;
  readonly readYaml: YamlReader;
}

/**
 * Never less than the newest version that was in order: that version as it was, where the
 * damaged bytes say nothing that it does not say, else both.
 */
export async function rebuild(gate: Gate, path: string, input: RebuildInput, found: Damaged): Promise<Rebuilt> {
  const older = await findOlder(gate, path, found.bytes);
  const damaged = older && input.from === undefined ? withLetters(found, older) : found;
  if (input.from === "history") return fromHistory(requireOlder(path, older), damaged);
  if (input.from === undefined && older && newLines(damaged, older).length === 0) {
    return fromHistory(older, damaged);
  }
  const rebuilt =
    input.work === undefined
      ? await rebuildState(gate, input, { ...damaged, older })
      : await rebuildWork(gate, path, input.work, { ...damaged, older });
  return input.from === undefined && older
    ? await withAllOf(older, rebuilt, { ...damaged, now: gate.clock() })
    : rebuilt;
}

/** The damaged bytes with the letters that an encoding has taken away. */
function withLetters(damaged: Damaged, { text }: OlderVersion): Damaged {
  if (damaged.bytes === undefined) return damaged;
  const before = unwrap(damaged.bytes).text;
  const mended = ungarbled(before, text);
  return mended === before ? damaged : { ...damaged, bytes: encode({ bom: false }, mended) };
}

/** The damaged lines whose content a version does not have, of the sides of conflicts that are chosen. */
function newLines({ bytes, sideOf }: Damaged, { text, version: { path } }: OlderVersion): readonly string[] {
  if (bytes === undefined) return [];
  const left = unwrap(bytes).text;
  if (isNoise(left)) return [];
  return lostLines(resolveConflicts(findConflicts(left), sideOf), [text], mendedIn(path));
}

function mendedIn(path: string): (line: string) => boolean {
  return path === STATE_PATH ? isMendedState : isMendedWork;
}

async function rebuildState(
  gate: Gate,
  input: RebuildInput,
  { bytes, sideOf, readYaml, older }: Damaged & { readonly older: OlderVersion | undefined },
): Promise<Rebuilt> {
  const all = await findSources(gate, older, modifiedOf(gate, STATE_PATH));
  requireSomething(STATE_PATH, bytes, all, input);
  const used = input.from === "work" ? new Uint8Array() : (bytes ?? new Uint8Array());
  const options = { now: gate.clock(), readYaml, sideOf };
  const { text, parts, kept, lost } = salvageState(used, chosenSources(all, input.from), options);
  const missed = input.from === "work" && bytes ? lostLines(unwrap(bytes).text, [text], isMendedState) : lost;
  return { after: text, sources: parts, kept, lost: missed, warnings: older ? poorer(older, text) : [] };
}

/**
 * What was rebuilt, with what a version says besides: both come from what they have in
 * common, and are merged as git would have them merged. Where that is not certain the
 * version stays as it is, and what is new stands in the backup; of a conflict, the sides
 * that are chosen stay.
 */
async function withAllOf(
  older: OlderVersion,
  rebuilt: Rebuilt,
  { bytes, readYaml, now }: Damaged & { now: number },
): Promise<Rebuilt> {
  const { path } = older.version;
  const isMended = mendedIn(path);
  if (isOtherIssue(older.text, rebuilt.after, readYaml)) return rebuilt;
  // Whose value of a field holds nobody can tell in damaged text, unless somebody has just chosen a side.
  const isChosen = bytes !== undefined && conflictsOf(bytes).length > 0;
  const found = isChosen ? rebuilt.after : withFieldsOf(older.text, rebuilt.after);
  const lostBy = (text: string) => (bytes ? lostLines(unwrap(bytes).text, [text], isMended) : []);
  const isPoorer = (text: string) =>
    poorerLines(older.text, text, isMended).length > 0 || hasOtherDecisions(older.text, text, readYaml);
  if (!isPoorer(found)) return { ...rebuilt, after: found, lost: lostBy(found) };
  const common = commonText(older.text, found, isMended);
  const { mergeFiles } = await import("../../merge/merge.ts");
  const encoded = (text: string) => encode({ bom: false }, text);
  const merged = mergeFiles({
    ...{ base: encoded(common), ours: encoded(older.text), theirs: encoded(found) },
    ...{ kind: path === STATE_PATH ? ("state" as const) : ("work" as const), now, readYaml },
  });
  const after = decode(merged.bytes).text;
  const isWhole = merged.conflicts === 0 && merged.problems.length === 0;
  // A side that somebody has chosen is not taken back: what the version has besides is named.
  if (!isWhole || isPoorer(after)) return isChosen ? rebuilt : fromHistory(older, { bytes, readYaml });
  const kept = rebuilt.kept && keptIn(after, readYaml);
  const source: PartSource = { part: "all", source: "history", path: older.id };
  return { after, sources: [source, ...rebuilt.sources], kept, lost: lostBy(after), warnings: [] };
}

/** Whether a question that was decided is not decided so any more: its arrow may stand below another one. */
function hasOtherDecisions(before: string, after: string, readYaml: YamlReader): boolean {
  const [one, other] = [before, after].map((text) => {
    const { openQuestions } = parseState(sourceOf(text), readYaml);
    return new Map(openQuestions.map(({ reading }) => [reading.question, reading.decision]));
  });
  return [...one!].some(([question, decision]) => decision !== undefined && other!.get(question) !== decision);
}

/** What was in progress for another issue does not belong to this one. A number alone that differs is damage. */
function isOtherIssue(one: string, other: string, readYaml: YamlReader): boolean {
  const [first, second] = [one, other].map((text) => activeIssue(parseState(sourceOf(text), readYaml)));
  return first !== undefined && second !== undefined && first.number !== second.number && first.title !== second.title;
}

function chosenSources(all: Sources, from: RebuildInput["from"]): Sources {
  if (from === "salvage")
    return { work: [], archived: [], ...(all.modified !== undefined && { modified: all.modified }) };
  if (from !== "work") return all;
  const { older: _, ...rest } = all;
  return rest;
}

/** Without a file, a recovery needs something to recover from. */
function requireSomething(path: string, bytes: Uint8Array | undefined, all: Sources, { from }: RebuildInput): void {
  const { older, work } = all;
  if (from === "work" && work.length === 0) {
    throw new GateError("NOT_FOUND", `Cannot recover ${path} from work files: there are none that can be read`, {
      path,
      hint: "Run `gate recover` without --from.",
    });
  }
  if (bytes || older || from === "work") return;
  throw new GateError("NOT_FOUND", `Cannot recover ${path}: it does not exist, and the history does not know it`, {
    path,
    hint: work.length > 0 ? "Run `gate reconstruct` to find work to take up again." : "Run `gate init` to make one.",
  });
}

function requireOlder(path: string, older: OlderVersion | undefined): OlderVersion {
  if (older) return older;
  throw new GateError(
    "NOT_FOUND",
    `Cannot recover ${path} from the history: it holds no state of it that was in order`,
    {
      path,
      hint: "Run `gate recover` without --from, or `gate history` to see what there is.",
    },
  );
}

/** A version as it was, to the byte. */
function fromHistory(older: OlderVersion, { bytes, readYaml }: Pick<Damaged, "bytes" | "readYaml">): Rebuilt {
  const { id, text, version } = older;
  const lost = bytes ? lostLines(unwrap(bytes).text, [text], mendedIn(version.path)) : [];
  const kept = version.path === STATE_PATH ? keptIn(text, readYaml) : undefined;
  return {
    after: text,
    exact: older.bytes,
    sources: [{ part: "all", source: "history", path: id }],
    kept,
    lost,
    warnings: [],
  };
}

async function rebuildWork(
  gate: Gate,
  path: string,
  issue: number,
  { bytes, sideOf, readYaml, older }: Damaged & { readonly older: OlderVersion | undefined },
): Promise<Rebuilt> {
  if (!bytes && !older) {
    throw new GateError("NOT_FOUND", `Cannot recover ${path}: it does not exist, and the history does not know it`, {
      path,
      hint: `Run \`gate start ${issue}\` to open the issue.`,
    });
  }
  const modified = modifiedOf(gate, path);
  const { text, parts, lost } = salvageWork(
    bytes ?? new Uint8Array(),
    { issue, ...(older && { older }), ...(modified !== undefined && { modified }) },
    { now: gate.clock(), readYaml, sideOf },
  );
  return { after: text, sources: parts, kept: undefined, lost, warnings: older ? poorer(older, text) : [] };
}

/** A richer state in the history is named, so that it is not passed over in silence. */
function poorer({ id, text, version }: OlderVersion, rebuilt: string): string[] {
  const missing = poorerLines(text, rebuilt, mendedIn(version.path));
  if (missing.length === 0) return [];
  const [lines, them] = missing.length === 1 ? ["1 line that is", "it"] : [`${missing.length} lines that are`, "them"];
  return [
    `Version ${id}, ${nameOf(version)}, holds ${lines} not in what is rebuilt: ` +
      `\`gate diff ${id} --now\` shows ${them}, \`gate restore ${id}\` goes back to it`,
  ];
}

/** When the file was last written; a time that has not come yet says nothing. */
function modifiedOf(gate: Gate, path: string): number | undefined {
  const file = readFile(gate.project, path);
  return file.kind === "file" && file.modified <= gate.clock() ? Math.floor(file.modified) : undefined;
}
