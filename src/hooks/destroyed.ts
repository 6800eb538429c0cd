/** Which protected files the shell command of a call plainly destroys. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { attempt } from "../base/errors.ts";
import { listFolder } from "../files/read/read.ts";
import { BATCH_PATH, type Gate, STATE_PATH } from "../gate/gate.ts";
import { kindOfPath, PROTECTED_FOLDERS } from "../gate/view/paths.ts";
import type { Call } from "./call.ts";
import { type Act, actsIn } from "./destruction.ts";
import { gateFor, gateOf, type World } from "./gates.ts";
import { type Target, targetOf } from "./target.ts";

export interface Destroyed {
  readonly gate: Gate;
  readonly path: string;
  /** As the path must not be: `removed`, `moved`, … */
  readonly done: string;
}

/** So many files are compared with a glob. */
const MOST_CANDIDATES = 2000;

export function destroyedBy(call: Call, world: World): readonly Destroyed[] {
  if (call.tool?.kind !== "shell") return [];
  const { cwd } = call;
  const { HOME = world.home, CLAUDE_PROJECT_DIR } = world.environment;
  const found = new Map<string, Destroyed>();
  for (const act of actsIn(call.tool.command, cwd, { HOME, CLAUDE_PROJECT_DIR })) {
    for (const target of targetsOf(act, call, world)) {
      const isFolder = PROTECTED_FOLDERS.includes(target.path);
      if (isFolder ? !act.folders : kindOfPath(target.path) === undefined) continue;
      const gate = gateFor(target, call, world);
      if (gate) found.set(`${gate.project.root}\0${target.path}`, { gate, path: target.path, done: act.done });
    }
  }
  return [...found.values()];
}

function targetsOf(act: Act, call: Call, world: World): readonly Target[] {
  const { word, cwd, follow, into = [] } = act;
  const { text, pattern } = word;
  if (cwd === undefined && !isAbsolute(text)) return [];
  const here = cwd ?? sep;
  if (pattern) {
    const gate = gateOf(call, world);
    return gate ? matching(gate, pattern, text, here) : [];
  }
  const paths = [text, ...into.map((name) => resolve(here, text, name))];
  return paths.flatMap((path) => targetOf(path, here, follow) ?? []);
}

/** The protected paths of the agent's project that a glob names from where the command is run. */
function matching(gate: Gate, pattern: RegExp, text: string, here: string): readonly Target[] {
  const { root } = gate.project;
  return candidatesIn(gate)
    .filter((path) => pattern.test(isAbsolute(text) ? join(root, path) : relative(here, join(root, path))))
    .map((path) => ({ root, path }));
}

function candidatesIn({ project }: Gate): readonly string[] {
  const files = PROTECTED_FOLDERS.flatMap((folder) => {
    return attempt(() => listFolder(project, folder))?.map(({ name }) => `${folder}/${name}`) ?? [];
  });
  return [...new Set([...PROTECTED_FOLDERS, STATE_PATH, BATCH_PATH, ...files])].slice(0, MOST_CANDIDATES);
}
