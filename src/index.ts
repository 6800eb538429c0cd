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

/** What `parseMarkdown` gives. */
export type {
  Blockquote,
  Code,
  Definition,
  Heading,
  Html,
  List,
  ListItem,
  Paragraph,
  Root,
  RootContent,
  Text,
  ThematicBreak,
  Yaml,
} from "mdast";
export { actorOf } from "./base/actor.ts";
export { exitCodeOf, GateError, type GateErrorCode, type GateErrorOptions } from "./base/errors.ts";
export { parseIssueNumber } from "./base/ids.ts";
export {
  type Freshness,
  formatTime,
  freshnessOf,
  parseTime,
  type TimeReading,
} from "./base/time.ts";
export type { DecisionInput, FileInput, ProgressInput, QuestionInput, TestInput } from "./changes/inputs.ts";
export type { ProgressStatusItem, RecentWorkItem } from "./document/content.ts";
export type { Document, Part, TimeField } from "./document/document.ts";
export { SCHEMA_VERSION } from "./document/document.ts";
export type { Item } from "./document/items.ts";
export type { OpenEnds } from "./document/open-ends.ts";
export {
  type ActiveWork,
  type ProgressItem,
  parseState,
  type QuestionItem,
  type RecentEntry,
  type StateDocument,
} from "./document/state.ts";
export type { Proof, ProofRun, ProofState } from "./document/tests.ts";
export type {
  IssueReading,
  IssueReference,
  ProgressReading,
  ProgressStatus,
  RecentReading,
} from "./document/values.ts";
export { parseWork, type WorkDocument } from "./document/work.ts";
export type { LogContent, Progress, TestContent, WorkContent } from "./document/work-content.ts";
export type { Project } from "./files/guard/project.ts";
export { brief } from "./gate/agent/brief.ts";
export type { BriefFacts } from "./gate/agent/brief-parts.ts";
export type { Brief } from "./gate/agent/compose.ts";
export { makeBrief } from "./gate/agent/make-brief.ts";
export type { BatchGlance } from "./gate/batch/glance.ts";
export type { ClaimInput as IssueClaimInput, IssueClaim } from "./gate/claims/claim.ts";
export {
  type Claimed,
  type Claims,
  claimIssue,
  listClaims,
  type Released,
  releaseIssue,
} from "./gate/claims/claims.ts";
export {
  type AtomicOptions,
  type AtomicWritten,
  atomicWrite,
  type LockedFile,
  saveStateAtomic,
  withFileLock,
} from "./gate/commit/atomic-write.ts";
export { type CheckInput, type CheckResult, check } from "./gate/documents/check.ts";
export {
  type Checkpointed,
  type CheckpointInput,
  checkpoint,
  saveAgentCheckpoint,
} from "./gate/documents/checkpoint.ts";
export { type Done, type DoneInput, done } from "./gate/documents/done.ts";
export { type Grown, type GrownItem, grow } from "./gate/documents/grow.ts";
export { type Initialization, init } from "./gate/documents/init.ts";
export { type IssueList, type ListedIssue, type ListInput, list } from "./gate/documents/list.ts";
export { type MergeDriverInput, type MergeDriverOptions, type MergeOutcome, merge } from "./gate/documents/merge.ts";
export { type Proved, type ProveInput, prove } from "./gate/documents/prove.ts";
export {
  type ReconstructInput,
  type Reconstruction,
  reconstruct,
  reconstructFrom,
  type Suggestion,
} from "./gate/documents/reconstruct.ts";
export { type Save, type SaveInput, save } from "./gate/documents/save.ts";
export { type Found, type Match, type SearchInput, search } from "./gate/documents/search.ts";
export { type Shown, type ShownProblem, show } from "./gate/documents/show.ts";
export { type Start, start } from "./gate/documents/start.ts";
export type { StartInput } from "./gate/documents/start-input.ts";
export { type Ticked, type TickInput, tick } from "./gate/documents/tick.ts";
export { type Verification, verify } from "./gate/documents/verify.ts";
export { type Gate, type GateOptions, openGate, type WriteOptions } from "./gate/gate.ts";
export { type Blame, type BlamedLine, blame } from "./gate/history/blame.ts";
export { type Diff, type DiffInput, diff } from "./gate/history/diff.ts";
export { type Change, type History, type HistoryInput, type HistoryItem, history } from "./gate/history/history.ts";
export { type RestoreInput, restore, type Undo, type UndoInput, undo } from "./gate/history/undo.ts";
export {
  type Guarded,
  type GuardedPattern,
  type GuardInput,
  type GuardList,
  guard,
  guardList,
} from "./gate/install/guard.ts";
export {
  type Installation,
  type InstalledFile,
  type InstallInput,
  type InstallOptions,
  install,
  uninstall,
} from "./gate/install/install.ts";
export { type GuardSuggestion, type GuardSuggestions, suggestGuards } from "./gate/install/suggest-guards.ts";
export type { Outcome, Written } from "./gate/outcome.ts";
export { planRecovery, type RecoverInput, type RecoveryPlan } from "./gate/recovery/plan.ts";
export { type Recovery, recover } from "./gate/recovery/recover.ts";
export type { GitStatus, GitStatusOptions } from "./gate/view/git-status.ts";
export { type Status, status } from "./gate/view/status.ts";
export type {
  BatchEvent,
  ErrorEvent,
  FreshnessEvent,
  GuardedEvent,
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
export { checkState, checkWork, fixesOf, hasErrors } from "./rules/check.ts";
export type { CheckedFile, Problem } from "./rules/report.ts";
export type { Diagnostic, Facts, Severity } from "./rules/rule.ts";
export type { Conflict, Side } from "./salvage/conflict.ts";
export type { Kept } from "./salvage/salvage-state.ts";
export type { PartName, PartSource } from "./salvage/source.ts";
export type { Frontmatter, YamlReader } from "./syntax/frontmatter.ts";
export { parseMarkdown } from "./syntax/parse-markdown.ts";
export { applyEdits, type Edit, type Span } from "./text/edit.ts";
export { decode, encode, revisionOf, type Source } from "./text/source.ts";
