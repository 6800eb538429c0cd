/** Files that are Markdown by their names. */

/** Whether a path is that of a Markdown file. */
export function isMarkdown(path: string): boolean {
  return /\.(?:md|markdown|mdx|mdc)$/i.test(path);
}
