/** Which programs there are for a moment. Small, because each save asks. */
import { join } from "node:path";
import { parseObject } from "../../base/json.ts";
import { readPart } from "../../files/guard/descriptor.ts";
import { isProgram } from "../../files/guard/program.ts";
import { readFile } from "../../files/read/read.ts";
import { revisionOf } from "../../text/source.ts";
import type { Gate } from "../gate.ts";

/** Where a project keeps its own, which run once they are trusted. */
export const PROJECT_HOOKS = ".claude/gate-hooks";
/** What a project's programs can be called. */
export const HOOK_NAMES = ["start", "save", "done"].flatMap((name) => [`before-${name}`, `after-${name}`]);

const MAX_TRUST = 1024 * 1024;

/** Trusted programs by project and name, as the digests of their bytes. */
export type Trust = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A program, and what the person knows it by. */
export interface FoundHook {
  readonly name: string;
  readonly program: string;
}

/** The programs that run at this moment, the person's own first. */
export function findHooks({ project, workflowHooks }: Gate, name: string): readonly FoundHook[] {
  if (workflowHooks === undefined) return [];
  const { folder } = workflowHooks;
  const own = join(folder, "hooks", name);
  const found = isProgram(own) ? [{ name: own, program: own }] : [];
  const path = `${PROJECT_HOOKS}/${name}`;
  const file = readFile(project, path);
  if (file.kind !== "file") return found;
  const digest = revisionOf(file.bytes);
  const copy = copyOf(folder, digest);
  return trustIn(folder)[project.root]?.[name] === digest && isProgram(copy)
    ? [...found, { name: path, program: copy }]
    : found;
}

/** Where the bytes of a trusted program are kept. */
export function copyOf(folder: string, digest: string): string {
  return join(folder, "trusted", digest);
}

/** What the person has trusted. */
export function trustIn(folder: string): Trust {
  const bytes = readPart(join(folder, "trust.json"), MAX_TRUST);
  return (bytes && (parseObject(Buffer.from(bytes).toString()) as Trust | undefined)) ?? {};
}
