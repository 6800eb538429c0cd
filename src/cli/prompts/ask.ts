/** Questions by the line: what is no answer is asked again, a few times, and what was answered before stays so. */
import type { Io } from "../io.ts";
import { shown } from "../style.ts";

/** As often is a person asked one question. */
const TIMES = 3;
/** More of an answer that was not understood says nothing more. */
const LONGEST = 40;

export interface LineQuestion<T> {
  /** As it is shown, answers in brackets. */
  readonly question: string;
  /** What an answer means; `undefined` where it means nothing. It comes without blanks around it. */
  read(answer: string): T | undefined;
  /** What was not understood, as it stands behind the answer: `is neither yes nor no`. */
  readonly wrong: string;
}

/** Asks until an answer is understood; `undefined` at the end of input, and after three that were not. */
export async function askLine<T>(io: Io, { question, read, wrong }: LineQuestion<T>): Promise<T | undefined> {
  for (let time = 0; time < TIMES; time++) {
    const answer = (await io.ask(question))?.trim();
    if (answer === undefined) {
      io.error("\n");
      return undefined;
    }
    const meant = read(answer);
    if (meant !== undefined) return meant;
    io.error(`${answer === "" ? "Nothing" : shown(answer.slice(0, LONGEST))} ${wrong}.\n`);
  }
  return undefined;
}

/** Asks for a yes; no is what Enter, the end of input and words that are neither say. */
export async function askYes(io: Io, question: string): Promise<boolean> {
  const agreed = await askLine(io, {
    question: `${question} [yes/no] `,
    read: (answer) => (/^y(?:es)?$/i.test(answer) ? true : /^(?:no?)?$/i.test(answer) ? false : undefined),
    wrong: "is neither yes nor no",
  });
  return agreed ?? false;
}
