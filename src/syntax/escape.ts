/**
 * Text between a person and a line of Markdown.
 *
 * Invariant: `decodeText(encodeText(x)) === x` for every single line `x`, the same
 * for `encodeLine`, and what `encodeLine` writes never opens a block.
 * Emphasis, code and links are not escaped: they carry no meaning in the format,
 * and a branch `feature/a_b` full of backslashes is a noisy diff.
 */

const ESCAPE = /\\([!-/:-@[-`{-~])/g;
const REFERENCE = /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][\da-fA-F]{1,6});/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Resolves the name of a character reference; `false` for one that is not known. */
export type NamedCharacter = (name: string) => string | false;

/** Reads Markdown text as it is meant: backslash escapes and the usual character references, or all that `named` knows, are resolved. */
export function decodeText(raw: string, named?: NamedCharacter): string {
  if (!raw.includes("&")) return raw.includes("\\") ? raw.replace(ESCAPE, "$1") : raw;
  // One pass over both, so that what an escape yields is not read again.
  return raw.replace(/\\[!-/:-@[-`{-~]|&(#?\w{1,31});/g, (match, name: string | undefined) => {
    if (name === undefined) return match[1]!;
    return (name[0] !== "#" && named?.(name)) || match.replace(REFERENCE, resolve);
  });
}

function resolve(reference: string): string {
  const name = reference.slice(1, -1);
  if (name[0] !== "#") return NAMED[name] ?? reference;
  const code = /^#[xX]/.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
  return String.fromCodePoint(code);
}

// What would change on reading back: a backslash before punctuation or at the end, a character reference.
const AMBIGUOUS = /\\(?=[!-/:-@[-`{-~]|$)|&(?=[#\w]{2,9};)/g;
// What would open a block where a line (or an item's text) begins.
const OPENS_BLOCK =
  /^(?:#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|[-_*](?=(?:[ \t]*[-_*])+[ \t]*$)|=+[ \t]*$|`{3,}|~{3,}|<(?=[!/?A-Za-z]))/;
// What would be taken for a definition.
const DEFINES = /^\[(?:[^[\]\\]|\\.){1,999}\]:/;
// What would be taken for a field.
const LABEL = /^\*\*(?=[^*\n\r]{1,80}?(?::[ \t]*\*\*|\*\*[ \t]*:))/;
const NUMBERED = /^(\d{1,9})([.)])(?=[ \t]|$)/;

/** Writes text for the middle of a line, so that it reads back as it was given. */
export function encodeText(text: string): string {
  return text.replace(AMBIGUOUS, "\\$&").replace(/<!--/g, "\\<!--");
}

/** Writes text for the start of a line or of an item, where it could otherwise open a block. */
export function encodeLine(text: string): string {
  const encoded = encodeText(text);
  if (NUMBERED.test(encoded)) return encoded.replace(NUMBERED, "$1\\$2");
  return OPENS_BLOCK.test(encoded) || DEFINES.test(encoded) || LABEL.test(encoded) ? `\\${encoded}` : encoded;
}

/** Writes text for the end of a heading line, where a closing run of `#` would be dropped. */
export function encodeHeading(text: string): string {
  return encodeText(text).replace(/(^|[ \t])(#+)$/, "$1\\$2");
}
