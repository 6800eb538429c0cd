/**
 * Where each line of a document comes from: the version that wrote it first, and who made
 * that. Reads only.
 *
 * Goes back from the version that the document holds, as undoing does: a line that is in the
 * version before as well came from there or from further back. Whether a line is from outside
 * the newest version says, because that holds when the older ones are let go of.
 */
import { sessionOf } from "../../base/actor.ts";
import { GateError } from "../../base/errors.ts";
import { sinceOf } from "../../base/stretch.ts";
import { formatTime } from "../../base/time.ts";
import { readFile } from "../../files/read/read.ts";
import { NONE, OUTSIDE, type Version } from "../../files/record/version.ts";
import { isCheckedOut } from "../../files/record/version-places.ts";
import { bytesOfVersion } from "../../files/record/versions.ts";
import { type Lines, matchLines } from "../../text/diff/three-way.ts";
import { decode } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { archivePath, type Gate, STATE_PATH, workPath } from "../gate.ts";
import { outsideOf } from "../view/origin.ts";
import { requireDocument } from "./history.ts";
import { type Step, Timeline } from "./timeline.ts";

/** A line and where it comes from. */
export interface BlamedLine {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** The version that wrote it; absent where none did, because the file was changed since. */
  readonly version: string | undefined;
  /** What made that version, such as `save`; `outside` where it was not the gate. */
  readonly operation: string;
  /** Who made it; absent for a person. */
  readonly actor: string | undefined;
  /** The agent's session. */
  readonly session: string | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ`: when that version was made or met; of a line from outside since when it is known to be there. */
  readonly timestamp: string;
  /** Whether its text is from outside, though the gate may have written it again. */
  readonly outside: boolean;
}

/** The lines of a document. */
export interface Blame {
  readonly path: string;
  readonly lines: readonly BlamedLine[];
}

/** Versions that are gone back through; a line that is older is ascribed to the last of them. */
const MOST_VERSIONS = 500;

/**
 * Which version, actor and session each line of the state file comes from, or of the work file
 * of an issue, at work or archived, or of a document by its path, such as a guarded file. Reads only. Rejects with `NOT_FOUND` where there is no file,
 * and with `CORRUPT` or `UNSAFE_PATH` where it cannot be read.
 *
 * ```ts
 * const { lines } = await blame(gate);
 * lines.filter(({ outside }) => outside); // what did not come through the gate
 * ```
 */
export async function blame(gate: Gate, of?: number | { readonly path: string }): Promise<Blame> {
  const input: { readonly issue?: number; readonly path?: string } =
    of === undefined ? {} : typeof of === "object" ? of : { issue: of };
  requireCall("blame", { gate, input }, { issue: "issue?", path: "text?" });
  const { path, bytes } = await read(gate, input);
  const lines = linesOf(bytes);
  const makers = makersOf(gate, path, bytes, lines);
  const outside = outsideOf(gate, path, bytes);
  return {
    path,
    lines: lines.map((text, at) => {
      const since = sinceOf(outside, at + 1);
      const made = makers[at];
      const time = since ?? made?.timestamp ?? gate.clock();
      return {
        ...{ line: at + 1, text, version: made?.id, operation: made?.operation ?? OUTSIDE },
        ...{ actor: made?.actor, session: made?.actor && sessionOf(made.actor) },
        ...{ timestamp: formatTime(time), outside: since !== undefined },
      };
    }),
  };
}

/** The version that wrote each line; `undefined` for what none did. */
function makersOf(gate: Gate, path: string, bytes: Uint8Array, lines: Lines): readonly (Version | undefined)[] {
  const { project } = gate;
  const makers = new Array<Version | undefined>(lines.length).fill(undefined);
  if (isCheckedOut(project)) return makers;
  const former = path.replace(/^\.claude\/archive\//, ".claude/work/");
  const own = new Timeline(project, path, { content: bytes });
  const timeline = own.versions.length > 0 ? own : new Timeline(project, former, { content: bytes });
  let below = lines;
  // For each line that is looked for still, which line it is in the version at hand.
  let sought = new Map(lines.map((_, at) => [at, at]));
  let step: Step | undefined = timeline.position;
  if (step === undefined) {
    step = timeline.versions.find(({ written, revision }) => written && revision !== undefined);
    if (step !== undefined) ({ below, sought } = goBack(project, step, below, sought));
  }
  for (let count = 0; count < MOST_VERSIONS && step !== undefined && step !== NONE && sought.size > 0; count++) {
    const before = timeline.madeFrom(step);
    const gone = before === undefined || before === NONE ? undefined : goBack(project, before, below, sought);
    for (const at of sought.keys()) if (gone === undefined || !gone.sought.has(at)) makers[at] = step;
    if (gone === undefined) return makers;
    ({ below, sought } = gone);
    step = before;
  }
  if (step !== undefined && step !== NONE) for (const at of sought.keys()) makers[at] = step;
  return makers;
}

/** The lines of a version, and where in it the lines are that are looked for, as far as it has them. */
function goBack(project: Gate["project"], version: Version, below: Lines, sought: ReadonlyMap<number, number>) {
  const bytes = bytesOfVersion(project, version);
  const lines = bytes === undefined ? [] : linesOf(bytes);
  const matches = matchLines(below, lines);
  const found = new Map<number, number>();
  for (const [at, place] of sought) {
    const match = matches[place];
    if (match !== undefined) found.set(at, match);
  }
  return { below: lines as Lines, sought: found };
}

function linesOf(bytes: Uint8Array): string[] {
  const lines = decode(bytes).text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

async function read(
  gate: Gate,
  { issue, path: given }: { readonly issue?: number; readonly path?: string },
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  const own = issue === undefined ? [STATE_PATH] : [workPath(issue), archivePath(issue)];
  const paths = given === undefined ? own : [await requireDocument(gate, given)];
  for (const path of paths) {
    const file = readFile(gate.project, path);
    if (file.kind === "file") return { path, bytes: file.bytes };
    if (file.kind === "refused") {
      throw new GateError(file.rule === "symbolic-link" ? "UNSAFE_PATH" : "CORRUPT", file.message, {
        path,
        hint: `Run \`gate check ${path}\` to see what is wrong with it.`,
      });
    }
  }
  throw new GateError("NOT_FOUND", `Cannot blame ${paths[0]}: it does not exist`, {
    path: paths[0]!,
    hint: "Run `gate list --all` to see the issues that are there.",
  });
}
