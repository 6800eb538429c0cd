/** What `start` begins an issue with that another tool keeps, and what it says of one that it begins beside. */
import { ADAPTERS, labelOf } from "../../adapters/list.ts";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { quoteForShell } from "../../base/shell.ts";
import type { ProgressInput, ProgressUpdate } from "../../changes/inputs.ts";
import type { Gate } from "../gate.ts";
import { type Elsewhere, viewElsewhere } from "../view/elsewhere.ts";

/** The names that `from` takes. */
export const SOURCES: readonly string[] = ADAPTERS.map(({ name }) => name);

/** What is taken over from a file of another tool, which stays as it is. */
export interface Taken {
  readonly title: string;
  readonly path: string;
  readonly lists: ProgressUpdate;
  /** All of it as lines: it is from outside, in whichever words it is written. */
  readonly text: string;
}

/** Reads what a tool has in hand; `INVALID_ARGUMENT` for no such tool, `NOT_FOUND` where that has nothing in hand. */
export async function takeFrom(gate: Gate, issue: number, from: string): Promise<Taken> {
  if (!SOURCES.includes(from)) {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot start #${issue} from ${JSON.stringify(from)}: no tool has that name`,
      {
        hint: `Give one of ${SOURCES.join(", ")}.`,
      },
    );
  }
  const { elsewhere, elsewhereProblems = [] } = await viewElsewhere(gate, true);
  const work = elsewhere.find(({ source }) => source === from);
  if (work !== undefined) return takenFrom(work);
  const others = elsewhere.map(({ source }) => `\`--from ${source}\``).join(" or ");
  const why = elsewhereProblems.length === 0 ? "no file of it has active work" : printable(elsewhereProblems[0]!);
  throw new GateError("NOT_FOUND", `Cannot start #${issue} from ${from}: ${why}`, {
    hint: `Give ${others === "" ? "" : `${others}, or `}its title: gate start ${issue} --title "…"`,
  });
}

function takenFrom({ title, path, progress, nextSteps, questions }: Elsewhere): Taken {
  const items = distinct(progress, ({ text }) => text).map(
    ({ status, text, percentage }): ProgressInput => ({
      status,
      text: clean(text),
      ...(percentage !== undefined && status === "in_progress" && { percentage }),
    }),
  );
  const steps = distinct(nextSteps, (text) => text).map(clean);
  const asked = distinct(questions, (text) => text).map((question) => ({ question: clean(question) }));
  const lists = {
    ...(items.length > 0 && { progress: items }),
    ...(steps.length > 0 && { nextSteps: steps }),
    ...(asked.length > 0 && { openQuestions: asked }),
  };
  const lines = [title, ...items.map(({ text }) => text), ...steps, ...asked.map(({ question }) => question)];
  return { title: clean(title), path, lists, text: lines.map(clean).join("\n") };
}

/** One line with nothing in it that hides or steers. */
function clean(text: string): string {
  return printable(text).trim();
}

function distinct<T>(list: readonly T[], keyOf: (each: T) => string): readonly T[] {
  return [...new Map(list.map((each) => [clean(keyOf(each)).toLowerCase(), each])).values()];
}

/** What there is to say where a state file is made in a project in which another tool keeps what is worked on. */
export async function notesBeside(gate: Gate): Promise<readonly string[]> {
  const { elsewhere } = await viewElsewhere(gate, false);
  return elsewhere.map(({ title, path, source }) => {
    const begin = `\`gate start N --from ${source}\` begins an issue with it`;
    return `${path} (${labelOf(source)}) says that "${title}" is worked on; ${begin}, \`gate guard ${quoteForShell(path)}\` keeps its versions`;
  });
}
