/** Which of the work files is meant, asked of a person: as a list to move in, or by the line where none can be drawn. */
import { attemptLater, GateError } from "../../base/errors.ts";
import { hintFrom, type Reconstruction, reconstruct } from "../../gate/documents/suggestions.ts";
import { viewElsewhere } from "../../gate/view/elsewhere.ts";
import type { Call } from "../command.ts";
import type { Io } from "../io.ts";
import { styleOf } from "../style.ts";
import { viewLeftOut, viewSkipped } from "../views/reconstruction.ts";
import { linesFor } from "../views/suggestions.ts";
import { askLine } from "./ask.ts";
import { choose, screenOf, sizeOf, widthOfChoice } from "./prompt.ts";

/** The rows around a list by the line: the question, what is said above and below. */
const AROUND = 5;
/** So many are listed on the smallest screen. */
const FEWEST = 5;

/** Whether somebody is there to choose, and something to choose from. */
export function canChoose({ io, flags }: Call, { suggestions }: Reconstruction): boolean {
  const { json, quiet, input, yes } = flags;
  return !json && !quiet && !yes && input && io.terminal.input && suggestions.length > 0;
}

/** Asks which issue it shall be; `undefined` for none of them. Throws `Interrupted` where the person leaves. */
export async function chooseWork({ io }: Call, found: Reconstruction): Promise<number | undefined> {
  const screen = screenOf(io);
  const style = styleOf(io, "error");
  const rest = [...viewSkipped(found, style), ...viewLeftOut(found, style)];
  if (rest.length > 0) io.error(`${rest.join("\n")}\n`);
  if (!screen) return await chooseByLine(io, found.suggestions);
  const lines = linesFor(found.suggestions, widthOfChoice(screen));
  const options = lines.map((line, at) => ({ ...line, value: found.suggestions[at]!.issueNumber }));
  return await choose<number | undefined>(screen, {
    message: "Which one shall be active?",
    options: [...options, { value: undefined, label: "None of these" }],
  });
}

/**
 * Asks by the line, with as many in the list as the screen has room for: 1 is the first one
 * of the list, `#7` and a number beyond the list are an issue, whether it is in the list or not.
 */
async function chooseByLine(io: Io, suggestions: Reconstruction["suggestions"]): Promise<number | undefined> {
  const { columns, rows } = sizeOf(io);
  const issues = suggestions.map(({ issueNumber }) => issueNumber);
  const count = Math.min(issues.length, Math.max(FEWEST, rows - AROUND));
  const figures = String(count).length;
  const lines = linesFor(suggestions.slice(0, count), columns - figures - 2).map(
    ({ label }, at) => `${String(at + 1).padStart(figures)}. ${label}`,
  );
  if (count < issues.length) lines.push(`and ${issues.length - count} older ones, chosen by #issue`);
  io.error(`${lines.join("\n")}\n`);
  const range = count === 1 ? "1" : `1 to ${count}`;
  const chosen = await askLine<number | "none">(io, {
    question: `Which one shall be active? [${range}, #issue, or nothing for none] `,
    read: (answer) => {
      if (answer === "") return "none";
      const inList = answer.startsWith("#") ? undefined : issues.slice(0, count)[Number(answer) - 1];
      return inList ?? issues.find((each) => String(each) === answer.replace(/^#/, ""));
    },
    wrong: "is none of them",
  });
  return chosen === "none" ? undefined : chosen;
}

/** Asks where there must be an issue: an error says what to give where nobody can choose, or has not. */
export async function requireWork(call: Call): Promise<number> {
  // Where there is no project, what is wrong with the call comes first.
  const found = await attemptLater(() => reconstruct(call.openGate()), "NOT_FOUND");
  if (!found || !canChoose(call, found)) {
    const [work] = (await viewElsewhere(call.openGate({ create: true }), false)).elsewhere;
    const title = found?.suggestions.length ? " Run `gate start N --title T` to begin with another." : "";
    const another = work
      ? ` \`gate start N --from ${work.source}\` begins with what ${work.path} says.${title}`
      : title;
    throw new GateError("INVALID_ARGUMENT", "Cannot run gate start: no issue number is given", {
      hint: hintFrom(found) + another,
    });
  }
  const issue = await chooseWork(call, found);
  if (issue !== undefined) return issue;
  throw new GateError("DECLINED", "Cannot start work: none was chosen", {
    hint: "Nothing was written. Run `gate start N --title T` to begin with another issue.",
  });
}
