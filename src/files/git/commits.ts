/**
 * How many commits there are since a moment, asked of git.
 *
 * Only where the log of HEAD leaves it open, and only for a command a person or a
 * program waits for. The repository may not be trusted: counting runs no hook, no
 * filter and no monitor, fetches nothing, takes no lock and reads no content.
 */
import type { Checkout } from "./checkout.ts";
import { runGit, STARTS_NOTHING } from "./run.ts";

const PATIENCE = 1000;

/** The commits of HEAD that are younger; `undefined` where there is no git or it does not say in time. */
export async function countCommits({ files }: Checkout, since: number): Promise<number | undefined> {
  const moment = `--since=@${Math.floor(since / 1000) + 1}`;
  const quiet = [...STARTS_NOTHING, "-c", "log.showSignature=false"];
  const options = { cwd: files, timeout: PATIENCE, environment: { GIT_NO_LAZY_FETCH: "1" } };
  const { code, output } = await runGit([...quiet, "rev-list", "--count", moment, "HEAD"], options);
  return code === 0 && /^\d{1,9}\s*$/.test(output) ? Number(output) : undefined;
}
