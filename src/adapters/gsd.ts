/** GSD keeps `.planning/STATE.md`: a frontmatter, and a text with the current position, todos, blockers. The text counts. */
import { type ElsewhereItem, eachFile, type Work, workOf } from "./adapter.ts";
import {
  entriesOf,
  type Fields,
  findPart,
  headsOf,
  isNothing,
  labelled,
  type Point,
  partsOf,
  splitFrontmatter,
  timeIn,
} from "./markdown.ts";
import { statusIn } from "./words.ts";

export const read = eachFile(workIn);

interface Position {
  readonly phase: string;
  readonly number: string | undefined;
  readonly of: string | undefined;
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly plan: string;
  readonly percentage: number | undefined;
}

function workIn(text: string): Work | undefined {
  const { fields, rest } = splitFrontmatter(text);
  const front: Fields = fields[0] ?? new Map();
  const parts = partsOf(rest);
  const all = parts.flatMap(({ points }) => points);
  const part = findPart(parts, /^current (?:position|phase|state|status)|^current$|^(?:position|status)\b/);
  const points = [...(part?.points ?? all), ...headsOf(parts, "Phase", "Status")];
  const position = positionIn(points, labelled(all, /^current focus$/i) ?? "", front);
  if (!position || (position.number ?? position.name) === "" || !isInHand(position, front)) return undefined;
  const { number, name, state, status } = position;
  const title = [number === undefined ? "" : `Phase ${number}`, name].filter(Boolean).join(": ");
  const updated = timeIn(front.get("last_updated")) ?? timeIn(labelled(all, /^last (?:activity|session|updated)$/i));
  return workOf(title, state || status || front.get("status") || "in progress", {
    progress: progressOf(position, labelled(all, /^stopped at$/i) ?? front.get("stopped_at")),
    nextSteps: [
      ...listed(labelled(all, /^next(?: (?:action|step|up))?$/i), ""),
      ...listed(labelled(all, /^resume file$/i), "Go on with "),
      ...entriesOf(findPart(parts, /^next (?:action|step)/)),
      ...entriesOf(findPart(parts, /^(?:pending todos|todos)/)),
    ],
    blockers: entriesOf(findPart(parts, /^blockers?\b/)),
    ...(updated !== undefined && { lastUpdated: updated }),
    problems: problemsOf(position, front, fields.length),
  });
}

const PHASE = /^(?:phase )?#?(\d+(?:\.\d+)*[a-z]?)(?:(?: of |\/)(\d+))?\b[ :.]*(.*)$/i;
/** Words that say how far a phase is, where its name could stand. */
const STATE =
  /^(?:complete|completed|done|executing|in[ _-]progress|planning|planned|ready|not (?:yet )?(?:started|planned)|verifying|verified|shipped|blocked|paused|pending|active|context|discuss\w*|research\w*)\b|^✅/i;

function positionIn(points: readonly Point[], focus: string, front: Fields): Position | undefined {
  const said = labelled(points, /^(?:current |active )?phase$/i);
  const own = [front.get("current_phase") ?? front.get("phase"), front.get("current_phase_name")];
  const phase = said ?? (own.filter(Boolean).join(" - ") || (/^phase \d/i.test(focus) ? focus : ""));
  const status =
    labelled(points, /^(?:current |phase )?status$|^mode$/i) ?? (said === undefined ? front.get("status") : "");
  if (phase === "") return undefined;
  const [, number, of, rest = phase] = PHASE.exec(phase) ?? [];
  const { name, state } = splitName(rest);
  const [, same, , focused = ""] = PHASE.exec(focus) ?? [];
  const named = name !== "" || number === undefined || same !== number ? name : splitName(focused).name;
  const bar = /(\d{1,3})(?:\.\d+)? ?%/.exec(labelled(points, /^(?:overall )?progress$/i) ?? "")?.[1];
  return {
    ...{ phase, number, of },
    name: /^[\w.]+(?:-[\w.]+)+$/.test(named) ? named.replace(/-/g, " ") : named,
    state,
    status: (status ?? "").replace(/_/g, " "),
    plan: labelled(points, /^(?:current )?plan$/i) ?? "",
    percentage: bar === undefined ? undefined : Math.min(100, Number(bar)),
  };
}

