/** What `save --from-json` takes: the lists as JSON text. */
import { GateError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { readSaveLists, type SaveLists } from "../../gate/documents/save-lists.ts";
import { scanJson } from "../../json/scan.ts";
import { STRICT } from "../../json/token.ts";
import { indexLines, type Position } from "../../text/lines.ts";

/** Reads the JSON text; `INVALID_ARGUMENT` names the line and column, or the key and index, of what is wrong. */
export function readSaveJson(text: string): SaveLists {
  const value = parseJson(text);
  if (value !== undefined) return readSaveLists(value);
  // The messages of `JSON.parse` differ from one release of Node to the next, and some name no place at all.
  const { line, column } = findJsonFault(text);
  throw new GateError("INVALID_ARGUMENT", `Cannot read the JSON: unexpected text at line ${line}, column ${column}`, {
    hint: "Mend the JSON there; its keys are described in `gate help save`.",
  });
}

/** The place of the first thing that cannot stand where it stands; the end of the text where that comes too soon. */
export function findJsonFault(text: string): Position {
  const json = scanJson(text, STRICT);
  return indexLines(text).positionAt(json.kind === "fault" ? json.offset : text.length);
}
