/**
 * Where undo, redo and restore lead, by the versions of a document and by what it holds.
 * Reads only.
 * Model: `proof/undo.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { NONE, type Version } from "../../files/record/version.ts";
import type { Gate } from "../gate.ts";
import { versionAhead } from "../view/newer.ts";
import { endOf } from "./history.ts";
import { type Content, contentOf, nameOf, RESTORE, type Step, Timeline, UNDO } from "./timeline.ts";

/** What is asked for: which document, and how far to go in it. */
export interface Aim {
  readonly path: string;
  /** The version that is named. */
  readonly id: string | undefined;
  readonly verb: typeof UNDO | "redo" | typeof RESTORE;
  readonly operation: string;
}

/** What is put back. */
export interface Plan {
  readonly content: Content;
  /** The version whose bytes these are, `none` for no document. */
  readonly restores: string;
  /** The versions that are gone back behind or forward over, newest first. */
  readonly passed: readonly Version[];
  readonly message: string;
  readonly warnings: readonly string[];
}

/** Plans for a document that holds `content`. `NOT_FOUND` where there is nowhere to go. */
export function planOf(gate: Gate, aim: Aim, content: Content, check?: (timeline: Timeline) => void): Plan {
  const { project } = gate;
  const { path, id, verb } = aim;
  const timeline = new Timeline(project, path, { content });
  check?.(timeline);
  const target = targetOf(timeline, aim);
  const passed = passedOn(timeline, target, verb);
  const newer = verb === UNDO && id === undefined ? versionAhead(gate, path, content) : undefined;
  return {
    content: contentOf(project, target),
    restores: target === NONE ? NONE : target.id,
    passed,
    message: messageOf(timeline, target, passed, aim),
    warnings: newer && timeline.current ? [olderWarning(path, timeline.current, newer)] : [],
  };
}

/** Undoing from a version that git or a person brought back goes further back than anybody may think. */
function olderWarning(path: string, current: Version, newer: Version): string {
  return (
    `${path} held an older version, ${nameOf(current)}; the newest one is ${nameOf(newer)}: ` +
    `\`gate restore ${endOf(newer.id)}\` brings it back`
  );
}

/** The step to go to; one that would change nothing is passed over. */
function targetOf(timeline: Timeline, aim: Aim): Step {
  const { versions, position, held } = timeline;
  const { id, path, verb } = aim;
  const isDifferent = (step: Step) => (step === NONE ? undefined : step.revision) !== held;
  if (id !== undefined) {
    const named = timeline.find(id);
    const step = named && (verb === RESTORE ? timeline.stepOf(named) : timeline.madeFrom(named));
    if (step && isDifferent(step)) return step;
    const reason = !named
      ? `version ${id} is gone`
      : !step
        ? `nothing is known before ${nameOf(named)}`
        : `it is as it was ${verb === RESTORE ? "after" : "before"} ${nameOf(named)} already`;
    throw nothing(path, verb, reason, "Run `gate history` to see all versions.");
  }
  const next = (step: Step) => (verb === "redo" ? timeline.after(step) : timeline.before(step));
  let step = position === undefined ? (verb === "redo" ? undefined : timeline.newestStep) : next(position);
  for (; step !== undefined; step = next(step)) if (isDifferent(step)) return step;
  const [reason, hint] = versions.length === 0 ? NO_HISTORY : verb === "redo" ? NOTHING_UNDONE : NOTHING_LEFT;
  throw nothing(path, verb, reason, hint);
}

const NO_HISTORY = ["it has no history", "Run `gate history` to see which documents have one."] as const;
const NOTHING_UNDONE = [
  "nothing is undone",
  "Run `gate history` to see all versions; one that was made after undoing ends what can be redone.",
] as const;
const NOTHING_LEFT = [
  "no change is left",
  "Go forward again with --redo, or run `gate history` to see all versions.",
] as const;

function nothing(path: string, verb: string, reason: string, hint: string): GateError {
  return new GateError("NOT_FOUND", `Cannot ${verb} in ${path}: ${reason}`, { path, hint });
}

/** The versions between where the document stands and where it goes; none where one does not lead to the other. */
function passedOn(timeline: Timeline, target: Step, verb: Aim["verb"]): readonly Version[] {
  const { position } = timeline;
  if (verb === "redo") return timeline.between(target, position);
  return timeline.between(position ?? timeline.newestStep, target);
}

function messageOf(timeline: Timeline, target: Step, passed: readonly Version[], { path, verb }: Aim): string {
  const said = verb === "redo" ? "Redid" : "Undid";
  const [newest] = passed;
  const oldest = passed.at(-1);
  if (verb === RESTORE || !newest || !oldest) {
    if (target === NONE) return `Put ${path} back to nothing, as it was before its first version`;
    const isOutside = verb === UNDO && timeline.position === undefined && target === timeline.newestStep;
    return isOutside ? outsideMessage(timeline, target, path) : `Put ${path} back to ${nameOf(target)}`;
  }
  if (passed.length === 1) return `${said} ${nameOf(newest)} in ${path}`;
  const end = verb === "redo" ? `up to ${nameOf(newest)}` : `back to before ${nameOf(oldest)}`;
  return `${said} ${passed.length} changes in ${path}, ${end}`;
}

/** A document was changed since its newest version: by others, or by a gate that kept only what it replaced. */
function outsideMessage({ newest, held }: Timeline, target: Version, path: string): string {
  const replaced = newest?.replaced;
  if (replaced && replaced.revision === held) return `Undid ${nameOf(replaced)} in ${path}`;
  return `Undid what was changed outside the gate in ${path}: it is as after ${nameOf(target)}`;
}
