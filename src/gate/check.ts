/** Check: validate documents, and mend what can be mended without losing anything. */
import { GateError } from "../base/errors.ts";
import { listFolder } from "../files/read.ts";
import { fixesOf, hasErrors } from "../rules/check.ts";
import { type CheckedFile, countIn, problemsOf } from "../rules/report.ts";
import { applyEdits } from "../text/edit.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER, type WriteOptions } from "./gate.ts";
import { readState, readWork, type StateSnapshot, type WorkSnapshot } from "./read.ts";
import { type Outcome, type Transaction, transact, type Written } from "./transaction.ts";

export interface CheckResult {
  /** The files with their problems; files without any are listed too. */
  readonly files: readonly CheckedFile[];
  readonly errors: number;
  readonly warnings: number;
  /** How many problems were mended. */
  readonly fixed: number;
  /** What a dry run of `--fix` would write, or what was written. */
  readonly written: readonly Written[];
}

export interface CheckInput {
  /** Paths relative to the project; all documents of the project by default. */
  readonly paths?: readonly string[];
  readonly fix?: boolean;
}

export async function check(gate: Gate, input: CheckInput = {}, options: WriteOptions = {}): Promise<CheckResult> {
  const paths = input.paths?.length ? new Set(input.paths.map(requireDocument)) : documentsOf(gate);
  const files: CheckedFile[] = [];
  const written: Written[] = [];
  let fixed = 0;
  for (const path of paths) {
    let snapshot: Pick<StateSnapshot | WorkSnapshot, "exists" | "diagnostics"> & {
      document?: { readonly text: string };
    } = await read(gate, path);
    const nothing = !snapshot.exists && snapshot.diagnostics.length === 0;
    if (nothing && input.paths?.length) {
      throw new GateError("NOT_FOUND", `Cannot check ${path}: it does not exist`, {
        path,
        hint: "Run `gate check` without a path to check all documents.",
      });
    }
    if (input.fix && snapshot.diagnostics.some(({ fix }) => fix)) {
      const before = snapshot.diagnostics.length;
      const mended = await mend(gate, path, options);
      written.push(...mended.written);
      if (mended.value) snapshot = mended.value;
      fixed += Math.max(0, before - snapshot.diagnostics.length);
    }
    if (!nothing || path !== STATE_PATH)
      files.push({ path, problems: problemsOf(snapshot.document?.text ?? "", snapshot.diagnostics) });
  }
  return { files, ...countIn(files), fixed, written };
}

/** The state file, the work files in order of their numbers, the archive. */
function documentsOf(gate: Gate): readonly string[] {
  return [STATE_PATH, ...markdownIn(gate, WORK_FOLDER), ...markdownIn(gate, ARCHIVE_FOLDER)];
}

export function markdownIn(gate: Gate, folder: string): readonly string[] {
  return listFolder(gate.project, folder)
    .filter(({ name }) => /\.md$/i.test(name) && !name.startsWith("."))
    .map(({ name }) => `${folder}/${name}`)
    .sort((a, b) => numberIn(a) - numberIn(b) || (a < b ? -1 : 1));
}

function numberIn(path: string): number {
  return Number(/(\d+)[^/]*$/.exec(path)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

function requireDocument(path: string): string {
  const known = path === STATE_PATH || /^\.claude\/(?:work|archive)\/[^/\\]+\.md$/i.test(path);
  if (known) return path;
  throw new GateError("INVALID_ARGUMENT", `Cannot check ${path || "."}: it is not a document of the state tree`, {
    path,
    hint: "Name .claude/state.md, or a file in .claude/work or .claude/archive.",
  });
}

function read(gate: Gate, path: string): Promise<StateSnapshot | WorkSnapshot> {
  return path === STATE_PATH ? readState(gate) : readWork(gate, path);
}

/** Applies fixes until none is left: one can uncover another, such as a heading that is known once its case is right. */
async function mend(gate: Gate, path: string, options: WriteOptions): Promise<Outcome<Mended | undefined>> {
  return await transact(gate, "check --fix", options, async (transaction: Transaction) => {
    const snapshot = path === STATE_PATH ? await transaction.readState() : await transaction.readWork(path);
    const { document, diagnostics } = snapshot;
    const fixes = fixesOf(diagnostics);
    if (!document || fixes.length === 0) return undefined;
    const text = applyEdits(document.text, fixes);
    const left = await transaction.check(path, text);
    // A damaged document is written only if that mends it.
    if (hasErrors(left)) return undefined;
    transaction.write(snapshot, text, { mending: true });
    return { exists: true, document: { text }, diagnostics: left };
  });
}

/** What a document is once it is mended, written or not. */
type Mended = Pick<StateSnapshot, "exists" | "diagnostics"> & { readonly document: { readonly text: string } };
