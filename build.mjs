/**
 * Builds `dist/`: the program as CommonJS, because that starts faster than ES modules, the
 * library as ES modules that import their packages, its types, licences, the plugin.
 * The entry and what is asked for all the time (`src/boot`) are one file each, with no
 * more than the functions they use. What they load late lies in bundles behind them, all in
 * the plugin, which an agent copies as it is.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";
import { filesIn, fillCompileCache, finish, swap } from "./build/publish.mjs";
import { slimRedis } from "./build/slim-redis.mjs";

const root = import.meta.dirname;
const [source, dist, next] = ["src", "dist", `dist/.next-${process.pid}`].map((name) => join(root, name));
const { version, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const parts = ["src", "build", "plugin"].flatMap((folder) =>
  filesIn(join(root, folder)).map((name) => `${folder}/${name}`),
);
const digest = digestOf(["build.mjs", "package.json", "package-lock.json", ...parts]);
const program = `plugin/program/program-${digest.slice(0, 12)}`;
/** One wide character, and Node reads a file and V8 keeps it in twice the time and space. */
const PROGRAM = { format: "cjs", minify: true, charset: "ascii", dynamicImportInCjs: false };
/** Folders whose files many commands load together: twenty small files cost a third more than one. */
const CHUNKS = {
  view: /\/src\/(?:base|text|syntax|document|rules|files\/(?:guard|read|record|cache|git(?!\/tree\.)|terminal)|gate|gate\/view)\/[^/]+$/,
  commit: /\/src\/(?:files\/(?:lock|replace)|syntax\/reference|gate\/commit)\/(?!remark)[^/]+$/,
  changes: /\/src\/changes\/[^/]+$/,
  cli: /\/src\/cli\/[^/]+$/,
  hooks: /\/src\/hooks\/(?:[a-z]+\/)?[^/]+$/,
};
/** What the files that are built alone load late: the entries of the bundles behind them. */
const late = new Set();
/** The folders of the packages that are bundled. */
const packages = new Set();
// What the tests ask for; the list of files is written when all of them are in place.
const list = join(dist, ".files");
const isBuilt = existsSync(list) && readFileSync(list, "utf8").includes(program);
if (isBuilt && process.argv.includes("--if-changed")) process.exit();
rmSync(next, { recursive: true, force: true });
for (const entry of ["bin.cjs", "plugin/program/bin.cjs"]) await bundleAlone("bin.ts", entry, "#!/usr/bin/env node");
for (const file of late) if (file.startsWith("boot/")) await bundleAlone(file, placeOf(file));
await bundle(
  [...late].filter((file) => !isSurface(file) && !file.startsWith("boot/")),
  inProgram("part-"),
);
await bundle([...late].filter(isSurface), {
  ...inProgram(""),
  codeSplitting: {
    groups: Object.entries(CHUNKS).map(([name, test]) => ({ name, test })),
    includeDependenciesRecursively: false,
  },
});
const keepNames = { function: true, class: true }; // Those stand in the traces of failures.
const minify = { compress: { keepNames }, mangle: { keepNames }, codegen: true };
const LIBRARY = { format: "esm", comments: false, minify, chunkFileNames: "library/[name]-[hash].js" };
await bundle(["index.ts", "remark.ts", "driver-contract.ts"], LIBRARY);
const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
const types = [tsc, "-p", join(root, "tsconfig.types.json"), "--outDir", join(next, "types")];
execFileSync(process.execPath, types, { stdio: "inherit" });
finish(root, next, { version, packages });
swap(next, dist);
fillCompileCache(dist, program);

/** Builds one file with all that it imports, but for what it loads late. */
async function bundleAlone(file, entryFileNames, banner) {
  const resolveId = (id, importer, { kind }) => {
    if (kind !== "dynamic-import" || !id.startsWith(".")) return null;
    const target = relative(source, resolve(dirname(importer), id));
    late.add(target);
    return { id: `./${relative(dirname(entryFileNames), placeOf(target))}`, external: true };
  };
  await bundle([file], { ...PROGRAM, entryFileNames, banner }, { name: "load-late", resolveId });
}

async function bundle(input, output, ...plugins) {
  const outside = Object.keys(output.format === "esm" ? { ...dependencies, ...peerDependencies } : peerDependencies);
  const build = await rolldown({
    input: input.map((file) => join(source, file)),
    platform: "node",
    external: outside.map((name) => new RegExp(`^${name}(?:/|$)`)),
    plugins: [...plugins, slimRedis],
    preserveEntrySignatures: output.codeSplitting ? "allow-extension" : "strict",
    transform: { define: { __VERSION__: JSON.stringify(version), __BUILD__: JSON.stringify(digest) } },
    resolve: { alias: { "@modelcontextprotocol/server/_shims": join(source, "mcp/no-validator.ts") } },
    logLevel: "warn",
    checks: { ineffectiveDynamicImport: output.format === "cjs" }, // The library is few files.
  });
  const { output: chunks } = await build.write({ dir: next, ...output });
  await build.close();
  for (const id of chunks.flatMap(({ moduleIds = [] }) => moduleIds)) {
    const folder = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
    if (folder) packages.add(folder);
  }
}

function inProgram(prefix) {
  const entryFileNames = ({ facadeModuleId }) => placeOf(relative(source, facadeModuleId));
  return { ...PROGRAM, entryFileNames, chunkFileNames: placeOf(`chunks/${prefix}[name]-[hash].ts`) };
}

function placeOf(file) {
  return `${program}/${file.replace(/\.ts$/, ".cjs")}`;
}

function isSurface(file) {
  return /^(?:cli|hooks|mcp|lsp)\//.test(file);
}

/** What the program keeps of its own findings is good for no other program. */
function digestOf(names) {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(root, name)));
  return hash.digest("hex").slice(0, 32);
}
