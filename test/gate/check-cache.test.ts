import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTime } from "../../src/base/time.ts";
import { type CheckResult, check } from "../../src/gate/documents/check.ts";
import { type Gate, openGate } from "../../src/gate/gate.ts";
import { CACHED_FROM, CHECK_CACHE_PATH } from "../../src/gate/view/check-cache.ts";
import { wrapped } from "../files/faults.ts";
import { runs, spread, upTo } from "../support/effort.ts";
import { PROGRAM } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

const HOUR = 3_600_000;
const WORK = fixture("read/format.work.md");
const MANY = CACHED_FROM + 20;
const WRITTEN = Math.floor(Date.now() / 1000) - 1800;

function workText(issue: number, instant = Date.now() - HOUR): string {
  return WORK.replaceAll("42", String(issue))
    .replace(/\*\*Started:.*/, `**Started:** ${formatTime(instant - HOUR)}`)
    .replace(/\*\*Last Updated:.*/, `**Last Updated:** ${formatTime(instant)}`);
}

/** A project large enough for a cache, its files at rest, with a clock that can be moved. */
async function makeLarge() {
  const { root } = makeProject();
  // It stands still, because messages name the time; ahead of the file system's, which does not.
  let now = Date.now() + HOUR;
  const gate: Gate = openGate({ root, clock: () => now });
  const at = (name: string) => join(root, ".claude", name);
  for (const folder of ["work", "archive", ".gate"]) mkdirSync(at(folder));
  for (let issue = 1; issue <= MANY; issue++) writeFileSync(at(`work/${issue}.md`), workText(issue));
  writeFileSync(at("work/7.md"), workText(7).replace("in_progress", "resting"));
  writeFileSync(at("work/8.md"), `${workText(8)}\n<<<<<<< ours\n`);
  writeFileSync(at("archive/900.md"), workText(900));
  // Whole seconds can be set again without losing any.
  for (let issue = 1; issue <= MANY; issue++) utimesSync(at(`work/${issue}.md`), WRITTEN, WRITTEN);
  await rest();
  return {
    root,
    gate,
    at,
    move: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

/** Until the file system's clock has gone on far enough for files to be at rest. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 130));
}

/** A check that believes the cache, and how many files it has opened. */
async function counted(gate: Gate): Promise<{ result: CheckResult; opened: number }> {
  let opened = 0;
  const result = await wrapped(
    (name, call, [place]) => {
      if (name === "openSync" && /\d\.md$/.test(String(place))) opened++;
      return call();
    },
    () => check(gate),
  );
  return { result, opened };
}

async function expectSame(gate: Gate): Promise<void> {
  const cached = await check(gate);
  expect(cached).toEqual(await check(gate, { cache: false }));
}

test("files that nobody touched are not read again, and the answer is the same", async () => {
  const { gate, at } = await makeLarge();
  const first = await counted(gate);
  expect(first.opened).toBe(MANY + 1);
  expect(first.result).toMatchObject({ errors: 1, warnings: expect.any(Number) });
  expect(first.result.warnings).toBeGreaterThan(0);
  const again = await counted(gate);
  expect(again.opened).toBe(0);
  expect(again.result).toEqual(first.result);
  expect(statSync(at(".gate/cache/check")).mode & 0o777).toBe(0o600);
  const before = readFileSync(join(gate.project.root, CHECK_CACHE_PATH));
  writeFileSync(at("work/9.md"), workText(9));
  expect((await counted(gate)).opened).toBe(1);
  expect(readFileSync(join(gate.project.root, CHECK_CACHE_PATH))).toEqual(before);
  await rest();
  expect((await counted(gate)).opened).toBe(1);
  expect((await counted(gate)).opened).toBe(0);
  expect(await check(gate, { cache: false })).toEqual((await counted(gate)).result);
});

describe("nothing is cached", () => {
  const cacheOf = (at: (name: string) => string) => readdirSync(at(".gate"));

  test("without, for a dry run, for mending, for single files", async () => {
    const { gate, at } = await makeLarge();
    await check(gate, { cache: false });
    await check(gate, {}, { dryRun: true });
    await check(gate, { fix: true }, { dryRun: true });
    await check(gate, { paths: [".claude/work/9.md"] });
    expect(cacheOf(at)).toEqual([]);
  });

  test("where the gate has no folder of its own", async () => {
    const { gate, at } = await makeLarge();
    rmSync(at(".gate"), { recursive: true });
    await check(gate);
    expect(readdirSync(at("."))).toEqual(["archive", "work"]);
  });

  test("of few files", async () => {
    const { gate, at } = await makeLarge();
    for (let issue = 20; issue <= MANY; issue++) unlinkSync(at(`work/${issue}.md`));
    await check(gate);
    expect(cacheOf(at)).toEqual([]);
  });

  test.each(spread(["EROFS", "EACCES", "ENOSPC", "EDQUOT"], 2))("where writing gives %s", async (code) => {
    const { gate, at } = await makeLarge();
    const expected = await check(gate, { cache: false });
    for (const good of spread([...Array(8).keys()], 3)) {
      let writes = 0;
      const result = await wrapped(
        (name, call, args) => {
          const isWrite =
            /^(?:mkdir|write|rename|futimes)Sync$/.test(name) ||
            (name === "openSync" && (Number(args[1]) & 0o100) !== 0);
          if (isWrite && writes++ >= good) throw Object.assign(new Error(code), { code, syscall: name });
          return call();
        },
        () => check(gate),
      );
      expect(result).toEqual(expected);
      const left = cacheOf(at).length === 0 ? [] : readdirSync(at(".gate/cache"));
      expect(left.filter((name) => name !== "check")).toEqual([]);
      rmSync(at(".gate/cache"), { recursive: true, force: true });
    }
  });

  test("where something else stands in its place", async () => {
    const { gate, at, root } = await makeLarge();
    const other = join(root, "other");
    writeFileSync(at(".gate/cache"), "file");
    await expectSame(gate);
    unlinkSync(at(".gate/cache"));
    mkdirSync(at(".gate/cache"));
    writeFileSync(other, "theirs");
    symlinkSync(other, at(".gate/cache/check"));
    await expectSame(gate);
    expect(readFileSync(other, "utf8")).toBe("theirs");
    rmSync(at(".gate/cache"), { recursive: true });
    mkdirSync(join(root, "elsewhere"));
    symlinkSync("/tmp", at(".gate/cache"));
    await expectSame(gate);
    expect(readdirSync("/tmp").filter((name) => /^\.?check(?:\.|$)/.test(name))).toEqual([]);
  });
});

describe("the cache says nothing", () => {
  test("about times that have come since, or have yet to come again", async () => {
    const { gate, at, move } = await makeLarge();
    writeFileSync(at("work/9.md"), workText(9, Date.now() + 5 * HOUR));
    utimesSync(at("work/10.md"), Date.now() / 1000 + 40 * 3600, Date.now() / 1000 + 40 * 3600);
    await rest();
    await expectSame(gate);
    expect((await check(gate)).files.find(({ path }) => path.endsWith("/9.md"))!.problems).toMatchObject([
      { rule: "future-timestamp" },
      { rule: "future-timestamp" },
    ]);
    move(50 * HOUR);
    await expectSame(gate);
    const later = await check(gate);
    expect(later.files.find(({ path }) => path.endsWith("/9.md"))!.problems).toEqual([]);
    expect(later.files.find(({ path }) => path.endsWith("/10.md"))!.problems).toMatchObject([
      { rule: "outdated-timestamp" },
    ]);
    move(-80 * HOUR);
    await expectSame(gate);
    expect((await check(gate)).errors).toBeGreaterThan(MANY / 2);
  });

  test("to another build, after damage, or in a copy", async () => {
    const { gate, at } = await makeLarge();
    const path = at(".gate/cache/check");
    await check(gate);
    const good = readFileSync(path, "latin1");
    const spoilt = [
      "",
      "garbage",
      good.slice(0, -1),
      good.replace("gate check", "gate state"),
      good.replace(` ${(MANY + 1) * 40}\n`, ` ${MANY * 40}\n`),
      good.replace("sources", "others"),
      `${good}\n`,
      `${good}\n\n`,
      good.replace("work/9.md", "work/6.md"),
      "\0".repeat(good.length),
    ];
    for (const text of spoilt) {
      writeFileSync(path, text, "latin1");
      expect((await counted(gate)).opened, JSON.stringify(text.slice(0, 99))).toBe(MANY + 1);
    }
    writeFileSync(path, good, "latin1");
    expect((await counted(gate)).opened).toBe(0);
    for (const issue of [30, 31, 32]) {
      copyFileSync(at(`work/${issue}.md`), at("copy"));
      const { atime, mtime } = statSync(at(`work/${issue}.md`));
      renameSync(at("copy"), at(`work/${issue}.md`));
      utimesSync(at(`work/${issue}.md`), atime, mtime);
    }
    expect((await counted(gate)).opened).toBe(3);
  });

  test("to who writes", async () => {
    const { gate } = await makeLarge();
    await check(gate);
    const { result, opened } = await counted(gate);
    expect(opened).toBe(0);
    const { fixed } = await check(gate, { fix: true });
    expect(fixed).toBe(result.files.flatMap(({ problems }) => problems).filter(({ fixable }) => fixable).length);
    const left = (await check(gate)).files.flatMap(({ problems }) => problems);
    expect(left.filter(({ fixable }) => fixable)).toEqual([]);
  });
});

/** The text with another finding, as long as before. */
function toggled(text: string): string {
  return text.includes("in_progress")
    ? text.replace("in_progress", "in_progrezz")
    : text.replace("_progrezz", "_progress");
}

type Large = Awaited<ReturnType<typeof makeLarge>>;

/** Ways to change a file, some of which try not to be seen. */
const WAYS: Readonly<Record<string, (large: Large, issue: number) => void>> = {
  "in place, size and time as before": ({ at }, issue) => {
    const { atime, mtime } = statSync(at(`work/${issue}.md`));
    writeFileSync(at(`work/${issue}.md`), toggled(readFileSync(at(`work/${issue}.md`), "utf8")));
    utimesSync(at(`work/${issue}.md`), atime, mtime);
  },
  "in place": ({ at }, issue) =>
    writeFileSync(at(`work/${issue}.md`), workText(issue).replace("Words.", "<<<<<<< ours")),
  "another file in its place, time as before": ({ at }, issue) => {
    const { atime, mtime } = statSync(at(`work/${issue}.md`));
    writeFileSync(at("new"), readFileSync(at(`work/${issue}.md`), "utf8").replace("#", "="));
    utimesSync(at("new"), atime, mtime);
    renameSync(at("new"), at(`work/${issue}.md`));
  },
  "two files that change places": ({ at }, issue) => {
    renameSync(at(`work/${issue}.md`), at("held"));
    renameSync(at(`work/${issue + 1}.md`), at(`work/${issue}.md`));
    renameSync(at("held"), at(`work/${issue + 1}.md`));
  },
  "to another folder": ({ at }, issue) => {
    renameSync(at(`work/${issue}.md`), at(`archive/${issue}.md`));
    writeFileSync(at(`work/${issue}.md`), workText(issue));
  },
  touched: ({ at }, issue) => utimesSync(at(`work/${issue}.md`), new Date(), new Date()),
  "touched long ago": ({ at }, issue) => utimesSync(at(`work/${issue}.md`), 1000, 1000),
  "touched in the future": ({ at }, issue) => utimesSync(at(`work/${issue}.md`), 4e9, 4e9),
  "other permissions": ({ at }, issue) => chmodSync(at(`work/${issue}.md`), issue % 2 === 0 ? 0o600 : 0o644),
  gone: ({ at }, issue) => writeFileSync(at(`work/${issue + 5000}.md`), "x"),
  "a link": ({ at }, issue) => {
    unlinkSync(at(`work/${issue}.md`));
    symlinkSync("1.md", at(`work/${issue}.md`));
  },
  "a folder": ({ at }, issue) => {
    unlinkSync(at(`work/${issue}.md`));
    mkdirSync(at(`work/${issue}.md`));
  },
  "the clock goes on": ({ move }) => move(30 * HOUR),
  "the clock goes back": ({ move }) => move(-30 * HOUR),
  "an old cache": ({ at }) => {
    if (readdirSync(at(".gate")).length > 0) copyFileSync(at(".gate/cache/check"), at("old"));
  },
  "the old cache put back": ({ at }) => {
    if (readdirSync(at(".")).includes("old")) copyFileSync(at("old"), at(".gate/cache/check"));
  },
};

test("whatever happens to files, the answer is that of reading them", async () => {
  const step = fc.record({
    way: fc.constantFrom(...Object.keys(WAYS)),
    issue: fc.integer({ min: 10, max: 290 }),
    waits: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), async (rounds) => {
      const large = await makeLarge();
      await check(large.gate);
      for (const steps of rounds) {
        for (const { way, issue, waits } of steps) {
          const kind = statSync(large.at(`work/${issue}.md`), { throwIfNoEntry: false });
          const other = statSync(large.at(`work/${issue + 1}.md`), { throwIfNoEntry: false });
          if (kind?.isFile() && other?.isFile()) WAYS[way]!(large, issue);
          if (waits) await rest();
        }
        await expectSame(large.gate);
      }
    }),
    runs(10, 20241023, 2),
  );
});

/** Runs a step on a file system whose clock ticks every two seconds. */
function onCoarseClock<T>(step: () => T): T {
  return wrapped((name, call) => {
    const answer = call();
    if (!/^[lf]statSync$/.test(name) || typeof answer !== "object" || answer === null) return answer;
    const stats = answer as { [name in "mtimeNs" | "ctimeNs"]?: bigint } & { mtimeMs: number; ctimeMs: number };
    if (stats.mtimeNs === undefined || stats.ctimeNs === undefined) {
      const coarse = (time: number) => time - (time % 2000);
      return Object.assign(answer, { mtimeMs: coarse(stats.mtimeMs), ctimeMs: coarse(stats.ctimeMs) });
    }
    const coarse = (time: bigint) => time - (time % 2_000_000_000n);
    return Object.assign(answer, { mtimeNs: coarse(stats.mtimeNs), ctimeNs: coarse(stats.ctimeNs) });
  }, step);
}

test("a change in the very moment after the reading is seen, however coarse the times of files are", async () => {
  const { gate, at } = await makeLarge();
  for (let round = 0; round < upTo(30, 1); round++) {
    const path = at(`work/${50 + (round % 3)}.md`);
    for (const _ of [1, 2]) {
      writeFileSync(path, toggled(readFileSync(path, "utf8")));
      utimesSync(path, WRITTEN, WRITTEN);
      await onCoarseClock(async () => await expectSame(gate));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 2100));
  await onCoarseClock(async () => await check(gate));
  const { opened } = await onCoarseClock(async () => await counted(gate));
  expect(opened).toBe(0);
});

test("nothing is cached where the time of a change can be set", async () => {
  const { gate, at } = await makeLarge();
  await wrapped(
    (name, call) => {
      const answer = call() as { ctimeNs?: bigint; mtimeNs?: bigint };
      return name === "fstatSync" ? Object.assign(answer, { ctimeNs: answer.mtimeNs }) : answer;
    },
    () => check(gate),
  );
  expect(readdirSync(at(".gate/cache"))).toEqual([]);
});

test("a check that is killed leaves the old cache or the new one", async () => {
  const { gate, at, root } = await makeLarge();
  const expected = await check(gate, { cache: false });
  const rounds = upTo(24, 4);
  for (let round = 0; round < rounds; round++) {
    const child = spawn(process.execPath, [PROGRAM, "check", "--json"], { cwd: root, stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("close", resolve));
    // Every other one dies as soon as it writes, whenever that is.
    const kill = () => child.kill("SIGKILL");
    const isWriting = () =>
      existsSync(at(".gate/cache")) && readdirSync(at(".gate/cache")).some((name) => name !== "check");
    const timer =
      round % 2 === 0 ? setTimeout(kill, 20 + (round * 288) / rounds) : setInterval(() => isWriting() && kill(), 1);
    await ended;
    clearInterval(timer);
    if (round % 3 === 0) rmSync(at(".gate/cache/check"), { force: true });
    await expectSame(gate);
    expect(await check(gate)).toEqual(expected);
  }
  for (const name of readdirSync(at(".gate/cache"))) {
    if (name !== "check") utimesSync(at(`.gate/cache/${name}`), 1000, 1000);
  }
  rmSync(at(".gate/cache/check"), { force: true });
  await check(gate);
  expect(readdirSync(at(".gate/cache"))).toEqual(["check"]);
});
