/** A document on its way to the disk. */
import type { AnyDocument, Snapshot } from "../view/read.ts";
import type { WriteStep } from "./steps.ts";

/** The step that writes a document, with what it was computed from and what it says. */
export interface DocumentStep extends WriteStep {
  readonly snapshot: Snapshot<AnyDocument>;
  readonly text: string;
  /** What stands in the text; absent for bytes that are put back as they were. */
  readonly document?: AnyDocument;
}

/** A document that an operation has written: what it was computed from, and what is there now. */
export interface Applied {
  readonly snapshot: Snapshot<AnyDocument>;
  readonly bytes: Uint8Array;
  readonly document?: AnyDocument | undefined;
}
