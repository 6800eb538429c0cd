/** A place in a text that is being read. */
export class Cursor {
  protected at = 0;
  protected readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  protected get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; empty at the end. */
  protected get next(): string {
    return this.text[this.at] ?? "";
  }

  /** So many of the next characters. */
  protected ahead(count: number): string {
    return this.text.slice(this.at, this.at + count);
  }

  protected startsWith(part: string): boolean {
    return this.text.startsWith(part, this.at);
  }

  /** Goes behind what a sticky pattern finds here. */
  protected take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  /** The text up to an end, behind which it goes on. */
  protected takeUntil(end: string): string {
    const found = this.text.indexOf(end, this.at);
    const to = found === -1 ? this.text.length : found;
    const taken = this.text.slice(this.at, to);
    this.at = to + end.length;
    return taken;
  }

  /** The text up to the bracket that closes one just read. */
  protected takeNested(open: string, close: string): string {
    const start = this.at;
    for (let depth = 1; !this.isAtEnd; this.at++) {
      const character = this.next;
      if (character === "\\") this.at++;
      else if (character === "'" || character === '"') this.#skipQuoted(character);
      else if (character === open) depth++;
      else if (character === close && --depth === 0) return this.text.slice(start, this.at++);
    }
    return this.text.slice(start);
  }

  #skipQuoted(quote: string): void {
    for (this.at++; !this.isAtEnd; this.at++) {
      if (this.next === "\\" && quote === '"') this.at++;
      else if (this.next === quote) return;
    }
  }
}
