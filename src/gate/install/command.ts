/**
 * How agents and git call this program: by its name where it is on the PATH, because
 * settings are shared and outlive a folder; through npx where the project has it, which
 * costs a start of npm at every call; else by its full path, but never in a file that
 * others check out.
 */
import { sep } from "node:path";
import { findProgram } from "../../files/guard/program.ts";
import { exists } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";

export interface GateCommand {
  /** For a shell; `powershell` where that one needs it in another way. */
  readonly shell: string;
  readonly powershell: string;
  /** For a caller that starts programs without a shell. */
  readonly file: string;
  readonly args: readonly string[];
  /** Why it may not be found. */
  readonly warning?: string;
}

export interface CommandSearch {
  /** The PATH of the process. */
  readonly path: string | undefined;
  /** This program's own file, absolute; absent where that is not known. */
  readonly program?: string | undefined;
  /** The full path of Node. */
  readonly node: string;
}

export function findGateCommand(
  { project }: Gate,
  { path, program, node }: CommandSearch,
  shared: boolean,
): GateCommand {
  // What npx and npm scripts put there is gone when they are.
  const lasting = (path ?? "").split(separator()).filter((folder) => !folder.includes(`node_modules${sep}.bin`));
  if (findProgram("gate", lasting.join(separator())) !== undefined) return byName("gate");
  if (exists(project, "node_modules") && isInstalledIn(project)) return byName("npx", "--no-install", "gate");
  const isPlain = program !== undefined && !/["$`\\\r\n]/.test(program + node);
  if (shared || !isPlain) {
    return {
      ...byName("gate"),
      warning: "gate is not on the PATH, and agents call it by that name: install it with `npm install --global`",
    };
  }
  const shell = `"${node}" "${program}"`;
  return { shell, powershell: `& ${shell}`, file: node, args: [program] };
}

function byName(file: string, ...args: readonly string[]): GateCommand {
  const shell = [file, ...args].join(" ");
  return { shell, powershell: shell, file, args };
}

function isInstalledIn(project: Gate["project"]): boolean {
  return exists(project, "node_modules/state-gatekeeper");
}

function separator(): string {
  return sep === "\\" ? ";" : ":";
}
