/**
 * Runs a command that the caller gave, and says what came of it on which files.
 *
 * Nothing that is found in a file is ever run, and no shell reads the words. No lock is
 * held: the command may take as long as it likes, and use the gate itself. What is said is
 * of the files as they were when it began.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { quoteForShell } from "../../base/shell.ts";
import { formatTime } from "../../base/time.ts";
import type { ProofRun } from "../../document/tests.ts";
import { differencesOf, type Tree } from "../../files/git/tree.ts";
import { system } from "../../files/guard/system.ts";
import type { Gate } from "../gate.ts";
import { projectTree } from "./tree.ts";

/** A command, and how it is run. */
export interface RunInput {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The folder that it runs in. */
  readonly cwd: string;
  /** Where its standard output goes. */
  readonly outputTo: "output" | "error";
}

/** What came of a command. */
export interface Ran {
  readonly run: ProofRun;
  /** The digest of the files afterwards; `undefined` where it cannot be told. */
  readonly tree: string | undefined;
  /** How it ended, such as `exit code 1`. */
  readonly ended: string;
  /** Why it proves less than it seems to; empty where it does not. */
  readonly warnings: readonly string[];
}

/** A command of more characters is recorded without its end. */
const LONGEST = 1000;
const MOST_NAMES = 3;

/** Runs it to its end. `NOT_PROVEN` where it cannot be started. */
export async function runCommand(gate: Gate, { command, cwd, outputTo }: RunInput): Promise<Ran> {
  const [file = "", ...args] = command;
  const before = await projectTree(gate);
  const timestamp = formatTime(gate.clock());
  const ended = await system.runAttached(file, args, { cwd, outputTo });
  if (ended.kind === "failed") throw notStarted(file, ended.fault);
  const after = await projectTree(gate);
  const known = typeof before === "string" ? undefined : before;
  const run: ProofRun = {
    command: commandLine(command),
    exitCode: ended.kind === "exited" ? ended.code : undefined,
    ...(ended.kind === "killed" && { signal: ended.signal }),
    timestamp,
    commit: known?.commit,
    tree: known?.digest,
  };
  return {
    run,
    tree: typeof after === "string" ? undefined : after.digest,
    ended: ended.kind === "exited" ? `exit code ${ended.code}` : ended.signal,
    warnings: run.exitCode === 0 ? doubtsOf(before, after) : [],
  };
}

/** The words as a person would type them, on one line. */
export function commandLine(command: readonly string[]): string {
  const line = printable(wellFormed(command.map(quoteForShell).join(" "))).trim();
  return line.length > LONGEST ? `${wellFormed(line.slice(0, LONGEST)).trim()}…` : line;
}

/** Half a character would not read back. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, "\ufffd");
}

/** What a command that passed does not prove. */
function doubtsOf(before: Tree | string, after: Tree | string): readonly string[] {
  if (typeof before === "string")
    return [`The run stays unproven, because nobody can tell whether files change: ${before}`];
  if (typeof after === "string")
    return [`The run is stale already, because nobody can tell whether files changed: ${after}`];
  if (before.digest === after.digest) return [];
  const names = differencesOf(before, after);
  const rest = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  const list = names.slice(0, MOST_NAMES).map(printable).join(", ");
  return [
    `The run is stale already, because files changed while it ran: ${list}${rest}; ignore what it makes, and run it again`,
  ];
}

function notStarted(file: string, fault: string): GateError {
  const name = printable(file);
  const reason =
    fault === "ENOENT"
      ? "there is no such program, or no such folder to run it in"
      : fault === "EACCES"
        ? "it may not be run"
        : printable(fault);
  const isBatch = system.platform === "win32" && fault === "ENOENT";
  return new GateError("NOT_PROVEN", `Cannot run ${name}: ${reason}`, {
    hint: `Nothing was recorded.${isBatch ? ` No shell reads the command: for a batch file, give \`cmd /c ${name}\`.` : " No shell reads the command: give `sh -c '…'` for one that needs it."}`,
  });
}
