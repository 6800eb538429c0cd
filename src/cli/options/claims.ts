/** Options of commands that claim an issue. */
import { otherClaim } from "../../gate/claims/take.ts";
import type { Gate } from "../../gate/gate.ts";
import type { Outcome } from "../../gate/outcome.ts";
import type { Call } from "../command.ts";
import { readDuration } from "../numbers.ts";
import type { Option } from "../option.ts";

export const LEASE = {
  flag: "--lease <duration>",
  about: "how long the claim holds without a save (default: 8h)",
  read: readDuration,
} as const satisfies Option;

export const TAKE_OVER = {
  flag: "--take-over",
  about: "take it from the worktree or clone that has claimed it, after asking",
} as const satisfies Option;

export const REMOTE = {
  flag: "--remote <name>",
  about: "the remote on which other clones see it; by default the one set as claims.remote",
} as const satisfies Option;

/** The lease as a word again. */
export function leaseWord(lease: number | undefined): string | undefined {
  return lease === undefined ? undefined : `${lease / 1000}s`;
}

/** Asks before a claim is taken that still holds; one that has lapsed is anybody's. */
export async function requireTakeOver(
  call: Call,
  gate: Gate,
  how: { readonly issue: number; readonly words: readonly string[]; readonly planned: () => Promise<Outcome<object>> },
): Promise<void> {
  const { issue, words, planned } = how;
  const other = await otherClaim(gate, issue);
  if (other === undefined) return;
  const { requireConsent } = await import("../prompts/consent.ts");
  const { sentenceOf } = await import("../../gate/claims/holder.ts");
  await requireConsent(call, {
    act: `take over #${issue}`,
    question: `${sentenceOf(other)}. Take it over?`,
    words,
    planned,
    declined: "The claim stays as it is.",
  });
}
