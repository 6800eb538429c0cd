/** The public types, checked by the compiler: what a caller may pass, and what comes back. */
import { expectTypeOf, test } from "vitest";
import type * as library from "../../src/index.ts";
import type {
  BatchCreated,
  BatchOptions,
  BatchReport,
  CheckInput,
  CheckResult,
  ClaimInput,
  CompleteInput,
  CreateBatchInput,
  Diagnostic,
  Diff,
  DiffInput,
  Done,
  DoneInput,
  Facts,
  FeatureClaimed,
  FeatureEnded,
  Freshness,
  Gate,
  GateErrorCode,
  GateOptions,
  GitStatusOptions,
  History,
  HistoryInput,
  Initialization,
  Installation,
  InstallInput,
  InstallOptions,
  KvLoad,
  KvSave,
  KvSaveInput,
  KvSession,
  LoadedRun,
  MergeDriverInput,
  MergeDriverOptions,
  MergeOutcome,
  Outcome,
  Problem,
  ProgressInput,
  ReconstructInput,
  Reconstruction,
  Save,
  SaveInput,
  Source,
  Start,
  StartInput,
  StateDocument,
  Status,
  Undo,
  UndoInput,
  Verification,
  WatchEvent,
  WatchOptions,
  WorkDocument,
  WriteOptions,
  YamlReader,
} from "../../src/index.ts";

type Library = typeof library;

test("operations take a gate and resolve to their results", () => {
  expectTypeOf<Library["openGate"]>().toEqualTypeOf<(options?: GateOptions) => Gate>();
  expectTypeOf<Library["install"]>().toEqualTypeOf<
    (gate: Gate, input: InstallInput, options?: InstallOptions) => Promise<Outcome<Installation>>
  >();
  expectTypeOf<Library["merge"]>().toEqualTypeOf<
    (input: MergeDriverInput, options?: MergeDriverOptions) => Promise<MergeOutcome>
  >();
  expectTypeOf<Library["status"]>().toEqualTypeOf<(gate: Gate, options?: GitStatusOptions) => Promise<Status>>();
  expectTypeOf<Library["verify"]>().toEqualTypeOf<(gate: Gate, issue: number) => Promise<Verification>>();
  expectTypeOf<Library["reconstruct"]>().toEqualTypeOf<
    (gate: Gate, input?: ReconstructInput) => Promise<Reconstruction>
  >();
  type Write<Input, Result> = (gate: Gate, input: Input, options?: WriteOptions) => Promise<Outcome<Result>>;
  expectTypeOf<Library["start"]>().toEqualTypeOf<Write<StartInput, Start>>();
  expectTypeOf<Library["save"]>().toEqualTypeOf<Write<SaveInput, Save>>();
  expectTypeOf<Library["reconstructFrom"]>().toEqualTypeOf<Write<number, Start>>();
  expectTypeOf<Library["done"]>().toEqualTypeOf<
    (gate: Gate, input?: DoneInput, options?: WriteOptions) => Promise<Outcome<Done>>
  >();
  expectTypeOf<Library["init"]>().returns.resolves.toEqualTypeOf<Outcome<Initialization>>();
  expectTypeOf<Library["undo"]>().toEqualTypeOf<
    (gate: Gate, input?: UndoInput, options?: WriteOptions) => Promise<Outcome<Undo>>
  >();
  expectTypeOf<Library["history"]>().toEqualTypeOf<(gate: Gate, input?: HistoryInput) => Promise<History>>();
  expectTypeOf<Library["diff"]>().toEqualTypeOf<(gate: Gate, input?: DiffInput) => Promise<Diff>>();
  expectTypeOf<Library["check"]>().toEqualTypeOf<
    (gate: Gate, input?: CheckInput, options?: WriteOptions) => Promise<CheckResult>
  >();
});

