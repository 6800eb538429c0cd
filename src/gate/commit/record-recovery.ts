/** What recovering a record comes to, whatever kind of record it is. */

/** What recovering a record came to. */
export interface RecordRecovery {
  /** `false` where the record is in order, and in a dry run. */
  readonly recovered: boolean;
  readonly message: string;
  /** What is wrong with it; absent where nothing is. */
  readonly fault: string | undefined;
  /** What it gets back. */
  readonly source: RecordSource | undefined;
  /** Copies of what was damaged; none where there was no file, and in a dry run. */
  readonly backups: readonly string[];
  readonly path: string;
  /** The digest of its bytes. */
  readonly revision: string | undefined;
}

/** What a record or a store gets back: a version by its id, a checkpoint or a backup by its name. */
export interface RecordSource {
  readonly kind: "version" | "checkpoint" | "backup" | "salvage";
  readonly name: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`; empty where nobody knows. */
  readonly createdAt: string;
}
