/** What becomes of a build once its code is made: what goes with it, and the way into its place. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/**
 * Adds licences, and to the program the rest of the plugin, which is what an agent copies and
 * runs as it is: its own files and the version. Types go that the library does not lead to.
 */
export function finish(root, build, { version, packages }) {
  for (const entry of ["bin.cjs", "plugin/program/bin.cjs"]) chmodSync(join(build, entry), 0o755);
  const types = join(build, "types");
  const named = new Set();
  for (const entry of ["index.d.ts", "remark.d.ts", "driver-contract.d.ts"]) nameTypes(join(types, entry), named);
  for (const file of filesIn(types)) if (!named.has(join(types, file))) rmSync(join(types, file));
  // Where an editor leads who asks what a diagnostic means.
  cpSync(join(root, "docs/rules.md"), join(build, "docs/rules.md"));
  writeFileSync(join(build, "licences.txt"), licencesOf([...packages].sort()));
  const plugin = join(build, "plugin");
  cpSync(join(root, "plugin"), plugin, { recursive: true });
  for (const each of [".claude-plugin", ".codex-plugin"]) {
    const manifest = join(plugin, each, "plugin.json");
    const { name, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(manifest, `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);
  }
  cpSync(join(build, "licences.txt"), join(plugin, "program/licences.txt"));
  cpSync(join(root, "LICENSE"), join(plugin, "LICENSE"));
}

function nameTypes(file, named) {
  if (named.has(file)) return;
  named.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import)[ (]"(\.[^"]+)"/g)) {
    nameTypes(join(dirname(file), path.replace(/\.(?:ts|js)$/, ".d.ts")), named);
  }
}

/** The licences of bundled packages ask to be passed on with their code; one that many have stands there once. */
function licencesOf(folders) {
  const texts = new Map();
  for (const folder of folders) {
    const { name, version: release, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(?:\.md|\.txt)?$/i.test(each));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${release} (${license})`]);
  }
  const entries = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return entries.join(`\n${"-".repeat(80)}\n\n`);
}

/**
 * Moves a build into place, the entries last, so that a program that is linked is
 * there at any moment. What may be running, the build before, stays until the next,
 * or until a package is made.
 */
export function swap(build, dist) {
  const list = join(dist, ".files");
  const isPacked = ["pack", "publish"].includes(process.env.npm_command);
  const before = existsSync(list) && !isPacked ? readFileSync(list, "utf8").split("\n") : [];
  const isEntry = (file) => Number(/(?:^|\/)(?:bin\.cjs|index\.js|remark\.js)$/.test(file));
  const files = filesIn(build).sort((one, other) => isEntry(one) - isEntry(other));
  for (const file of files) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(build, file), join(dist, file));
  }
  rmSync(build, { recursive: true });
  const kept = new Set([...files, ...before, ".files"]);
  const old = filesIn(dist).filter((file) => !kept.has(file));
  for (const file of old) rmSync(join(dist, file));
  // An older build had its program here.
  for (const folder of ["plugin/program/", ""]) {
    for (const name of existsSync(join(dist, folder)) ? readdirSync(join(dist, folder)) : []) {
      const isKept = [...kept].some((file) => file.startsWith(`${folder}${name}/`));
      if (name.startsWith("program-") && !isKept) rmSync(join(dist, folder, name), { recursive: true });
    }
  }
  writeFileSync(list, files.join("\n"));
}

/** Has Node keep the compiled code of the program, first that of a save with the functions it calls. */
export function fillCompileCache(dist, program) {
  const cache = join(dist, "compile-cache");
  rmSync(cache, { recursive: true, force: true });
  const project = mkdtempSync(join(tmpdir(), "gate-build-"));
  mkdirSync(join(project, ".claude"));
  const entry = join(dist, "bin.cjs");
  const run = (args, variables) => {
    spawnSync(process.execPath, args, { cwd: project, env: { ...process.env, ...variables }, stdio: "ignore" });
  };
  const files = filesIn(join(dist, program)).map((file) => join(dist, program, file));
  run([entry, "start", "1", "--title", "One"]);
  run([entry, "save", "--done", "One"], { NODE_COMPILE_CACHE: cache });
  run(["-e", files.map((file) => `require(${JSON.stringify(file)});`).join("\n")], { NODE_COMPILE_CACHE: cache });
  rmSync(project, { recursive: true });
}

/** The files in a folder and below, by their paths from there, sorted. */
export function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, path, name }) => relative(folder, join(parentPath ?? path, name))).sort();
}
