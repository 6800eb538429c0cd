/** Which of the work files is meant, asked of a person: as a list to move in, or by the line where none can be drawn. */
import { attemptLater, GateError } from "../../base/errors.ts";
import { hintFrom, type Reconstruction, reconstruct } from "../../gate/documents/suggestions.ts";
import type { Call } from "../command.ts";
import { shown, styleOf } from "../style.ts";
import { viewLeftOut, viewSkipped, viewWork } from "../views/reconstruction.ts";
import { linesFor } from "../views/suggestions.ts";
import { choose, screenOf } from "./prompt.ts";

/** What the prompt draws in front of a label: it counts the codes of its colours as columns too. */
const MARGIN = 15;

/** Whether somebody is there to choose, and something to choose from. */
export function canChoose({ io, flags }: Call, { suggestions }: Reconstruction): boolean {
  const { json, quiet, input, yes } = flags;
  return !json && !quiet && !yes && input && io.terminal.input && suggestions.length > 0;
}

/** Asks which issue it shall be; `undefined` for none of them. Throws `Interrupted` where the person leaves. */
export async function chooseWork({ io }: Call, found: Reconstruction): Promise<number | undefined> {
  const screen = screenOf(io);
  const style = styleOf(io, "error");
  if (!screen) {
    io.error(`${[...viewWork(found, style, true), ""].join("\n")}\n`);
    return await chooseByLine(io, found.suggestions);
  }
  const rest = [...viewSkipped(found, style), ...viewLeftOut(found, style)];
  if (rest.length > 0) io.error(`${rest.join("\n")}\n`);
  const lines = linesFor(found.suggestions, screen.output.columns - MARGIN);
  const options = lines.map((line, at) => ({ ...line, value: found.suggestions[at]!.issueNumber }));
  return await choose<number | undefined>(screen, {
    message: "Which one shall be active?",
    options: [...options, { value: undefined, label: "None of these" }],
  });
}

/** Asks by the line: 1 is the first one of the list, `#7` and a number beyond the list are an issue. */
async function chooseByLine(io: Call["io"], suggestions: Reconstruction["suggestions"]): Promise<number | undefined> {
  const issues = suggestions.map(({ issueNumber }) => issueNumber);
  const range = issues.length === 1 ? "1" : `1 to ${issues.length}`;
  for (;;) {
    const answer = (await io.ask(`Which one shall be active? [${range}, #issue, or nothing for none] `))?.trim();
    if (!answer) return undefined;
    const chosen = answer.startsWith("#") ? undefined : issues[Number(answer) - 1];
    const issue = chosen ?? issues.find((each) => String(each) === answer.replace(/^#/, ""));
    if (issue !== undefined) return issue;
    io.error(`${shown(answer)} is none of them.\n`);
  }
}

/** Asks where there must be an issue: an error says what to give where nobody can choose, or has not. */
export async function requireWork(call: Call): Promise<number> {
  // Where there is no project, what is wrong with the call comes first.
  const found = await attemptLater(() => reconstruct(call.openGate()), "NOT_FOUND");
  if (!found || !canChoose(call, found)) {
    const another = found?.suggestions.length ? " Run `gate start N --title T` to begin with another." : "";
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
