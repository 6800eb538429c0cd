/** What the shell command of a call does to protected files, and what git may throw away by it. */
import { resolve, sep } from "node:path";
import { realPlace } from "../files/guard/real-path.ts";
import type { Gate } from "../gate/gate.ts";
import { isForGuard, isGuarding } from "../gate/view/guard.ts";
import { kindOfPath } from "../gate/view/paths.ts";
import type { Call } from "./call.ts";
import { gateFor, gateOf, type World } from "./gates.ts";
import { knowledgeOf } from "./shell/disk.ts";
import type { Act, Effect, Knowledge } from "./shell/knowledge.ts";
import { runProgram } from "./shell/run-program.ts";
import { Scope } from "./shell/scope.ts";
import { Walk } from "./shell/walk.ts";
import { GUARD_LIST, rootWith, type Target, targetOf } from "./target.ts";

export interface Destroyed {
  readonly gate: Gate;
  readonly path: string;
  /** As the path must not be: `removed`, `moved`, … */
  readonly done: string;
}

/** What a command does, in its order; a command may be called with what is known of its variables. */
export function effectsIn(
  command: string,
  cwd: string,
  variables: Readonly<Record<string, string | undefined>>,
  knowledge: Knowledge,
): readonly Effect[] {
  const known = Object.entries(variables).map(
    ([name, value]) => [name, value === undefined ? value : [value]] as const,
  );
  const walk = new Walk(knowledge, runProgram);
  walk.runText(command, new Scope(cwd, known));
  return walk.effects;
}

/** The effects of a shell command, or of the tool of a server; the others are computed by what they write. */
export async function effectsOf(call: Call, world: World): Promise<readonly Effect[]> {
  const { tool, cwd } = call;
  if (tool?.kind === "touch") {
    return [tool.path, ...tool.others].map((path) => {
      return {
        kind: "act",
        done: tool.done,
        path,
        cwd,
        follow: tool.done === "written over",
        folders: tool.done !== "written over",
      };
    });
  }
  if (tool?.kind !== "shell") return [];
  const { HOME = world.home, CLAUDE_PROJECT_DIR } = world.environment;
  const gate = gateOf(call, world);
  const isGuarded = gate !== undefined && isGuarding(gate);
  const guarded = isGuarded ? await (await import("../gate/view/guarded-now.ts")).guardedNow(gate) : [];
  const knowledge = knowledgeOf(gate, world.clock(), guarded);
  return effectsIn(tool.command, cwd, { HOME, CLAUDE_PROJECT_DIR }, knowledge);
}

/** The protected files among what is done to paths, each once. */
export function destroyedBy(effects: readonly Effect[], call: Call, world: World): readonly Destroyed[] {
  const found = new Map<string, Destroyed>();
  for (const act of effects) {
    if (act.kind !== "act") continue;
    for (const target of targetsOf(act, call, world)) {
      const isFile = kindOfPath(target.path) !== undefined || isForGuard(target.path);
      if (!isFile && !act.folders) continue;
      const gate = gateFor(target, call, world);
      if (gate) found.set(`${gate.project.root}\0${target.path}`, { gate, path: target.path, done: act.done });
    }
  }
  return [...found.values()];
}

function targetsOf(act: Act, call: Call, world: World): readonly Target[] {
  const { path, cwd, follow, into = [] } = act;
  if (cwd === undefined && !path.startsWith(sep)) return [];
  const here = cwd ?? sep;
  const paths = [path, ...into.map((name) => resolve(here, path, name))];
  const targets = paths.flatMap((each) => targetOf(each, here, follow) ?? []);
  return targets.length > 0 || !act.folders || act.done !== "removed"
    ? targets
    : around(resolve(here, path), call, world);
}

/** The state of the agent's project, where a folder is that of the project or holds it. */
function around(folder: string, call: Call, world: World): readonly Target[] {
  const { root } = gateOf(call, world)?.project ?? {};
  const place = root === undefined ? undefined : realPlace(folder, false);
  if (root === undefined || place === undefined) return [];
  const isAround = root === place || root.startsWith(place === sep ? sep : place + sep);
  if (!isAround) return [];
  const guarded = rootWith(root, GUARD_LIST) === root ? [{ root, path: "." }] : [];
  return [{ root, path: ".claude" }, ...guarded];
}
