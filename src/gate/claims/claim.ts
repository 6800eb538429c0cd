/** A claim, and how one is asked for, as surfaces and the library have them. */

/** The claim of an issue. */
export interface IssueClaim {
  readonly issueNumber: number;
  /** Who, on which machine, in which copy of the repository and which worktree; no two worktrees have the same. */
  readonly holder: string;
  /** Its folder; of a claim in another clone the folder's name. */
  readonly worktree: string;
  readonly branch: string | undefined;
  /** The session that renewed it last, if one did. */
  readonly session: string | undefined;
  readonly since: string;
  /** When it lapses, unless it is renewed. */
  readonly until: string;
  /** Whether its lease still runs and its worktree is still there. */
  readonly live: boolean;
  /** The remote on which other clones see it. */
  readonly remote: string | undefined;
}

/** Which issue is claimed, and how. */
export interface ClaimInput {
  readonly issue: number;
  /** For how long it holds without being renewed, in milliseconds; 8 hours by default. */
  readonly lease?: number;
  /** A remote on which other clones see it; by default the one that is set for this clone. */
  readonly remote?: string;
  /** Take it from a holder whose lease still runs. */
  readonly takeOver?: boolean;
}