/** The name of a phase, and what is said behind it of how far it is. */
function splitName(rest: string): { readonly name: string; readonly state: string } {
  const inner = /^\W*\((.*?)\)(?=$|\s*[—–-])[\s—–-]*(.*)$/.exec(rest);
  const parts = rest.replace(/^[\s—–-]+/, "").split(/\s+(?:—|–|--|-)\s+|\s+(?=\([^()]*\)$)/);
  const words = (inner ? inner.slice(1) : parts).filter((word) => word !== "");
  const at = words.findIndex((word) => STATE.test(word.replace(/^\(/, "")));
  if (at === -1) return { name: words.join(" - "), state: "" };
  return {
    name: words.slice(0, at).join(" - "),
    state: words
      .slice(at)
      .join(" - ")
      .replace(/^\((.*)\)$/, "$1"),
  };
}

const OPEN =
  /\b(?:executing|in[ -]progress|implementing|planning|ready (?:to|for)|verifying|not started|pending|underway|paused|blocked|next (?:phase|plan))\b/i;
const NEXT =
  /\b(?:awaiting|waiting|ready|run|start|plan|planning|define|defining|open|begin)\b[^.;]{0,30}\b(?:next|new)[ -]milestone\b|gsd[:-](?:new|complete)-milestone|\bdefining requirements\b/gi;
const OVER =
  /\b(?:idle|none|n\/a|between milestones|no active|none active|nothing (?:active|in progress)|(?:milestone|project|roadmap|all (?:\w+ )?(?:phases|plans|milestones)|everything)\b[^.;,]{0,24}\b(?:complete|completed|done|shipped|closed|archived|delivered)|all complete)\b|^[—–-]+(?:$|\s*\()/i;
const DONE = /\b(?:complete|completed|done|finished|closed|shipped|archived)\b|✅/i;

/** Whether a phase is in hand: it is named, goes on or is not begun, or it is done and others follow. */
function isInHand({ phase, number, of, state, status, plan, percentage = 100 }: Position, front: Fields): boolean {
  const words = [state, status, number === undefined ? phase : ""].join("; ");
  const rest = words.replace(NEXT, "");
  const goesOn = OPEN.test(rest);
  if (!goesOn && (rest !== words || OVER.test(words))) return false;
  if (number === undefined && (/^(?:not started|none|tbd|n\/a|all |—|-|\[)/i.test(phase) || DONE.test(phase)))
    return false;
  const [phases, plans] = [countIn(front, "phases"), countIn(front, "plans")];
  const isAll = phases === "all" && plans !== "some";
  const [, at, most] = /^(\d+)(?: of |\/)(\d+)/.exec(plan) ?? [];
  const isPlanOpen = /not started|ready/i.test(plan) ? !isAll : Number(at) < Number(most) && !DONE.test(plan);
  if (goesOn || isPlanOpen) return true;
  if (DONE.test(words)) return of === undefined ? phases === "some" : Number.parseFloat(number!) < Number(of);
  const isBegun = percentage < 100 || plan !== "" || /[^; ]/.test(words);
  return !isAll && (isBegun || OPEN.test((front.get("status") ?? "").replace(/_/g, " ")));
}

function countIn(front: Fields, what: "phases" | "plans"): "all" | "some" | undefined {
  const total = Number(front.get(`progress.total_${what}`) ?? 0);
  if (total === 0) return undefined;
  return Number(front.get(`progress.completed_${what}`)) >= total ? "all" : "some";
}

function listed(text: string | undefined, lead: string): readonly string[] {
  return text === undefined || isNothing(text) ? [] : [`${lead}${text}`];
}

function progressOf({ plan, percentage }: Position, stopped: string | undefined): readonly ElsewhereItem[] {
  const item = { status: statusIn(plan) ?? "in_progress", text: `Plan ${plan}` };
  const inPlan = /^\d/.test(plan) ? [{ ...item, ...(percentage !== undefined && { percentage }) }] : [];
  return [...listed(stopped, "Stopped at: ").map((text) => ({ status: "completed" as const, text })), ...inPlan];
}

function problemsOf({ number, phase }: Position, front: Fields, count: number): readonly string[] {
  const [other, status] = [front.get("current_phase"), front.get("status") ?? ""];
  const differs = other !== undefined && number !== undefined && Number.parseFloat(other) !== Number.parseFloat(number);
  const isOver = /^(?:milestone_)?(?:complete|completed|shipped|done)$/i.test(status);
  return [
    ...(count > 1 ? [`There are ${count} frontmatters, one behind the other; the first one is read`] : []),
    ...(differs ? [`The frontmatter says phase ${other}, the text phase ${number}; the text counts`] : []),
    ...(isOver ? [`The frontmatter says ${status}, the text phase ${phase}; the text counts`] : []),
  ];
}
