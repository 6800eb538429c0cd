/** The package as it would be published: packed, looked at by its critics, installed and compiled against. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { IS_LONG } from "../support/effort.ts";
import { makeFolder, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

const ROOT = join(import.meta.dirname, "../..");
const LONG = 120_000;

function runTool(file: string, args: readonly string[], cwd = ROOT) {
  return runProgram(process.execPath, [join(ROOT, "node_modules", file), ...args], { cwd });
}

/** Packs, without compiled code and below 4.5 MB, where 6 are the bound, and without the script that builds, because the other tests are using what is built. */
async function pack(): Promise<string> {
  const folder = makeFolder();
  const command = `npm pack --json --ignore-scripts --pack-destination '${folder}'`;
  const ended = await runProgram(command, [], { cwd: ROOT, shell: true });
  expect(ended.code, ended.stderr).toBe(0);
  const [{ files }] = JSON.parse(ended.stdout) as [{ files: { path: string; size: number }[] }];
  // The build before is kept for those who run it, until a package is made in earnest.
  const built = new Set(readFileSync(join(ROOT, "dist/.files"), "utf8").split("\n"));
  const sizes = files.map(({ path, size }) => (/^dist\//.test(path) && !built.has(path.slice(5)) ? 0 : size));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(4_500_000);
  expect(files.filter(({ path }) => /\.code$|compile-cache/.test(path))).toEqual([]);
  return join(folder, readdirSync(folder)[0]!);
}

test(
  "the package is well formed, and its types are found and compile in a strict program",
  async () => {
    const tarball = await pack();
    const publint = await runTool("publint/src/cli.js", [tarball, "--strict"]);
    expect(publint.code, publint.stdout).toBe(0);
    if (IS_LONG) {
      const options = [tarball, "--profile", "esm-only", "--no-color"];
      const attw = await runTool("@arethetypeswrong/cli/dist/index.js", options);
      expect(attw.code, attw.stdout).toBe(0);
    }

    const folder = makeFolder();
    const installed = join(folder, "node_modules/state-gatekeeper");
    mkdirSync(installed, { recursive: true });
    await runProgram("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"], {});
    expect(readdirSync(installed).sort()).toEqual(
      [".claude-plugin", "LICENSE", "README.md", "dist", "package.json", "templates"].filter((name) =>
        readdirSync(ROOT).includes(name),
      ),
    );
    // What npm would install beside it.
    const packed = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      readonly bin: Record<string, string>;
      readonly dependencies: Record<string, string>;
    };
    for (const name of Object.keys(packed.dependencies)) {
      mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
    const uses = `
      import { GateError, openGate, save, type Status, status } from "state-gatekeeper";
      const gate = openGate({ root: "." });
      const now: Status = await status(gate);
      export const freshness: "recent" | "moderate" | "stale" | undefined = now.freshness;
      await save(gate, { progress: [{ status: "completed", text: "x" }] }, { dryRun: true });
      // @ts-expect-error: a number is meant
      await save(gate, { progress: [{ status: "completed", text: "x", percentage: "5" }] });
      export const code = new GateError("LOCKED", "x").code satisfies string;`;
    writeFileSync(join(folder, "uses.mts"), uses);
    const options = [
      "--strict",
      "--noEmit",
      "--target",
      "es2023",
      "--module",
      "nodenext",
      "--lib",
      "es2023",
      "--types",
      "",
    ];
    const compiled = await runTool("typescript/bin/tsc", [...options, "uses.mts"], folder);
    expect(compiled.stdout).toBe("");
    for (const path of Object.values(packed.bin)) {
      const ended = await runProgram(process.execPath, [join(installed, path), "--version"], { cwd: folder });
      expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    }
  },
  LONG,
);

test("the built library loads what it needs late, as a module", async () => {
  const { root } = makeProject();
  await runProgram("git", ["init", "-q", root], {});
  const library = pathToFileURL(join(ROOT, "dist/index.js")).href;
  const script = `
    import { install, kvSave, openGate, start, status } from ${JSON.stringify(library)};
    const gate = openGate({ root: ${JSON.stringify(root)} });
    await start(gate, { issue: 7, title: "Seven" });
    const { git } = await status(gate);
    const { value } = await install(gate, { git: true });
    const saved = await kvSave(gate, { backend: "sqlite", key: "a", value: 1 });
    console.log(JSON.stringify([typeof git?.branch, value.gitDriver?.includes("merge %O"), saved.value.key]));`;
  const ended = await runProgram(process.execPath, ["--input-type=module", "-e", script], { cwd: root });
  expect(ended).toEqual({ code: 0, stdout: '["string",true,"a"]\n', stderr: "" });
  const files = ["index.js", ...readdirSync(join(ROOT, "dist/library")).map((name) => `library/${name}`)];
  const late = files.filter((name) => readFileSync(join(ROOT, "dist", name), "utf8").includes(".then(()=>require("));
  expect(late).toEqual([]);
});
