/**
 * Builds `dist/`: the program as CommonJS, because that starts faster than ES
 * modules, cut so that each surface loads what it needs and nothing else; the
 * library as one ES module; its types; the licences of what is bundled; the plugin.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative, resolve, sep } from "node:path";
import { rolldown } from "rolldown";

const root = import.meta.dirname;
const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const PROGRAM = { format: "cjs", minify: true };
/** What the entry picks from. */
const SURFACES = ["src/cli/run.ts", "src/hooks/respond.ts", "src/mcp/serve.ts"];
/** What compiles all others. */
const PREPARE = "src/files/prepare.ts";
/** What agents ask all the time. */
const QUICK = ["src/quick-status.ts", "src/quick-statusline.ts", "src/quick-start.ts", "src/hooks/hook.ts"];
/** What these need at times. */
const FURTHER = [
  "src/gate/state-reading.ts",
  "src/files/git-index.ts",
  "src/files/git-commits.ts",
  "src/files/locked.ts",
];
/** What lies apart from a bundle, with the place it is loaded from. */
const APART = {
  "src/bin.ts": placesOf([...QUICK, ...SURFACES, PREPARE], "./gate/"),
  ...Object.fromEntries(QUICK.map((file) => [file, { ...placesOf(FURTHER, "./quick-"), ...placesOf(SURFACES, "./") }])),
};
const define = { __VERSION__: JSON.stringify(version), __BUILD__: JSON.stringify(digestOfSources()) };

rmSync(dist, { recursive: true, force: true });
const bundled = new Set();
// The entry and what answers all the time are on their own: each is one file with no more than the functions it uses.
await bundle("src/bin.ts", { entryFileNames: "bin.cjs", banner: "#!/usr/bin/env node", ...PROGRAM });
chmodSync(join(dist, "bin.cjs"), 0o755);
for (const file of QUICK) await bundle(file, { entryFileNames: "gate/[name].cjs", ...PROGRAM });
await bundle(FURTHER, {
  entryFileNames: "gate/quick-[name].cjs",
  chunkFileNames: "gate/quick-[name]-[hash].cjs",
  ...PROGRAM,
});
await bundle(SURFACES, {
  entryFileNames: "gate/[name].cjs",
  chunkFileNames: "gate/[name]-[hash].cjs",
  // What reading a document takes goes into one file: twenty small ones cost a third more to load.
  codeSplitting: {
    groups: [
      { name: "reading", test: isReading },
      { name: "answering", test: isAnswering },
      { name: "writing", test: isWriting },
      { name: "changes", test: /\/src\/(?:changes\/|gate\/save(?:-lists)?\.ts$)/ },
      { name: "hooks", test: /\/src\/hooks\/(?!events\/[^i]|hook\.|call\.|tool\.|target\.|destruction-signs\.)/ },
    ],
    includeDependenciesRecursively: false,
  },
  ...PROGRAM,
});
await bundle(PREPARE, { entryFileNames: "gate/[name].cjs", ...PROGRAM });
await bundle("src/index.ts", { format: "esm", entryFileNames: "index.js", chunkFileNames: "library/[name]-[hash].js" });
writeTypes();
writeLicences();
createRequire(import.meta.url)(join(dist, "gate/prepare.cjs")).prepareProgram(dist);
writePlugin();

/** Modules that every reader of a state document loads, and that load nothing heavy. */
function isReading(id) {
  if (id.includes("rolldown/runtime")) return true;
  const [, room, file] = /\/src\/(\w+)\/(.+)\.ts$/.exec(id) ?? [];
  const parts = {
    base: /./,
    files:
      /^(?:system|code|errors|path|settings-paths|descriptor|project|read|kept|twice|git|git-refs|history|history-entry|pending|sweep|unflushed|home|stream|output|terminal|input)$/,
    text: /^(?:source|revision|lines|edit)$/,
    syntax: /^(?!plain|remark|yaml)/,
    document: /./,
    rules: /^(?!format|sarif)/,
    gate: /^(?:gate|parsed|read|said|kept|kept-shape|state-view|state-reading|surroundings|unfinished|status|truth|uses|protected)$/,
  };
  return parts[room]?.test(file) ?? false;
}

/** What every command of the command line loads to read its words and to answer. */
function isAnswering(id) {
  const [, room, file] = /\/src\/(\w+)\/(.+)\.ts$/.exec(id) ?? [];
  const parts = {
    cli: /^(?:run|answer|flags|io|options|read-declared|registry|style|written)$/,
    gate: /^answer$/,
  };
  return parts[room]?.test(file) ?? false;
}

