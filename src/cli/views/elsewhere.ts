/** Active work that other tools keep, for people: the file is always named, and that it is only read. */
import { labelOf } from "../../adapters/list.ts";
import { quoteForShell } from "../../base/shell.ts";
import { parseTime, recencyOf } from "../../base/time.ts";
import type { Elsewhere, ElsewhereView } from "../../gate/view/elsewhere.ts";
import { type Style, shown } from "../style.ts";
import { progressLine } from "./parts.ts";

/** Sections of what they say: a title, and lines. */
export function sectionsOfElsewhere(
  { elsewhere, elsewhereProblems = [] }: ElsewhereView,
  now: number,
  style: Style,
): (readonly [title: string, lines: readonly string[]])[] {
  return [
    ...elsewhere.flatMap((work) => sectionsOf(work, now, style)),
    ["Not read", elsewhereProblems.map((message) => `  ${shown(message)}`)],
  ];
}

function sectionsOf(work: Elsewhere, now: number, style: Style): (readonly [string, readonly string[]])[] {
  const { source, title, status, updatedBy, path, problems } = work;
  const fields = [
    ["Status", shown(status)],
    ["Updated", [ageOf(work, now), updatedBy && `by ${shown(updatedBy)}`].filter(Boolean).join(" ")],
    ["File", `${shown(path)} (${labelOf(source)}, read only)`],
  ] as const;
  return [
    [
      "",
      [
        style.bold(shown(title)),
        ...fields.flatMap(([name, value]) => (value === "" ? [] : [`${name.padEnd(7)}  ${value}`])),
      ],
    ],
    ["Progress", work.progress.map(progressLine)],
    ["Next steps", work.nextSteps.map((step, index) => `  ${index + 1}. ${shown(step)}`)],
    ["Open questions", work.questions.map((question) => `  ? ${shown(question)}`)],
    ["Blockers", work.blockers.map((line) => `  ${shown(line)}`)],
    ["Problems", problems.map((problem) => `  ${shown(problem)}`)],
    [
      "",
      [
        `Run \`gate start N --from ${source}\` to begin issue N with it, or \`gate guard ${quoteForShell(shown(path))}\` to keep its versions.`,
      ],
    ],
  ];
}

/** The age of the last change in words, or its day. */
function ageOf({ lastUpdated }: Elsewhere, now: number): string {
  const reading = lastUpdated === undefined ? undefined : parseTime(lastUpdated);
  if (reading === undefined || reading.kind === "impossible") return "";
  return reading.kind === "date" ? shown(lastUpdated) : recencyOf(Math.min(reading.instant, now), now);
}
