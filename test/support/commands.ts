/** Every operation that writes, with all its options, as data that fast-check can make, shrink and print. */
import fc from "fast-check";
import { oneLine } from "../../src/base/line.ts";
import { check } from "../../src/gate/documents/check.ts";
import { type DoneInput, done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { type SaveInput, save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import type { StartInput } from "../../src/gate/documents/start-input.ts";
import type { Gate, WriteOptions } from "../../src/gate/gate.ts";
import { history } from "../../src/gate/history/history.ts";
import { type UndoInput, undo } from "../../src/gate/history/undo.ts";
import { planRecovery, type RecoverInput } from "../../src/gate/recovery/plan.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import { line, markdown } from "./arbitraries.ts";

export type Command =
  | { readonly run: "init"; readonly adopt: boolean }
  | { readonly run: "start"; readonly input: StartInput }
  | { readonly run: "save"; readonly input: SaveInput }
  | { readonly run: "done"; readonly input: DoneInput }
  | { readonly run: "reconstruct"; readonly issue: number }
  | { readonly run: "check"; readonly fix: boolean }
  | { readonly run: "recover"; readonly input: RecoverInput; readonly planned: boolean }
  /** `entry` is the place of a change in the history, counted from the newest. */
  | { readonly run: "undo"; readonly input: UndoInput; readonly entry?: number };

export interface Given {
  readonly command: Command;
  readonly dryRun: boolean;
  readonly ifMatch: "any" | "now" | "other";
}

/** Few issues, so that they meet again: open, archived, archived twice. */
const issue = fc.constantFrom(1, 1, 1, 2, 2, 3, 4);

/** Text with a mark of its own at one end, so that it is not found by chance, and text without. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(line, fc.nat(99_999)).map(([words, mark]) => `${words} t${mark}`) },
  { weight: 4, arbitrary: fc.tuple(line, fc.nat(99_999)).map(([words, mark]) => `t${mark} ${words}`) },
  { weight: 2, arbitrary: line },
  { weight: 1, arbitrary: fc.tuple(line, line).map((lines) => lines.join("\r\n")) },
);

function maybe<T extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(model: T) {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<{
    [K in keyof T]?: T[K] extends fc.Arbitrary<infer V> ? V : never;
  }>;
}

const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });

const progress = fc.oneof(
  fc.record({ status: fc.constantFrom("completed", "pending", "blocked", "in_progress"), text }),
  fc.record({ status: fc.constant("in_progress"), text, percentage: fc.integer({ min: 0, max: 100 }) }),
);

const saveInput = maybe({
  progress: few(progress),
  nextSteps: few(text),
  openQuestions: few(fc.oneof(fc.record({ question: text }), fc.record({ question: text, decision: text }))),
  log: few(text),
  decisions: few(
    fc.oneof(fc.record({ decision: text }), fc.record({ decision: text, rationale: text, notes: few(text) })),
  ),
  learnings: few(text),
  files: few(
    fc.record({ path: text, status: fc.constantFrom("created" as const, "modified" as const), changes: few(text) }),
  ),
  tests: few(fc.record({ text, done: fc.boolean() })),
}) as fc.Arbitrary<SaveInput>;

const offline = fc
  .tuple(saveInput, fc.option(issue, { nil: undefined }))
  .map(([input, number]) => ({ ...input, offline: true, ...(number !== undefined && { issue: number }) }));

const startInput = fc
  .tuple(
    issue,
    maybe({
      title: text,
      branch: text,
      url: text,
      description: markdown,
      started: fc.constant("2024-09-01T10:00:00Z"),
    }),
  )
  .map(([number, rest]) => ({ issue: number, title: "Untitled", ...rest }));

const side = fc.constantFrom("ours" as const, "theirs" as const, "both" as const);

/** One that is most likely to be possible, and any. */
const recoverInput = fc.oneof(
  fc.record({ side }),
  fc.record({ side, work: issue }),
  maybe({
    from: fc.constantFrom("salvage" as const, "history" as const, "work" as const),
    side,
    sides: few(side),
    work: issue,
  }),
);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ run: fc.constant("init" as const), adopt: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ run: fc.constant("start" as const), input: startInput }) },
  { weight: 6, arbitrary: fc.record({ run: fc.constant("save" as const), input: saveInput }) },
  { weight: 1, arbitrary: fc.record({ run: fc.constant("save" as const), input: offline }) },
  {
    weight: 4,
    arbitrary: fc.record({
      run: fc.constant("done" as const),
      input: maybe({ reason: text, pullRequest: text, archive: fc.boolean() }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ run: fc.constant("reconstruct" as const), issue }) },
  { weight: 3, arbitrary: fc.record({ run: fc.constant("check" as const), fix: fc.constant(true) }) },
  {
    weight: 4,
    arbitrary: fc.record({ run: fc.constant("recover" as const), input: recoverInput, planned: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.record({ run: fc.constant("undo" as const), input: maybe({ issue, redo: fc.boolean() }) }),
      fc.record({ run: fc.constant("undo" as const), input: fc.constant({}), entry: fc.nat(12) }),
    ),
  },
);

/** A command as it is given: most of them for good. */
export const given: fc.Arbitrary<Given> = fc.record({
  command,
  dryRun: fc.integer({ min: 0, max: 19 }).map((number) => number === 19),
  ifMatch: fc
    .integer({ min: 0, max: 19 })
    .map((number) => (number === 19 ? ("other" as const) : number === 18 ? ("now" as const) : ("any" as const))),
});

/** Runs a command; what it says beside its result comes back. */
export async function runCommand(gate: Gate, { command, dryRun, ifMatch }: Given): Promise<readonly string[]> {
  const revision = ifMatch === "now" ? (await status(gate)).revision : ifMatch === "other" ? "0" : undefined;
  const options: WriteOptions = { dryRun, ...(revision !== undefined && { ifMatch: revision }) };
  switch (command.run) {
    case "init":
      return (await init(gate, { adopt: command.adopt }, options)).warnings;
    case "start":
      return (await start(gate, command.input, options)).warnings;
    case "save":
      return (await save(gate, command.input, options)).warnings;
    case "done":
      return (await done(gate, command.input, options)).warnings;
    case "reconstruct":
      return (await reconstructFrom(gate, command.issue, options)).warnings;
    case "check":
      await check(gate, { fix: command.fix }, options);
      return [];
    case "recover": {
      const plan = command.planned ? { plan: await planRecovery(gate, command.input) } : {};
      return (await recover(gate, { ...command.input, ...plan }, options)).warnings;
    }
    case "undo": {
      const { entries } = await history(gate);
      const id = command.entry === undefined ? undefined : entries[command.entry % (entries.length || 1)]?.id;
      return (await undo(gate, { ...command.input, ...(id !== undefined && { id }) }, options)).warnings;
    }
  }
}

/** The texts that a command was given to keep, one line each as far as they are lines. */
export function textsOf(command: Command): string[] {
  const lines = (...texts: readonly (string | undefined)[]) =>
    texts.flatMap((one) => (one === undefined ? [] : [oneLine(one, "a text")]));
  switch (command.run) {
    case "start": {
      const { title, branch, url, description } = command.input;
      return [...lines(title, branch, url), ...(description === undefined ? [] : [description])];
    }
    case "done":
      return lines(command.input.reason, command.input.pullRequest);
    case "save": {
      const { progress: items, nextSteps, openQuestions, log, decisions, learnings, files, tests } = command.input;
      return lines(
        ...(items ?? []).map((item) => item.text),
        ...(nextSteps ?? []),
        ...(openQuestions ?? []).flatMap(({ question, decision }) => [question, decision]),
        ...(log ?? []),
        ...(decisions ?? []).flatMap(({ decision, rationale, notes }) => [decision, rationale, ...(notes ?? [])]),
        ...(learnings ?? []),
        ...(files ?? []).flatMap(({ path, changes }) => [path, ...(changes ?? [])]),
        ...(tests ?? []).map((item) => item.text),
      );
    }
    default:
      return [];
  }
}
