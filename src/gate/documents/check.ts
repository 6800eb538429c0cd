/** Check: validate documents, and mend what can be mended without losing anything. */
import { GateError } from "../../base/errors.ts";
import { instantOf, parseTime } from "../../base/time.ts";
import type { Document } from "../../document/document.ts";
import { activeIssue } from "../../document/state.ts";
import { type DocumentFolder, lookAt, openDocuments, readEach } from "../../files/read/documents.ts";
import { exists } from "../../files/read/read.ts";
import { hasErrors } from "../../rules/check.ts";
import { elsewhereDisagrees } from "../../rules/elsewhere-disagrees.ts";
import { type CheckedFile, countIn, problemsOf } from "../../rules/report.ts";
import { inOrder, runRules } from "../../rules/run.ts";
import { requireCall } from "../call.ts";
import type { Transaction } from "../commit/transaction.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER, type WriteOptions } from "../gate.ts";
import type { Outcome, Written } from "../outcome.ts";
import { CACHED_FROM, CheckCache } from "../view/check-cache.ts";
import { viewElsewhere } from "../view/elsewhere.ts";
import { mayHaveRecords } from "../view/facts.ts";
import { isForGuard, isGuarding, requireGuarded } from "../view/guard.ts";
import { checkGuards, lookAtGuarded } from "../view/guarded.ts";
import { checkMergeDriver } from "../view/merge-driver.ts";
import { isRecord } from "../view/paths.ts";
import { judgeWork, readState, readWork, type StateSnapshot, type WorkSnapshot } from "../view/read.ts";
import { inOrder as inNumbers } from "../view/work-files.ts";

/** What `check` found. */
export interface CheckResult {
  /** The files with their problems; files without any are listed too. */
  readonly files: readonly CheckedFile[];
  readonly errors: number;
  readonly warnings: number;
  /** How many problems were mended, and documents of an earlier schema version brought to this one. */
  readonly fixed: number;
  /** What a dry run of `--fix` would write, or what was written. */
  readonly written: readonly Written[];
}

/** What `check` validates, and whether it mends. */
export interface CheckInput {
  /** Paths relative to the project; all documents of the project by default. */
  readonly paths?: readonly string[];
  readonly fix?: boolean;
  /** Whether what an earlier call cached is believed and more is cached; `true` by default. It changes no answer. */
  readonly cache?: boolean;
}

/**
 * Validates documents: all of the project, or those whose paths relative to it are given.
 * With `fix`, mends what can be mended without losing anything, and brings documents that
 * name no schema version to this one. Rejects with `NOT_FOUND`
 * or `INVALID_ARGUMENT` for a path that is no document; what is wrong with documents is in
 * the result, never an error. What is found in many work files is cached.
 *
 * ```ts
 * const { errors, files } = await check(gate, { paths: [".claude/state.md"] });
 * ```
 */
export async function check(gate: Gate, input: CheckInput = {}, options: WriteOptions = {}): Promise<CheckResult> {
  requireCall("check", { gate, input, options }, { paths: "texts?", fix: "flag?", cache: "flag?" });
  const written: Written[] = [];
  let fixed = 0;
  const judge = async (path: string, snapshot: Checkable): Promise<CheckedFile> => {
    let last = snapshot;
    if (input.fix && (snapshot.diagnostics.some(({ fix }) => fix) || isOlder(snapshot))) {
      const mended = await mend(gate, path, options);
      written.push(...mended.written);
      last = mended.value ?? snapshot;
      fixed += Math.max(0, snapshot.diagnostics.length - last.diagnostics.length);
      if (isOlder(snapshot) && !isOlder(last)) fixed++;
    }
    return { path, problems: problemsOf(last.document?.text ?? "", last.diagnostics) };
  };
  const mayCache = !input.fix && input.cache !== false ? { write: !options.dryRun } : undefined;
  const files = input.paths?.length
    ? await checkNamed(gate, input.paths, judge)
    : await checkAll(gate, judge, mayCache);
  return { files, ...countIn(files), fixed, written };
}

type Judge = (path: string, snapshot: Checkable) => Promise<CheckedFile>;

type Checkable = Pick<StateSnapshot | WorkSnapshot, "exists" | "diagnostics"> & {
  readonly document?: Document;
};

/** Whether a document that is in order names no schema version. */
function isOlder({ document, diagnostics }: Checkable): boolean {
  return document !== undefined && document.frontmatter?.schemaVersion === undefined && !hasErrors(diagnostics);
}

async function checkNamed(gate: Gate, paths: readonly string[], judge: Judge): Promise<CheckedFile[]> {
  const files: CheckedFile[] = [];
  for (const path of new Set(paths.map(requireDocument))) {
    if (isForGuard(path)) {
      files.push(await checkOneGuarded(gate, path));
      continue;
    }
    if (isRecord(path) && exists(gate.project, path)) {
      files.push(...(await (await import("../view/records.ts")).checkRecords(gate, [path])));
      continue;
    }
    const snapshot = await (path === STATE_PATH ? readWithOthers(gate) : readWork(gate, path));
    if (!snapshot.exists && snapshot.diagnostics.length === 0) {
      throw new GateError("NOT_FOUND", `Cannot check ${path}: it does not exist`, {
        path,
        hint: "Run `gate check` without a path to check all documents.",
      });
    }
    files.push(await judge(path, snapshot));
  }
  return files;
}

