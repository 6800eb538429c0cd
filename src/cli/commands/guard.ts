/** `gate guard`: see `gate/install/guard.ts`. */
import { resolve } from "node:path";
import { GateError } from "../../base/errors.ts";
import { documentAt, pathIn } from "../../gate/documents/document-path.ts";
import {
  type Guarded,
  type GuardedPattern,
  type GuardList,
  guardList,
  guard as guardPaths,
} from "../../gate/install/guard.ts";
import { type GuardSuggestions, suggestGuards } from "../../gate/install/suggest-guards.ts";
import { isGlob } from "../../text/glob.ts";
import { found, wrote } from "../answer.ts";
import { command } from "../command.ts";
import { plural, type Style, shown } from "../style.ts";
import { viewProblems } from "../views/problems.ts";

export const guard = command({
  description:
    "Guards Markdown files of any format: every version is kept for undo, diff, history and blame, a write of an agent " +
    "that loses sections, half of the lines or checked items is denied, and git merges them by sections and items. The " +
    "list stands in .claude/gate.yaml. A guarded file is never reformatted and never repaired.",
  examples: [
    ["gate guard task_plan.md 'specs/*/tasks.md'", "guard a file, and all that a glob finds"],
    ["gate guard --list", "see what is guarded"],
    ["gate guard --suggest", "see which files of other tools are here"],
    ["gate guard --allow task_plan.md", "let one write pass, whatever it loses, within ten minutes"],
    ["gate guard --remove task_plan.md", "guard it no more; its versions stay"],
  ],
  arguments: { words: { name: "[path...]", about: "files and globs, relative to the current folder" } },
  options: {
    list: { flag: "--list", about: "show what is guarded", conflicts: ["--suggest", "--remove", "--allow"] },
    suggest: {
      flag: "--suggest",
      about: "show which files of other tools are here",
      conflicts: ["--remove", "--allow"],
    },
    remove: { flag: "--remove", about: "take these out of the list", conflicts: ["--allow"] },
    allow: { flag: "--allow", about: "let one write of each pass within ten minutes" },
  },
  async run({ io, openGate, write }, { words, list, suggest, remove, allow }) {
    const isAsking = list || suggest;
    const gate = openGate({ create: !isAsking });
    if (isAsking && words.length > 0) {
      throw new GateError("INVALID_ARGUMENT", `Cannot show ${words[0]}: --list and --suggest take no paths`, {
        hint: "Leave the paths away.",
      });
    }
    if (list) return found(await guardList(gate), viewList);
    if (suggest) return found(await suggestGuards(gate), viewSuggestions);
    const { root } = gate.project;
    const paths = words.map((word) => {
      return isGlob(word) ? pathIn(root, resolve(io.cwd, word)) : documentAt(gate, io.cwd, word);
    });
    const input = remove ? { remove: paths } : allow ? { allow: paths } : { paths };
    return wrote(await guardPaths(gate, input, write), viewGuarded);
  },
});

function viewGuarded({ message, patterns, added }: Guarded, style: Style): string {
  const shownPatterns = patterns.filter(({ pattern }) => added.includes(pattern));
  return [style.bold(shown(message)), ...shownPatterns.flatMap((each) => filesOf(each, style))].join("\n");
}

function viewList({ path, patterns, problems }: GuardList, style: Style): string {
  const findings = viewProblems(problems, path, style, "findings");
  if (patterns.length === 0 && findings.length === 0) return "Nothing is guarded. Run `gate guard PATH` to begin.";
  const lines = patterns.flatMap((each) => [shown(each.pattern), ...filesOf(each, style)]);
  return [...lines, ...(findings.length > 0 ? [path, ...findings] : [])].join("\n");
}

/** What a glob finds; a path says it itself. */
function filesOf({ pattern, files }: GuardedPattern, { dim }: Style): readonly string[] {
  return isGlob(pattern) ? [dim(`  ${plural(files.length, "file")}`), ...files.map((file) => `  ${shown(file)}`)] : [];
}

function viewSuggestions({ suggestions }: GuardSuggestions, style: Style): string {
  if (suggestions.length === 0) return "No file of another tool is here that is not guarded.";
  const command = `gate guard ${suggestions.map(({ pattern }) => (isGlob(pattern) ? `'${pattern}'` : pattern)).join(" ")}`;
  const lines = suggestions.flatMap(({ pattern, files }) => [shown(pattern), ...filesOf({ pattern, files }, style)]);
  return [...lines, style.dim(`\`${command}\` guards them.`)].join("\n");
}
