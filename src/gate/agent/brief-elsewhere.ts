/**
 * What a brief says of active work that another tool keeps, where there is no state file of ours.
 * All of it is from outside: what reads like an instruction is held back, names of folders too.
 */
import { labelOf } from "../../adapters/list.ts";
import { instantOf, parseTime } from "../../base/time.ts";
import { GLYPHS } from "../../document/glyphs.ts";
import { isSteering } from "../../text/steering.ts";
import type { Elsewhere } from "../view/elsewhere.ts";
import type { Part, Said } from "./compose.ts";
import { shown } from "./shown.ts";

/** The parts of a brief for each of them, the most important first. */
export function elsewhereParts(works: readonly Elsewhere[], now: number): readonly Part[] {
  return works.flatMap((work) => partsOf(work, now));
}

function partsOf(work: Elsewhere, now: number): Part[] {
  const { source, title, status, progress, nextSteps, blockers, questions, lastUpdated } = work;
  const since = Math.min(now, instantOf(parseTime(lastUpdated ?? "")) ?? now);
  const said = (label: string, line: string, text: string): Said => {
    return { line, label, mark: { since, isHeld: isSteering(text) } };
  };
  const list = (unit: string, heading: string, texts: readonly string[]): Part => {
    return { unit, heading: `${heading}:`, lines: texts.map((text) => said(heading, `- ${shown(text)}`, text)) };
  };
  const open = progress.filter((item) => item.status !== "completed");
  const name = isSteering(work.path) ? work.path.replace(/[^/]+(?=\/[^/]+$)/, "…") : work.path;
  return [
    {
      lines: [
        `There is no state file of the gate; ${shown(name)} (${labelOf(source)}, read only) says what is worked on.`,
        { ...said("Work", `Work: ${shown(title)}`, title), otherwise: "Work: its title is held back" },
        said("Status", `Status: ${shown(status)}`, status),
        `\`gate start N --from ${source}\` begins issue N with it; the file stays as it is.`,
      ],
    },
    {
      unit: "progress item",
      heading: "Progress:",
      lines: open.map(({ status: how, text }) => said("Progress", `- ${GLYPHS[how]} ${shown(text)}`, text)),
    },
    list("next step", "Next steps", nextSteps),
    list("open question", "Open questions", questions),
    list("blocker line", "Blockers", blockers),
  ];
}
