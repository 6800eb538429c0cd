/** Git as a program, where its own files do not say what is asked or only it may change them. */
import { findProgram } from "../guard/program.ts";
import { system } from "../guard/system.ts";

/** How git is run. */
export interface GitOptions {
  /** The folder that it is run in. */
  readonly cwd: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of input and output; `latin1` keeps every byte of names. */
  readonly encoding?: "utf8" | "latin1";
  /** Bytes of output beyond which git is ended. */
  readonly most?: number;
}

/** Words in front of a command with which git starts no monitor and no hook that the repository names. */
export const STARTS_NOTHING = ["-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null"] as const;

/** What git answered; the code is -1 where it is not on the PATH or did not answer in time. */
export interface GitAnswer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs git, which asks nobody for a password and is told of no other repository than the one around `cwd`. */
export async function runGit(args: readonly string[], { environment, ...options }: GitOptions): Promise<GitAnswer> {
  const program = findProgram("git", process.env["PATH"]);
  if (program === undefined) return { code: -1, output: "", errors: "git is not on the PATH" };
  const own = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_COMMON_DIR: undefined };
  const quiet = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  return await system.run(program, args, {
    ...options,
    environment: { ...process.env, ...own, ...quiet, ...environment },
  });
}
