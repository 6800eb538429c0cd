/**
 * From the disk to documents with what the rules say of them. Reading takes no lock,
 * writes nothing and never throws because a document is missing or damaged.
 */
import { GateError, type GateErrorCode } from "../../base/errors.ts";
import { isForeign, isForeignWork } from "../../document/ours.ts";
import { activeIssue, type StateDocument } from "../../document/state.ts";
import { type WorkDocument, type WorkStatus, workFrom } from "../../document/work.ts";
import { readWorkHead } from "../../document/work-head.ts";
import type { ReadAttempt } from "../../files/read/read.ts";
import { hasVersions } from "../../files/record/versions.ts";
import { factsOfPath } from "../../pipeline/path.ts";
import { type ReadDocument, readDocument } from "../../pipeline/processor.ts";
import { hasErrors } from "../../rules/check.ts";
import { mayBeLocal } from "../../rules/missing-url.ts";
import { checkGone } from "../../rules/rolled-back.ts";
import type { Diagnostic, Facts } from "../../rules/rule.ts";
import { checkInterrupted } from "../../rules/unfinished-operation.ts";
import { needsYaml, type YamlReader } from "../../syntax/frontmatter.ts";
import { indexLines } from "../../text/lines.ts";
import { decode, revisionOf } from "../../text/source.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { factsOf, failed, type Loaded, load, loadedFrom, loadTolerantly, localTime } from "./facts.ts";
import { recordedBranch } from "./git-status.ts";
import { findInterrupted } from "./interrupted.ts";
import { newerFact } from "./newer.ts";
import { unmergedFact } from "./unmerged.ts";

export type AnyDocument = StateDocument | WorkDocument;

/** A document as it is on disk now. `document` is absent where the file could not be read as text at all. */
export interface Snapshot<D> {
  readonly path: string;
  readonly exists: boolean;
  readonly bytes?: Uint8Array;
  readonly document?: D;
  readonly diagnostics: readonly Diagnostic[];
  /** What is known around a state document. */
  readonly facts?: Facts;
  /** The digest of the bytes. */
  readonly revision?: string;
}

export type StateSnapshot = Snapshot<StateDocument>;
export type WorkSnapshot = Snapshot<WorkDocument>;

/** Loads the YAML parser only for a text whose frontmatter needs it. */
export async function yamlFor(text: string): Promise<YamlReader | undefined> {
  if (!needsYaml(text)) return undefined;
  return (await import("../../syntax/yaml/read-yaml.ts")).readYaml;
}

/** Reads the state document, or takes what was read of it just now. */
export async function readState(gate: Gate, file: Loaded = load(gate, STATE_PATH)): Promise<StateSnapshot> {
  const { bytes } = file;
  if (!bytes) {
    const interrupted = await findInterrupted(gate, () => undefined);
    const gone = file.exists ? [] : checkGone(newerFact(gate, STATE_PATH, undefined).newer);
    const diagnostics = [...file.diagnostics, ...gone, ...checkInterrupted(interrupted)];
    return { path: STATE_PATH, exists: file.exists, diagnostics };
  }
  const { document, messages, facts } = await judgeState(gate, bytes, (state) => stateFacts(gate, state, file));
  return {
    ...{ path: STATE_PATH, exists: true, bytes, document, diagnostics: messages, facts },
    // Most readers do not ask for it, and making digests has to be loaded.
    get revision() {
      return revisionOf(bytes);
    },
  };
}

/** A work file that cannot be read is a finding: one of many must not stop what concerns the others. */
export async function readWork(gate: Gate, path: string): Promise<WorkSnapshot> {
  const snapshot = await snapshotOf(gate, path, loadTolerantly(gate, path));
  return snapshot.bytes ? { ...snapshot, revision: revisionOf(snapshot.bytes) } : snapshot;
}

/** A work file that was read already, one of many; without its digest, which nobody asks for there. */
export async function judgeWork(gate: Gate, path: string, result: ReadAttempt): Promise<WorkSnapshot> {
  const loaded = result.kind === "failed" ? failed(result.error) : loadedFrom(gate, result);
  return await snapshotOf(gate, path, { ...loaded, isMany: true });
}

