/** Putting a batch record back: byte for byte what a change replaced, as a change of its own. */

import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import type { HistoryEntry } from "../../files/record/history-entry.ts";
import { decode } from "../../text/source.ts";
import { replaceRecord } from "../batch/file.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { contentOf, nameOf, UNDO } from "./timeline.ts";

/** Puts back what the entry keeps. The record may be damaged or gone now, as it may have been then. */
export async function undoRecord(
  gate: Gate,
  entry: HistoryEntry,
  options: WriteOptions,
): Promise<Outcome<{ readonly size: number; readonly now: number; readonly removed: boolean }>> {
  const { path } = entry;
  const content = contentOf(gate.project, entry);
  const text = content && textOf(content, path);
  return await replaceRecord(gate, UNDO, options, (snapshot, now) => {
    if (isSameBytes(content, snapshot.bytes)) {
      throw new GateError("NOT_FOUND", `Cannot undo in ${path}: it is as it was before ${nameOf(entry)} already`, {
        path,
        hint: `Run \`gate history ${path}\` to see all changes.`,
      });
    }
    const value = { size: snapshot.bytes?.length ?? 0, now, removed: text === undefined };
    return { value, text: text ?? null };
  });
}

function textOf(content: Uint8Array, path: string): string {
  const { text, bom, invalidAt } = decode(content);
  if (invalidAt === undefined && !bom) return text;
  throw new GateError("CORRUPT", `Cannot undo in ${path}: what is kept is no plain UTF-8`, {
    path,
    hint: "The history keeps it below .claude/.gate/history, behind a line of its own.",
  });
}
