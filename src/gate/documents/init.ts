/** Initialize State: the state file and its folders, or the way in for a file that was somebody else's. */
import { adopt } from "../../changes/adopt.ts";
import { ensureFolders, ensureGateFolder } from "../../files/guard/folders.ts";
import { exists } from "../../files/read/read.ts";
import { hasErrors } from "../../rules/check.ts";
import { requireCall } from "../call.ts";
import { newState } from "../commit/new-documents.ts";
import { transact } from "../commit/transaction.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, WORK_FOLDER, type WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { readState, requireSound, type StateSnapshot } from "../view/read.ts";
import { notesBeside } from "./start-from.ts";

/** What `init` came to. */
export interface Initialization {
  readonly initialized: true;
  /** The path of the state file if this call made it. */
  readonly stateFileCreated: string | undefined;
  readonly directoriesCreated: readonly string[];
  /** Whether a foreign file was made one of ours. */
  readonly adopted: boolean;
}

/**
 * Makes the state file and its folders; a second time nothing changes. `adopt` makes a
 * state file of another tool one of ours, its text kept byte for byte: the call is the consent.
 */
export async function init(
  gate: Gate,
  input: { readonly adopt?: boolean } = {},
  options: WriteOptions = {},
): Promise<Outcome<Initialization>> {
  requireCall("init", { gate, input, options }, { adopt: "flag?" });
  const outcome = await transact(gate, input.adopt ? "init --adopt" : "init", options, async (transaction) => {
    const snapshot = await transaction.readState();
    const kind = kindOf(snapshot);
    if (kind === "new") {
      transaction.write(snapshot, { document: await newState(transaction.now) }, { mending: true });
      for (const note of await notesBeside(gate)) transaction.warn(note);
    } else if (kind === "foreign" && input.adopt) {
      const document = snapshot.document!;
      transaction.write(snapshot, { document, edits: adopt(document, transaction.now) }, { mending: true });
    } else if (kind !== "ours") requireSound(snapshot);
    else if (hasErrors(snapshot.diagnostics)) {
      transaction.warn(`${STATE_PATH} is there but damaged, and was left as it is; run \`gate recover\` to rebuild it`);
    }
    return { created: kind === "new", adopted: kind === "foreign" };
  });
  const folders = [WORK_FOLDER, ARCHIVE_FOLDER];
  const directoriesCreated = options.dryRun
    ? folders.filter((folder) => !exists(gate.project, folder))
    : ensureFolders(gate.project, folders).filter((folder) => folders.includes(folder));
  if (!options.dryRun) ensureGateFolder(gate.project);
  const { created, adopted } = outcome.value;
  const stateFileCreated = created ? STATE_PATH : undefined;
  return { ...outcome, value: { initialized: true, stateFileCreated, directoriesCreated, adopted } };
}

/** The result of `init` with the revision of the state file, which is not written where it is there already. */
export async function initializationOf(
  gate: Gate,
  { value, written }: Outcome<Initialization>,
): Promise<Initialization & { readonly revision: string | undefined }> {
  return { ...value, revision: written[0]?.revision ?? (await readState(gate)).revision };
}

/** Whether `init --adopt` would write into a file that is somebody else's, and which bytes those are. */
export async function foreignRevision(gate: Gate): Promise<string | undefined> {
  const { diagnostics, revision } = await readState(gate);
  return diagnostics.some(({ rule }) => rule === "foreign-format") ? revision : undefined;
}

/** A file of ours stays as it is, damaged or not: making state is not mending it. */
function kindOf({ exists: there, document, diagnostics }: StateSnapshot): "new" | "ours" | "foreign" | "refused" {
  if (!there) return "new";
  if (!document) return "refused";
  const rules = new Set(diagnostics.map(({ rule }) => rule));
  if (rules.has("empty-file")) return "new";
  return rules.has("foreign-format") ? "foreign" : "ours";
}
