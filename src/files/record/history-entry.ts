/** What is known of one entry of the history. */

export interface HistoryEntry {
  /** Sorts by the order of changes; a name, never a path. */
  readonly id: string;
  /** What replaced the bytes, such as `save`. */
  readonly operation: string;
  /** Milliseconds since the epoch, as the change had it. */
  readonly timestamp: number;
  /** The document, relative to the project. */
  readonly path: string;
  /** Bytes kept. */
  readonly size: number;
  /** Whether the document existed before the change. */
  readonly existed: boolean;
  /** The digest of the bytes that the change wrote; absent where it removed the document. */
  readonly revision?: string;
  /** The entry whose bytes the change put back, for `undo` and `redo`. */
  readonly restores?: string;
  readonly actor?: string;
}

export interface Addition {
  readonly operation: string;
  readonly timestamp: number;
  /** The bytes about to be replaced; `undefined` where the document does not exist yet. */
  readonly bytes: Uint8Array | undefined;
  readonly revision?: string | undefined;
  readonly restores?: string | undefined;
  readonly actor?: string | undefined;
  /** Keep so many of the newest entries and no others; by default the newest 100 and those of 30 days. */
  readonly keep?: number | undefined;
}
