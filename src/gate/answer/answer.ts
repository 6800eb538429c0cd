/**
 * Results as every surface gives them: the object of `--json` is also what a tool
 * answers with, key by key in the same order.
 */
import { toWire } from "../../json/wire.ts";
import type { Outcome } from "../outcome.ts";
import type { Changes } from "./patch.ts";

/** What an operation has to say to a program. */
export interface Result {
  /** The keys of the JSON object in their order, in camelCase. */
  readonly result: object;
  /** What a write did or would do; in a dry run its diff goes with the result. */
  readonly changes?: Changes;
  /** What a write wants known; every operation that writes has them. */
  readonly warnings?: readonly string[];
}

/** What an operation that writes has to say. */
export function resultOf({ value, written, moved, removed, warnings }: Outcome<object>): Result {
  return { result: value, changes: { written, moved, removed }, warnings };
}

/** The diff of a dry run; absent for anything else. */
export async function diffOf({ changes }: Result, dryRun: boolean): Promise<string | undefined> {
  // What makes diffs is loaded by those who need one.
  return changes && dryRun ? (await import("./patch.ts")).patchOf(changes) : undefined;
}

/** All of it as one object. */
export function answerOf({ result, warnings }: Result, diff: string | undefined): object {
  return { ...result, ...(diff !== undefined && { dryRun: true, diff }), ...(warnings && { warnings }) };
}

/** The object that goes over the wire. */
export function answerToWire(answer: Result, diff: string | undefined): unknown {
  return toWire(answerOf(answer, diff));
}
