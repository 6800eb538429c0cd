/** Code compiled before: the same answers with it, without it and with a damaged one, and all of it or none. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareProgram } from "../../src/files/prepare.ts";
import { codeFolder, preparedRequire } from "../../src/files/prepared.ts";
import { listTree, makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";
import { callsOf, failing, replaced } from "./faults.ts";

/** Tells of each script whether the code it was given was taken. */
const REPORT = `
  const vm = require("node:vm");
  const { Script } = vm;
  const lines = [];
  vm.Script = class extends Script {
    constructor(source, options) {
      super(source, options);
      const taken = options.cachedData ? (this.cachedDataRejected ? "refused" : "taken") : "absent";
      lines.push(require("node:path").basename(options.filename, ".cjs") + " " + taken);
    }
  };
  process.on("exit", () => require("node:fs").writeFileSync(process.env.REPORT, lines.join("\\n")));`;

/** The program in a folder of its own, without code; `run` returns what it prints and which code was taken. */
function makeProgram() {
  const program = makeFolder();
  for (const part of ["bin.cjs", "gate"])
    cpSync(join(dirname(PROGRAM), part), join(program, part), { recursive: true });
  writeFileSync(join(program, "report.cjs"), REPORT);
  const report = join(program, "report");
  const { root } = makeProject({ ".claude/state.md": fixture("read/format.md") });
  const run = (...args: readonly string[]) => {
    const words = ["-r", join(program, "report.cjs"), join(program, "bin.cjs"), ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, {
      cwd: root,
      env: { PATH: "", HOME: program, REPORT: report },
      encoding: "utf8",
    });
    return {
      answer: { stdout: stdout.replaceAll(/\d\d:\d\d:\d\dZ/g, "time"), stderr, status },
      code: readFileSync(report, "utf8").split("\n").filter(Boolean),
    };
  };
  return { program, root, run };
}

const require = createRequire(import.meta.url);
const STATUS = ["status", "--json"];

/** As the build and `gate install` do it: by the program's own file, which knows its build. */
function prepare(program: string): void {
  require(join(program, "gate/prepare.cjs")).prepareProgram(program);
}

function codesOf(program: string): string {
  return join(program, "code", readdirSync(join(program, "code"))[0]!);
}

