/** Which project a document of an editor is in, and the gate to it. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { attempt } from "../base/errors.ts";
import { openProject } from "../files/guard/project.ts";
import { type Gate, type GateOptions, openGate } from "../gate/gate.ts";

/** A document, by the project it is in. */
export interface Place {
  readonly gate: Gate;
  /** Relative to the project. */
  readonly path: string;
}

/** The projects that documents of the editor are in. */
export interface Projects {
  /** Where a document is; `undefined` for what is no state, work or archive file of a project. */
  placeOf(uri: string): Place | undefined;
}

const DOCUMENT = /^(.+?)[\\/]\.claude[\\/](state\.md|(?:work|archive)[\\/][^\\/.][^\\/]*\.md)$/s;

/** Finds projects as a `gate` does that is run in their folders, and the one named alone where one is. */
export function makeProjects(options: GateOptions & { readonly cwd: string; readonly home: string }): Projects {
  const { root: named, cwd, home } = options;
  const gates = new Map<string, Gate>();
  const only = named === undefined ? undefined : openGate(options).project.root;
  // The agent's own folder in there is nobody's project but for who stands in it.
  const [homeRoot, ownRoot] = [home, cwd].map((folder) => attempt(() => openProject(folder))?.root);
  const find = (folder: string): Gate | undefined => {
    const root = attempt(() => openProject(folder))?.root;
    if (root === undefined || (only ?? root) !== root) return undefined;
    if (only === undefined && root === homeRoot && root !== ownRoot) return undefined;
    const known = gates.get(root);
    if (known) return known;
    const gate = attempt(() => openGate({ ...options, ...(named === undefined && { cwd: root }) }));
    if (gate?.project.root !== root) return undefined;
    gates.set(root, gate);
    return gate;
  };
  return {
    placeOf(uri) {
      const [, folder, path] = DOCUMENT.exec(fileOf(uri) ?? "") ?? [];
      const gate = folder === undefined ? undefined : find(folder);
      return gate && { gate, path: `.claude/${path!.replaceAll("\\", "/")}` };
    },
  };
}

/** The address of a document. */
export function uriOf({ project }: Gate, path: string): string {
  return pathToFileURL(`${project.root}/${path}`).href;
}

/** The file of an address; what is no file of this machine is nothing to this server. */
function fileOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
