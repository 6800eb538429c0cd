/**
 * The tests of a work file: an item each, and below it the run that proves it.
 *
 *     - [x] Tests pass
 *       - `npm test` → exit 0, 2024-10-23T16:30:00Z, commit 1f0c…, tree sha256:9e1b…
 *
 * What stands there is read, shown and compared; it is never run.
 */
import { formatTime, instantOf, parseTime } from "../base/time.ts";
import { type Item, itemsIn, textOfItem } from "./items.ts";
import type { WorkDocument } from "./work.ts";

/** A run of a command, as it is recorded. */
export interface ProofRun {
  /** As a shell would read it; for people, and never run. */
  readonly command: string;
  /** `undefined` where a signal ended it. */
  readonly exitCode: number | undefined;
  /** The signal that ended it; absent where it ended by itself. */
  readonly signal?: string;
  /** When it began. */
  readonly timestamp: string;
  /** The commit that was checked out then; `undefined` where there was none. */
  readonly commit: string | undefined;
  /** The digest of the files then; `undefined` where there was no telling. */
  readonly tree: string | undefined;
}

/** A test as it stands in a work file. */
export interface RecordedTest {
  readonly name: string;
  /** `undefined` where no box says it. */
  readonly passed: boolean | undefined;
  /** The last run; `undefined` where none is recorded. */
  readonly run: ProofRun | undefined;
}

/** Whether the files are still those that a run has proven; `unproven` where no run has. */
export type ProofState = "proven" | "stale" | "unproven";

/** The texts of items by what proves them. */
export interface Proof {
  readonly proven: readonly string[];
  readonly stale: readonly string[];
  readonly unproven: readonly string[];
}

/** The tests of a work file, in its order. */
export function testsIn(document: WorkDocument | undefined): readonly RecordedTest[] {
  const section = document?.known.tests?.value;
  return section ? itemsIn(section.blocks, document!.text).map((item) => testOf(item, document!.text)) : [];
}

/** The one place where an item of Tests is read. */
function testOf(item: Item, text: string): RecordedTest {
  const line = textOfItem(item);
  const [box = "", mark] = /^\[([ xX])\](?:\s+|$)/.exec(line) ?? [];
  return {
    name: line.slice(box.length),
    passed: mark === undefined ? undefined : mark !== " ",
    run: item.below.map(({ start, end }) => readRun(text.slice(start, end))).findLast((run) => run !== undefined),
  };
}

/** What proves a test, where the files are those of `tree` now. */
export function proofState({ passed, run }: RecordedTest, tree: string | undefined): ProofState {
  if (passed === false || run?.exitCode !== 0 || run.tree === undefined) return "unproven";
  return run.tree === tree ? "proven" : "stale";
}

/** What proves items, by the tests of their names. */
export function proofOf(items: readonly string[], tests: readonly RecordedTest[], tree: string | undefined): Proof {
  const states = new Map(tests.map((test) => [test.name, proofState(test, tree)]));
  const those = (state: ProofState) => items.filter((item) => (states.get(item) ?? "unproven") === state);
  return { proven: those("proven"), stale: those("stale"), unproven: those("unproven") };
}

const RESULT =
  /^(?:exit (\d{1,10})|ended by ([A-Z][A-Z0-9]{1,15})), ([^,]{1,40})(?:, commit ([0-9a-f]{7,64}))?(?:, tree sha256:([0-9a-f]{64}))?$/;
const ARROW = " → ";

/** The run that a line below a test says, with or without its bullet; `undefined` for any other line. */
export function readRun(line: string): ProofRun | undefined {
  const [bullet = ""] = /^[-*+][ \t]+/.exec(line) ?? [];
  const [fence = ""] = /^`+/.exec(line.slice(bullet.length)) ?? [];
  const end = fence === "" ? -1 : line.lastIndexOf(fence + ARROW);
  const start = bullet.length + fence.length;
  if (end <= start) return undefined;
  const [, code, signal, time = "", commit, tree] = RESULT.exec(line.slice(end + fence.length + ARROW.length)) ?? [];
  const instant = instantOf(parseTime(time));
  if (instant === undefined) return undefined;
  return {
    command: line.slice(start, end).replace(/^ (.*[^ ].*) $/, "$1"),
    exitCode: code === undefined ? undefined : Number(code),
    ...(signal !== undefined && { signal }),
    timestamp: formatTime(instant),
    commit,
    tree,
  };
}

/** The line of a run, without its bullet; its command is one line. */
export function printRun({ command, exitCode, signal, timestamp, commit, tree }: ProofRun): string {
  const longest = Math.max(0, ...Array.from(command.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = /^`|`$|^ .* $/.test(command) ? " " : "";
  const result = exitCode === undefined ? `ended by ${signal}` : `exit ${exitCode}`;
  const parts = [
    result,
    timestamp,
    ...(commit === undefined ? [] : [`commit ${commit}`]),
    ...(tree === undefined ? [] : [`tree sha256:${tree}`]),
  ];
  return `${fence}${padding}${command}${padding}${fence}${ARROW}${parts.join(", ")}`;
}