/** One file that is guarded. */
async function checkOneGuarded(gate: Gate, path: string): Promise<CheckedFile> {
  await requireGuarded(gate, path, "check");
  const { exists: isThere, problems } = lookAtGuarded(gate, path);
  if (!isThere && problems.length === 0) {
    throw new GateError("NOT_FOUND", `Cannot check ${path}: it does not exist`, {
      path,
      hint: "Run `gate check` without a path to check all documents.",
    });
  }
  return { path, problems };
}

/** The state file, compared with what other tools have in hand as well. */
async function readWithOthers(gate: Gate): Promise<StateSnapshot> {
  const state = await readState(gate);
  const { document, facts, diagnostics } = state;
  if (!document || !facts || !activeIssue(document) || hasErrors(diagnostics)) return state;
  const others = (await viewElsewhere(gate, true)).elsewhere.flatMap(({ path, title, lastUpdated = "" }) => {
    const changed = instantOf(parseTime(lastUpdated));
    return changed === undefined ? [] : [{ path, title, changed }];
  });
  const found = others.length === 0 ? [] : runRules([elsewhereDisagrees], document, { ...facts, elsewhere: others });
  return found.length === 0 ? state : { ...state, diagnostics: inOrder([...diagnostics, ...found]) };
}

/** The state file, the work files in order of their numbers, the archive. */
async function checkAll(
  gate: Gate,
  judge: Judge,
  mayCache: { readonly write: boolean } | undefined,
): Promise<CheckedFile[]> {
  const state = await readWithOthers(gate);
  const files = state.exists || state.diagnostics.length > 0 ? [await judge(STATE_PATH, state)] : [];
  const folders: DocumentFolder[] = [];
  try {
    for (const path of [WORK_FOLDER, ARCHIVE_FOLDER]) {
      const folder = openDocuments(gate.project, path);
      if (folder) folders.push(folder);
    }
    const count = folders.reduce((sum, { names }) => sum + names.length, 0);
    const cache = mayCache && count >= CACHED_FROM ? new CheckCache(gate, mayCache.write) : undefined;
    for (const folder of folders) files.push(...(await checkFolder(gate, folder, judge, cache)));
    cache?.write();
  } finally {
    for (const folder of folders) folder.close();
  }
  const records = mayHaveRecords(gate) ? await (await import("../view/records.ts")).checkRecords(gate) : [];
  const guarded = isGuarding(gate) ? await checkGuards(gate) : [];
  return [...files, ...records, ...guarded, ...checkMergeDriver(gate)];
}

async function checkFolder(
  gate: Gate,
  folder: DocumentFolder,
  judge: Judge,
  cache: CheckCache | undefined,
): Promise<CheckedFile[]> {
  const names = inNumbers(folder.names);
  const files = new Map<string, CheckedFile>();
  for (const name of cache ? names : []) {
    const path = `${folder.path}/${name}`;
    const problems = cache!.find(path, lookAt(folder, name));
    if (problems) files.set(name, { path, problems });
  }
  const unread = files.size === 0 ? names : names.filter((name) => !files.has(name));
  if (unread.length > 0) cache?.begin();
  for (const { name, result, mark } of readEach(folder, unread)) {
    const path = `${folder.path}/${name}`;
    const file = await judge(path, await judgeWork(gate, path, result));
    if (mark && result.kind === "file") cache?.note(path, mark, file.problems);
    files.set(name, file);
  }
  return names.flatMap((name) => files.get(name) ?? []);
}

function requireDocument(path: string): string {
  const known =
    path === STATE_PATH ||
    isForGuard(path) ||
    isRecord(path) ||
    /^\.claude\/(?:work|archive)\/[^/\\]+\.md$/i.test(path);
  if (known) return path;
  throw new GateError("INVALID_ARGUMENT", `Cannot check ${path || "."}: it is not a document of the state tree`, {
    path,
    hint: "Name .claude/state.md, a file in .claude/work or .claude/archive, a guarded file, or a record such as .claude/batch_state.json.",
  });
}

/** Writes what a document becomes by its fixes. */
async function mend(gate: Gate, path: string, options: WriteOptions): Promise<Outcome<Checkable | undefined>> {
  // Looking must not pay for writing.
  const { transact } = await import("../commit/transaction.ts");
  return await transact(gate, "check --fix", options, async (transaction: Transaction) => {
    const snapshot = path === STATE_PATH ? await transaction.readState() : await transaction.readWork(path);
    const { mended } = await import("./mend.ts");
    const last = await mended(gate, snapshot, (bytes) => transaction.judge(path, bytes));
    if (last === undefined) return undefined;
    transaction.write(snapshot, { document: last.document }, { mending: true });
    return { exists: true, document: last.document, diagnostics: last.messages };
  });
}
