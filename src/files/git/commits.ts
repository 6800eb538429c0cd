/**
 * How many commits there are since a moment, asked of git.
 *
 * Only where the log of HEAD leaves it open, and only for a command a person or a
 * program waits for. The repository may not be trusted: counting runs no hook, no
 * filter and no monitor, fetches nothing, takes no lock and reads no content.
 */
import { findProgram } from "../guard/program.ts";
import { system } from "../guard/system.ts";
import type { Checkout } from "./checkout.ts";

const PATIENCE = 1000;

/** The commits of HEAD that are younger; `undefined` where there is no git or it does not say in time. */
export async function countCommits(
  { files }: Checkout,
  since: number,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number | undefined> {
  const git = findProgram("git", environment["PATH"]);
  if (git === undefined) return undefined;
  const moment = `--since=@${Math.floor(since / 1000) + 1}`;
  const quiet = ["-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false"];
  const answer = await system.output(git, [...quiet, "rev-list", "--count", moment, "HEAD"], {
    cwd: files,
    timeout: PATIENCE,
    environment: {
      ...environment,
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_NO_LAZY_FETCH: "1",
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
      LC_ALL: "C",
    },
  });
  return answer !== undefined && /^\d{1,9}\s*$/.test(answer) ? Number(answer) : undefined;
}
