/** What is known of one version of a document: the bytes it had at one time, and how it came to have them. */
import { allSince, type Stretch } from "../../base/stretch.ts";

/** The operation of a version that the gate did not make. */
export const OUTSIDE = "outside";
/** In `restores`: no document, as it was before the first version. */
export const NONE = "none";

export interface Version {
  /** Sorts by the order in which the document had them; a name, never a path. */
  readonly id: string;
  /** What made it, such as `save`; `outside` where it was not the gate. */
  readonly operation: string;
  /** When it was made or, from outside, met: milliseconds since the epoch. */
  readonly timestamp: number;
  /** The document, relative to the project. */
  readonly path: string;
  /** Bytes of the document. */
  readonly size: number;
  /** The digest of the bytes; absent where there was no document. */
  readonly revision?: string;
  /** The version that the document had before; absent where there was none. */
  readonly from?: string;
  /** The version whose bytes were put back, `none` for no document; only for `undo`, `restore` and marks. */
  readonly restores?: string;
  readonly actor?: string;
  /** The branch that was checked out. */
  readonly branch?: string;
  /** Whether the document is known to have had it: a kill right before the document is written leaves one that it may never have had. */
  readonly written: boolean;
  /** It follows its document for a minute from when it was begun: each small change takes the place of the one before. */
  readonly isOpen?: boolean;
  /** The lines that are from outside, though the gate may have written them again since; absent where all are the gate's, and for `outside` where all are not. */
  readonly outside?: readonly Stretch[];
  /** Only where schema 1 kept it: the change that replaced it, whose own text was not kept. */
  readonly replaced?: Replacement;
}

/** What a change of schema 1 did. */
export interface Replacement extends Pick<Version, "operation" | "timestamp"> {
  readonly revision: string | undefined;
  readonly restores: string | undefined;
  readonly actor: string | undefined;
}

/** A version as it is added; what the store knows itself is not given. */
export interface Addition extends Pick<Version, "operation" | "timestamp"> {
  /** `undefined` where there is no document any more. */
  readonly bytes: Uint8Array | undefined;
  readonly from?: string | undefined;
  readonly restores?: string | undefined;
  readonly actor?: string | undefined;
  readonly branch?: string | undefined;
  readonly isOpen?: boolean;
  /** Without it all lines of a version that was made from one with lines from outside are. */
  readonly outside?: readonly Stretch[] | undefined;
}

/** The lines of a version that are from outside. */
export function outsideIn({ outside, operation, timestamp }: Pick<Version, "outside" | "operation" | "timestamp">) {
  return outside ?? (operation === OUTSIDE ? allSince(timestamp) : []);
}
