/** Prove: runs a command that the caller gave, and records what came of it in the work file. */
import { GateError } from "../../base/errors.ts";
import { oneLine } from "../../base/line.ts";
import type { TestInput } from "../../changes/inputs.ts";
import { placesOf } from "../../changes/match.ts";
import { type TestContent, testContent } from "../../document/work-content.ts";
import { requireCall } from "../call.ts";
import { sessionIssue } from "../commit/session-issue.ts";
import { type Gate, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { commandLine, type Ran, runCommand } from "../proof/run.ts";
import { activeNumber, readState } from "../view/read.ts";
import { type Save, type SaveInput, save } from "./save.ts";

/** What is to be proven, and by what. */
export interface ProveInput {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  /** The name of the test; the command by default. */
  readonly name?: string;
  /** The folder that the command runs in; that of the project by default. */
  readonly cwd?: string;
  /** Where the command's standard output goes: to this process's own, which is the default, or to standard error. */
  readonly outputTo?: "output" | "error";
  /** Another issue than the active one. */
  readonly issue?: number;
}

/** What `prove` came to: what `save` did, and the tests as they stand. */
export interface Proved extends Save {
  readonly tests: readonly TestContent[];
}

/**
 * Runs a command to its end, with this process's own streams and without a lock, and records
 * it in the Tests of the work file: its exit code, when it began, the commit and a digest of
 * all files as they were then. Rejects with `NOT_PROVEN` where it fails, which is recorded, or
 * cannot be started. In a dry run nothing is run.
 *
 * ```ts
 * const { value } = await prove(gate, { name: "Tests pass", command: ["npm", "test"] });
 * value.tests[0].state; // "proven"
 * ```
 */
export async function prove(gate: Gate, input: ProveInput, options: WriteOptions = {}): Promise<Outcome<Proved>> {
  requireCall(
    "prove",
    { gate, input, options },
    { command: "texts", name: "text?", cwd: "text?", outputTo: ["output", "error", undefined], issue: "issue?" },
  );
  const { name, issue, ...how } = input;
  return await saveProven(
    gate,
    { ...(issue !== undefined && { issue }) },
    { ...how, names: [name ?? commandLine(how.command)] },
    options,
  );
}

/** A command, and the tests that it is a run of. */
export interface ProvenBy extends Pick<ProveInput, "command" | "cwd" | "outputTo"> {
  /** The items that are completed and the tests that are named by default, else the command. */
  readonly names?: readonly string[];
}

/** As `save`, where a command passes; where it fails the run alone is recorded, and the call rejects with `NOT_PROVEN`. */
export async function saveProven(
  gate: Gate,
  input: SaveInput,
  by: ProvenBy,
  options: WriteOptions,
): Promise<Outcome<Proved>> {
  if (by.command.length === 0 || by.command[0] === "") throw noCommand();
  const issue = input.issue ?? sessionIssue(gate) ?? (await activeIn(gate));
  const { tests: asked = [], ...rest } = input;
  const to = { ...rest, ...(issue !== undefined && { issue }) };
  const line = commandLine(by.command);
  const tests = asked.map(({ text }) => text);
  // What would be refused afterwards is refused before the command takes its time.
  const planned = await save(gate, withTests(to, by.names ?? [...tests, line], { done: false }), {
    ...options,
    dryRun: true,
  });
  const warnings = [...planned.warnings, NOT_RUN];
  if (options.dryRun) return { ...planned, warnings, value: { ...planned.value, tests: [] } };
  const full = inFull(to, planned.value);
  const done = (full.progress ?? []).filter(({ status }) => status === "completed").map(({ text }) => text);
  const meant = [...done, ...tests];
  const names = by.names ?? (meant.length > 0 ? meant : [line]);
  const { cwd = gate.project.root, outputTo = "output" } = by;
  const ran = await runCommand(gate, { command: by.command, cwd, outputTo });
  const { run } = ran;
  if (run.exitCode !== 0) {
    await save(gate, withTests(issue === undefined ? {} : { issue }, names, { done: false, proof: run }));
    throw notProven(names, ran, issue);
  }
  const outcome = await save(gate, withTests(full, names, { done: true, proof: run }), options);
  const proven = names.map((name) => testContent({ name, passed: true, run }, ran.tree));
  return { ...outcome, warnings: [...ran.warnings, ...outcome.warnings], value: { ...outcome.value, tests: proven } };
}

/** What is saved, and these tests. */
function withTests(input: SaveInput, names: readonly string[], made: Omit<TestInput, "text">): SaveInput {
  const lines = new Set(names.map((name) => oneLine(name, "the name of a test")));
  return { ...input, tests: [...(input.tests ?? []), ...Array.from(lines, (text) => ({ text, ...made }))] };
}

/** Items by all of their words, where a save names them by some: a test has the name of its item. */
function inFull(input: SaveInput, { progressItems }: Save): SaveInput {
  const { progress } = input;
  if (progress === undefined) return input;
  const full = progress.map((item) => {
    const there = progressItems.filter(({ status }) => status === item.status).map(({ text }) => text);
    const [at] = placesOf(there, item.text);
    return at === undefined ? item : { ...item, text: there[at]! };
  });
  return { ...input, progress: full };
}

const NOT_RUN = "Nothing was run, so nothing is proven: this is a dry run";

async function activeIn(gate: Gate): Promise<number | undefined> {
  const { document } = await readState(gate);
  return document && activeNumber(document);
}

function notProven(names: readonly string[], { run, ended }: Ran, issue: number | undefined): GateError {
  return new GateError("NOT_PROVEN", `Cannot prove ${names.join("; ")}: ${run.command} ended with ${ended}`, {
    path: issue === undefined ? undefined : workPath(issue),
    hint: "The run is recorded, nothing else was saved. Mend what is wrong, and run it again.",
  });
}

function noCommand(): GateError {
  return new GateError("INVALID_ARGUMENT", "Cannot prove anything: no command is given", {
    hint: "For example: gate prove 'Tests pass' -- npm test",
  });
}
