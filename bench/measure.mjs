/** Whole processes and functions, measured in turn: one of each, again and again, medians at the end. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const program = join(import.meta.dirname, "../dist/bin.cjs");

/** Node reads an extra certificate file at every start, which would hide everything else. */
const environment = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, NO_COLOR: "1" };
delete environment.NODE_EXTRA_CA_CERTS;

/** Runs commands in turn, `rounds` times each; returns the median milliseconds of each. Arguments may differ from round to round. */
export function inTurn(commands, rounds = 40) {
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { args: given, cwd, input, node = process.execPath, variables }] of commands.entries()) {
      const args = typeof given === "function" ? given(round) : given;
      const start = performance.now();
      const { status } = spawnSync(node, args, {
        cwd,
        env: { ...environment, ...variables },
        input,
        stdio: [input === undefined ? "ignore" : "pipe", "ignore", "ignore"],
      });
      times[index].push(performance.now() - start);
      if (status !== 0 && status !== null && !commands[index].mayFail)
        throw new Error(`${args.join(" ")} ended with ${status}`);
    }
  }
  return times.map(median);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Milliseconds of one call, the smallest of a few. */
export function best(call, rounds = 3) {
  let smallest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    call();
    smallest = Math.min(smallest, performance.now() - start);
  }
  return smallest;
}

/** An empty Node program: the base of all ratios. */
export function emptyProgram() {
  const file = join(mkdtempSync(join(tmpdir(), "gate-bench-")), "empty.cjs");
  writeFileSync(file, "");
  return { args: [file] };
}

/** A project with a state file of about 3 kB and the work file of its issue. */
export function project() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude/work"), { recursive: true });
  const state = readFileSync(join(import.meta.dirname, "../fixtures/read/format.md"), "utf8");
  const lines = Array.from(
    { length: 32 },
    (_, index) => `- Working in src/auth/module${index} and the tests that belong to it\n`,
  );
  writeFileSync(join(root, ".claude/state.md"), state + lines.join(""));
  const work = readFileSync(join(import.meta.dirname, "../fixtures/read/format.work.md"), "utf8");
  writeFileSync(join(root, ".claude/work/1234.md"), work.replaceAll("42", "1234"));
  return root;
}

/** The same project after the gate has seen its content: what it says is cached. */
export function seenProject(by = program) {
  const root = project();
  mkdirSync(join(root, ".claude/.gate"));
  const input = JSON.stringify({ session_id: "bench", cwd: root, hook_event_name: "SessionEnd" });
  spawnSync(process.execPath, [by, "hook"], { cwd: root, env: environment, input });
  if (!existsSync(join(root, ".claude/.gate/cache/state"))) throw new Error("nothing was cached of the project");
  return root;
}

/** The median of the most memory that a process held, in MiB. */
export function memoryOf({ args, cwd }, rounds = 9) {
  const preload = join(import.meta.dirname, "memory.cjs");
  const options = { cwd, env: environment, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] };
  const run = () => spawnSync(process.execPath, ["-r", preload, ...args], options);
  return median(Array.from({ length: rounds }, () => Number(/most (\d+)/.exec(run().stderr)?.[1]) / 1024));
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}
