/** Redirections, and the here documents whose texts stand behind the line that names them. */
import { WordReader } from "./read-word.ts";
import type { Redirection, Word } from "./script.ts";

export const BLANK = /(?:[ \t\r]|\\\r?\n)+/y;
const REDIRECTION = /(?:\d{1,4}|\{\w+\})?(&>>|&>|<<<|<<-|<<|<>|>>|>\||>&|<&|>|<)(?!\()/y;

export abstract class RedirectionReader extends WordReader {
  /** Here documents that begin at the next line. */
  #documents: { readonly end: string; readonly strip: boolean; readonly quoted: boolean; redirection: Redirection }[] =
    [];

  /** `>`, `2>>`, `&>` and the like, with the word behind; a here document gets its text at the end of the line. */
  protected readRedirection(): Redirection | undefined {
    const operator = this.take(REDIRECTION)?.[1];
    if (operator === undefined) return undefined;
    this.take(BLANK);
    const start = this.at;
    const word = this.readWord();
    const redirection: Redirection = { operator, word };
    if (operator === "<<" || operator === "<<-") {
      const end = word.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");
      const quoted = /["'\\]/.test(this.text.slice(start, this.at));
      this.#documents.push({ end, strip: operator === "<<-", quoted, redirection });
    }
    return redirection;
  }

  protected readDocuments(): void {
    for (const { end, strip, quoted, redirection } of this.#documents.splice(0)) {
      const lines: string[] = [];
      while (!this.isAtEnd) {
        const line = this.takeUntil("\n").replace(/\r$/, "");
        const bare = strip ? line.replace(/^\t+/, "") : line;
        if (bare === end) break;
        lines.push(bare);
      }
      const text = lines.map((line) => `${line}\n`).join("");
      const word: Word = quoted ? [{ kind: "text", text, quoted: true }] : this.wordIn(text, true);
      Object.assign(redirection, { word });
    }
  }
}
