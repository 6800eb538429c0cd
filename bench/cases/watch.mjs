/** A real `gate watch --json` on a project with 10,000 work files: how soon, how quick, how large. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { emptyProgram, inTurn, median, program, table } from "../measure.mjs";

export const title = "`gate watch --json` with 10,000 work files: from a save to its event, whole processes";

const FILES = 10_000;
const SAVES = 500;
const EVENTS = 10_000;
const IDLE = 20_000;

export async function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude/work"), { recursive: true });
  const work = readFileSync(join(import.meta.dirname, "../../fixtures/read/format.work.md"), "utf8");
  for (let issue = 1; issue <= FILES; issue++) {
    writeFileSync(join(root, `.claude/work/${issue}.md`), work.replaceAll("42", String(issue)));
  }
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const format = readFileSync(join(import.meta.dirname, "../../fixtures/read/format.md"), "utf8");
  const state = format.replaceAll("2024-10-23T14:30:00Z", now);
  const path = join(root, ".claude/state.md");
  writeFileSync(path, state);
  const saves = {
    "in place": (text) => writeFileSync(path, text),
    "by rename": (text) => {
      writeFileSync(`${path}~`, text);
      renameSync(`${path}~`, path);
    },
  };

  const starts = [];
  const bases = [];
  for (let round = 0; round < 10; round++) {
    bases.push(...inTurn([emptyProgram()], 1));
    const begun = performance.now();
    const watch = follow(root);
    const [ready, state] = await Promise.all([watch.heard("ready"), watch.heard("state")]);
    starts.push([ready - begun, state - begun]);
    watch.child.kill();
  }

  const watch = follow(root);
  await watch.heard("state");
  await pause(2000);
  const cpuBefore = cpuOf(watch.child.pid);
  await pause(IDLE);
  const idle = ((cpuOf(watch.child.pid) - cpuBefore) / IDLE) * 100;
  const memoryAtFirst = memoryOf(watch.child.pid);

  const rows = [];
  for (const [how, save] of Object.entries(saves)) {
    const times = [];
    let missed = 0;
    for (let number = 0; number < SAVES; number++) {
      const mark = `${how} ${number}`;
      const heard = watch.heard("state", `- ${mark}`);
      const begun = performance.now();
      save(state.replace("#1234 - Add rate limiting to authentication", `#1234 - ${mark}`));
      const at = await Promise.race([heard, pause(5000, undefined)]);
      if (at === undefined) missed++;
      else times.push(at - begun);
      await pause(30 + Math.random() * 20);
    }
    times.sort((one, other) => one - other);
    rows.push([
      `save ${how}, median / 99th percentile`,
      `${ms(median(times))} / ${ms(times[Math.floor(times.length * 0.99)])}`,
      "60 / 250 ms",
    ]);
    rows.push([`save ${how}, missed of ${SAVES}`, String(missed), "0"]);
  }

  // Files of many issues too, so that whatever is remembered of each of them counts.
  const events = watch.count;
  const memories = [memoryOf(watch.child.pid)];
  for (let number = 0; watch.count - events < EVENTS; number++) {
    const issue = (number % 200) + 1;
    writeFileSync(join(root, `.claude/work/${issue}.md`), `${work.replaceAll("42", String(issue))}\n- ${number}\n`);
    if (number % 10 === 0) saves["by rename"](state.replace("Add rate", `Event ${number}`));
    await pause(1);
    if (number % 1000 === 999) memories.push(memoryOf(watch.child.pid));
  }
  await pause(500);
  const memoryAtLast = memoryOf(watch.child.pid);
  watch.child.kill();
  rmSync(root, { recursive: true });
  return table(
    ["", "measured", "to reach"],
    [
      ["an empty Node program, in turn with the next two", ms(median(bases)), ""],
      ["start of the process to `ready`, median of 10", ms(median(starts.map(([ready]) => ready))), "150 ms"],
      ["start of the process to `state`, median of 10", ms(median(starts.map(([, at]) => at))), ""],
      ["memory once ready", mb(memoryAtFirst), "80 MB"],
      [`CPU while nothing happens, ${IDLE / 1000} s`, `${idle.toFixed(2)} %`, "0.5 %"],
      ...rows,
      [
        `memory before / highest / after ${EVENTS} events`,
        [memories[0], Math.max(...memories), memoryAtLast].map(mb).join(" / "),
        "flat",
      ],
    ],
  );
}

const ms = (time) => `${time.toFixed(1)} ms`;
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** A watch whose events can be waited for; each is noted with the time it came at. */
function follow(root) {
  const child = spawn(process.execPath, [program, "watch", "--json"], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: tmpdir() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const waiting = new Set();
  const follower = {
    child,
    count: 0,
    heard: (event, text = "") =>
      new Promise((resolve) => waiting.add({ event: `{"event":"${event}"`, text: text.slice(2), resolve })),
  };
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    const at = performance.now();
    const lines = `${rest}${part}`.split("\n");
    rest = lines.pop();
    for (const line of lines) {
      follower.count++;
      for (const one of waiting) {
        if (!line.startsWith(one.event) || !line.includes(one.text)) continue;
        waiting.delete(one);
        one.resolve(at);
      }
    }
  });
  return follower;
}

/** Milliseconds of CPU so far; the kernel counts in hundredths of a second. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Bytes of memory that are its own or shared. */
function memoryOf(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
}
