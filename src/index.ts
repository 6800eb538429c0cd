/**
 * The library: the operations of the gate, the readers of its documents, its
 * rules and types.
 *
 * Operations take a gate, which is one project, and resolve to a result. Those
 * that write take `WriteOptions` last and resolve to an `Outcome`: the result as
 * `value`, what was written, moved or removed, and `warnings`. What is absent is
 * `undefined`; times are `YYYY-MM-DDTHH:MM:SSZ` in results and milliseconds since
 * the epoch in arguments, unless said otherwise. An operation that did not happen
 * rejects with one `GateError`; its `code` says why, its `hint` what to do.
 *
 * ```ts
 * import { GateError, openGate, save, start, status } from "state-gatekeeper";
 *
 * const gate = openGate({ root: "path/to/project" });
 * await start(gate, { issue: 1234, title: "Add rate limiting" });
 * try {
 *   const { value } = await save(gate, { progress: [{ status: "completed", text: "Wrote the middleware" }] });
 *   console.log(value.message, (await status(gate)).freshness);
 * } catch (error) {
 *   if (error instanceof GateError && error.code === "LOCKED") console.log(error.hint);
 *   else throw error;
 * }
 * ```
 */

/** The word for an agent in one of its sessions, such as `claude:0198c1f2-…`: what `openGate` takes as `actor`. */
export { actorOf } from "./base/actor.ts";
/**
 * `GateError`: an operation that did not happen, with `code`, `message`, `path` and
 * `hint`. `exitCodeOf(code)` is the exit code of the program for it, 1 to 5.
 */
export { exitCodeOf, GateError, type GateErrorCode, type GateErrorOptions } from "./base/errors.ts";
/** `parseIssueNumber("007")` is 7; throws `UNSAFE_PATH` or `INVALID_ARGUMENT` for what is no issue number. */
export { parseIssueNumber } from "./base/ids.ts";
/**
 * Time as the files spell it. `parseTime` reads a text (`undefined` where it has no
 * form of a time), `freshnessOf(reading, now)` says `recent` (under 24 h), `moderate`
 * (to 48 h) or `stale`, `formatTime` writes an instant.
 */
export {
  type Freshness,
  formatTime,
  freshnessOf,
  parseTime,
  type TimeReading,
} from "./base/time.ts";
/** What `save` takes in its lists. Each text is one line; `percentage` is a whole number from 0 to 100. */
export type { DecisionInput, FileInput, ProgressInput, QuestionInput, TestInput } from "./changes/inputs.ts";
export type { ProgressStatusItem, RecentWorkItem } from "./document/content.ts";
/** What documents are made of: fields and sections with the spans where they stand, in UTF-16 units. */
export type { Document, Part, TimeField } from "./document/document.ts";
export { SCHEMA_VERSION } from "./document/document.ts";
export type { Item } from "./document/items.ts";
/**
 * Reads the text of a state file. Total: every text has a reading, nothing is
 * judged. YAML beyond plain `key: value` lines needs the `YamlReader`.
 *
 * ```ts
 * const document = parseState(decode(await readFile(".claude/state.md")));
 * document.active.issue; // { kind: "issue", issue: { number: 1234, … } }
 * ```
 */
export {
  type ActiveWork,
  type ProgressItem,
  parseState,
  type QuestionItem,
  type RecentEntry,
  type StateDocument,
} from "./document/state.ts";
export type {
  IssueReading,
  IssueReference,
  ProgressReading,
  ProgressStatus,
  RecentReading,
} from "./document/values.ts";
/** Reads the text of a work file, in the work folder or archived; total, as `parseState`. */
export { parseWork, type WorkDocument } from "./document/work.ts";
/** One project: its folder, with links resolved. */
export type { Project } from "./files/guard/project.ts";
export { type Brief, type BriefFacts, brief, makeBrief } from "./gate/agent/brief.ts";
/**
 * What an agent has to know of the active work, in at most `budget` bytes of UTF-8,
 * the most important first; `leftOut` lines found no room. Reads only, starts no
 * process. `makeBrief` composes it from facts: the same facts give the same text.
 *
 * ```ts
 * const { text } = await brief(gate, { budget: 4000 });
 * ```
 */
export type { BatchGlance } from "./gate/batch/glance.ts";
/**
 * Validates documents: all of the project, or those whose paths relative to it are
 * given. With `fix`, mends what can be mended without losing anything. Rejects with
 * `NOT_FOUND` or `INVALID_ARGUMENT` for a path that is no document; what is wrong
 * with documents is in the result, never an error.
 *
 * ```ts
 * const { errors, files } = await check(gate, { paths: [".claude/state.md"] });
 * ```
 */
