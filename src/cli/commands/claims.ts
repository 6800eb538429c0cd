/** `gate claims`, `gate claim` and `gate release`: see `gate/claims/claims.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import type { IssueClaim } from "../../gate/claims/claim.ts";
import { claimIssue, listClaims, releaseIssue } from "../../gate/claims/claims.ts";
import { found, viewMessage, wrote } from "../answer.ts";
import { command } from "../command.ts";
import { type Options, wordsOf } from "../option.ts";
import { LEASE, leaseWord, REMOTE, requireTakeOver, TAKE_OVER } from "../options/claims.ts";
import { type Style, shown } from "../style.ts";

const ISSUE = { issue: { name: "<issue>", about: "the issue's number", read: parseIssueNumber } } as const;

export const claims = command({
  description:
    "Lists which worktree works on which issue and until when, in all worktrees of the repository and, where a remote " +
    "is given or set, in other clones. Reads only.",
  examples: [
    ["gate claims", "who works on what"],
    ["gate claims --remote origin", "in other clones too"],
  ],
  options: {
    remote: { ...REMOTE, about: "also what other clones show there; by default the one set as claims.remote" },
  },
  async run({ openGate }, given) {
    const { claims: list, warnings } = await listClaims(openGate(), given);
    return { ...found({ claims: list }, (result, style) => view(result.claims, style)), warnings };
  },
});

const CLAIMING = { remote: REMOTE, lease: LEASE, takeOver: TAKE_OVER } as const satisfies Options;

export const claim = command({
  description:
    "Claims an issue for this worktree without making it active, or renews the claim. `gate start` claims by itself. " +
    "With a remote other clones see it, and of two that claim one issue at once one gets it.",
  examples: [
    ["gate claim 1234 --remote origin", "so that other clones leave it alone"],
    ["gate config claims.remote origin", "do so for all claims of this clone"],
    ["gate claim 1234 --take-over", "take it from its holder"],
  ],
  arguments: ISSUE,
  options: CLAIMING,
  async run(call, given) {
    const gate = call.openGate();
    if (given.takeOver) {
      const planned = () => claimIssue(gate, given, { dryRun: true });
      const words = ["claim", String(given.issue), ...wordsOf(CLAIMING, { ...given, lease: leaseWord(given.lease) })];
      await requireTakeOver(call, gate, { issue: given.issue, words, planned });
    }
    return wrote(await claimIssue(gate, given, call.write), viewMessage);
  },
});

export const release = command({
  description: "Gives up the claim of this worktree on an issue, so that others may work on it. What is saved stays.",
  examples: [["gate release 1234", "let others have it"]],
  arguments: ISSUE,
  options: { remote: { ...REMOTE, about: "a remote on which it is taken off too" } },
  run: async ({ openGate, write }, given) => wrote(await releaseIssue(openGate(), given, write), viewMessage),
});

function view(list: readonly IssueClaim[], { bold, dim, yellow }: Style): string {
  if (list.length === 0) return "Nobody has claimed an issue.";
  return list
    .map(({ issueNumber, holder, worktree, branch, session, since, until, live, remote }) => {
      const facts = [
        `since ${since}`,
        live ? `until ${until}` : yellow(`lapsed ${until}`),
        ...(branch === undefined ? [] : [`branch ${branch}`]),
        ...(session === undefined ? [] : [`session ${session}`]),
        ...(remote === undefined ? [] : [`on ${remote}`]),
      ];
      return `${bold(`#${issueNumber}`)}  ${shown(holder)}  ${shown(worktree)}\n    ${dim(shown(facts.join("  ")))}`;
    })
    .join("\n");
}
