/** Projects in temporary folders, and what the tests want to know about them. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect } from "vitest";
import { GateError, type GateErrorCode } from "../../src/base/errors.ts";
import { openProject, type Project } from "../../src/files/guard/project.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { PATIENCE } from "../support/patience.ts";

export const STATE = ".claude/state.md";
export const OLD = Buffer.from("# Session State\n\nold\n");
export const NEW = Buffer.from("# Session State\n\nnew and longer\n");

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty temporary folder, removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
  made.push(folder);
  return folder;
}

/** A project with these files; by default an old state file. */
export function makeProject(files: Readonly<Record<string, string | Uint8Array>> = { [STATE]: OLD }): Project {
  const root = temporaryFolder();
  mkdirSync(join(root, ".claude"));
  const project = openProject(root);
  for (const [path, content] of Object.entries(files)) put(project, path, content);
  return project;
}

export function put(project: Project, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(project.root, path)), { recursive: true });
  writeFileSync(join(project.root, path), content);
}

export function on(project: Project, path: string): string {
  return join(project.root, path);
}

export function textOf(project: Project, path: string): string {
  return readFileSync(on(project, path), "utf8");
}

export function isThere(project: Project, path: string): boolean {
  return lstatSync(on(project, path), { throwIfNoEntry: false }) !== undefined;
}

/** All files below `.claude` but those of locks, history and log, with their content. */
export function documentsOf(project: Project): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(on(project, ".claude"), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(project.root.length + 1);
    if (entry.isFile() && !name.startsWith(".claude/.gate/")) found[name] = readFileSync(path, "utf8");
  }
  return found;
}

export function temporariesIn(project: Project): string[] {
  return Object.keys(documentsOf(project)).filter((name) => name.endsWith(".tmp"));
}

export function lockOf(project: Project, document = STATE): Promise<Lock> {
  return acquireLock(project, document, { command: "test", timeoutMs: PATIENCE });
}

/** Runs a step that has to fail with a `GateError` of one code. */
export function failure(code: GateErrorCode, step: () => unknown): GateError {
  try {
    step();
  } catch (error) {
    expect(error).toBeInstanceOf(GateError);
    expect((error as GateError).code).toBe(code);
    return error as GateError;
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

/** The same for a promise. */
export async function rejection(code: GateErrorCode, promise: Promise<unknown>): Promise<GateError> {
  const error = await promise.then(
    () => new Error(`expected ${code}, but nothing was thrown`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GateError);
  expect((error as GateError).code).toBe(code);
  return error as GateError;
}
