/**
 * What is looked for in the payload of a hook before anything of this program is started.
 *
 * The signs are those by which the hook itself decides whether a shell command gets a
 * look. There they are looked for in the command, here by `grep` in the JSON around it:
 * with escapes, and behind its key alone, because agents name a file in a `.claude`
 * folder in front of it in every payload. What the hook finds and the pattern here does
 * not would be passed over; the other way round the gate is started for nothing.
 */
import { GIT, GIT_COMMANDS, LEADS, NAMES, WAYS } from "./signs.ts";

/** What stands in the names of all tools that write files by themselves. These may do it through links, which no text shows. */
export const WRITERS = ["mcp__", "patch", "write", "create", "edit", "replace"];

/** In JSON the letter of an escape may stand right in front of a word. */
const FRONT = "(\\\\[bfnrt]|[^a-z0-9_])";
const WORDS = [...LEADS, `${GIT}[^;|&]*${FRONT}${GIT_COMMANDS}`];
const SIGNS = [...NAMES, ...WAYS, `${FRONT}(${WORDS.join("|")})`];

/** The payloads before a tool for which the gate is started, as one pattern for a line; all others concern nothing. */
export const PATTERN = [
  // What is not one object on one line, and what spells letters by numbers.
  ...["^[^{]", "[^}]$", "\\\\u"],
  '"cwd".*\\.claude',
  `"tool_?name"[^,]*(${WRITERS.join("|")})`,
  `"tool_?(input|args)".*(${SIGNS.join("|")})`,
].join("|");

/** In a project that guards files of others any path may be one of them, so that no text says that nothing is concerned. */
const GUARDED =
  'd=$PWD;until [ -e "$d/.claude/gate.yaml" ]||[ -z "$d" ];do d=$\u007bd%/*};done;[ -e "$\u007bd:-$CLAUDE_PROJECT_DIR}/.claude/gate.yaml" ]';
/** Where `grep` cannot answer, what it has not read is left to the gate. */
const BEGIN = `if p=$(if ${GUARDED};then cat;else LC_ALL=C grep -iEC99999 '${PATTERN}';fi)||[ $? -gt 1 ];then { printf %s "$p";cat;}| `;
const END = ";fi";

/** A line of `sh` that reads the payload and hands it to a command, if that may have something to say about it. */
export function filtered(command: string): string {
  return BEGIN + command + END;
}

/** The command that a line of any version hands the payload to; a command by itself is that. */
export function unfiltered(line: string): string {
  return /^if p=.*?;then \{[^|]*\}\| (.*);fi$/s.exec(line)?.[1] ?? line;
}
