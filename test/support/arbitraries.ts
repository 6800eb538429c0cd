/** Texts that are likely to be misread. */
import fc from "fast-check";

const pieces = [
  "a",
  "b c",
  "é✅",
  "مرحبا",
  "#",
  "##",
  "## Active Work",
  "-",
  "- ",
  "*",
  "**",
  "+",
  "1.",
  "2)",
  ">",
  "<",
  "<div>",
  "<!--",
  "-->",
  "<?",
  "```",
  "~~~",
  "`",
  "\\",
  "\\*",
  "&amp;",
  "&",
  ";",
  "&#35;",
  "===",
  "---",
  "[x]",
  "[ ]",
  "(80% done)",
  "(Completed 2024-10-22)",
  " — ",
  " - ",
  ":",
  "**Current Issue:** #5",
  "→ Decision:",
  "✅",
  "🔄",
  "⏸️",
  "|",
  "_",
  " ",
  "TBD",
  "none",
  "#12",
];

/** One line of text as `oneLine` lets it in: trimmed, not empty, without control characters. */
export const line = fc
  .oneof(
    fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((parts) => parts.join("")),
    fc.string({ minLength: 1, maxLength: 20 }),
  )
  .map((text) => text.trim())
  .filter((text) => text !== "" && !/[\u0000-\u001f\u007f-\u009f]/.test(text));

/** Markdown of many lines. */
export const markdown = fc
  .array(
    fc.tuple(
      fc.constantFrom("", "  ", "    ", "\t", "> "),
      fc.oneof(fc.constant(""), fc.constantFrom(...pieces), line),
      fc.constantFrom("\n", "\n", "\n", "\r\n", "\n\n"),
    ),
    { maxLength: 12 },
  )
  .map((lines) => lines.flat().join(""));
