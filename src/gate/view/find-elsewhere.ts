/**
 * The files of other tools, read and dated; see `elsewhere`. A file that cannot be read is told
 * and stops nothing: a link, one that is too large, one that the system refuses.
 */
import type { Adapter, Reading, Work } from "../../adapters/adapter.ts";
import { formatTime, instantOf, parseTime } from "../../base/time.ts";
import { branchOf, type Checkout, findCheckout } from "../../files/git/checkout.ts";
import { readIndex } from "../../files/git/index-entries.ts";
import { type LastChange, lastChanges } from "../../files/git/last-changes.ts";
import { type FileRead, type ReadResult, readFile, readRecord } from "../../files/read/read.ts";
import { decode } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { pathsFor, tolerantly } from "./elsewhere-paths.ts";

/** Active work that another tool keeps. */
export interface Elsewhere extends Omit<Work, "lastUpdated" | "updatedBy"> {
  /** The name of the adapter, as `start` takes it. */
  readonly source: string;
  /** The file that says it, from the project's root. */
  readonly path: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`, or a day: by the file, else the last commit that changed it, else the file's time. */
  readonly lastUpdated: string | undefined;
  readonly updatedBy: string | undefined;
}

/** What was found of other tools. */
export interface ElsewhereView {
  /** One for each tool that has active work. */
  readonly elsewhere: readonly Elsewhere[];
  /** Files that could not be read, each in a sentence; absent where all could. */
  readonly elsewhereProblems?: readonly string[];
}

/** So many files that cannot be read are told. */
const MOST_PROBLEMS = 5;

/** What the tools have in hand that these adapters read, one each. */
export async function findElsewhere(gate: Gate, adapters: readonly Adapter[], asking: boolean): Promise<ElsewhereView> {
  const problems: string[] = [];
  const checkout = findCheckout(gate.project.root);
  const elsewhere: Elsewhere[] = [];
  for (const adapter of adapters) {
    const files = filesOf(gate, adapter, checkout, problems);
    if (files.size === 0) continue;
    const given = [...files].map(([path, { bytes }]) => ({ path, text: decode(bytes).text }));
    const readings = (await adapter.load()).read(given, checkout && branchOf(checkout.git));
    const newest = await newestOf(gate, readings, files, asking);
    if (newest?.work) elsewhere.push(elsewhereOf(adapter.name, newest as Required<Reading>));
  }
  return { elsewhere, ...(problems.length > 0 && { elsewhereProblems: problems.slice(0, MOST_PROBLEMS) }) };
}

/** The keys in the order in which they are told. */
function elsewhereOf(source: string, { path, work }: Required<Reading>): Elsewhere {
  const { title, status, progress, nextSteps, blockers, questions, lastUpdated, updatedBy, problems } = work;
  const lists = { progress, nextSteps, blockers, questions };
  return { source, title, status, ...lists, lastUpdated, updatedBy, path, problems };
}

/** The files of an adapter that can be read, by their paths. */
function filesOf(
  gate: Gate,
  { files, committed }: Adapter,
  checkout: Checkout | undefined,
  problems: string[],
): ReadonlyMap<string, FileRead> {
  const found = new Map<string, FileRead>();
  for (const path of files.flatMap((pattern) => tolerantly(() => pathsFor(gate, pattern), problems) ?? [])) {
    if (committed && !isCommitted(gate, checkout, path)) continue;
    // What is one object a line is a record: it may be larger than a document.
    const read = path.endsWith(".jsonl") ? readRecord : readFile;
    const result = tolerantly((): ReadResult => read(gate.project, path), problems);
    if (result?.kind === "file") found.set(path, result);
    else if (result?.kind === "refused") problems.push(result.message);
  }
  return found;
}

function isCommitted({ project }: Gate, checkout: Checkout | undefined, path: string): boolean {
  if (checkout === undefined) return false;
  const inside = project.root.slice(checkout.files.length).replace(/\\/g, "/").replace(/^\//, "");
  const name = inside === "" ? path : `${inside}/${path}`;
  return readIndex(checkout.git)?.some((entry) => entry.name === name) ?? false;
}

/** The reading of what was changed last, with its time. Of one alone git is only asked where there is time for it. */
async function newestOf(
  gate: Gate,
  readings: readonly Reading[],
  files: ReadonlyMap<string, FileRead>,
  asking: boolean,
): Promise<Reading | undefined> {
  const [first] = readings;
  if (first === undefined || (readings.length === 1 && (!first.work || first.work.lastUpdated !== undefined)))
    return first;
  const undated = readings.filter(({ work }) => work?.lastUpdated === undefined).map(({ path }) => path);
  const changes =
    undated.length > 0 && (asking || readings.length > 1)
      ? await lastChanges(gate.project.root, undated)
      : new Map<string, LastChange>();
  const dated = readings.map((reading) => {
    const said = reading.work?.lastUpdated;
    const change = said === undefined ? changes.get(reading.path) : undefined;
    const instant = instantOf(parseTime(said ?? "")) ?? change?.instant ?? files.get(reading.path)!.modified;
    return { reading, instant, change, said };
  });
  const newest = dated.reduce((one, other) => (other.instant >= one.instant ? other : one));
  const { reading, instant, change, said } = newest;
  if (reading.work === undefined || said !== undefined) return reading;
  const updatedBy = reading.work.updatedBy ?? change?.author;
  return { ...reading, work: { ...reading.work, lastUpdated: formatTime(instant), ...(updatedBy && { updatedBy }) } };
}