export { type CheckInput, type CheckResult, check } from "./gate/documents/check.ts";
/**
 * Clears the active work: the work file is completed and archived, the issue moves
 * to Recent Work. Rejects with `NO_ACTIVE_WORK` where there is none. Interrupted
 * between two steps, it is finished by calling it again.
 *
 * ```ts
 * const { value } = await done(gate, { pullRequest: "https://github.com/o/r/pull/5" });
 * value.archivedTo; // ".claude/archive/1234.md"
 * ```
 */
export { type Done, type DoneInput, done } from "./gate/documents/done.ts";
/**
 * Makes the state file and its folders; a second time nothing changes. `adopt`
 * makes a state file of another tool one of ours, its text kept byte for byte: the
 * call is the consent.
 */
export { type Initialization, init } from "./gate/documents/init.ts";
/**
 * `merge({ base, ours, theirs, path })` merges two versions of a state or work file
 * into the file `ours`, as git's merge driver. It takes no gate: the files are git's.
 */
export { type MergeDriverInput, type MergeDriverOptions, type MergeOutcome, merge } from "./gate/documents/merge.ts";
/**
 * Lists the work files as work that could be taken up again, newest first. Reads
 * only. Of more than 300 it lists the newest ten, and `complete` is false; with
 * `{ full: true }` it reads them all. `reconstructFrom` makes one of them the active
 * work: the call is the consent. It rejects with `NOT_FOUND` where there is no such work file, and with
 * `INVALID_ARGUMENT` while another issue is active.
 *
 * ```ts
 * const { suggestions } = await reconstruct(gate);
 * if (suggestions[0]) await reconstructFrom(gate, suggestions[0].issueNumber);
 * ```
 */
export {
  type ReconstructInput,
  type Reconstruction,
  reconstruct,
  reconstructFrom,
  type Suggestion,
} from "./gate/documents/reconstruct.ts";
/**
 * Records where the active work stands. The lists for the state file replace those
 * that are there, an absent list stays; the rest is added to the work file. Rejects
 * with `NO_ACTIVE_WORK`, its hint naming what could be resumed, and with
 * `INVALID_ARGUMENT` for text with control characters. Completed items, or most of
 * a list, that are no longer there afterwards are named in `warnings`.
 *
 * ```ts
 * await save(gate, { nextSteps: ["Review"], log: ["Tests are green"] }, { ifMatch: revision });
 * ```
 */
export { type Save, type SaveInput, save } from "./gate/documents/save.ts";
/**
 * Makes an issue the active work and opens its work file; the issue that is active
 * already is resumed. Without a title it is taken from the work file, then from
 * `gh`; `INVALID_ARGUMENT` where neither knows. `started` is `YYYY-MM-DDTHH:MM:SSZ`.
 *
 * ```ts
 * const { value } = await start(gate, { issue: 1234, title: "Add rate limiting", branch: "feature/limits" });
 * value.resumed; // false
 * ```
 */
export { type Start, type StartInput, start } from "./gate/documents/start.ts";
export { type Verification, verify } from "./gate/documents/verify.ts";
/**
 * Opens the project that `root` names or `cwd` is in; throws `NOT_FOUND` where there
 * is none. `lockTimeout` is in milliseconds; `clock` and `actor` are for tests and
 * for programs that write in somebody's name. Nothing is read or written yet.
 */
export { type Gate, type GateOptions, openGate, type WriteOptions } from "./gate/gate.ts";
/**
 * What a change did, as a unified diff: the newest change of the state document, of
 * an issue's work file, or the one of an id, which may be cut short as long as one
 * entry is meant. Reads only. Rejects with `NOT_FOUND` where there is none, and with
 * `INVALID_ARGUMENT` for an id that may be several.
 *
 * ```ts
 * const { diff: text } = await diff(gate, { id: entries[0].id, now: true });
 * ```
 */
export { type Diff, type DiffInput, diff } from "./gate/history/diff.ts";
/**
 * What changed the documents, newest first, as far as it is kept: the newest 25
 * changes of a document and those of 30 days, whichever is more. Reads only.
 *
 * ```ts
 * const { entries } = await history(gate, { paths: [".claude/state.md"], limit: 10 });
 * ```
 */
export { type Change, type History, type HistoryInput, type HistoryItem, history } from "./gate/history/history.ts";
/**
 * Puts a document back to what it was before the newest change not yet undone, or
 * before the one of an id; with `redo` forward again. Byte for byte, damaged or not:
 * `warnings` say so. Rejects with `NOT_FOUND` where nothing is left to undo or redo,
 * and with `FOREIGN_FORMAT` for a document that the gate never wrote.
 *
 * ```ts
 * const { value } = await undo(gate);
 * value.entries; // what is undone
 * await undo(gate, { redo: true });
 * ```
 */
