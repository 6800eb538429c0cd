/** The tools of agents that change files, by what they do: the same act has many names and shapes. */
import { groupBy } from "../base/group.ts";
import { isObject, parseJson } from "../base/json.ts";
import { type Payload, textIn } from "./payload.ts";

/** One replacement of text. */
export interface Replacement {
  readonly old: string;
  readonly new: string;
  readonly all: boolean;
  /** How many places the tool expects to find, where it says so. */
  readonly expected?: number;
}

export type Tool =
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "edit"; readonly path: string; readonly replacements: readonly Replacement[] }
  | { readonly kind: "insert"; readonly path: string; readonly line: number; readonly text: string }
  /** Only ever of a notebook, which no file of the state tree is. */
  | { readonly kind: "notebook"; readonly path: string }
  | { readonly kind: "patch"; readonly patch: string }
  | { readonly kind: "shell"; readonly command: string }
  /** One after the other; no two of them change one file. */
  | { readonly kind: "several"; readonly tools: readonly Tool[] }
  /** Of a server nobody knows: what it does to files goes by its name. */
  | { readonly kind: "touch"; readonly path: string; readonly others: readonly string[]; readonly done: string };

const WRITE = new Set("write write_file create create_file write_to_file fs_write fswrite".split(" "));
const EDIT = new Set(
  "edit replace multiedit multi_edit edit_file str_replace strreplace replace_string_in_file replace_in_file".split(
    " ",
  ),
);
/** What they do stands in the input. Kiro's have the names of tools that write. */
const EDITOR = new Set(["str_replace_editor", "str_replace_based_edit_tool", "write", "fs_write", "fswrite"]);
const SHELL = new Set(
  "bash shell run_shell_command local_shell exec_command shell_command run_in_terminal execute_command execute_bash execute_cmd run_commands".split(
    " ",
  ),
);
/** What they make of a file is not in their input. */
const TOUCH: Readonly<Record<string, string>> = { delete: "removed", insert_edit_into_file: "written over" };
/** Names of tools of servers: `mcp__files__write`, `MCP:write`, `@files/write`. */
const OF_SERVER = /^(?:mcp__.*__|MCP:|@.*\/)(.*)$/s;

/** The tool of a payload; `undefined` for one that changes no files, and for one whose input is not understood. */
export function toolIn(payload: Payload): Tool | undefined {
  const name = payload["tool_name"] ?? payload["toolName"];
  if (typeof name !== "string" || name.length > 200) return undefined;
  const input = inputIn(payload);
  const served = OF_SERVER.exec(name)?.[1];
  if (served !== undefined || name.startsWith("mcp__")) {
    return isObject(input) ? ofServer(served ?? name.slice("mcp__".length), input) : undefined;
  }
  const tool = name.toLowerCase();
  if (tool === "apply_patch" || tool === "applypatch") return patchIn(input);
  if (!isObject(input)) return undefined;
  if (SHELL.has(tool)) return shellIn(input);
  if (tool === "notebookedit") return withPath(input, ["notebook_path"], (path) => ({ kind: "notebook", path }));
  if (tool === "multi_replace_string_in_file") return replacementsIn(input);
  if (tool === "editor") return editorIn(input);
  const touched = Object.hasOwn(TOUCH, tool) ? TOUCH[tool] : undefined;
  if (touched !== undefined) return touchIn(input, touched);
  const act = EDITOR.has(tool) ? input["command"] : undefined;
  if (EDIT.has(tool) || act === "str_replace") return editIn(input);
  if (act === "insert") return insertIn(input);
  if (act === "append") return touchIn(input, "written over");
  return WRITE.has(tool) || act === "create" ? writeIn(input) : undefined;
}

function touchIn(given: Payload, done: string): Tool | undefined {
  return withPath(given, PATHS, (path) => ({ kind: "touch", path, others: [], done }));
}

/** VS Code's replacements in several files at once, those of one file together. */
function replacementsIn(given: Payload): Tool | undefined {
  const listed = Array.isArray(given["replacements"]) ? given["replacements"].filter(isObject) : [];
  const files = groupBy(listed, (each) => textIn(each, ...PATHS));
  const tools = Array.from(files, ([path, edits]) => editIn({ path, edits }));
  const known = tools.filter((tool) => tool !== undefined);
  return known.length === 0 ? undefined : { kind: "several", tools: known };
}

/** Cline's editor for the terminal, which tells by its input what it does; lines are counted from 1 and pushed down. */
function editorIn(given: Payload): Tool | undefined {
  const text = textIn(given, "new_text") ?? "";
  const line = Number(given["insert_line"] ?? Number.NaN);
  if (!Number.isNaN(line)) return withPath(given, PATHS, (path) => ({ kind: "insert", path, line: line - 1, text }));
  return textIn(given, "old_text") === undefined ? writeIn({ ...given, content: text }) : editIn(given);
}

/** Some agents give the input as an object, some as the text of one, and some as a text that is all of it. */
function inputIn(payload: Payload): unknown {
  const input = payload["tool_input"] ?? payload["toolArgs"] ?? payload["toolInput"];
  if (typeof input !== "string") return input;
  const value = parseJson(input);
  return value === undefined ? input : value;
}