describe("the program", () => {
  test("says the same with and without code, and makes none by itself", () => {
    const { program, run } = makeProgram();
    const commands = [
      STATUS,
      ["status"],
      ["check"],
      ["--help"],
      ["save", "--dry-run", "--doing", "x:40"],
      ["nonsense"],
    ];
    const before = commands.map((words) => run(...words));
    expect(before.flatMap(({ code }) => code)).toEqual([]);
    expect(readdirSync(program).sort()).toEqual(["bin.cjs", "gate", "report", "report.cjs"]);
    prepare(program);
    const after = commands.map((words) => run(...words));
    expect(after.map(({ answer }) => answer)).toEqual(before.map(({ answer }) => answer));
    for (const [index, { code }] of after.entries()) {
      expect(code.length, commands[index]!.join(" ")).toBeGreaterThan(0);
      expect(code.filter((line) => !line.endsWith(" taken"))).toEqual([]);
    }
  }, 120_000);

  test("does without what is damaged or of another file, to the bit, and the rest is taken", () => {
    const { program, run } = makeProgram();
    const { answer } = run(...STATUS);
    prepare(program);
    // The first file decides for all; the second is only one of them.
    for (const [name, words] of [
      ["quick-status", STATUS],
      ["run", ["save", "--dry-run", "--doing", "x"]],
    ] as const) {
      const place = join(codesOf(program), `${name}.code`);
      const good = readFileSync(place);
      const whole = run(...words).answer;
      const bits = Array.from({ length: 12 }, (_, index) => {
        const spoilt = Buffer.from(good);
        const at = Math.floor((spoilt.length * (index + 0.5)) / 12);
        spoilt[at] = spoilt[at]! ^ (1 << (index % 8));
        return spoilt;
      });
      const other = readFileSync(join(codesOf(program), "quick-statusline.code"));
      const spoilt = [good.subarray(0, -1), good.subarray(0, 10), Buffer.alloc(good.length), Buffer.alloc(0), other];
      for (const [index, bytes] of [...bits, ...spoilt].entries()) {
        writeFileSync(place, bytes);
        const ended = run(...words);
        expect(ended.answer, `${name}: ${index}`).toEqual(whole);
        expect(ended.code).not.toContain(`${name} taken`);
      }
      writeFileSync(place, good);
      expect(run(...words).code).toContain(`${name} taken`);
    }
    rmSync(join(codesOf(program), "quick-status.code"));
    expect(run(...STATUS)).toEqual({ answer, code: [] });
  }, 120_000);

  test("takes no code that was made for another build", () => {
    const { program, run } = makeProgram();
    prepare(program);
    const replace = (name: string, from: RegExp, to: string) => {
      const path = join(program, name);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll(from, to));
    };
    // As a new version is copied over an old one: other texts of the same length, and another build.
    const build = readdirSync(join(program, "code"))[0]!.slice(0, 12);
    replace(
      "bin.cjs",
      new RegExp(build, "g"),
      build.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
    );
    replace("gate/quick-status.cjs", /revision/g, "REVISION");
    const ended = run(...STATUS);
    expect(ended.code).toEqual([]);
    expect(ended.answer.stdout).toContain('"_r_e_v_i_s_i_o_n": ');
  }, 120_000);

  test("looks at the code of its own Node alone", () => {
    const { program, run } = makeProgram();
    prepare(program);
    const codes = codesOf(program);
    renameSync(codes, codes.replace(process.version, "v1.2.3"));
    expect(run(...STATUS).code).toEqual([]);
  }, 120_000);

  test("gate install compiles it, once, and not where nobody may write", async () => {
    const { program, root } = makeProgram();
    const install = (...more: string[]) =>
      runProgram(process.execPath, [join(program, "bin.cjs"), "install", "--agents-md", "--yes", ...more], {
        cwd: root,
        env: { PATH: "", HOME: program },
      });
    expect((await install("--dry-run")).code).toBe(0);
    expect(readdirSync(program)).not.toContain("code");
    expect((await install()).code).toBe(0);
    const made = listTree(join(program, "code"));
    expect(Object.keys(made).length).toBeGreaterThan(50);
    expect((await install()).code).toBe(0);
    expect(listTree(join(program, "code"))).toEqual(made);
    rmSync(join(program, "code"), { recursive: true });
    writeFileSync(join(program, "code"), "in the way");
    expect(await install()).toMatchObject({ code: 0, stderr: "" });
  }, 120_000);
});