/** A file as it was loaded, and whether it is one of many that are. */
type Looked = Loaded & { readonly isMany?: boolean };

async function snapshotOf(gate: Gate, path: string, { bytes, exists, ...file }: Looked): Promise<WorkSnapshot> {
  if (!bytes) return { path, exists, diagnostics: file.diagnostics };
  const { document, messages } = await judgeAsWork(gate, path, bytes, { ...file, bytes });
  return { path, exists: true, bytes, document, diagnostics: messages };
}

/** Bytes in the place of the document at a path, through the processor; `modified` is when they were written. */
export async function judge(gate: Gate, path: string, bytes: Uint8Array): Promise<ReadDocument<AnyDocument>> {
  if (path !== STATE_PATH) return await judgeAsWork(gate, path, bytes);
  return await judgeState(gate, bytes, (document) => stateFacts(gate, document));
}

/** Bytes as the state document, with what is known around it. */
export async function judgeState(
  gate: Gate,
  bytes: Uint8Array,
  factsAround: (document: StateDocument) => Facts,
): Promise<ReadDocument<StateDocument>> {
  const interrupted = await findInterrupted(gate, () => revisionOf(bytes));
  const source = decode(bytes);
  const factsOf = (document: StateDocument) => ({
    ...factsAround(document),
    ...(interrupted && { unfinished: interrupted }),
  });
  return readDocument("state", source, { readYaml: await yamlFor(source.text), factsOf });
}

async function judgeAsWork(gate: Gate, path: string, bytes: Uint8Array, file?: Partial<Looked>) {
  const source = decode(bytes);
  const readYaml = await yamlFor(source.text);
  const factsOf = (document: WorkDocument) => ({
    ...workFacts(gate, path, file),
    ...(isForeignWork(document) && { hasHistory: hasVersions(gate.project, path) }),
    ...(mayBeLocal(document) && { hasHistory: isOfGate(gate, path) }),
  });
  return readDocument("work", source, { readYaml, factsOf });
}

/** Whether the gate has written a work file; what was written before it was archived is kept under its name before. */
function isOfGate({ project }: Gate, path: string): boolean {
  return (
    hasVersions(project, path) || hasVersions(project, path.replace(/archive\/(\d+)(?:\.\w[^/]*)?\.md$/, "work/$1.md"))
  );
}

/** The facts about the state document. */
export function stateFacts(gate: Gate, document: StateDocument, file: Pick<Loaded, "modified" | "bytes"> = {}): Facts {
  const named = { issue: activeNumber(document), branch: recordedBranch(document) };
  return {
    ...factsOf(gate, named, file, statusIn),
    ...(isForeign(document) && { hasHistory: hasVersions(gate.project, STATE_PATH) }),
  };
}

/** The status that a work file records. */
export function statusIn(bytes: Uint8Array): WorkStatus | undefined {
  const source = decode(bytes);
  const head = readWorkHead(source.text);
  return head ? head.status : workFrom(source, {}).status;
}

export function workFacts(gate: Gate, path: string, { modified, bytes, isMany }: Partial<Looked> = {}): Facts {
  return {
    now: gate.clock(),
    localTime,
    ...factsOfPath(path),
    ...(modified !== undefined && { modified }),
    ...(bytes && { ...newerFact(gate, path, bytes, { isMany }), ...unmergedFact(gate.project, path, isMany) }),
  };
}

/** The number of the active issue, where it has one. */
export function activeNumber(document: StateDocument): number | undefined {
  return activeIssue(document)?.number;
}

/** The first thing that is wrong with a document that is left as it is, as a warning. */
export function damageOf(snapshot: Snapshot<unknown>): string {
  const { path, diagnostics } = snapshot;
  if (isForeignHere(snapshot)) return `${path} belongs to another program or a person, and was left as it is`;
  const error = diagnostics.find(({ severity }) => severity === "error")!;
  return `${path} cannot be trusted and was left as it is: ${error.rule}: ${error.message}`;
}

/** Whether a document is somebody else's, which for a work file is no fault. */
export function isForeignHere({ diagnostics }: Snapshot<unknown>): boolean {
  return diagnostics.some(({ rule }) => rule === "foreign-format");
}

