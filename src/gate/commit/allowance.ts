/**
 * That one write of a guarded file may pass though something is lost by it: a person or an
 * agent has said so, and it holds for ten minutes and one write. What is lost is a version.
 */
import { parseObject } from "../../base/json.ts";
import { readVolatile, replaceVolatile } from "../../files/cache/volatile.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import type { Gate } from "../gate.ts";

const PATH = `${GATE_FOLDER}/allowed.json`;
const MAX_SIZE = 64 * 1024;
/** Milliseconds. */
const LASTS = 10 * 60_000;

/** Lets the next write of each path pass. */
export function allowWrites(gate: Gate, paths: readonly string[]): void {
  ensureGateFolder(gate.project);
  const now = gate.clock();
  write(gate, { ...allowed(gate), ...Object.fromEntries(paths.map((path) => [path, now])) });
}

/** Whether a write of the path may pass; that is then used up. */
export function takeAllowance(gate: Gate, path: string): boolean {
  const { [path]: since, ...others } = allowed(gate);
  return since !== undefined && write(gate, others);
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
