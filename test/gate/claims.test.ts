/** Claims of issues: between the worktrees of a repository, and between clones. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openProject } from "../../src/files/guard/project.ts";
import { type ClaimRecord, openClaims } from "../../src/files/record/claim-file.ts";
import { claimIssue, listClaims, releaseIssue } from "../../src/gate/claims/claims.ts";
import { readSetting, writeSetting } from "../../src/gate/claims/config.ts";
import { done } from "../../src/gate/documents/done.ts";
import { reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { type Gate, openGate } from "../../src/gate/gate.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { status } from "../../src/gate/view/status.ts";
import { git, makeClones } from "../support/clones.ts";
import { spread } from "../support/effort.ts";
import { makeProject } from "../support/project.ts";

const gateAt = (root: string, session?: string): Gate => openGate({ root, ...(session !== undefined && { session }) });
const claimed = (reason: string) => ({ code: "CLAIMED", message: expect.stringContaining(reason) });

/** Lets the lease of what is claimed end, as time would. */
function lapse(root: string): void {
  const files = openClaims(openProject(root), { make: false })!;
  for (const [issue, seen] of files.all()) {
    const past = (seen.written - seen.record!.lease) / 1000 - 1;
    utimesSync(join(files.place.common.root, `state-gatekeeper/claims/${issue}-${seen.number}`), past, past);
  }
  files.close();
}