/** What every operation loads that changes a document. */
function isWriting(id) {
  const [, room, file] = /\/src\/(\w+)\/(.+)\.ts$/.exec(id) ?? [];
  const parts = {
    syntax: /^plain$/,
    files: /^(?:audit|backup|generations|held|holder|lock|move|replace)$/,
    gate: /^(?:aftermath|apply|countersign|intent|remember|transaction|valid)$/,
  };
  return parts[room]?.test(file) ?? false;
}

async function bundle(input, output) {
  const build = await rolldown({
    input: [input].flat().map((file) => join(root, file)),
    platform: "node",
    // What is loaded by another bundle of the program may say more than that one asks for.
    preserveEntrySignatures: input === SURFACES ? "allow-extension" : "strict",
    // Native code, and only for a Node without SQLite: used where the user has installed it.
    external: ["libsql"],
    plugins: [{ name: "apart", resolveId: (id, importer) => leadApart(id, importer, input) }],
    transform: { define },
    resolve: { alias: { "@modelcontextprotocol/server/_shims": join(root, "src/mcp/no-validator.ts") } },
    logLevel: "warn",
    // The library is one file, in which nothing can be loaded late.
    checks: { ineffectiveDynamicImport: output.format === "cjs" },
  });
  const { output: chunks } = await build.write({ dir: dist, ...output });
  await build.close();
  for (const { fileName, code = "", moduleIds = [] } of chunks) {
    if (output.format === "cjs" && code !== "") writeFileSync(join(dist, fileName), ascii(requiring(code)));
    for (const id of moduleIds) {
      const folder = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
      if (folder) bundled.add(folder);
    }
  }
}

/**
 * What is loaded late, required: loading anything as a module takes milliseconds, and code
 * compiled before cannot. All of it can be required: the other bundles, what Node brings,
 * and packages, which then are their own default.
 */
function requiring(code) {
  return code
    .replace(/\bimport\(([`"])(\.[\w./-]+\.cjs|node:\w+)\1\)/g, 'Promise.resolve().then(()=>require("$2"))')
    .replace(
      /\bimport\(([`"])([\w@/-]+)\1\)/g,
      'Promise.resolve().then(()=>require("$2")).then(m=>({...m,default:m}))',
    );
}

/** Without wide characters, written as escapes instead: one of them, and Node reads the file and V8 keeps it in twice the time and space. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What the program keeps of its own findings, and its compiled code, are good for no other program. */
function digestOfSources() {
  const hash = createHash("sha256");
  for (const name of ["build.mjs", "package-lock.json"]) hash.update(readFileSync(join(root, name)));
  for (const name of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).sort()) {
    if (name.endsWith(".ts")) hash.update(`${name}\0`).update(readFileSync(join(root, "src", name)));
  }
  return hash.digest("hex").slice(0, 32);
}

function placesOf(files, prefix) {
  return Object.fromEntries(files.map((file) => [file, `${prefix}${basename(file, ".ts")}.cjs`]));
}

/** Leads an import to the file of another bundle, where it lies apart. */
function leadApart(id, importer, input) {
  const file =
    importer &&
    relative(root, resolve(importer, "..", id))
      .split(sep)
      .join("/");
  const place = APART[input]?.[file];
  return place ? { id: place, external: true } : null;
}

function writeTypes() {
  const require = createRequire(import.meta.url);
  const tsc = join(require.resolve("typescript/package.json"), "../bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.types.json")], { stdio: "inherit" });
}

/** The licences of bundled packages ask to be passed on with their code. */
function writeLicences() {
  const texts = [...bundled].sort().map((folder) => {
    const { name, version: release, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${release} (${license})\n\n${licenceOf(folder)}`;
  });
  writeFileSync(join(dist, "licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

/** The plugin is what an agent copies and runs as it is: its own files, the version, and the program beside them. */
function writePlugin() {
  const plugin = join(dist, "plugin");
  const manifest = join(plugin, ".claude-plugin/plugin.json");
  cpSync(join(root, "plugin"), plugin, { recursive: true });
  const { name, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
  writeFileSync(manifest, `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);
  for (const part of ["bin.cjs", "gate", "code", "licences.txt"]) {
    cpSync(join(dist, part), join(plugin, "program", part), { recursive: true });
  }
  cpSync(join(root, "LICENSE"), join(plugin, "LICENSE"));
}

function licenceOf(folder) {
  for (const name of ["license", "LICENSE", "LICENSE.md", "license.md", "LICENSE.txt", "LICENCE"]) {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      // The next spelling may be there.
    }
  }
  return "";
}
