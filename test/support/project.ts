/** A project in a folder of its own, and a gate to it with the fixtures' clock. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Gate, openGate } from "../../src/gate/gate.ts";
import { NOW } from "./clock.ts";
import { PATIENCE } from "./patience.ts";

export interface TestProject {
  readonly root: string;
  readonly gate: Gate;
  /** Moves the clock. */
  later(milliseconds: number): void;
  write(path: string, text: string | Uint8Array): void;
  read(path: string): string;
  exists(path: string): boolean;
  /** Every file and folder below the project with its bytes; the gate's own folder is left out unless asked for. */
  tree(everything?: boolean): Record<string, string>;
}

/** A new project that is removed when the test ends. */
export function makeProject(files: Readonly<Record<string, string>> = {}): TestProject {
  const root = mkdtempSync(join(tmpdir(), "gate-test-"));
  // A program that has just ended may have left one that is still writing.
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  mkdirSync(join(root, ".claude"));
  const project = viewProject(root);
  for (const [path, text] of Object.entries(files)) project.write(path, text);
  return project;
}

/** A project in a folder that is there. */
export function viewProject(root: string): TestProject {
  let now = NOW;
  return {
    root,
    gate: openGate({ root, clock: () => now, lockTimeout: PATIENCE }),
    later: (milliseconds) => {
      now += milliseconds;
    },
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
    exists: (path) => statSync(join(root, path), { throwIfNoEntry: false }) !== undefined,
    tree(everything = false) {
      const entries = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
      const wanted = entries.filter((name) => everything || !name.startsWith(join(".claude", ".gate")));
      const bytesOf = (path: string) => (statSync(path).isDirectory() ? "folder" : readFileSync(path, "latin1"));
      return Object.fromEntries(wanted.map((name) => [name, bytesOf(join(root, name))]));
    },
  };
}

/** The text of a fixture. */
export function fixture(path: string): string {
  return readFileSync(join(import.meta.dirname, "../../fixtures", path), "utf8");
}
