/**
 * Prompts that are drawn: a list to move in, a yes or no. They are drawn on
 * standard error, so that standard output holds results alone.
 *
 * However a prompt ends, the terminal is left as it was found. Clack sees to that
 * for its own keys; the end of input and signals are seen to here, because at those
 * it would leave the process without an answer or the terminal without a cursor.
 */
import { printable } from "../../base/line.ts";
import { Interrupted, type Io, type Screen, USUAL_SIZE } from "../io.ts";

export interface Choice<T> {
  readonly message: string;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
}

type Clack = typeof import("@clack/prompts");

/** As many as are taken in at a glance; the list scrolls beyond. */
const MAX_ITEMS = 10;
/** From so many columns on there is room for a line along the list. */
const GUIDED = 60;
/** What stands around a label, the last column included. The codes of the line along the list are counted as columns too. */
const MARK = 3;
const GUIDE = 12;

/** The terminal to draw on; `undefined` where questions can be asked by the line alone, or not at all. */
export function screenOf({ screen, terminal, environment }: Io): Screen | undefined {
  if (!screen || !terminal.input || !terminal.error || environment["TERM"] === "dumb") return undefined;
  const { input, output } = screen();
  if (!output.columns || !output.rows) Object.assign(output, USUAL_SIZE);
  return { input, output };
}

/** What questions by the line may take of where they are asked; without end where that is no terminal. */
export function sizeOf({ screen, terminal }: Io): typeof USUAL_SIZE {
  if (!screen || !terminal.error) return { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY };
  const { columns, rows } = screen().output;
  return columns && rows ? { columns, rows } : USUAL_SIZE;
}

/** How many columns the labels of a choice have. */
export function widthOfChoice({ output }: Screen): number {
  return output.columns - MARK - (isGuided(output) ? GUIDE : 0);
}

function isGuided({ columns }: Screen["output"]): boolean {
  return columns >= GUIDED;
}

/** Lets a person choose a value; `undefined` at the end of input. Throws `Interrupted` on Ctrl-C and Escape. */
export async function choose<T>(screen: Screen, { message, options }: Choice<T>): Promise<T | undefined> {
  const printed = options.map(({ label, hint }, value) => ({
    value,
    label: printable(label),
    ...(hint !== undefined && { hint: printable(hint) }),
  }));
  const at = await draw<number>(screen, (clack, common) =>
    clack.select<number>({
      ...common,
      message: printable(message),
      options: printed,
      maxItems: MAX_ITEMS,
      withGuide: isGuided(screen.output),
    }),
  );
  return at === undefined ? undefined : options[at]!.value;
}

/** Asks for a yes; no is what Enter and the end of input say. Throws `Interrupted` on Ctrl-C and Escape. */
export async function confirm(screen: Screen, message: string): Promise<boolean> {
  const answer = await draw<boolean>(screen, (clack, common) =>
    clack.confirm({ ...common, message: printable(message), initialValue: false }),
  );
  return answer ?? false;
}

async function draw<T>(
  { input, output }: Screen,
  ask: (clack: Clack, common: Screen & { readonly signal: AbortSignal }) => Promise<T | symbol>,
): Promise<T | undefined> {
  const clack = await import("@clack/prompts");
  const leaving = new AbortController();
  let ended = false;
  const end = () => {
    ended = true;
    leaving.abort();
  };
  const onKey = (_text: unknown, key: { ctrl?: boolean; name?: string } | undefined) => {
    if (key?.ctrl && key.name === "d") end();
    // What was suspended comes back to a screen that is no longer there, with its input closed.
    if (key?.ctrl && key.name === "z") leaving.abort();
  };
  const onInterrupt = () => leaving.abort();
  const onTermination = () => {
    leaving.abort();
    process.kill(process.pid, "SIGTERM");
  };
  input.on("keypress", onKey).once("end", end);
  process.once("SIGINT", onInterrupt).once("SIGTERM", onTermination);
  try {
    const answer = await ask(clack, { input, output, signal: leaving.signal });
    if (ended) return undefined;
    if (clack.isCancel(answer)) throw new Interrupted();
    return answer as T;
  } finally {
    input.off("keypress", onKey).off("end", end);
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTermination);
  }
}
