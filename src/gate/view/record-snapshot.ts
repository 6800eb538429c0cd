/** A record as it is on disk. `text` is absent where the file is missing or is not UTF-8. */
export interface RecordSnapshot {
  readonly path: string;
  readonly exists: boolean;
  readonly bytes: Uint8Array | undefined;
  readonly bom: boolean;
  readonly text: string | undefined;
  /** Why there is no text although there is a file. */
  readonly fault: string | undefined;
}