describe("making it", () => {
  /** A program of two files, the second of which loads the first, and the other way round. */
  function makeSmall() {
    const program = makeFolder();
    mkdirSync(join(program, "gate"));
    writeFileSync(join(program, "gate/one.cjs"), `exports.add = (a, b) => a + b; exports.two = require("./two.cjs");`);
    writeFileSync(
      join(program, "gate/two.cjs"),
      `const one = require("./one.cjs"); exports.three = () => one.add(1, 2); exports.path = require("node:path");`,
    );
    return program;
  }

  test("what is made is loaded, each file once", () => {
    const program = makeSmall();
    prepareProgram(program);
    const load = preparedRequire(program, () => ({ other: true }));
    const one = load("./gate/one.cjs") as { two: { three(): number; path: unknown } };
    expect(one.two.three()).toBe(3);
    expect(one.two.path).toEqual({ other: true });
    expect(load("./gate/one.cjs")).toBe(one);
    expect(() => load("./gate/none.cjs")).toThrow(/gate\/none\.cjs of the program is missing/);
  });

  test("without it, everything is loaded in the other way", () => {
    const program = makeSmall();
    const load = preparedRequire(program, (id: string) => `by the other: ${id}`);
    expect(load("./gate/one.cjs")).toBe("by the other: ./gate/one.cjs");
    prepareProgram(program);
    expect(load("./gate/two.cjs")).toBe("by the other: ./gate/two.cjs");
    expect(require(join(program, "gate/one.cjs")).two.three()).toBe(3);
  });

  test("all of it is there at once or none, whatever call fails, and it can be made again", () => {
    const calls = callsOf(() => prepareProgram(makeSmall()));
    expect(calls).toEqual(expect.arrayContaining(["writeSync", "fsyncSync", "renameSync"]));
    for (const index of calls.keys()) {
      const program = makeSmall();
      let failed = false;
      try {
        failing(index, "ENOSPC", () => prepareProgram(program));
      } catch {
        failed = true;
      }
      const kept = readdirSync(program).includes("code") ? readdirSync(join(program, "code")) : [];
      if (failed) expect(kept, `${index}: ${calls[index]}`).toEqual([]);
      prepareProgram(program);
      expect(readdirSync(codeFolder(program)).sort()).toEqual(["one.code", "two.code"]);
    }
  });

  test("what is damaged or missing is made anew, and what others left is cleared away", () => {
    const program = makeSmall();
    prepareProgram(program);
    const codes = codeFolder(program);
    const made = () => readdirSync(codes).map((name) => readFileSync(join(codes, name), "latin1"));
    const [good, inode] = [made(), statSync(codes).ino];
    prepareProgram(program);
    expect(statSync(codes).ino).toBe(inode);
    writeFileSync(join(codes, "one.code"), "damaged");
    prepareProgram(program);
    expect(made().map(({ length }) => length)).toEqual(good.map(({ length }) => length));
    rmSync(join(codes, "two.code"));
    const [old, fresh] = [join(program, "code/.old.tmp"), join(program, "code/.fresh.tmp")];
    for (const draft of [old, fresh]) mkdirSync(draft);
    writeFileSync(join(old, "one.code"), "half");
    const [replaced, otherNode] = [join(program, "code/0123456789ab-v20.0.0"), `${codes}-other`];
    for (const folder of [replaced, otherNode]) mkdirSync(folder);
    writeFileSync(join(replaced, "one.code"), "of another build");
    utimesSync(old, 1000, 1000);
    prepareProgram(program);
    expect(readdirSync(join(program, "code")).sort()).toEqual([".fresh.tmp", basename(codes), basename(otherNode)]);
  });

  test("what is no file of the program is passed over", () => {
    const program = makeSmall();
    writeFileSync(join(program, "gate/.DS_Store"), "\0\0\0\u0001Bud1");
    mkdirSync(join(program, "gate/folder"));
    prepareProgram(program);
    expect(readdirSync(codeFolder(program)).sort()).toEqual(["one.code", "two.code"]);
  });

  test("a file that fails is loaded again the next time", () => {
    const program = makeSmall();
    writeFileSync(
      join(program, "gate/two.cjs"),
      `globalThis.tries = (globalThis.tries ?? 0) + 1; throw new Error("no");`,
    );
    prepareProgram(program);
    const load = preparedRequire(program, () => undefined);
    for (let tries = 1; tries <= 2; tries++) {
      expect(() => load("./gate/two.cjs")).toThrow("no");
      expect((globalThis as unknown as { tries: number }).tries).toBe(tries);
    }
  });

  test("who comes second leaves what the first has made", () => {
    const program = makeSmall();
    const { renameSync } = process.getBuiltinModule("node:fs");
    const overtaken = (from: string, to: string) => {
      replaced({ renameSync: renameSync as never }, () => prepareProgram(program));
      renameSync(from, to);
    };
    expect(() => replaced({ renameSync: overtaken as never }, () => prepareProgram(program))).toThrow(
      /ENOTEMPTY|EEXIST/,
    );
    expect(readdirSync(join(program, "code"))).toHaveLength(1);
    expect(readdirSync(codeFolder(program)).sort()).toEqual(["one.code", "two.code"]);
  });

  test("other users can read it and nothing more", () => {
    const program = makeSmall();
    const before = process.umask(0);
    prepareProgram(program);
    process.umask(before);
    for (const folder of [codeFolder(program), join(program, "code")])
      expect(statSync(folder).mode & 0o777).toBe(0o755);
    const { mode } = statSync(join(codeFolder(program), "one.code"));
    expect(mode & 0o777).toBe(0o644);
  });
});
