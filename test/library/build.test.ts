/** The build: it comes into its place without a moment in which a linked program is not there, and it stays small. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
// @ts-expect-error: a script, which is built of nothing
import { swap } from "../../build/publish.mjs";
import { IS_LONG } from "../support/effort.ts";
import { makeFolder, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A copy of the sources in which builds may come and go. */
function makeSources(): string {
  const folder = makeFolder();
  const parts = ["src", "build", "docs", "plugin", "build.mjs", "package.json", "package-lock.json", "LICENSE"];
  for (const name of [...parts, "tsconfig.json", "tsconfig.types.json"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

test.runIf(IS_LONG)("a program that is linked answers at any moment of a build, and those that run go on", async () => {
  const folder = makeSources();
  const build = () => runProgram(process.execPath, [join(folder, "build.mjs")], { cwd: folder });
  cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
  const program = join(folder, "dist/bin.cjs");
  const { root } = makeProject();
  const long = spawn(process.execPath, [program, "mcp", "--root", root], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void long.kill());
  const building = { done: false };
  // The name of the folder of the program is new.
  const file = join(folder, "src/base/errors.ts");
  writeFileSync(file, `${readFileSync(file, "utf8")}\n// Changed.\n`);
  const built = build().finally(() => {
    building.done = true;
  });
  let runs = 0;
  while (!building.done) {
    const ended = await runProgram(process.execPath, [program, "status", "--json", "--root", root], {});
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(await runProgram(process.execPath, [program, "history", "--root", root], {})).toMatchObject({ code: 0 });
    runs++;
  }
  expect(await built).toMatchObject({ code: 0, stderr: "" });
  expect(runs).toBeGreaterThan(2);
  // What began before the build finds what it loads late.
  long.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} })}\n`);
  const answer = await new Promise<string>((resolve) => long.stdout.once("data", (chunk) => resolve(String(chunk))));
  expect(answer).toContain('"id":1');
  const folders = () => readdirSync(join(folder, "dist/plugin/program")).filter((name) => name.startsWith("program-"));
  expect(folders()).toHaveLength(2);
  await build();
  expect(folders()).toHaveLength(1);
});

test("a build that is moved into place replaces entries last and takes away what two builds ago left", () => {
  const dist = makeFolder();
  const swapIn = (files: Record<string, string>) => {
    const build = join(dist, ".next-1");
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(build, name, ".."), { recursive: true });
      writeFileSync(join(build, name), text);
    }
    swap(build, dist);
  };
  const names = () => readdirSync(join(dist, "plugin/program"), { recursive: true, encoding: "utf8" }).sort();
  swapIn({ "bin.cjs": "1", "plugin/program/program-1/a.cjs": "1" });
  swapIn({ "bin.cjs": "2", "plugin/program/program-2/a.cjs": "2" });
  expect(names()).toEqual(["program-1", "program-1/a.cjs", "program-2", "program-2/a.cjs"]);
  swapIn({ "bin.cjs": "3", "plugin/program/program-3/a.cjs": "3" });
  expect(names()).toEqual(["program-2", "program-2/a.cjs", "program-3", "program-3/a.cjs"]);
  expect(readFileSync(join(dist, "bin.cjs"), "utf8")).toBe("3");
  rmSync(dist, { recursive: true });
});