describe("in worktrees", () => {
  test("an issue is one worktree's until it is done", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    const refused = start(b, { issue: 7, title: "Login" });
    await expect(refused).rejects.toMatchObject({
      ...claimed(`has claimed it in ${a.project.root} on branch main since `),
      hint: "Work on another issue, or take it over: gate start 7 --take-over",
    });
    await expect(start(b, { issue: 7 })).rejects.toMatchObject(claimed("has claimed it"));
    await expect(start(b, { issue: 7, takeOver: true })).rejects.toMatchObject({
      message: "Cannot start #7: its title is not known",
      hint: 'Give it: gate start 7 --take-over --title "…"',
    });
    expect(existsSync(join(b.project.root, ".claude"))).toBe(false);
    await expect(reconstructFrom(b, 7)).rejects.toMatchObject(claimed("has claimed it"));
    const { claims } = await listClaims(b);
    expect(claims).toEqual([
      {
        issueNumber: 7,
        holder: expect.stringMatching(/^\S+@\S+:[0-9a-f]{8}\/main$/),
        worktree: a.project.root,
        branch: "main",
        session: undefined,
        since: expect.stringMatching(/Z$/),
        until: expect.stringMatching(/Z$/),
        live: true,
        remote: undefined,
      },
    ]);
    expect(Date.parse(claims[0]!.until) - Date.parse(claims[0]!.since)).toBeCloseTo(8 * 3_600_000, -4);
    await done(a);
    expect((await listClaims(b)).claims).toEqual([]);
    const { warnings } = await start(b, { issue: 7, title: "Login" });
    expect(warnings).toEqual([expect.stringMatching(/^#7: \S+ has finished it in \S+ at \S+Z$/)]);
    expect((await listClaims(a)).claims).toMatchObject([
      { issueNumber: 7, worktree: b.project.root, branch: "worktree-0" },
    ]);
  });

  test("starting another one, and giving it up, frees an issue", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 1, title: "One" });
    await start(a, { issue: 2, title: "Two" });
    await start(b, { issue: 1, title: "One" });
    expect((await listClaims(a)).claims.map(({ issueNumber }) => issueNumber)).toEqual([1, 2]);
    await expect(releaseIssue(b, { issue: 2 })).rejects.toMatchObject(claimed("Cannot release #2"));
    expect((await releaseIssue(a, { issue: 2 }, { dryRun: true })).value.changed).toBe(true);
    expect((await releaseIssue(a, { issue: 2 })).value).toMatchObject({ changed: true, message: "#2 is free again" });
    expect((await releaseIssue(a, { issue: 2 })).value.changed).toBe(false);
    expect((await listClaims(a)).claims.map(({ issueNumber }) => issueNumber)).toEqual([1]);
  });

  test("undoing a start takes the claim along", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 1, title: "One" });
    await start(a, { issue: 2, title: "Two" });
    await undo(a);
    expect((await status(a)).issueNumber).toBe(1);
    expect((await listClaims(b)).claims.map(({ issueNumber }) => issueNumber)).toEqual([1]);
    await expect(start(b, { issue: 1, title: "Mine" })).rejects.toMatchObject(claimed(a.project.root));
    await undo(a, { redo: true });
    expect((await listClaims(b)).claims.map(({ issueNumber }) => issueNumber)).toEqual([2]);
    await start(b, { issue: 1, title: "Mine" });
    expect((await undo(a)).warnings).toContainEqual(expect.stringContaining("before `gate start 1 --take-over`"));
  });

  test("a lease lapses without a save, and begins anew with one", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login", lease: 60_000 });
    lapse(a.project.root);
    expect((await listClaims(a)).claims).toMatchObject([{ live: false }]);
    await save(a, { log: ["still here"] });
    expect((await listClaims(a)).claims).toMatchObject([{ live: true, issueNumber: 7 }]);
    await expect(start(b, { issue: 7, title: "Login" })).rejects.toMatchObject(claimed("has claimed it"));
    lapse(a.project.root);
    const { warnings } = await start(b, { issue: 7, title: "Login" });
    expect(warnings).toEqual([expect.stringContaining("The claim of #7 is taken over")]);
    // Who has lost it keeps what it saves, and cannot finish.
    const saved = await save(a, { log: ["late"] });
    expect(saved.warnings).toEqual([
      expect.stringContaining("`gate done` will be refused here before `gate start 7 --take-over`"),
    ]);
    expect(readFileSync(join(a.project.root, ".claude/work/7.md"), "utf8")).toContain("- late\n");
    const before = readFileSync(join(a.project.root, ".claude/state.md"), "utf8");
    await expect(done(a)).rejects.toMatchObject(claimed(`has claimed it in ${b.project.root}`));
    expect(readFileSync(join(a.project.root, ".claude/state.md"), "utf8")).toBe(before);
    expect((await status(a)).issueNumber).toBe(7);
    await done(b);
    await expect(done(a)).rejects.toMatchObject(claimed("has finished it"));
    await expect(done(a, {}, { dryRun: true })).rejects.toMatchObject(claimed("has finished it"));
    expect((await save(a, { log: ["later"] })).warnings).toEqual([
      expect.stringMatching(/^#7: \S+ has finished it in /),
    ]);
    await start(a, { issue: 7 });
    await done(a);
    await done(a, { issue: 7 });
  });

  test("whoever finishes last of those who never claimed it is refused", async () => {
    const { worktrees } = makeClones(1, 0);
    const [a, b] = worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    await releaseIssue(a, { issue: 7 });
    // As a checkout brings it.
    cpSync(join(worktrees[0]!, ".claude/state.md"), join(worktrees[1]!, ".claude/state.md"), { recursive: true });
    await done(b);
    await expect(done(a)).rejects.toMatchObject(claimed("has finished it"));
  });

  test("it can be taken over while it holds", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    await expect(start(b, { issue: 7, title: "Login" }, { dryRun: true })).rejects.toMatchObject(claimed("claimed"));
    await start(b, { issue: 7, title: "Login", takeOver: true }, { dryRun: true });
    expect((await listClaims(a)).claims).toMatchObject([{ worktree: a.project.root }]);
    await start(b, { issue: 7, title: "Login", takeOver: true });
    await expect(done(a)).rejects.toMatchObject(claimed(b.project.root));
  });

  test("a worktree that is removed holds nothing", async () => {
    const { worktrees } = makeClones(1, 0);
    const [a, b] = worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    await releaseIssue(a, { issue: 7 });
    await start(b, { issue: 7, title: "Login" });
    rmSync(worktrees[1]!, { recursive: true });
    const [gone] = (await listClaims(a)).claims;
    expect(gone).toMatchObject({ live: false });
    expect(Date.parse(gone!.until)).toBeLessThanOrEqual(Date.now());
    git(worktrees[0]!, "worktree", "prune");
    expect((await listClaims(a)).claims).toMatchObject([{ live: false }]);
    await done(a);
  });

  test("an issue that another one let go is free, and a save claims it", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    await releaseIssue(a, { issue: 7 });
    await start(b, { issue: 7, title: "Login" });
    await releaseIssue(b, { issue: 7 });
    expect((await save(a, { log: ["on"] })).warnings).toEqual([]);
    await expect(start(b, { issue: 7 })).rejects.toMatchObject(claimed(a.project.root));
    await done(a);
  });

  test("sessions in one checkout work on one issue, and are told of each other once", async () => {
    const root = makeClones(0, 0).worktrees[0]!;
    const [a, b] = ["one", "two"].map((session) => gateAt(root, session)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    const told = async (gate: Gate) => (await save(gate, { log: ["on"] })).warnings;
    expect((await start(b, { issue: 7 })).warnings).toEqual([
      "#7 is worked on in this checkout by another session too: one",
    ]);
    expect(await told(b)).toEqual([]);
    expect(await told(a)).toEqual(["#7 is worked on in this checkout by another session too: two"]);
    expect(await told(a)).toEqual([]);
    expect((await listClaims(a)).claims).toMatchObject([{ session: "one" }]);
  });

  test("an issue that could not be started is free again", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 1, title: "One" });
    writeFileSync(join(a.project.root, ".claude/state.md"), "<<<<<<< ours\n# State\n=======\n");
    await expect(start(a, { issue: 7, title: "Login" })).rejects.toMatchObject({ code: "CORRUPT" });
    expect((await listClaims(b)).claims.map(({ issueNumber }) => issueNumber)).toEqual([1]);
  });

  test.each([0, -1, 1.5, 31 * 86_400_000])("a lease of %d is none", async (lease) => {
    const gate = gateAt(makeClones(0, 0).worktrees[0]!);
    await expect(start(gate, { issue: 7, title: "T", lease })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(existsSync(join(gate.project.root, ".claude"))).toBe(false);
  });

  test("damaged claims are free, and few files are left of many renewals", async () => {
    const [a, b] = makeClones(1, 0).worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    const folder = join(a.project.root, ".git/state-gatekeeper/claims");
    for (let time = 0; time < 5; time++) await claimIssue(a, { issue: 7 });
    const names = readdirSync(folder).filter((name) => name.startsWith("7-"));
    expect(names.sort()).toEqual(["7-4", "7-5"]);
    for (const text of ["", "{", "[]", '{"state":"held"}', `{"state":"held","holder":{},"sessions":1}`]) {
      writeFileSync(
        join(
          folder,
          readdirSync(folder)
            .filter((name) => name.startsWith("7-"))
            .sort()
            .at(-1)!,
        ),
        text,
      );
      expect((await listClaims(a)).claims).toEqual([]);
      await claimIssue(b, { issue: 7 });
      await releaseIssue(b, { issue: 7 });
    }
  });

  test("where git's folder cannot be written the work goes on unclaimed", async () => {
    const gate = gateAt(makeClones(0, 0).worktrees[0]!);
    writeFileSync(join(gate.project.root, ".git/state-gatekeeper"), "in the way");
    const { warnings } = await start(gate, { issue: 7, title: "Login" });
    expect(warnings).toEqual(["#7 is not claimed, because nothing can be written to the folder of git"]);
    expect((await save(gate, { log: ["on"] })).warnings).toEqual([]);
    await done(gate);
    await expect(claimIssue(gate, { issue: 8 })).rejects.toMatchObject({ code: "IO" });
  });
});

