/** Many claimants at once, some of which are stopped or killed, or whose clocks are wrong. */
import { type ChildProcess, spawn } from "node:child_process";
import { expect, test } from "vitest";
import { listClaims } from "../../src/gate/claims/claims.ts";
import { writeSetting } from "../../src/gate/claims/config.ts";
import { start } from "../../src/gate/documents/start.ts";
import { openGate } from "../../src/gate/gate.ts";
import { makeClones } from "../support/clones.ts";
import { useDriver } from "../support/driver-bundle.ts";
import { upTo } from "../support/effort.ts";
import { PATIENCE } from "../support/patience.ts";
import { succeeds } from "../support/succeeds.ts";

const driver = useDriver(`${import.meta.dirname}/../support/claim-driver.ts`);
const HOUR = 3_600_000;

interface Event {
  readonly root: string;
  readonly act: string;
  readonly issue: number;
  readonly before: number;
  readonly after: number;
}

/** Runs a claimant; some are stopped for a while, some killed. */
async function claimant(root: string, at: number, rounds: number, events: Event[]): Promise<void> {
  const off = [0, HOUR, -HOUR][at % 3]!;
  const args = [driver(), root, String(off), String(rounds), String(at + 1)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout!.on("data", (data) => (output += data));
  child.stderr!.on("data", (data) => (errors += data));
  const closed = new Promise((resolve) => child.on("close", resolve));
  const signals: NodeJS.Timeout[] = [];
  if (at % 4 === 1) {
    signals.push(setTimeout(() => child.kill("SIGSTOP"), 700 + 37 * at));
    signals.push(setTimeout(() => child.kill("SIGCONT"), 3700 + 37 * at));
  }
  if (at % 4 === 2) signals.push(setTimeout(() => child.kill("SIGKILL"), 900 + 53 * at));
  await closed;
  for (const signal of signals) clearTimeout(signal);
  expect(errors).toBe("");
  const whole = output
    .slice(0, output.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean);
  for (const line of whole) events.push({ root, ...(JSON.parse(line) as Omit<Event, "root">) });
}

const count = upTo(64, 8);
test(`of ${count} claimants in worktrees and clones no two hold an issue whose done is accepted, and none is stuck`, async () => {
  const { worktrees, clones } = makeClones(upTo(7, 2), upTo(9, 3));
  for (const root of [worktrees[0]!, ...clones]) await writeSetting(openGate({ root }), "claims.remote", "origin");
  const last = clones.at(-1)!;
  const places = [...worktrees, ...clones.slice(0, -1)];
  const events: Event[] = [];
  const rounds = upTo(3, 2);
  const begin = (at: number) => claimant(places[at % places.length]!, at, rounds, events);
  await Promise.all(Array.from({ length: count }, (_, at) => begin(at)));

  const ends = events.filter(({ act }) => act === "done");
  // On a busy machine most leases lapse before their issue is finished.
  expect(ends.length).toBeGreaterThan(2);
  expect(events.some(({ act }) => act === "CLAIMED")).toBe(true);
  // From the last start that a worktree was told of to the moment it asked to finish, the issue was its own.
  const held = ends.map(({ root, issue, before, after }) => {
    const starts = events.filter((one) => one.act === "start" && one.root === root && one.issue === issue);
    const since = Math.max(...starts.filter((one) => one.after <= before).map((one) => one.after));
    return { root, issue, since, before, after };
  });
  for (const one of held) {
    for (const other of held) {
      if (one.root === other.root || one.issue !== other.issue) continue;
      const isAtOnce = Math.max(one.since, other.since) < Math.min(one.before, other.before);
      expect(isAtOnce, JSON.stringify({ one, other })).toBe(false);
    }
  }

  // Whoever died holds nothing up for longer than its lease, wherever its clock stands.
  const gate = openGate({ root: last, lockTimeout: PATIENCE });
  for (const issue of [1, 2, 3, 4, 5]) await succeeds(() => start(gate, { issue, title: "Look", lease: 1500 }));
  await new Promise((resolve) => setTimeout(resolve, 1800));
  for (const issue of [1, 2, 3, 4, 5]) await start(gate, { issue, title: "Take" });
  expect((await listClaims(gate)).claims.filter(({ live }) => live)).toMatchObject([{ issueNumber: 5 }]);
});
