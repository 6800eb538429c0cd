/** Makes the code that `prepared.ts` loads. */
import { basename, dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { removeQuietly, writeNew } from "./descriptor.ts";
import { attempt } from "./errors.ts";
import { statsAt } from "./path.ts";
import { codeFolder, codeName, compile, readCode } from "./prepared.ts";
import { temporaryName } from "./sweep.ts";
import { system } from "./system.ts";
import { twice } from "./twice.ts";

/** A draft that is older, in milliseconds, is of somebody who died. */
const DRAFT_DIES = 60_000;
const OPEN_TO_ALL = 0o755;

/**
 * Compiles all files of the program, with every function of them, for the Node it runs
 * on and keeps the code beside them; nothing where V8 takes what is there. All of it is
 * there at once or none. Errors of the system pass through, as where nobody may write.
 */
export function prepareProgram(program: string): void {
  const codes = codeFolder(program);
  const paths = filesOf(program);
  if (paths.every((path) => isTaken(codes, path))) return;
  const parent = dirname(codes);
  if (statsAt(parent) === undefined) system.mkdirSync(parent, { mode: OPEN_TO_ALL });
  sweep(parent, codes);
  const draft = join(parent, temporaryName(basename(codes)));
  system.mkdirSync(draft, { mode: OPEN_TO_ALL });
  const folder = { at: (name: string) => join(draft, name) };
  try {
    for (const [path, code] of compileWhole(paths)) writeNew(folder, codeName(path), twice(code), 0o644);
    remove(codes);
    system.renameSync(draft, codes);
  } catch (error) {
    remove(draft);
    throw error;
  }
}

function filesOf(program: string): readonly string[] {
  const names = system.readdirSync(join(program, "gate")).filter((name) => name.endsWith(".cjs"));
  return names.map((name) => join(program, "gate", name));
}

/** Whether there is code that V8 takes: it may have been made with other flags, or be damaged. */
function isTaken(codes: string, path: string): boolean {
  const code = readCode(codes, path);
  return code !== undefined && compile(path, code).cachedDataRejected === false;
}

/** V8 takes code only with the flags it was made with, so they are as ever when it is asked for the code. */
function compileWhole(paths: readonly string[]): (readonly [path: string, code: Buffer])[] {
  const scripts = withoutLaziness(() => paths.map((path) => [path, compile(path)] as const));
  return scripts.map(([path, script]) => [path, script.createCachedData()]);
}

function withoutLaziness<T>(step: () => T): T {
  setFlagsFromString("--no-lazy");
  try {
    return step();
  } finally {
    setFlagsFromString("--lazy");
  }
}

/** Removes what nobody finished, and the code of builds that this one has replaced. */
function sweep(parent: string, codes: string): void {
  const [build = ""] = basename(codes).split("-", 1);
  for (const name of system.readdirSync(parent)) {
    const place = join(parent, name);
    const isOld = name.startsWith(".")
      ? system.now() - Number(statsAt(place)?.mtimeMs ?? 0) > DRAFT_DIES
      : !name.startsWith(`${build}-`);
    if (isOld) remove(place);
  }
}

/** Removes a folder of code, as far as that can be done. */
function remove(codes: string): void {
  attempt(() => {
    for (const name of system.readdirSync(codes)) removeQuietly({ at: (file) => join(codes, file) }, name);
    system.rmdirSync(codes);
  });
}
