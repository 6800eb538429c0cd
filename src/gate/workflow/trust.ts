/** Which of a project's own programs the person has looked at and trusts. */
import { relative } from "node:path";
import { GateError } from "../../base/errors.ts";
import { readFile } from "../../files/read/read.ts";
import { chmodProgram, makePersonalFolder } from "../../files/replace/external-file.ts";
import { revisionOf } from "../../text/source.ts";
import { atomicWrite, withFileLock } from "../commit/atomic-write.ts";
import type { Gate } from "../gate.ts";
import { copyOf, HOOK_NAMES, PROJECT_HOOKS, type Trust, trustIn } from "./find.ts";

/** A program of the project. */
export interface ProjectHook {
  readonly name: string;
  readonly path: string;
  /** The digest of its bytes. */
  readonly digest: string;
  /** Whether just these bytes are trusted. */
  readonly trusted: boolean;
  readonly text: string;
}

/** The project's programs, as they are now. Reads only. */
export function projectHooks(gate: Gate): readonly ProjectHook[] {
  const known = gate.workflowHooks && trustIn(gate.workflowHooks.folder)[gate.project.root];
  return HOOK_NAMES.flatMap((name) => {
    const path = `${PROJECT_HOOKS}/${name}`;
    const file = readFile(gate.project, path);
    if (file.kind !== "file") return [];
    const digest = revisionOf(file.bytes);
    const text = Buffer.from(file.bytes).toString();
    return [{ name, path, digest, trusted: known?.[name] === digest, text }];
  });
}

/** Trusts these programs, and keeps their bytes: those run from then on. `CONFLICT` where one is another by now. */
export async function trustHooks(gate: Gate, hooks: readonly ProjectHook[]): Promise<void> {
  const { folder } = requireFolder(gate);
  makePersonalFolder(folder);
  for (const { path, name, digest } of hooks) {
    const file = readFile(gate.project, path);
    if (file.kind !== "file" || revisionOf(file.bytes) !== digest) {
      throw new GateError("CONFLICT", `Cannot trust ${path}: it was changed since it was shown`, {
        path,
        hint: "Look again.",
      });
    }
    const copy = copyOf(folder, digest);
    await atomicWrite(relative(folder, copy), file.bytes, { root: folder });
    chmodProgram(copy);
    await changeTrust(folder, (trust) => ({
      ...trust,
      [gate.project.root]: { ...trust[gate.project.root], [name]: digest },
    }));
  }
}

/** Trusts nothing of this project any more; how many programs that were. */
export async function revokeTrust(gate: Gate): Promise<number> {
  const { folder } = requireFolder(gate);
  makePersonalFolder(folder);
  let count = 0;
  await changeTrust(folder, (trust) => {
    const { [gate.project.root]: gone, ...rest } = trust;
    count = Object.keys(gone ?? {}).length;
    return rest;
  });
  return count;
}

async function changeTrust(folder: string, change: (trust: Trust) => Trust): Promise<void> {
  await withFileLock("trust.json", (file) => file.write(`${JSON.stringify(change(trustIn(folder)), null, 2)}\n`), {
    root: folder,
  });
}

function requireFolder({ workflowHooks }: Gate): { readonly folder: string } {
  if (workflowHooks) return workflowHooks;
  throw new GateError("INVALID_ARGUMENT", "Cannot trust a program: there is no folder for the person's configuration");
}
