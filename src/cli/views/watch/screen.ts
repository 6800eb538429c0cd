/** The whole screen of a watch: a model and a size make rows of text. Pure. */
import { freshnessOf, hoursSince, parseTime, recencyOf } from "../../../base/time.ts";
import type { Status } from "../../../gate/view/status.ts";
import { LACKING_BRANCH } from "../../../rules/active-work.ts";
import type { Style } from "../../style.ts";
import { FRESHNESS_COLORS, nameOf } from "../parts.ts";
import { layOut } from "./layout.ts";
import { draw, ends, type Line, line, type Row, rowsOf, styled, widthOfLine } from "./line.ts";
import type { WatchModel } from "./model.ts";
import { isUnread, otherSections, workSections } from "./sections.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** From so many columns on there are two. */
const TWO_COLUMNS = 120;

/** At most as many rows as the window has, each a column narrower than it, so that none wraps. */
export function viewScreen(model: WatchModel, { columns, rows }: Size, now: number, style: Style): Row[] {
  const width = Math.max(0, columns - 1);
  const head = headOf(model, now, width);
  const foot = footOf(model, width);
  const room = rows - head.length - 1;
  if (room < 3) return rowsOf([...head.slice(0, Math.max(0, rows - 1)), foot].slice(0, rows), width, style);
  const scene = { model, now, style };
  const body = columns < TWO_COLUMNS ? oneColumn(scene, width, room) : twoColumns(scene, width, room);
  const blank = Array.from({ length: room - body.length }, (): Row => ({ text: "" }));
  return [...rowsOf(head, width, style), ...body, ...blank, ...rowsOf([foot], width, style)];
}

interface Scene {
  readonly model: WatchModel;
  readonly now: number;
  readonly style: Style;
}

function oneColumn({ model, now, style }: Scene, width: number, rows: number): Row[] {
  const sections = [...workSections(model, width), ...otherSections(model, now, width)];
  return rowsOf(layOut(sections, rows), width, style);
}

function twoColumns({ model, now, style }: Scene, width: number, rows: number): Row[] {
  const first = Math.floor(width / 2) - 2;
  const column = first + 4;
  const left = layOut(workSections(model, first), rows);
  const right = layOut(otherSections(model, now, width - column), rows);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const other = right[at] ?? [];
    const text = draw(left[at] ?? [], first, style);
    return other.length === 0 ? { text } : { text, second: { column, text: draw(other, width - column, style) } };
  });
}

function headOf({ root, state, branch, notice }: WatchModel, now: number, width: number): Line[] {
  const name = line(styled("dim", `gate watch  ${root}`));
  const fresh = state && !isUnread(state) ? freshnessLine(state, now) : [];
  return [
    widthOfLine(name) + widthOfLine(fresh) + 2 > width && fresh.length > 0
      ? ends(line(styled("dim", "gate watch")), fresh, width)
      : ends(name, fresh, width),
    ...(notice === undefined ? [] : [line(styled("yellow", notice))]),
    ...(state ? titleOf(state) : [line(styled("dim", "Looking …"))]),
    ...(state?.issueTitle === undefined || isUnread(state) ? [] : [branchLine(state, branch)]),
    [],
  ];
}

function titleOf(state: Status): Line[] {
  const { exists, valid, issueTitle, path } = state;
  if (!exists) {
    return [
      line(styled("bold", `There is no ${path} yet`)),
      line(styled("dim", "It appears here as soon as it is made: gate start N --title T")),
    ];
  }
  if (isUnread(state)) return [line(styled("yellow", `${path} cannot be shown: ${state.problems[0]?.message ?? ""}`))];
  const damaged = valid
    ? []
    : [line(styled("red", `${path} is damaged: what stands here may be wrong. Press r to recover.`))];
  if (issueTitle === undefined) {
    return [...damaged, ...(valid ? [line(styled("bold", "No issue is active"))] : [])];
  }
  return [...damaged, line(styled("bold", nameOf(state).trim() || "The active work has no title"))];
}

function branchLine({ branch, started, git }: Status, checkedOut: string | undefined): Line {
  const differs = branch !== undefined && checkedOut !== undefined && branch !== checkedOut;
  const lacking = LACKING_BRANCH[git?.recordedBranch ?? ""];
  return line(
    branch === undefined ? checkedOut !== undefined && styled("cyan", checkedOut) : styled("cyan", branch),
    differs && styled("yellow", `  ${lacking === undefined ? "but" : `${lacking},`} ${checkedOut} is checked out`),
    started !== undefined &&
      styled("dim", `${branch === undefined && checkedOut === undefined ? "" : "  "}since ${started}`),
  );
}

/** By the clock of this moment: the state was read some time ago. */
function freshnessLine({ lastUpdated }: Status, now: number): Line {
  const reading = lastUpdated === undefined ? undefined : parseTime(lastUpdated);
  const freshness = reading && freshnessOf(reading, now);
  if (!reading || !freshness || reading.kind === "impossible") return [];
  const age = reading.kind === "date" ? `${hoursSince(reading, now)} hours ago` : recencyOf(reading.instant, now);
  return line(`updated ${age}  `, styled(FRESHNESS_COLORS[freshness], `● ${freshness}`));
}

/** The keys, as many as there is room for; the one that names all others comes first when there is little. */
function footOf({ polling, state }: WatchModel, width: number): Line {
  const isDamaged = state?.exists === true && !state.valid;
  const key = (name: string, does: string) => line(styled("bold", name), ` ${does}  `);
  const keys = [
    { rank: 3, parts: key("q", "quit") },
    { rank: isDamaged ? 2 : 6, parts: isDamaged ? line(styled("red", "r recover  ")) : key("r", "recover") },
    { rank: 4, parts: key("c", "check") },
    { rank: 5, parts: key("h", "history") },
    { rank: 1, parts: key("?", "help") },
    { rank: 7, parts: line(polling && styled("dim", "polling")) },
  ];
  let left = width + "  ".length;
  const shown = keys
    .toSorted((one, other) => one.rank - other.rank)
    .filter(({ rank, parts }) => {
      const fits = rank === 1 || widthOfLine(parts) <= left;
      left -= fits ? widthOfLine(parts) : left;
      return fits;
    });
  return keys.filter((each) => shown.includes(each)).flatMap(({ parts }) => parts);
}
