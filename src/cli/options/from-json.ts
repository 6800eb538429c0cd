/** What `save --from-json` takes: the lists as JSON text. */
import { GateError } from "../../base/errors.ts";
import { readSaveLists, type SaveLists } from "../../gate/documents/save-lists.ts";
import { findJsonFault } from "./json-fault.ts";

/** Reads the JSON text; `INVALID_ARGUMENT` names the line and column, or the key and index, of what is wrong. */
export function readSaveJson(text: string): SaveLists {
  return readSaveLists(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { line, column } = findJsonFault(text);
    throw new GateError("INVALID_ARGUMENT", `Cannot read the JSON: unexpected text at line ${line}, column ${column}`, {
      hint: "Mend the JSON there; its keys are described in `gate help save`.",
      cause,
    });
  }
}
