/**
 * Judges what somebody else is about to do to a file of the state tree, and what
 * was done to it. Reads only.
 *
 * What would be written is refused where it would damage the file: where the result has an
 * error that the file does not have now. What is damaged already may be mended in
 * steps, what is somebody else's is left to them, and what is new to the gate and
 * has no name of ours is nobody's damage.
 */
import { attempt } from "../../base/errors.ts";
import { isForeign } from "../../document/ours.ts";
import type { StateDocument } from "../../document/state.ts";
import { MAX_BYTES } from "../../files/read/read.ts";
import { hasVersions } from "../../files/record/versions.ts";
import { readDocument } from "../../pipeline/processor.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import type { Diagnostic } from "../../rules/rule.ts";
import { decode } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { bytesOfPath } from "../view/bytes.ts";
import { isGuarding } from "../view/guard.ts";
import { LEFT_ALONE } from "../view/ownership.ts";
import { insteadOf, kindOfPath, type ProtectedKind } from "../view/paths.ts";
import { readState, readWork, workFacts, yamlFor } from "../view/read.ts";
import { insteadOfEdit } from "./instead.ts";
import { isQuoting } from "./quoting.ts";
import { listOf, sentence } from "./refusal.ts";
import { protectedKind } from "./refuse-act.ts";

/** Why these bytes must not become the file, with what to do instead; `undefined` where they may. */
export async function refuseWrite(gate: Gate, path: string, bytes: Uint8Array): Promise<string | undefined> {
  const kind = kindOfPath(path);
  if (kind === undefined && !isGuarding(gate)) return undefined;
  if (kind === undefined) return await (await import("./refuse-guarded.ts")).refuseGuardedWrite(gate, path, bytes);
  const faults = await faultsOf(gate, kind, path, bytes);
  if (faults.length === 0) return undefined;
  const now = attempt(() => bytesOfPath(gate, path));
  return sentence(`${path} would be damaged`, faults, insteadOfEdit(kind, now, bytes));
}

/** Whether a document of this text would have no errors; the gate reads it as its own. */
export async function isSoundText(gate: Gate, path: string, bytes: Uint8Array): Promise<boolean> {
  const kind = await protectedKind(gate, path);
  if ((kind !== "state" && kind !== "work") || bytes.length > MAX_BYTES) return false;
  return errorsIn(await diagnose(gate, kind, path, bytes)).length === 0;
}

/**
 * What is wrong with a file after a tool has touched it, in words; `undefined` where it is in
 * order. What others have written into it, not the agent, is not repeated.
 */
export async function complainAbout(gate: Gate, path: string, byOthers = false): Promise<string | undefined> {
  const kind = await protectedKind(gate, path);
  if (kind === undefined && isGuarding(gate)) {
    return await (await import("./refuse-guarded.ts")).complainAboutGuarded(gate, path);
  }
  if (kind === undefined || kind === "own") return undefined;
  if (kind === "batch" || kind === "store") {
    const bytes = bytesOfPath(gate, path);
    const fault = bytes && (await faultOfRecord(path, bytes));
    return fault === undefined ? undefined : sentence(`${path} is damaged`, [fault], insteadOf(kind));
  }
  const { document, diagnostics } = kind === "state" ? await readState(gate) : await readWork(gate, path);
  if (diagnostics.some(({ rule }) => LEFT_ALONE.has(rule))) return undefined;
  const problems = problemsOf(document?.text ?? "", diagnostics).filter(
    ({ severity, fixable }) => severity === "error" || fixable,
  );
  if (problems.length === 0) return undefined;
  const isDamaged = problems.some(({ severity }) => severity === "error");
  const mend = isDamaged
    ? `Mend what is named, or run \`${kind === "state" ? "gate recover" : `gate check ${path}`}\``
    : `Run \`gate check --fix ${path}\``;
  return `${path} is ${isDamaged ? "damaged" : "not in order"}:\n${listOf(problems.map(byOthers ? plainWordsOf : wordsOf))}\n${mend}. To change it use ${insteadOf(kind)}.`;
}

async function faultsOf(gate: Gate, kind: ProtectedKind, path: string, bytes: Uint8Array): Promise<readonly string[]> {
  if (kind === "own") return ["it is the gate's own"];
  if (kind !== "state" && (await protectedKind(gate, path)) === undefined) return [];
  if (DATABASE.test(path)) return ["it is a database, which no text is written to"];
  if (kind === "batch" || kind === "store") {
    const now = attempt(() => bytesOfPath(gate, path));
    const before = now && (await faultOfRecord(path, now));
    const after = await faultOfRecord(path, bytes);
    return after === undefined || before !== undefined ? [] : [after];
  }
  const now = kind === "state" ? await readState(gate) : await readWork(gate, path);
  const before = errorsIn(now.diagnostics);
  // Somebody else's, or something that no tool for text will write to as it thinks.
  if (now.exists && (!now.bytes || before.some(({ rule }) => LEFT_ALONE.has(rule)))) return [];
  if (bytes.length > MAX_BYTES) return ["file-too-large: it would be larger than 1 MiB"];
  const after = errorsIn(await diagnose(gate, kind, path, bytes));
  // Another tool's file where there was none is no damage.
  if (!now.exists && after.some(({ rule }) => rule === "foreign-format")) return [];
  const known = countRules(before);
  const added = after.filter(({ rule }) => {
    const left = known.get(rule) ?? 0;
    known.set(rule, left - 1);
    return left <= 0;
  });
  return problemsOf(decode(bytes).text, added).map(wordsOf);
}

/** What is wrong with a text in the place of a document; of the facts only those errors depend on. */
async function diagnose(
  gate: Gate,
  kind: ProtectedKind,
  path: string,
  bytes: Uint8Array,
): Promise<readonly Diagnostic[]> {
  const source = decode(bytes);
  const readYaml = await yamlFor(source.text);
  if (kind !== "state") {
    return readDocument("work", source, { readYaml, factsOf: () => workFacts(gate, path) }).messages;
  }
  const factsOf = (document: StateDocument) => {
    const foreign = isForeign(document) && { hasHistory: hasVersions(gate.project, path) };
    return { now: gate.clock(), ...foreign };
  };
  return readDocument("state", source, { readYaml, factsOf }).messages;
}

async function faultOfRecord(path: string, bytes: Uint8Array): Promise<string | undefined> {
  return await (await import("../view/records.ts")).faultOfBytes(path, bytes);
}

const DATABASE = /\.(?:db|sqlite3?)(?:-\w+)?$/;

function errorsIn(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

function countRules(diagnostics: readonly Diagnostic[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of diagnostics) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

function wordsOf({ line, column, rule, message }: Problem): string {
  return `line ${line}, column ${column}: ${rule}: ${message}`;
}

function plainWordsOf(problem: Problem): string {
  return isQuoting(problem.message)
    ? `line ${problem.line}, column ${problem.column}: ${problem.rule}`
    : wordsOf(problem);
}
