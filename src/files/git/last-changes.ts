/** Which commit changed a file last, asked of git: once for all files that are meant. */
import { runGit, STARTS_NOTHING } from "./run.ts";

const PATIENCE = 1000;
/** Commits that are looked through. */
const MOST = "1000";

/** The commit that changed a file last. */
export interface LastChange {
  /** Milliseconds since the epoch. */
  readonly instant: number;
  readonly author: string;
}

/** The last changes of files by their paths, which are relative to `folder`; nothing of those that git does not know. */
export async function lastChanges(folder: string, paths: readonly string[]): Promise<ReadonlyMap<string, LastChange>> {
  const quiet = [
    ...STARTS_NOTHING,
    "-c",
    "log.showSignature=false",
    "-c",
    "core.quotePath=false",
    "--literal-pathspecs",
  ];
  const asked = [
    "log",
    "-n",
    MOST,
    "--format=%x00%ct %an",
    "--name-only",
    "--relative",
    "--no-renames",
    "--",
    ...paths,
  ];
  const options = { cwd: folder, timeout: PATIENCE, environment: { GIT_NO_LAZY_FETCH: "1" } };
  const { code, output } = await runGit([...quiet, ...asked], options);
  const changes = new Map<string, LastChange>();
  if (code !== 0) return changes;
  for (const commit of output.split("\0")) {
    const [head = "", ...names] = commit.split("\n");
    const [, seconds, author] = /^(\d{1,12}) (.*)$/.exec(head) ?? [];
    for (const name of seconds === undefined ? [] : names) {
      if (name !== "" && !changes.has(name)) changes.set(name, { instant: Number(seconds) * 1000, author: author! });
    }
  }
  return changes;
}
