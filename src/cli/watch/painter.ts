/**
 * Rows on a terminal. Only those that differ from what stands there are written,
 * all in one piece, so that nothing flickers; a row is cleared behind its text, not
 * before it.
 */
import { isSameValue } from "../../base/same.ts";
import type { Row } from "../views/watch/line.ts";

const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
const CLEAR_REST = "\u001b[K";
const CLEAR_ALL = "\u001b[2J";

export class Painter {
  #shown: readonly Row[] = [];
  #clean = false;

  /** What stands on the screen is not known any more. */
  forget(): void {
    this.#clean = false;
  }

  /** The text that makes these rows of what stands there; empty where they do already. */
  paint(rows: readonly Row[]): string {
    const known = this.#clean ? this.#shown : [];
    const changed = Array.from({ length: Math.max(rows.length, known.length) }, (_, at) => {
      const row = rows[at] ?? { text: "" };
      return this.#clean && isSameValue(row, known[at] ?? { text: "" }) ? "" : rowAt(row, at + 1);
    }).join("");
    const clear = this.#clean ? "" : CLEAR_ALL;
    this.#shown = rows;
    this.#clean = true;
    return changed === "" && clear === "" ? "" : `${BEGIN}${clear}${changed}${END}`;
  }
}

function rowAt({ text, second }: Row, number: number): string {
  const rest = second ? `\u001b[${second.column + 1}G${second.text}${CLEAR_REST}` : "";
  return `\u001b[${number};1H${text}${CLEAR_REST}${rest}`;
}