/** Whether a document is left as it is: it cannot be trusted, or is somebody else's. */
export function isLeftAlone(snapshot: Snapshot<unknown>): boolean {
  return isForeignHere(snapshot) || hasErrors(snapshot.diagnostics.filter((each) => !isReplaced(snapshot, each)));
}

/** Nothing is read from documents that are somebody else's or in a format not known yet. */
const UNREAD: ReadonlySet<string> = new Set(["foreign-format", "unsupported-version"]);

/** The document as far as anything may be read from it, damaged or not. */
export function readableIn<D>({ document, diagnostics }: Snapshot<D>): D | undefined {
  return diagnostics.some(({ rule }) => UNREAD.has(rule)) ? undefined : document;
}

/** What nothing can be made of: not ours, not of this version, not a file. */
const UNTOUCHABLE: ReadonlySet<string> = new Set([
  ...UNREAD,
  ...["symbolic-link", "not-a-regular-file", "wrong-case", "unreadable-file"],
]);

/** Whether a document is not to be touched, however damaged it may otherwise be. */
export function isUntouchable({ diagnostics }: Snapshot<unknown>): boolean {
  return diagnostics.some(({ rule }) => UNTOUCHABLE.has(rule));
}

/** Refuses to write a document that cannot be trusted, naming the first thing that is wrong with it. */
export function requireSound(snapshot: Snapshot<unknown>): void {
  const error = snapshot.diagnostics.find(
    (each) => (each.severity === "error" && !isReplaced(snapshot, each)) || each.rule === "foreign-format",
  );
  if (!error) return;
  const { path } = snapshot;
  const message = `Cannot write ${path}${positionOf(snapshot, error)}: ${error.rule}: ${error.message}`;
  const [code, hint] = REFUSALS[error.rule] ?? [
    "CORRUPT",
    `Run \`gate check ${path}\` to see all that is wrong, and ${recoverCall(path)} to rebuild the file; nothing was written.`,
  ];
  throw new GateError(code, message, { path, hint: hint.replace("RECOVER", recoverCall(path)) });
}

/** A Last Updated that has not come yet is replaced by each write, and blocks none. */
export function isReplaced({ document }: Snapshot<unknown>, { rule, start }: Diagnostic): boolean {
  const updated = (document as AnyDocument | undefined)?.lastUpdated;
  return rule === "future-timestamp" && updated !== undefined && updated.field.valueSpan.start === start;
}

const REFUSALS: Readonly<Record<string, readonly [code: GateErrorCode, hint: string]>> = {
  "foreign-format": [
    "FOREIGN_FORMAT",
    "The file belongs to another tool or a person. Run `gate init --adopt` to add what is missing around its text.",
  ],
  unmerged: [
    "CORRUPT",
    "Merge it first: `gate recover` asks which side of each conflict stays, `gate check` says more; nothing was written.",
  ],
  "unsupported-version": ["UNSUPPORTED_VERSION", "Use a newer gate for this project; nothing was touched."],
  "wrong-case": [
    "FOREIGN_FORMAT",
    "On other systems the two names are one file. Rename or move the one that is there; nothing was written.",
  ],
  "symbolic-link": ["UNSAFE_PATH", "Replace the link by a real file."],
  "unreadable-file": ["IO", "Check who may read the file and whether its name is in order."],
  "empty-file": [
    "CORRUPT",
    "Run RECOVER to rebuild it from what is known, or `gate init` to begin anew; nothing was written.",
  ],
};

/** The call that rebuilds a document, in backticks. */
function recoverCall(path: string): string {
  const issue = /\/(\d+)[^/]*\.md$/.exec(path)?.[1];
  return issue === undefined ? "`gate recover`" : `\`gate recover --work ${issue}\``;
}

function positionOf(snapshot: Snapshot<unknown>, error: Diagnostic): string {
  const { document } = snapshot as Snapshot<{ text: string }>;
  if (!document) return "";
  const { line, column } = indexLines(document.text).positionAt(error.start);
  return `:${line}:${column}`;
}
