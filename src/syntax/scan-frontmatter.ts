/** YAML frontmatter: from a `---` line at the very start to the next `---` line. */
import { afterSpace } from "./scan-line.ts";

const FENCE = "---";

/** The end of the frontmatter that starts at `start`: 0 if there is none or it is never closed. */
export function frontmatterEnd(text: string, start: number): number {
  if (!text.startsWith(FENCE, start)) return 0;
  const opening = fenceEnd(text, start);
  if (opening === -1 || opening === text.length) return 0;
  for (let at = text.indexOf(FENCE, opening); at !== -1; at = text.indexOf(FENCE, at + 1)) {
    if (!isBreak(text.charCodeAt(at - 1))) continue;
    const end = fenceEnd(text, at);
    if (end !== -1) return end;
  }
  return 0;
}

/** Whether the text begins with a fence of frontmatter that nothing closes. */
export function isOpenFrontmatter(text: string, start: number): boolean {
  const opening = text.startsWith(FENCE, start) ? fenceEnd(text, start) : -1;
  return opening !== -1 && opening < text.length && frontmatterEnd(text, start) === 0;
}

/** The end of the line if the fence at `at` stands alone in it, or -1. */
function fenceEnd(text: string, at: number): number {
  const end = afterSpace(text, at + FENCE.length, text.length);
  return end === text.length || isBreak(text.charCodeAt(end)) ? end : -1;
}

function isBreak(code: number): boolean {
  return code === 10 || code === 13;
}
