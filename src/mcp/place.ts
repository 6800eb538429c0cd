/**
 * In which folder a server looks for the project. Some agents start the server of a
 * plugin in the plugin's own folder; there it would keep everybody's work, so that folder
 * is never the project, nor is one around it.
 */
import { dirname, isAbsolute, join, sep } from "node:path";
import { attempt, GateError } from "../base/errors.ts";
import { printable } from "../base/line.ts";
import { pluginsIn } from "../base/plugin.ts";
import { readPart } from "../files/guard/descriptor.ts";
import { openProject } from "../files/guard/project.ts";
import { realPlace } from "../files/guard/real-path.ts";
import { placeOf } from "../gate/agent/session-place.ts";
import type { Gate } from "../gate/gate.ts";

/** What a server knows of the place it was started in. */
export interface Surroundings {
  readonly cwd: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly session: string;
}

export interface Place {
  /** Of the client's roots, else of what the client or its shell names, else of what the session's hook left, those that are not the plugin's. */
  outside(roots: readonly string[]): readonly [string, ...string[]];
  /** The gate, unless its project holds the plugin. */
  requireOutside(gate: Gate): Gate;
}

export function makePlace({ cwd, home, environment, session }: Surroundings): Place {
  const plugins = [...pluginsIn(environment), ...pluginAround(process.argv[1] ?? "")].map(real);
  const refuse = (folder: string) => {
    const agent = environment["COPILOT_CLI"] ? "copilot" : "NAME";
    return new GateError("NOT_FOUND", `Cannot take ${printable(folder)} for the project: the plugin lies there`, {
      hint: `Run \`gate install --agent ${agent} --mcp\` in the project, whose server is started there, or have the client set CLAUDE_PROJECT_DIR.`,
    });
  };
  return {
    outside(roots) {
      const named = roots.length > 0 ? roots : [folderNamed(environment) ?? cwd];
      const left = placeOf({ home, environment }, session);
      const folders = left !== undefined && isFolder(left) ? [...named, left] : named;
      const [first, ...others] = folders.filter((folder) => !plugins.some((plugin) => isWithin(real(folder), plugin)));
      if (first === undefined) throw refuse(named[0]!);
      return [first, ...others];
    },
    requireOutside(gate) {
      const { root } = gate.project;
      if (plugins.some((plugin) => isWithin(plugin, root) || isWithin(root, plugin))) throw refuse(root);
      return gate;
    },
  };
}

const PROJECT = /^[A-Z]+_PROJECT_DIR$/;

/** The folder that the client names in a variable, else the one that its shell is in. */
function folderNamed(environment: Surroundings["environment"]): string | undefined {
  const [, named] = Object.entries(environment).find(([name, value]) => PROJECT.test(name) && value) ?? [];
  return [named, environment["PWD"]].find((folder) => folder !== undefined && isAbsolute(folder) && isFolder(folder));
}

/** The plugin that a program lies in: some agents hand the name of the variable on as text. */
function pluginAround(program: string): readonly string[] {
  const folder = dirname(dirname(real(program)));
  // A package of the program has a marketplace there, and is no plugin.
  return readPart(join(folder, ".claude-plugin/plugin.json"), 1) === undefined ? [] : [folder];
}

function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(other.endsWith(sep) ? other : `${other}${sep}`);
}

function real(path: string): string {
  return realPlace(path, true) ?? path;
}

function isFolder(path: string): boolean {
  return attempt(() => openProject(path)) !== undefined;
}
