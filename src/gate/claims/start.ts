/**
 * The claim that goes with making an issue active.
 * Model: `proof/claims.pml`.
 */
import { type Transaction, transact } from "../commit/transaction.ts";
import type { Gate, Operation, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import type { ClaimInput } from "./claim.ts";
import { releaseClaim } from "./end.ts";
import { requireFree, takeClaim } from "./take.ts";

/**
 * As `transact`, with an issue that is claimed before anything is read; `previous` is the one
 * whose claim is given up afterwards. An issue that could not be made active is nobody's again.
 */
export async function transactClaimed<T extends { readonly previous: number | undefined }>(
  gate: Gate,
  { claim, ...operation }: Operation & { readonly claim: ClaimInput },
  options: WriteOptions,
  body: (transaction: Transaction) => Promise<T>,
): Promise<Outcome<T>> {
  if (options.dryRun) {
    await requireFree(gate, claim);
    return await transact(gate, operation, options, body);
  }
  const { isNew, warnings } = await takeClaim(gate, claim);
  try {
    const outcome = await transact(gate, operation, options, body);
    const { previous } = outcome.value;
    const released = previous === undefined ? undefined : await releaseClaim(gate, previous, { quiet: true });
    return { ...outcome, warnings: [...warnings, ...outcome.warnings, ...(released?.warnings ?? [])] };
  } catch (error) {
    if (isNew) await releaseClaim(gate, claim.issue, { quiet: true });
    throw error;
  }
}
