/**
 * Whether a feature that failed may be tried again.
 *
 * An error that will come again is not worth a second run; one that can pass is,
 * but a batch must not spend the night on it: so many times for a feature, so many
 * for the batch, and after some failures in a row something is wrong with more than
 * the feature. Counting and deciding are one step, so that two workers cannot both
 * take the last try.
 */
import type { BatchState } from "./batch-state.ts";

export const MAX_RETRIES = 3;
export const MAX_BATCH_RETRIES = 50;
export const MAX_FAILURES_IN_A_ROW = 5;

export type RetryReason =
  | "under_retry_limit"
  | "max_retries_reached"
  | "global_retry_limit_reached"
  | "circuit_breaker_open"
  | "permanent_failure";

/** Whether an error can pass; `unknown` where its text tells neither, which is tried again within the limits. */
export type ErrorClass = "transient" | "permanent" | "unknown";

const TRANSIENT: readonly RegExp[] = [
  /\b(?:connection|network|socket|dns|host)\b.*\b(?:error|refused|reset|closed|lost|failed|failure|unreachable|aborted|dropped|down)\b/i,
  /\b(?:connection|network|socket) ?errors?\b|\bnetworkerror\b|\bconnectionerror\b|\bconnection ?(?:reset|refused|aborted)/i,
  /\btime(?:d)?[ -]?out\b|\btimeouterror\b|\bdeadline exceeded\b/i,
  /\brate[ _-]?limit|\btoo many requests\b|\bquota exceeded\b|\boverloaded\b|\bthrottl/i,
  /\b(?:https?|status|code|error|returned|got)\b[ :=/(]*(?:\d\.\d )?(?:408|425|429|5\d\d)\b/i,
  /\b(?:internal server error|bad gateway|service unavailable|gateway time-?out|temporar(?:y|ily)|try again|unavailable)\b/i,
  /\b(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EPIPE|EAI_AGAIN|ENOTFOUND)\b/,
];

const PERMANENT: readonly RegExp[] = [
  /\b(?:syntax|indentation|tab|type|name|import|modulenotfound|attribute|key|index|value|reference|notimplemented)[ _]?error\b/i,
  /\b(?:invalid|bad) syntax\b|\bunexpected token\b|\bparse error\b|\bcompil(?:e|ation) (?:error|failed)\b/i,
  /\bno module named\b|\bcannot (?:find|resolve|import) (?:module|name)\b|\bis not (?:defined|assignable|callable|a function)\b/i,
  /\bundefined (?:variable|name|symbol|reference)\b|\bcannot read propert|\bno such file\b|\bpermission denied\b/i,
  /\b(?:unauthorized|forbidden|invalid api key|authentication failed)\b/i,
  /\b(?:https?|status|code|error|returned|got)\b[ :=/(]*(?:\d\.\d )?40[0134]\b/i,
];

/** Characters that are looked at: other programs record whole logs, and the patterns are not for those. */
const LONGEST_ERROR = 1000;

/** Says whether an error can pass. What names a fault of the code does not, whatever else it names. */
export function classifyError(whole: string): ErrorClass {
  const error = whole.slice(0, LONGEST_ERROR);
  if (PERMANENT.some((pattern) => pattern.test(error))) return "permanent";
  return TRANSIENT.some((pattern) => pattern.test(error)) ? "transient" : "unknown";
}

export interface RetryDecision {
  readonly allowed: boolean;
  readonly reason: RetryReason;
  /** Of the error the feature failed with; absent where none is known. */
  readonly errorClass: ErrorClass | undefined;
  /** Retries of the feature and of the batch, this one included. */
  readonly count: number;
  readonly total: number;
}

/** Decides by what was counted before; `error` stands in for the one that is recorded. */
export function decideRetry(batch: BatchState, index: number, error: string | undefined): RetryDecision {
  const before = batch.retries.get(index) ?? 0;
  const total = batch.totalRetries;
  const known = error ?? batch.failed.get(index)?.error;
  const errorClass = known === undefined ? undefined : classifyError(known);
  const reason = reasonOf(batch, before, errorClass);
  return { allowed: reason === "under_retry_limit", reason, errorClass, count: before + 1, total: total + 1 };
}

function reasonOf(batch: BatchState, before: number, errorClass: ErrorClass | undefined): RetryReason {
  if (batch.totalRetries >= MAX_BATCH_RETRIES) return "global_retry_limit_reached";
  if (batch.consecutiveFailures >= MAX_FAILURES_IN_A_ROW) return "circuit_breaker_open";
  if (errorClass === "permanent") return "permanent_failure";
  return before >= MAX_RETRIES ? "max_retries_reached" : "under_retry_limit";
}
