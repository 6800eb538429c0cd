/**
 * `npm run bench [name…]`: what the program costs, as ratios measured in turn in
 * one run, because these machines are noisy. Writes `bench/results.md`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

const folder = join(import.meta.dirname, "cases");
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .map((name) => name.replace(/\.mjs$/, ""))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

const sections = [];
for (const name of names) {
  const { title, run } = await import(join(folder, `${name}.mjs`));
  process.stderr.write(`${title}\n`);
  sections.push(`## ${title}\n\n${await run()}\n`);
}

const machine = `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim()}`;
const page = `# Benchmarks\n\n${machine}. Made by \`npm run bench${wanted.map((name) => ` ${name}`).join("")}\`.\n\n${sections.join("\n")}`;
const notes = readFileSync(join(import.meta.dirname, "not-reached.md"), "utf8");
if (wanted.length === 0) writeFileSync(join(import.meta.dirname, "results.md"), `${page}\n${notes}`);
process.stdout.write(page);