function patchIn(input: unknown): Tool | undefined {
  const patch = isObject(input) ? textIn(input, "command", "input", "patch", "patchText") : input;
  return typeof patch === "string" ? { kind: "patch", patch } : undefined;
}

function shellIn(given: Payload): Tool | undefined {
  const several = listIn(given["commands"]);
  if (several !== undefined) return several.length === 0 ? undefined : { kind: "shell", command: several.join("\n") };
  const command = given["command"] ?? given["cmd"];
  // Such as `["bash", "-lc", "rm x"]`.
  const words = Array.isArray(command) ? command.filter((word) => typeof word === "string") : [];
  const text = typeof command === "string" ? command : words.map(quoted).join(" ");
  return text === "" ? undefined : { kind: "shell", command: text };
}

/** Cline's commands, each a text, or a program with its arguments; the list may itself be text. */
function listIn(commands: unknown): readonly string[] | undefined {
  const value = typeof commands === "string" ? (parseJson(commands) ?? commands) : commands;
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).flatMap((each): string[] => {
    if (typeof each === "string") return [each];
    const { command, args } = isObject(each) ? each : {};
    const words = [command, ...(Array.isArray(args) ? args : [])].filter((word) => typeof word === "string");
    return words.length === 0 ? [] : [args === undefined ? words.join(" ") : words.map(quoted).join(" ")];
  });
}

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function writeIn(given: Payload): Tool | undefined {
  const content = textIn(given, "content", "file_text", "contents");
  return content === undefined ? undefined : withPath(given, PATHS, (path) => ({ kind: "write", path, content }));
}

function editIn(given: Payload): Tool | undefined {
  const diff = textIn(given, "diff");
  const edits = diff === undefined ? (Array.isArray(given["edits"]) ? given["edits"] : [given]) : blocksIn(diff);
  const replacements: Replacement[] = [];
  for (const edit of edits) {
    if (!isObject(edit)) return undefined;
    const from = textIn(edit, "old_string", "old_str", "oldString", "oldText", "old_text");
    if (from === undefined) return undefined;
    const expected = edit["expected_replacements"];
    replacements.push({
      old: from,
      new: textIn(edit, "new_string", "new_str", "newString", "newText", "new_text") ?? "",
      all: edit["replace_all"] === true || edit["replaceAll"] === true || edit["allow_multiple"] === true,
      ...(typeof expected === "number" && { expected }),
    });
  }
  return withPath(given, PATHS, (path) => ({ kind: "edit", path, replacements }));
}

/** Cline's blocks: what is searched for between two lines, and what takes its place behind the second. */
function blocksIn(diff: string): readonly object[] {
  const block = /^-{3,} SEARCH>?\r?\n([\s\S]*?)^={3,}\r?\n([\s\S]*?)^\+{3,} REPLACE>?\r?$/gm;
  return Array.from(diff.matchAll(block), ([, old_text, new_text]) => ({ old_text, new_text }));
}

function insertIn(given: Payload): Tool | undefined {
  const text = textIn(given, "new_str", "insert_text");
  const line = given["insert_line"];
  if (text === undefined || typeof line !== "number") return undefined;
  return withPath(given, PATHS, (path) => ({ kind: "insert", path, line, text }));
}

const PATHS = ["file_path", "path", "filePath", "absolute_path"];

function withPath(given: Payload, keys: readonly string[], make: (path: string) => Tool): Tool | undefined {
  const path = textIn(given, ...keys);
  return path === undefined || path === "" || path.includes("\0") ? undefined : make(path);
}

/** Verbs in names of tools, with what they do to a file. */
const VERBS: readonly (readonly [RegExp, string])[] = [
  [/delete|remove|unlink|trash/, "removed"],
  [/move|rename/, "moved"],
  [/write|edit|replace|insert|create|patch|update|modify|save|overwrite|truncate|copy|put/, "written over"],
];
const SERVER_PATHS = [
  ...PATHS,
  "relative_path",
  "relativePath",
  "filename",
  "filepath",
  "source",
  "destination",
  "target",
  "uri",
];

/** The tool of a server that works on files of this machine; those of a repository elsewhere name it. */
function ofServer(name: string, given: Payload): Tool | undefined {
  const folded = name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  const done = VERBS.find(([verb]) => verb.test(folded))?.[1];
  if (done === undefined || "repo" in given || "owner" in given || given["dryRun"] === true) return undefined;
  if (WRITE.has(folded)) return writeIn(given);
  const listed = ["paths", "files"].flatMap((key) => (Array.isArray(given[key]) ? given[key] : []));
  const named = [...SERVER_PATHS.map((key) => given[key]), ...listed];
  const paths = named.flatMap((each) => (isObject(each) ? SERVER_PATHS.map((key) => each[key]) : [each]));
  const texts = paths.filter((path) => typeof path === "string" && path !== "" && !path.includes("\0")) as string[];
  const [path, ...others] = texts.map((text) => text.replace(/^file:\/\//, ""));
  return path === undefined ? undefined : { kind: "touch", path, others, done };
}
