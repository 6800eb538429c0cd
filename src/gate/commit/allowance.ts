/**
 * That one write of a guarded file may pass though something is lost by it: a person or an
 * agent has said so, and it holds for ten minutes and one write. What is lost is a version.
 */
import { parseObject } from "../../base/json.ts";
import { readVolatile, replaceVolatile } from "../../files/cache/volatile.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import type { Gate } from "../gate.ts";

const PATH = ".claude/.gate/allowed.json";
const MAX_SIZE = 64 * 1024;
/** Milliseconds. */
const LASTS = 10 * 60_000;

/** Lets the next write of each path pass. */
export function allowWrites(gate: Gate, paths: readonly string[]): void {
  ensureGateFolder(gate.project);
  const now = gate.clock();
  write(gate, { ...allowed(gate), ...Object.fromEntries(paths.map((path) => [path, now])) });
}

/** The first of the paths that may not be written; where all may, that is then used up. */
export function findRefused(gate: Gate, paths: readonly string[]): string | undefined {
  const known = allowed(gate);
  const refused = paths.find((path) => !Object.hasOwn(known, path));
  if (refused !== undefined || paths.length === 0) return refused;
  const left = Object.entries(known).filter(([path]) => !paths.includes(path));
  // What cannot be used up would hold for ever.
  return write(gate, Object.fromEntries(left)) ? undefined : paths[0];
}

/** What is allowed still, and since when. */
function allowed({ project, clock }: Gate): Readonly<Record<string, number>> {
  const file = readVolatile(project, PATH, MAX_SIZE);
  const read = file?.kind === "file" ? parseObject(Buffer.from(file.bytes).toString()) : undefined;
  const isRecent = ([, since]: [string, unknown]) => typeof since === "number" && clock() - since < LASTS;
  return Object.fromEntries(Object.entries(read ?? {}).filter(isRecent)) as Record<string, number>;
}

function write({ project }: Gate, notes: Readonly<Record<string, number>>): boolean {
  return replaceVolatile(project, PATH, Buffer.from(`${JSON.stringify(notes)}\n`));
}