test("without git nothing is claimed, and nothing said", async () => {
  const { gate } = makeProject();
  expect((await start(gate, { issue: 7, title: "Login" })).warnings).toEqual([]);
  expect((await save(gate, { log: ["on"] })).warnings).toEqual([]);
  expect(await listClaims(gate)).toEqual({ claims: [], warnings: [] });
  await expect(claimIssue(gate, { issue: 7 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await releaseIssue(gate, { issue: 7 })).value.changed).toBe(false);
  await expect(writeSetting(gate, "claims.remote", "origin")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await done(gate);
});

describe("in clones", () => {
  async function twoClones() {
    const { folder, clones } = makeClones(0, 2);
    const gates = clones.map((root) => gateAt(root)) as [Gate, Gate];
    for (const gate of gates) await writeSetting(gate, "claims.remote", "origin");
    return { folder, gates, clones };
  }
  const refs = (folder: string) => git(join(folder, "bare.git"), "for-each-ref", "--format=%(refname)", "refs/gate");

  test("an issue is one clone's until it is done", async () => {
    const { folder, gates, clones } = await twoClones();
    const [a, b] = gates;
    await start(a, { issue: 7, title: "Login" });
    expect(refs(folder)).toBe("refs/gate/claims/7\n");
    await expect(start(b, { issue: 7, title: "Login" })).rejects.toMatchObject(claimed("seen on origin"));
    expect((await listClaims(b)).claims).toMatchObject([
      { issueNumber: 7, worktree: "clone-0", remote: "origin", live: true },
    ]);
    expect(git(join(folder, "bare.git"), "cat-file", "-p", "refs/gate/claims/7")).not.toContain(clones[0]);
    await save(a, { log: ["on"] });
    await done(a);
    expect((await listClaims(b)).claims).toEqual([]);
    // That it is finished is seen by those who never claimed it.
    cpSync(join(clones[0]!, ".claude/archive/7.md"), join(clones[1]!, ".claude/work/7.md"));
    await expect(done(b, { issue: 7 })).rejects.toMatchObject({ code: "CLAIMED" });
    const { warnings } = await start(b, { issue: 7, title: "Login" });
    expect(warnings).toEqual([expect.stringContaining("has finished it in clone-0")]);
    await start(b, { issue: 8, title: "Logout" });
    expect(refs(folder)).toBe("refs/gate/claims/8\n");
    await releaseIssue(b, { issue: 8 });
    expect(refs(folder)).toBe("");
    expect(git(clones[1]!, "status", "--porcelain", "--ignored")).not.toContain("FETCH_HEAD");
    expect(existsSync(join(clones[1]!, ".git/FETCH_HEAD"))).toBe(false);
  });

  test("done is checked against the remote", async () => {
    const { gates } = await twoClones();
    const [a, b] = gates;
    await start(a, { issue: 7, title: "Login" });
    await start(b, { issue: 7, title: "Login", takeOver: true });
    await expect(done(a)).rejects.toMatchObject(claimed("has claimed it in clone-1"));
    expect((await status(a)).issueNumber).toBe(7);
    await done(b);
    // It is known by now that the other one's claim is over: here it was lost all the same.
    await expect(done(a)).rejects.toMatchObject({ code: "CLAIMED" });
    await start(a, { issue: 7 });
    await done(a);
  });

  test("what a remote did not let go is let go the next time", async () => {
    const { folder, gates } = await twoClones();
    await start(gates[0], { issue: 7, title: "Login" });
    const hook = join(folder, "bare.git/hooks/pre-receive");
    writeFileSync(hook, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect((await releaseIssue(gates[0], { issue: 7 })).warnings).toEqual([expect.stringContaining("still shows it")]);
    await expect(start(gates[1], { issue: 7, title: "Login" })).rejects.toMatchObject(claimed("clone-0"));
    rmSync(hook);
    expect((await releaseIssue(gates[0], { issue: 7 })).value.changed).toBe(true);
    expect(refs(folder)).toBe("");
    expect((await releaseIssue(gates[0], { issue: 7 })).value.changed).toBe(false);
    await start(gates[1], { issue: 7, title: "Login" });
  });

  test("a claim whose ref is gone was lost", async () => {
    const { folder, gates } = await twoClones();
    await start(gates[0], { issue: 7, title: "Login" });
    git(join(folder, "bare.git"), "update-ref", "-d", "refs/gate/claims/7");
    for (const _ of [1, 2]) {
      await expect(done(gates[0])).rejects.toMatchObject(claimed("somebody had claimed it in a clone of origin, and"));
    }
    const { warnings } = await save(gates[0], { log: ["on"] });
    expect(warnings).toEqual([expect.stringContaining("`gate done` will be refused here before")]);
    await start(gates[0], { issue: 7 });
    await done(gates[0]);
  });

  test("a lease lapses at the latest when this clone has seen it for so long, whatever the holder's clock says", async () => {
    const { gates } = await twoClones();
    const [a, b] = gates;
    const ahead = { ...a, clock: () => Date.now() + 3_600_000 };
    await start(ahead, { issue: 7, title: "Login", lease: 60_000 });
    await expect(start(b, { issue: 7, title: "Login" })).rejects.toMatchObject(claimed("clone-0"));
    lapse(b.project.root);
    await start(b, { issue: 7, title: "Login" });
    await expect(done(ahead)).rejects.toMatchObject(claimed("clone-1"));
  });

  test("a lease that has lapsed before anybody saw it is nobody's", async () => {
    const { gates } = await twoClones();
    const [a, b] = gates;
    const before = { ...a, clock: () => Date.now() - 3_600_000 };
    await start(before, { issue: 7, title: "Login", lease: 60_000 });
    await start(b, { issue: 7, title: "Login" });
    await expect(done(a)).rejects.toMatchObject(claimed("clone-1"));
  });

  test("offline a claim holds in the clone alone, and says so", async () => {
    const { folder, gates } = await twoClones();
    rmSync(join(folder, "bare.git"), { recursive: true });
    const { warnings } = await start(gates[0], { issue: 7, title: "Login" });
    expect(warnings).toEqual([
      expect.stringMatching(/^The claim of #7 could not be shown on origin, so it holds in this clone alone: /),
    ]);
    expect((await listClaims(gates[0])).warnings).toEqual([expect.stringContaining("origin could not be asked")]);
    await done(gates[0]);
  });

  test("a remote that lists a claim and then does not hand it out gives it to nobody else", async () => {
    const { folder, gates, clones } = await twoClones();
    await start(gates[0], { issue: 7, title: "Login" });
    const shown = git(join(folder, "bare.git"), "rev-parse", "refs/gate/claims/7");
    const script = join(folder, "every-second");
    const lines = [
      "#!/bin/sh",
      `echo x >> "${script}.calls"`,
      `[ $(($(wc -l < "${script}.calls") % 2)) = 1 ] || exit 1`,
    ];
    writeFileSync(script, `${[...lines, 'exec git upload-pack "$@"'].join("\n")}\n`, { mode: 0o755 });
    git(clones[1]!, "config", "remote.origin.uploadpack", script);
    const { warnings } = await start(gates[1], { issue: 7, title: "Login" });
    expect(warnings).toEqual([expect.stringContaining("could not be shown on origin")]);
    expect(git(join(folder, "bare.git"), "rev-parse", "refs/gate/claims/7")).toBe(shown);
    expect((await listClaims(gates[1])).warnings).toEqual([expect.stringContaining("origin could not be asked")]);
  });

  test("a claim made offline is shown by a later save, unless another clone has had the issue since", async () => {
    const { folder, gates, clones } = await twoClones();
    const [a, b] = gates;
    const later = (gate: Gate, by: number) => ({ ...gate, clock: () => Date.now() + by });
    const away = (root: string, url: string) => git(root, "remote", "set-url", "origin", url);
    for (const [issue, by] of [
      [7, 0],
      [8, 60_000],
    ] as const) {
      away(clones[0]!, join(folder, "nowhere.git"));
      await start(later(a, by), { issue, title: "Login", lease: 60_000 });
      away(clones[0]!, join(folder, "bare.git"));
      if (issue === 8) {
        await start(b, { issue, title: "Login" });
        await done(b);
      }
      const { warnings } = await save(later(a, by + 20_000), { log: ["on"] });
      expect(warnings).toEqual(issue === 7 ? [] : [expect.stringContaining("has finished it in clone-1")]);
    }
    // That the first one was given up could not be shown either.
    expect((await listClaims(b)).claims.map(({ issueNumber }) => issueNumber)).toEqual([7]);
    await expect(done(later(a, 90_000))).rejects.toMatchObject({ code: "CLAIMED" });
  });

  test("offline what other clones may see is not finished, unless it is given up", async () => {
    const { folder, gates } = await twoClones();
    await start(gates[0], { issue: 7, title: "Login" });
    rmSync(join(folder, "bare.git"), { recursive: true });
    await expect(done(gates[0])).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    expect((await status(gates[0])).issueNumber).toBe(7);
    expect((await listClaims(gates[0])).claims).toMatchObject([{ issueNumber: 7, remote: "origin" }]);
    expect((await releaseIssue(gates[0], { issue: 7 })).warnings).toEqual([expect.stringContaining("still shows it")]);
    await done(gates[0]);
  });

  test("a renewal reaches the remote when a part of the lease is over, and a loss is told", async () => {
    const { folder, gates } = await twoClones();
    const [a, b] = gates;
    const commit = () => git(join(folder, "bare.git"), "rev-parse", "refs/gate/claims/7");
    await start(a, { issue: 7, title: "Login", lease: 60_000 });
    const first = commit();
    await save(a, { log: ["soon"] });
    expect(commit()).toBe(first);
    const later = (gate: Gate, by: number) => ({ ...gate, clock: () => Date.now() + by });
    await save(later(a, 20_000), { log: ["later"] });
    expect(commit()).not.toBe(first);
    await start(b, { issue: 7, title: "Login", takeOver: true });
    expect((await save(later(a, 50_000), { log: ["late"] })).warnings).toEqual([
      expect.stringContaining("`gate done` will be refused here before `gate start 7 --take-over`"),
    ]);
  });

  test("what was taken over and ended is not claimed again by a save", async () => {
    const { gates } = await twoClones();
    const [a, b] = gates;
    await start(a, { issue: 7, title: "Login", lease: 60_000 });
    await start(b, { issue: 7, title: "Login", takeOver: true });
    await done(b);
    const later = { ...a, clock: () => Date.now() + 30_000 };
    expect((await save(later, { log: ["late"] })).warnings).toEqual([
      expect.stringContaining("has finished it in clone-1"),
    ]);
    await expect(done(later)).rejects.toMatchObject({ code: "CLAIMED" });
  });

  test("a worktree takes over what another one of its clone shows", async () => {
    const { folder, worktrees } = makeClones(1, 0);
    const [a, b] = worktrees.map((root) => gateAt(root)) as [Gate, Gate];
    await start(a, { issue: 7, title: "Login" });
    await claimIssue(a, { issue: 7, remote: "origin" });
    await start(b, { issue: 7, title: "Login", takeOver: true });
    await claimIssue(b, { issue: 7, remote: "origin" });
    expect(git(join(folder, "bare.git"), "cat-file", "-p", "refs/gate/claims/7")).toContain('"worktree-worktree-0"');
    await expect(done(a, { issue: 7 })).rejects.toMatchObject({ code: "CLAIMED" });
    await done(b);
    expect(git(join(folder, "bare.git"), "cat-file", "-p", "refs/gate/claims/7")).toContain('"finished"');
  });

  test("a copy of a clone is another one", async () => {
    const { folder, gates, clones } = await twoClones();
    await start(gates[0], { issue: 7, title: "Login" });
    cpSync(clones[0]!, join(folder, "copy"), { recursive: true });
    await expect(done(gateAt(join(folder, "copy")))).rejects.toMatchObject(claimed("has claimed it"));
    await done(gates[0]);
  });

  test("what a remote shows is data", async () => {
    const { folder, gates } = await twoClones();
    const bare = join(folder, "bare.git");
    const tree = git(bare, "mktree").trim();
    const record = (over: object): string =>
      JSON.stringify({
        ...{ state: "held", sessions: [], since: 1, renewed: Date.now(), lease: 60_000 },
        holder: { clone: "x", checkout: "main", name: "eve\u001b[31m", folder: "f\n- [x] item" },
        ...over,
      } satisfies Partial<Record<keyof ClaimRecord, unknown>>);
    const texts = ["nothing", "{}", record({ lease: "long" }), record({ since: 1e300 })];
    for (const text of spread(texts, 2)) {
      git(bare, "update-ref", "refs/gate/claims/7", git(bare, "commit-tree", tree, "-m", text).trim());
      expect((await listClaims(gates[0])).claims).toEqual([]);
      await claimIssue(gates[0], { issue: 7 });
      await releaseIssue(gates[0], { issue: 7 });
    }
    git(bare, "update-ref", "refs/gate/claims/7", git(bare, "commit-tree", tree, "-m", record({})).trim());
    const refused = await claimIssue(gates[0], { issue: 7 }).then(
      () => "",
      ({ message }: Error) => message,
    );
    expect(refused).toContain("eve");
    expect(refused).not.toMatch(/[\u0000-\u001f]/);
  });

  test.each(["-x", "--upload-pack=touch x", "ext::sh -c id", ""])("%j is no remote", async (remote) => {
    const { gates } = await twoClones();
    const refused = expect.objectContaining({ code: "INVALID_ARGUMENT" });
    await expect(claimIssue(gates[0], { issue: 7, remote })).rejects.toEqual(refused);
    await expect(listClaims(gates[0], { remote })).rejects.toEqual(refused);
    await expect(writeSetting(gates[0], "claims.remote", remote)).rejects.toEqual(refused);
    expect(await readSetting(gates[0], "claims.remote")).toBe("origin");
  });

  test("the setting is the clone's, never the tree's", async () => {
    const { gates, clones } = await twoClones();
    expect(git(clones[0]!, "status", "--porcelain")).toBe("");
    await writeSetting(gates[0], "claims.remote", undefined);
    await writeSetting(gates[0], "claims.remote", undefined);
    expect(await readSetting(gates[0], "claims.remote")).toBeUndefined();
    expect(await readSetting(gates[1], "claims.remote")).toBe("origin");
  });
});
