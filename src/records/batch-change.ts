/**
 * What can happen to a batch, and what it means for a record that is one text.
 *
 * The list is closed: where a batch is kept in another way (`shared-batch.ts`) the
 * same changes are done there. They are computed from a `BatchState`, and say
 * everything that changes, also what could be counted again.
 */
import type { BatchFigures, Failure, FeatureClaim, GitRecord, Skip } from "./batch-state.ts";
import type { Json, RecordChange } from "./json-edit.ts";
import { ownPath } from "./own-keys.ts";

/** Figures that are kept; the others are counted from what is. */
export type StoredFigures = Omit<BatchFigures, "remaining" | "totalRetries" | "firstOpen">;

/** A thing of which everything is known. */
type Known<T> = { readonly [key in keyof T]: Exclude<T[key], undefined> };

export type BatchChange =
  | { readonly kind: "completed"; readonly index: number }
  | ({ readonly kind: "failed" } & Known<Failure>)
  | ({ readonly kind: "skipped" } & Known<Skip>)
  /** That it failed, or was skipped, does not hold any more. */
  | { readonly kind: "withdrawn"; readonly index: number; readonly from: "failed" | "skipped" }
  /** Times in milliseconds since the epoch. */
  | ({ readonly kind: "claimed"; readonly at: number } & FeatureClaim)
  | ({ readonly kind: "extended" } & Pick<FeatureClaim, "index" | "expires">)
  | { readonly kind: "released"; readonly index: number }
  /** `count` is that of the feature. */
  | { readonly kind: "retried"; readonly index: number; readonly count: number }
  | { readonly kind: "git"; readonly index: number; readonly operation: string; readonly about: GitValue }
  | { readonly kind: "cleared"; readonly index: number; readonly tokens: number; readonly timestamp: string }
  | { readonly kind: "figures"; readonly figures: Partial<StoredFigures> }
  /** Keys of the record that concern no feature. */
  | { readonly kind: "set"; readonly values: Readonly<Record<string, Json>> };

/** A git operation as it is written: keys that are not known are not there. */
export type GitValue = Pick<GitRecord, "success"> & Partial<Known<Omit<GitRecord, "success">>>;

/** The change of some figures. */
export function figures(changed: Partial<StoredFigures>): BatchChange {
  return { kind: "figures", figures: changed };
}

/** With milliseconds, unlike the times for people: a lease of one second must not be half a second. */
export function instant(time: number): string {
  return new Date(time).toISOString();
}

/** The changes to the text of a record; `hasSkips` says that it has a list of skipped features of its own. */
export function textChanges(changes: readonly BatchChange[], hasSkips = false): readonly RecordChange[] {
  return changes.flatMap((change) => textChange(change, hasSkips));
}

function textChange(change: BatchChange, hasSkips: boolean): RecordChange | readonly RecordChange[] {
  switch (change.kind) {
    case "completed":
      return { kind: "append", path: ["completed_features"], value: change.index };
    case "failed": {
      const { index, error, timestamp, retryCount } = change;
      const failure = { feature_index: index, error_message: error, timestamp };
      return append(["failed_features"], retryCount === undefined ? failure : { ...failure, retry_count: retryCount });
    }
    case "skipped": {
      const { index, reason, category, timestamp } = change;
      const place = hasSkips ? (["skipped_features"] as const) : ownPath("skipped_features");
      return append(place, { feature_index: index, reason, category, timestamp });
    }
    case "withdrawn":
      return [
        [`${change.from}_features`] as const,
        ...(change.from === "skipped" ? [ownPath("skipped_features")] : []),
      ].map((path) => ({ kind: "removeAbout", path, key: "feature_index", value: change.index }));
    case "claimed": {
      const { index, worker, at, expires } = change;
      return set([...ownPath("claims"), index], { worker, claimed_at: instant(at), expires_at: instant(expires) });
    }
    case "extended":
      return set([...ownPath("claims"), change.index, "expires_at"], instant(change.expires));
    case "released":
      return { kind: "remove", path: [...ownPath("claims"), String(change.index)] };
    case "retried":
      return set(["retry_attempts", change.index], change.count);
    case "git":
      return set(["git_operations", change.index, change.operation], change.about as Json);
    case "cleared": {
      const { index, tokens, timestamp } = change;
      return append(["auto_clear_events"], { feature_index: index, context_tokens_before_clear: tokens, timestamp });
    }
    case "set":
      return Object.entries(change.values).map(([key, value]) => set([key], value));
    case "figures":
      return Object.entries(change.figures).map(([name, value]) =>
        set(pathOf(FIGURE_KEYS[name as keyof StoredFigures]), value ?? null),
      );
  }
}

/** How figures are called in records. */
export const FIGURE_KEYS: Readonly<Record<keyof StoredFigures, string>> = {
  status: "status",
  currentIndex: "current_index",
  updatedAt: "updated_at",
  tokens: "context_token_estimate",
  clears: "auto_clear_count",
  tokensBeforeClear: "context_tokens_before_clear",
  pausedAt: "paused_at_feature_index",
  consecutiveFailures: "consecutive_failures",
};

function pathOf(key: string): readonly string[] {
  return key === "consecutive_failures" ? ownPath(key) : [key];
}

function append(path: readonly [string, ...string[]], value: Json): RecordChange {
  return { kind: "append", path, value };
}

function set(path: readonly (string | number)[], value: Json): RecordChange {
  return { kind: "set", path: path.map(String), value };
}
