/** The built program, run as users run it: a process with arguments, streams and an exit code. */
import { type SpawnOptions, spawn } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Ended, Seat } from "./terminal.ts";

export const PROGRAM = join(import.meta.dirname, "../../dist/bin.cjs");

export interface Surroundings extends Seat {
  /** Standard input; nothing by default. */
  readonly input?: string;
}

/** Runs the built `gate`. No `gh` and no `git` are in its reach. */
export function runBuilt(
  { cwd, input = "", environment = {} }: Surroundings,
  ...args: readonly string[]
): Promise<Ended> {
  return runProgram(
    process.execPath,
    [PROGRAM, ...args],
    { cwd, env: { PATH: "", HOME: tmpdir(), ...environment } },
    input,
  );
}

/** Runs any program to its end. */
export function runProgram(file: string, args: readonly string[], options: SpawnOptions, input = ""): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]!.setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
    // A program that does not read its input closes it; that is its right.
    child.stdin!.on("error", () => {});
    child.stdin!.end(input);
  });
}

/** An empty folder that is gone after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gate-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

/** Everything below a folder: kind, permissions, times of change and bytes. Two are equal where nothing was touched. */
export function listTree(root: string): Record<string, string> {
  const names = ["", ...readdirSync(root, { recursive: true, encoding: "utf8" }).sort()];
  return Object.fromEntries(
    names.map((name) => {
      const path = join(root, name);
      const { mode, mtimeMs, ctimeMs, ino } = lstatSync(path);
      const bytes = lstatSync(path).isFile() ? readFileSync(path, "latin1") : "";
      return [name, [mode, mtimeMs, ctimeMs, ino, bytes].join(" ")];
    }),
  );
}
