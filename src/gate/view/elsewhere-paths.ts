/** Where other tools keep what is worked on, as paths in the project. */
import { ADAPTERS } from "../../adapters/list.ts";
import { GateError } from "../../base/errors.ts";
import { listFolder } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";

/** So many files of one pattern are read. */
const MOST_FILES = 300;

/** The files that adapters could read, whether they are there or not; for who asks whether one has changed. */
export function elsewherePaths(gate: Gate): readonly string[] {
  return ADAPTERS.flatMap(({ files }) =>
    files.flatMap((pattern) => tolerantly(() => pathsFor(gate, pattern), []) ?? []),
  );
}

/** The paths that a pattern stands for, as far as there are such folders. */
export function pathsFor({ project }: Gate, pattern: string): readonly string[] {
  const at = pattern.indexOf("*");
  if (at === -1) return [pattern];
  const folder = pattern.slice(0, at - 1);
  const rest = pattern.slice(at + 1);
  const names = listFolder(project, folder).flatMap(({ name, kind }) => {
    return rest.startsWith("/") ? (kind === "folder" ? [name + rest] : []) : name.endsWith(rest) ? [name] : [];
  });
  return names.slice(-MOST_FILES).map((name) => `${folder}/${name}`);
}

/** What a step gives; `undefined` where it cannot be done, which is told. */
export function tolerantly<T>(act: () => T, problems: string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}
