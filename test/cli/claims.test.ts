/** Claims at the command line: who is refused, how, and what then works as it is printed. */
import { expect, test } from "vitest";
import { makeClones } from "../support/clones.ts";
import { runBuilt } from "../support/program.ts";
import { runGate } from "../support/terminal.ts";

const json = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

test("another worktree is refused, asks for consent, and takes over by the words that are printed", async () => {
  const [a, b] = makeClones(1, 0).worktrees as [string, string];
  const started = await runGate(a, "start", "7", "--title", "Login", "--lease", "2h");
  expect([started.code, started.stderr]).toEqual([0, ""]);
  const refused = await runGate(b, "start", "7", "--title", "Login");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(
    /^error: Cannot start #7: \S+@\S+ has claimed it in \S+ on branch main since \S+Z until \S+Z\n {2}Work on another issue, or take it over: gate start 7 --take-over\n$/,
  );
  expect(json(await runGate(b, "start", "7", "--title", "Login", "--json"))).toMatchObject({
    error: { code: "CLAIMED" },
  });
  const asked = await runGate(b, "start", "7", "--title", "Log in", "--take-over", "--lease", "3h");
  expect(asked.code).toBe(3);
  const words = /Run: gate (.*)\n/.exec(asked.stderr)![1]!;
  expect(words).toBe("start 7 --title 'Log in' --lease 10800s --take-over --yes");
  const { claims } = json(await runGate(b, "claims", "--json")) as { claims: object[] };
  expect(claims).toEqual([
    {
      ...{ issue_number: 7, holder: expect.any(String), worktree: a, branch: "main", session: null },
      ...{ since: expect.any(String), until: expect.any(String), live: true, remote: null },
    },
  ]);
  expect((await runGate(b, ...words.replace("'Log in'", "Log").split(" "))).code).toBe(0);
  expect((await runGate(a, "done")).code).toBe(4);
  expect((await runGate(a, "release", "7")).code).toBe(4);
  expect((await runGate(b, "claims")).stdout).toMatch(
    /^#7 {2}\S+\/worktree-worktree-0 {2}\S+\n {4}since \S+ {2}until \S+ {2}branch worktree-0\n$/,
  );
  expect((await runGate(b, "release", "7")).stdout).toBe("#7 is free again\n");
  expect((await runGate(b, "claims")).stdout).toBe("Nobody has claimed an issue.\n");
});

test("a claim by itself, with another lease, in a dry run and of what is no issue", async () => {
  const root = makeClones(0, 0).worktrees[0]!;
  expect((await runGate(root, "claim", "7", "--dry-run")).stdout).toBe("");
  expect(json(await runGate(root, "claims", "--json"))).toEqual({ claims: [], warnings: [] });
  expect(json(await runGate(root, "claim", "7", "--lease", "1h", "--json"))).toMatchObject({
    ...{ success: true, message: expect.stringMatching(/^#7 is claimed until \S+Z$/) },
    claim: { issue_number: 7, live: true },
  });
  expect((await runGate(root, "claim", "x")).code).toBe(2);
  expect((await runGate(root, "claim", "7", "--lease", "0s")).code).toBe(2);
});

function withGit(cwd: string, ...args: string[]) {
  return runBuilt({ cwd, environment: { PATH: process.env["PATH"]! } }, ...args);
}

test("the remote is set for the clone", async () => {
  const { clones } = makeClones(0, 2);
  const [a, b] = clones as [string, string];
  expect((await withGit(a, "config")).stdout).toBe("claims.remote  not set\n");
  for (const root of [a, b]) expect((await withGit(root, "config", "claims.remote", "origin")).code).toBe(0);
  expect(json(await withGit(a, "config", "--json"))).toEqual({ settings: { "claims.remote": "origin" } });
  await withGit(a, "claim", "7");
  expect((await withGit(b, "claims")).stdout).toMatch(/ on origin\n$/);
  expect((await withGit(b, "start", "7", "--title", "Login")).code).toBe(4);
  expect((await withGit(a, "config", "claims.remote", "--unset")).stdout).toBe("claims.remote  not set\n");
  expect((await withGit(a, "config", "nonesuch")).code).toBe(2);
  expect((await withGit(a, "config", "--unset")).code).toBe(2);
});