test("a watch is an iterable of events that can be told apart", () => {
  expectTypeOf<Library["watchProject"]>().toEqualTypeOf<
    (root: string, options?: WatchOptions) => AsyncIterableIterator<WatchEvent>
  >();
  expectTypeOf<AbortSignal>().toExtend<NonNullable<WatchOptions["signal"]>>();
  expectTypeOf<Extract<WatchEvent, { event: "state" }>>().toExtend<Status>();
  expectTypeOf<Extract<WatchEvent, { event: "work" }>>().toExtend<Verification>();
  expectTypeOf<Extract<WatchEvent, { event: "problem" }>>().toExtend<Problem>();
});

test("readers and rules are pure functions of their arguments", () => {
  expectTypeOf<Library["decode"]>().toEqualTypeOf<(bytes: Uint8Array) => Source>();
  expectTypeOf<Library["parseState"]>().toEqualTypeOf<(source: Source, readYaml?: YamlReader) => StateDocument>();
  expectTypeOf<Library["parseWork"]>().toEqualTypeOf<(source: Source, readYaml?: YamlReader) => WorkDocument>();
  expectTypeOf<Library["checkState"]>().toEqualTypeOf<
    (document: StateDocument, facts: Facts) => readonly Diagnostic[]
  >();
  expectTypeOf<Library["checkWork"]>().toEqualTypeOf<(document: WorkDocument, facts: Facts) => readonly Diagnostic[]>();
});

test("absent is undefined, and lists are read-only", () => {
  expectTypeOf<Status["freshness"]>().toEqualTypeOf<Freshness | undefined>();
  expectTypeOf<Status["issueNumber"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Status["problems"]>().toEqualTypeOf<readonly Problem[]>();
  expectTypeOf<ProgressInput["status"]>().toEqualTypeOf<"completed" | "in_progress" | "pending" | "blocked">();
  expectTypeOf<{ issue: number }>().toExtend<StartInput>();
  expectTypeOf<{ issue: string }>().not.toExtend<StartInput>();
  expectTypeOf<{ progress: [{ status: "done"; text: string }] }>().not.toExtend<SaveInput>();
  expectTypeOf<{ now: number }>().toExtend<Facts>();
});

test("errors have one of a closed set of codes", () => {
  expectTypeOf<InstanceType<Library["GateError"]>["code"]>().toEqualTypeOf<GateErrorCode>();
  expectTypeOf<InstanceType<Library["GateError"]>["hint"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<"LOCKED">().toExtend<GateErrorCode>();
  expectTypeOf<"OTHER">().not.toExtend<GateErrorCode>();
});

test("batches, keys and runs", () => {
  type Write<Input, Result> = (gate: Gate, input: Input, options?: WriteOptions) => Promise<Outcome<Result>>;
  expectTypeOf<Library["createBatch"]>().toEqualTypeOf<Write<CreateBatchInput, BatchCreated>>();
  expectTypeOf<Library["completeFeature"]>().toEqualTypeOf<Write<CompleteInput, FeatureEnded>>();
  expectTypeOf<Library["claimNextFeature"]>().toEqualTypeOf<Write<ClaimInput, FeatureClaimed>>();
  expectTypeOf<Library["batchStatus"]>().toEqualTypeOf<(gate: Gate, input?: BatchOptions) => Promise<BatchReport>>();
  expectTypeOf<Library["openBatch"]>().toEqualTypeOf<(gate: Gate) => KvSession>();
  expectTypeOf<{ index: number; backend: "redis"; batchId: string }>().toExtend<CompleteInput>();
  expectTypeOf<{ index: number; backend: "mongo" }>().not.toExtend<CompleteInput>();
  expectTypeOf<Library["kvSave"]>().toEqualTypeOf<Write<KvSaveInput, KvSave>>();
  expectTypeOf<KvLoad["value"]>().toEqualTypeOf<unknown>();
  expectTypeOf<Library["loadRun"]>().returns.resolves.toEqualTypeOf<LoadedRun>();
});
