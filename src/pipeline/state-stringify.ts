/** From edits to the text, or the bytes: nothing is printed, so every other byte stays. */
import type { Root } from "mdast";
import type { Plugin } from "unified";
import { applyEdits } from "../text/edit.ts";
import { encode } from "../text/source.ts";
import "./data.ts";

/**
 * A compiler that applies `file.data.edits`. Where the file was given as bytes it gives
 * bytes, with the byte order mark they had. A file that was not read stays as it is.
 */
export const stateStringify: Plugin<[], Root, string | Uint8Array> = function () {
  this.compiler = (_tree, file) => {
    const { source, edits = [] } = file.data;
    if (!source || edits.length === 0) return file.value ?? "";
    // What was not decoded cannot be written back.
    if (source.invalidAt !== undefined) file.fail("Cannot write the file: it is not UTF-8");
    const text = applyEdits(source.text, edits);
    if (typeof file.value === "string") return source.bom ? `\ufeff${text}` : text;
    return encode(source, text);
  };
};
