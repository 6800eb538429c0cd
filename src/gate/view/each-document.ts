/** Documents as bytes, one after the other: for who looks through all of them and judges none. */
import { openDocuments, readEach } from "../../files/read/documents.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { failed, type Loaded, loadedFrom, loadTolerantly } from "./facts.ts";
import { inOrder, type SkippedFile } from "./work-files.ts";

/** A document that was read. */
export interface EachDocument extends Pick<Loaded, "modified"> {
  /** Relative to the project. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the state file, where it is among the paths, and the documents of folders in the
 * order of their numbers. What cannot be read is added to `skipped`; what is gone by the
 * time is nothing.
 */
export function* eachDocument(
  gate: Gate,
  paths: readonly string[],
  skipped: SkippedFile[],
): Generator<EachDocument, void> {
  for (const path of paths) {
    if (path === STATE_PATH) yield* taken(path, loadTolerantly(gate, path), skipped);
    else yield* eachInFolder(gate, path, skipped);
  }
}

function* eachInFolder(gate: Gate, folder: string, skipped: SkippedFile[]): Generator<EachDocument, void> {
  const documents = openDocuments(gate.project, folder);
  if (documents === undefined) return;
  try {
    for (const { name, result } of readEach(documents, inOrder(documents.names))) {
      const loaded = result.kind === "failed" ? failed(result.error) : loadedFrom(gate, result);
      yield* taken(`${folder}/${name}`, loaded, skipped);
    }
  } finally {
    documents.close();
  }
}

function* taken(path: string, { bytes, modified, diagnostics }: Loaded, skipped: SkippedFile[]) {
  if (bytes !== undefined) yield { path, bytes, modified };
  for (const { rule, message } of diagnostics) skipped.push({ file: path, reason: `${rule}: ${message}` });
}
