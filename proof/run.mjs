/**
 * `npm run proof [model…]`: checks the models of the protocol with spin, exhaustively, and that
 * it finds what each of their mutants does wrong. A line for each; exit 1 where a property fails
 * or a mutant is not found. Without spin or a compiler it says so, and nothing is checked.
 *
 * The head of a model says what is checked:
 *
 *   Check: NAME [ltl] [-DMACRO…]    its assertions, or with `ltl` its formula of that name under weak fairness
 *   Mutant: MACRO NAME: words       that check fails with that macro set
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const wanted = process.argv.slice(2);
const models = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".pml"))
  .map((name) => name.slice(0, -4))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

for (const [program, option] of [
  ["spin", "-V"],
  ["gcc", "--version"],
]) {
  if (spawnSync(program, [option]).status === 0) continue;
  process.stdout.write(
    `${program} is not installed here: the models are not checked (Debian: apt-get install spin gcc)\n`,
  );
  process.exit(0);
}

const tasks = models.flatMap(tasksOf);
const began = performance.now();
const waiting = [...tasks];
let faults = 0;
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
const count = tasks.filter(({ mutant }) => mutant === undefined).length;
process.stdout.write(
  `${count} checks of ${models.length} models and ${tasks.length - count} mutants in ${seconds(performance.now() - began)}: ${faults === 0 ? "ok" : `${faults} FAULT`}\n`,
);
process.exitCode = faults === 0 ? 0 : 1;

/** What is to be checked of a model: each of its checks, then each with a mutant. */
function tasksOf(model) {
  const head = readFileSync(join(import.meta.dirname, `${model}.pml`), "utf8").split("*/")[0];
  const checks = [...head.matchAll(/^ \* Check: (\w+)( ltl)?(.*)$/gm)].map(([, check, ltl, macros]) => {
    return { model, check, isFormula: ltl !== undefined, macros: macros.split(" ").filter(Boolean) };
  });
  const mutants = [...head.matchAll(/^ \* Mutant: (\w+) (\w+): /gm)].map(([, mutant, name]) => {
    const of = checks.find(({ check }) => check === name);
    if (of === undefined) throw new Error(`${model}.pml has no check ${name} for its mutant ${mutant}`);
    return { ...of, mutant };
  });
  return [...checks, ...mutants];
}

async function work() {
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    const folder = mkdtempSync(join(tmpdir(), "proof-"));
    const { model, check, mutant } = task;
    let said;
    try {
      said = await judge(task, folder);
    } catch (error) {
      said = { fault: String(error.stderr || error.stdout || error.message).trim() };
    }
    rmSync(folder, { recursive: true });
    if (said.fault !== undefined) faults++;
    const name = [model, check, mutant].filter(Boolean).join(" ");
    process.stdout.write(`${name}: ${said.fault === undefined ? said.words : `FAULT, ${said.fault}`}\n`);
  }
}

/** Lets spin make a verifier, runs it, and says what came of it. */
async function judge({ model, isFormula, macros, mutant }, folder) {
  const inFolder = { cwd: folder, maxBuffer: 1 << 26 };
  const source = join(import.meta.dirname, `${model}.pml`);
  const given = [...macros, ...(isFormula ? ["-DLTL"] : []), ...(mutant ? [`-D${mutant}`] : [])];
  await run("spin", [...given, "-a", source], inFolder);
  const kind = isFormula ? "-DNFAIR=3" : "-DSAFETY";
  await run("gcc", ["-O2", "-w", kind, "-o", "pan", "pan.c"], inFolder);
  const start = performance.now();
  const { stdout } = await run("./pan", [...(isFormula ? ["-a", "-f"] : []), "-m200000", "-w25"], inFolder);
  const time = seconds(performance.now() - start);
  const [, depth, errors] = /depth reached (\d+), errors: (\d+)/.exec(stdout) ?? [];
  const states = Number(/(\d+) states, stored/.exec(stdout)?.[1]).toLocaleString("en");
  if (
    errors === undefined ||
    /max search depth too small|out of memory|Search not completed/i.test(errors === "0" ? stdout : "")
  ) {
    return { fault: `the search is not complete:\n${stdout}` };
  }
  const trail = readdirSync(folder).find((name) => name.endsWith(".trail"));
  const isFound = errors !== "0" && trail !== undefined;
  const figures = `${states} states, depth ${depth}, ${time}`;
  if (mutant !== undefined) {
    return isFound ? { words: `found, ${figures}` } : { fault: `the mutant is not found, ${figures}` };
  }
  if (!isFound) return { words: `holds, ${figures}` };
  const steps = await run("spin", [...given, "-k", join(folder, trail), "-p", "-g", source], inFolder);
  return { fault: `a property fails, ${figures}:\n${steps.stdout.split("\n").slice(-80).join("\n")}` };
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