export { type Undo, type UndoInput, undo } from "./gate/history/undo.ts";
/** Says whether the work file of an issue is there and can be trusted. Reads only, and never rejects because it is not. */
/**
 * `install(gate, { agents: ["claude"], mcp: true })` enters the program into the settings
 * of agents and git, `uninstall(gate)` takes it out again. They are the only operations
 * that write outside of `.claude`, and they ask nobody.
 */
export {
  type Installation,
  type InstalledFile,
  type InstallInput,
  type InstallOptions,
  install,
  uninstall,
} from "./gate/install/install.ts";
/** What operations that write resolve to; `before` and `after` of a written document are its text. */
export type { Outcome, Written } from "./gate/outcome.ts";
export { planRecovery, type RecoverInput, type RecoveryPlan } from "./gate/recovery/plan.ts";
/**
 * Rebuilds a damaged document: what is left of it, then its history, the work files
 * and the archive. The call is the consent; `planRecovery` says first what would be
 * written and what would be lost, and takes the same input. With `plan`, exactly
 * that is written, or `CONFLICT` where the file changed since. Rejects with
 * `CONSENT_REQUIRED` where git conflicts need a `side`, with `FOREIGN_FORMAT` and
 * `UNSUPPORTED_VERSION` for what is not to be touched. A document in order is left
 * alone: `recovered` is false.
 *
 * ```ts
 * const plan = await planRecovery(gate, { side: "ours" });
 * if (plan.needed && plan.lost.length === 0) await recover(gate, { side: "ours", plan });
 * ```
 */
export { type Recovery, recover } from "./gate/recovery/recover.ts";
/** What git says of the active work, in `status`. */
export type { GitStatus, GitStatusOptions } from "./gate/view/git-status.ts";
/**
 * The active work, how fresh it is, and what is wrong with the state file. Reads
 * only. A file that is missing, damaged or somebody else's is an answer, not an
 * error: `exists`, `valid` and `problems` say which. `git` says what happened in the
 * checkout since the last save; `{ counts: "cheap" }` starts no process for it,
 * `{ counts: "none" }` counts nothing.
 */
export { type Status, status } from "./gate/view/status.ts";
/**
 * Watches the project in a folder, which need not be there yet: `ready` first, then
 * its `state`, its `batch` if there is one and what is wrong besides, then what
 * changes, as it changes and as the clock goes on. Reads only. It never ends by
 * itself: leave the loop, call `return`, or give a `signal`. Who is slow to ask for
 * the next event gets fewer of them, and always the last state. What cannot be
 * looked at is an `error` event, not a rejection.
 *
 * ```ts
 * for await (const event of watchProject("path/to/project")) {
 *   if (event.event === "freshness" && event.to === "stale") console.log(event.hoursSinceUpdate);
 *   if (event.event === "state" && event.exists && !event.valid) break;
 * }
 * ```
 */
export type {
  BatchEvent,
  ErrorEvent,
  FreshnessEvent,
  ProblemEvent,
  ReadyEvent,
  RecoveredEvent,
  ResolvedEvent,
  StateEvent,
  WatchEvent,
  WorkEvent,
} from "./gate/watch/events.ts";
export type { WatchOptions, WatchSignal } from "./gate/watch/project-watch.ts";
export { watchProject } from "./gate/watch/watch-project.ts";
/** Records: batches, runs and key-value state. */
export * from "./index-records.ts";
/**
 * The rules: a document with facts about it gives diagnostics, sorted
 * by position. `now` is the only fact that must be given.
 *
 * ```ts
 * const diagnostics = checkState(document, { now: Date.now() });
 * if (hasErrors(diagnostics)) console.log(diagnostics[0].message);
 * ```
 */
export { checkState, checkWork, fixesOf, hasErrors } from "./rules/check.ts";
export type { CheckedFile, Problem } from "./rules/report.ts";
export type { Diagnostic, Facts, Severity } from "./rules/rule.ts";
/** What a recovery works with: conflicts and their sides, where parts came from, how much of each is kept. */
export type { Conflict, Side } from "./salvage/conflict.ts";
export type { Kept } from "./salvage/salvage-state.ts";
export type { PartName, PartSource } from "./salvage/source.ts";
/** Parses YAML for the readers, should frontmatter need it; the caller chooses the parser. */
export type { Frontmatter, YamlReader } from "./syntax/frontmatter.ts";
/** Changes as data: `applyEdits(text, fixesOf(diagnostics))` leaves every character outside the edits as it was. */
export { applyEdits, type Edit, type Span } from "./text/edit.ts";
/**
 * Bytes as text, and back: `encode(source, source.text)` are the bytes that `source`
 * was decoded from, unless they were not UTF-8. `revisionOf` is the digest that
 * results carry as `revision` and `ifMatch` takes.
 */
export { decode, encode, revisionOf, type Source } from "./text/source.ts";
