/**
 * One line of text, coming in or going out.
 *
 * Coming in: an item, a title, a reason is one line. Line breaks become spaces;
 * control characters are refused rather than dropped, because what is dropped
 * silently does not read back as it was given.
 * Going out: text from a file must not be able to steer a terminal or forge a
 * line of the log, so every character that does is shown by its code point; joiners
 * inside of emoji and words do neither, nor do the tags of a flag.
 */
import { GateError } from "./errors.ts";

const BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/g;
/** Controls, and half a character. By numbers, because a name of many characters takes longer to look up than all else here. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u;

/**
 * Makes one trimmed line of `text`, or refuses it with `INVALID_ARGUMENT`.
 * `name` says in the message what the text is meant to be.
 */
export function oneLine(text: string, name: string): string {
  const line = text.replace(BREAK, " ").trim();
  const control = CONTROL.exec(line);
  if (control) {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot use ${name}: it holds the control character ${codePoint(control[0])}`,
      {
        hint: "Remove the character; line breaks are the only ones that become spaces.",
      },
    );
  }
  if (line === "") {
    throw new GateError("INVALID_ARGUMENT", `Cannot use ${name}: it is empty`, {
      hint: "Give a text, or leave it away.",
    });
  }
  return line;
}

const CONTROL_IN_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/u;

/** Text that may have lines and tabs, and nothing else that is no text; refuses as `oneLine` does. */
export function manyLines(text: string, name: string): string {
  const control = CONTROL_IN_LINES.exec(text);
  if (!control) return text;
  const character = codePoint(control[0]);
  throw new GateError("INVALID_ARGUMENT", `Cannot use ${name}: it holds the control character ${character}`, {
    hint: "Remove the character; lines and tabs may stay.",
  });
}

/** Characters beyond the first 32 that steer a terminal or hide: controls, zero-width, direction, soft hyphen, tags, selectors of other tools. */
const HIDDEN =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;
const FIRST_CONTROLS = /[\u0000-\u001f]/g;

/** Shows what steers a terminal or hides as `\u{…}`, so that the text is safe to print. */
export function printable(text: string): string {
  const show = (character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`;
  return text
    .replace(FIRST_CONTROLS, show)
    .replace(HIDDEN, (character, at: number, whole: string) => (isPart(whole, at) ? character : show(character)));
}

/** Scripts in which a joiner between letters says how they are written, and so is part of the word. */
const SHAPED = "Arab Syrc Mand Nkoo Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Tibt Mymr Khmr".split(" ");
// Made where it is needed: a pattern with properties of Unicode takes longer than all else here.
let part: RegExp | undefined;

/** Whether what stands there is a part of a character that is seen: of an emoji, a flag, a letter of a script. */
function isPart(text: string, at: number): boolean {
  if (text[at] !== "\u200c" && text[at] !== "\u200d" && text[at] !== "\udb40") return false;
  part ??= makePart();
  part.lastIndex = at;
  return part.test(text);
}

function makePart(): RegExp {
  const emoji = "\\p{Extended_Pictographic}";
  const letter = `(?=[\\p{L}\\p{M}])[${SHAPED.map((script) => `\\p{scx=${script}}`).join("")}]`;
  // Of the flags of England, Scotland and Wales: letters and figures, and an end.
  const tag = "[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]";
  const parts = [
    `(?<=${emoji}[\\ufe0f\\p{Emoji_Modifier}]*)\\u200d(?=${emoji})`,
    `(?<=${letter})[\\u200c\\u200d](?=${letter})`,
    `(?<=\\u{1f3f4}${tag}{0,6})${tag}{0,6}\\u{e007f}`,
    "(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]",
  ];
  return new RegExp(parts.join("|"), "uy");
}

/** JSON for a reader, with hidden characters escaped: JSON itself escapes only the first 32. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (character) => character.split("").map(escapeUnit).join(""));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
