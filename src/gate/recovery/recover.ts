/**
 * Recover: a damaged document is backed up and rebuilt. Whoever calls this has
 * consent; with an approved plan exactly that is written, and only over the bytes
 * it was made from.
 */
import { GateError } from "../../base/errors.ts";
import { readRecord } from "../../files/read/read.ts";
import type { Problem } from "../../rules/report.ts";
import type { Kept } from "../../salvage/salvage-state.ts";
import type { PartSource } from "../../salvage/source.ts";
import { encode, revisionOf } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { transact } from "../commit/transaction.ts";
import { type Gate, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { Snapshot } from "../view/read.ts";
import { planRecovery, RECOVER_SHAPE, type RecoverInput, type RecoveryPlan } from "./plan.ts";

/** What `recover` came to. */
export interface Recovery {
  /** Whether the document was damaged and is rebuilt. */
  readonly recovered: boolean;
  /** The copy of the damaged bytes; absent where there was no file, and in a dry run. */
  readonly backup: string | undefined;
  /** Where each part came from. */
  readonly sources: readonly PartSource[];
  /** How much of each part the rebuilt state file has; absent for a work file. */
  readonly kept: Kept | undefined;
  /** Damaged lines whose content stands in the backup alone. */
  readonly lost: readonly string[];
  /** The path of the document. */
  readonly stateFile: string;
  /** What was wrong. */
  readonly problems: readonly Problem[];
  readonly revision: string | undefined;
}

/**
 * Rebuilds a damaged document: what is left of it, then its history, the work files and the
 * archive. The call is the consent; `planRecovery` says first what would be written and
 * what would be lost. With `plan`, exactly that is written, or `CONFLICT` where the file
 * changed since. Rejects with `CONSENT_REQUIRED` where git conflicts need a `side`, with
 * `FOREIGN_FORMAT` and `UNSUPPORTED_VERSION` for what is not to be touched. A document in
 * order is left alone: `recovered` is false.
 *
 * ```ts
 * const plan = await planRecovery(gate, { side: "ours" });
 * if (plan.needed && plan.lost.length === 0) await recover(gate, { side: "ours", plan });
 * ```
 */
export async function recover(
  gate: Gate,
  input: RecoverInput & { readonly plan?: RecoveryPlan } = {},
  options: WriteOptions = {},
): Promise<Outcome<Recovery>> {
  requireCall("recover", { gate, input, options }, { ...RECOVER_SHAPE, plan: "object?" });
  const { plan: given, ...asked } = input;
  const outcome = await transact(gate, "recover", options, async (transaction) => {
    const snapshot = await (input.work === undefined
      ? transaction.readState()
      : transaction.readWork(workPath(input.work)));
    const plan = given ?? (await planRecovery(gate, asked));
    if (!plan.needed) {
      for (const warning of plan.warnings) transaction.warn(warning);
      return plan;
    }
    requireSides(plan, input);
    const whole = withBytes(gate, snapshot);
    if (plan.revision !== (whole.bytes && revisionOf(whole.bytes))) {
      throw new GateError("CONFLICT", `Cannot recover ${plan.path}: it changed since the recovery was planned`, {
        path: plan.path,
        hint: "Run `gate recover` again; nothing was written.",
      });
    }
    for (const warning of plan.warnings) transaction.warn(warning);
    if (snapshot.diagnostics.some(({ rule }) => rule === "unmerged")) transaction.warn(stillUnmerged(plan.path));
    for (const { path, source } of plan.sources) {
      if (path !== undefined && (source === "work" || source === "archive")) transaction.cite(path);
    }
    if (whole.exists) transaction.backUp(whole);
    if (plan.exact) transaction.put(whole, plan.exact);
    else {
      const { document } = await transaction.judge(plan.path, encode({ bom: false }, plan.after));
      transaction.write(whole, { document }, { mending: true });
    }
    return plan;
  });
  const plan = outcome.value;
  const written = outcome.written[0];
  return {
    ...outcome,
    value: {
      recovered: plan.needed,
      // Where another program saved meanwhile, there is one of each text; the last is of what was replaced.
      backup: outcome.backups.at(-1),
      sources: plan.sources,
      kept: plan.kept,
      lost: plan.lost,
      stateFile: plan.path,
      problems: plan.problems,
      revision: written?.revision ?? plan.revision,
    },
  };
}

/** Saves are refused until git knows; the merge is somebody's to end. */
function stillUnmerged(path: string): string {
  return `git still holds ${path} for unmerged: \`git add ${path}\` says that the conflict is over`;
}

/** A document that is too large to be read as one still has bytes. */
function withBytes<S extends Snapshot<unknown>>(gate: Gate, snapshot: S): S {
  if (!snapshot.exists || snapshot.bytes) return snapshot;
  const file = readRecord(gate.project, snapshot.path);
  return file.kind === "file" ? { ...snapshot, bytes: file.bytes } : snapshot;
}

/** Which side of a conflict is right nobody can tell from the file. */
export function requireSides({ conflicts, path }: RecoveryPlan, { work }: RecoverInput): void {
  if (conflicts.length === 0) return;
  const count = conflicts.length === 1 ? "a conflict in it needs" : `${conflicts.length} conflicts in it need`;
  const command = `gate recover${work === undefined ? "" : ` --work ${work}`}`;
  throw new GateError("CONSENT_REQUIRED", `Cannot recover ${path}: ${count} somebody to choose a side`, {
    path,
    hint: `Run: ${command} --ours --yes, or ${command} --theirs --yes, or ${command} --both --yes to keep the lines of both sides.`,
  });
}
