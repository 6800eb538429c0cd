/**
 * Claims that clones see of each other: refs on a remote, one for each issue, each a
 * commit whose message is the record. A push says which commit it takes the place of, and
 * the remote refuses it where that is not so any more: so the commit is the fencing token.
 * Model: `proof/remote.pml`.
 */
import { type GitAnswer, runGit } from "./run.ts";

/** A clone and the remote it shares with others. */
export interface ClaimRemote {
  readonly root: string;
  /** As git knows it: a name, or an address. */
  readonly remote: string;
}

/** What came of a push: it is so, the remote refused this ref, as after somebody else has changed it, or did not answer. */
export type Pushed =
  | { readonly kind: "done"; readonly commit: string | undefined }
  | { readonly kind: "rejected" | "failed"; readonly reason: string };

const FOLDER = "refs/gate/claims/";
/** A remote can be far away. */
const PATIENCE = 30_000;
const SIGNED = {
  ...{ GIT_AUTHOR_NAME: "gate", GIT_AUTHOR_EMAIL: "gate@localhost" },
  ...{ GIT_COMMITTER_NAME: "gate", GIT_COMMITTER_EMAIL: "gate@localhost" },
};

/** Makes `text` the record of an issue, or with `undefined` leaves none, if the ref is still at `expected`. */
export async function pushClaim(
  { root, remote }: ClaimRemote,
  issue: number,
  expected: string | undefined,
  text: string | undefined,
): Promise<Pushed> {
  const commit = text === undefined ? "" : await commitOf(root, text);
  if (commit === undefined) return { kind: "failed", reason: "git cannot make a commit here" };
  const ref = `${FOLDER}${issue}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
  const words = ["push", "--porcelain", "--no-verify", lease, "--", remote, `${commit}:${ref}`];
  const answer = await runGit(words, { cwd: root, timeout: PATIENCE });
  if (answer.code === 0) return { kind: "done", commit: commit || undefined };
  return { kind: /^!/m.test(answer.output) ? "rejected" : "failed", reason: reasonOf(answer) };
}

/** Which commit the ref of each issue is at; a text where the remote does not say. */
export async function listClaimRefs(
  { root, remote }: ClaimRemote,
  issue: number | "*",
): Promise<ReadonlyMap<number, string> | string> {
  const words = ["ls-remote", "--", remote, `${FOLDER}${issue}`];
  const answer = await runGit(words, { cwd: root, timeout: PATIENCE });
  if (answer.code !== 0) return reasonOf(answer);
  const refs = new Map<number, string>();
  for (const line of answer.output.split("\n")) {
    const [, commit, number] = /^([0-9a-f]{40,64})\trefs\/gate\/claims\/([1-9]\d{0,15})$/.exec(line) ?? [];
    if (commit !== undefined) refs.set(Number(number), commit);
  }
  return refs;
}

/**
 * The records of commits on the remote, by commit; those that are gone meanwhile are left out.
 * A text where the remote does not hand them out: then nobody knows what they say.
 */
export async function readClaimTexts(
  { root, remote }: ClaimRemote,
  refs: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<string, string> | string> {
  if (refs.size === 0) return new Map();
  const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"];
  const named = [...refs.keys()].map((issue) => `${FOLDER}${issue}`);
  const fetched = await runGit(["fetch", ...quiet, "--", remote, ...named], { cwd: root, timeout: PATIENCE });
  if (fetched.code !== 0) return reasonOf(fetched);
  const input = [...new Set(refs.values())].join("\n");
  const { output } = await runGit(["cat-file", "--batch"], { cwd: root, timeout: PATIENCE, input });
  return new Map(textsIn(Buffer.from(output)));
}

/** The messages of commits, as `cat-file --batch` prints them: a line with the size in bytes before each. */
function* textsIn(output: Buffer): Generator<[commit: string, text: string]> {
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf("\n", at);
    const [, commit, size] = /^([0-9a-f]+) commit (\d+)$/.exec(output.subarray(at, end).toString()) ?? [];
    at = end + 1;
    if (commit === undefined || end === -1) continue;
    const text = output.subarray(at, at + Number(size)).toString();
    yield [commit, text.slice(text.indexOf("\n\n") + 2)];
    at += Number(size) + 1;
  }
}

/** A commit without files and without a parent, of which nothing is left once no ref names it. */
async function commitOf(root: string, text: string): Promise<string | undefined> {
  const how = { cwd: root, timeout: PATIENCE, environment: SIGNED };
  const tree = await runGit(["mktree"], how);
  if (tree.code !== 0) return undefined;
  const unsigned = ["-c", "commit.gpgSign=false"];
  const commit = await runGit([...unsigned, "commit-tree", tree.output.trim()], { ...how, input: text });
  return commit.code === 0 ? commit.output.trim() : undefined;
}

function reasonOf({ code, output, errors }: GitAnswer): string {
  const rejected = /^!\t\S*\t(.*)$/m.exec(output)?.[1];
  const said = errors.split("\n").find((line) => /^(?:fatal|error|ssh|remote):/i.test(line));
  return rejected ?? said ?? (code === -1 ? "git did not answer in time" : "git failed");
}
