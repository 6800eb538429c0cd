/**
 * How many columns a text takes on a terminal, and texts cut to fit.
 *
 * Terminals disagree about emoji that are made wide by a selector, such as ⏸️, so
 * these count as two: a line may then end a column early, and never runs over.
 */

const WIDE =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}])/u;
const NONE = /^\p{Mark}+$/u;
/** Nothing but characters of one column; most texts are. */
const PLAIN = /^[\u0020-\u007e\u00a0-\u02ff]*$/;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The columns that a text of one line takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

/** The text, cut to end in `…` where it takes more columns than there are. */
export function shorten(text: string, columns: number): string {
  if (columns <= 0) return "";
  // Nothing takes less than a column for two units, so what is far too long is not measured whole.
  const bounded = text.length > columns * 16 ? text.slice(0, columns * 16) : text;
  if (bounded.length === text.length && widthOf(text) <= columns) return text;
  let width = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(bounded)) {
    width += widthOfGrapheme(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text in lines of so many columns, broken at spaces where there are any. */
export function wrap(text: string, columns: number): string[] {
  if (widthOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = "";
  let width = 0;
  let space = -1;
  for (const { segment } of graphemes.segment(text)) {
    if (width + widthOfGrapheme(segment) > columns) {
      const at = space > 0 ? space : line.length;
      lines.push(line.slice(0, at));
      line = line.slice(at).trimStart();
      width = widthOf(line);
      space = -1;
    }
    if (segment === " ") space = line.length;
    line += segment;
    width += widthOfGrapheme(segment);
  }
  return [...lines, line];
}

function widthOfGrapheme(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return NONE.test(grapheme) ? 0 : 1;
}
