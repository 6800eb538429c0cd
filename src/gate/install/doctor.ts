/**
 * Doctor: whether what is installed is loaded and works. It reads what agents and git
 * read, starts nothing but git, and writes nothing, so that it can be asked anywhere.
 */
import { resolve } from "node:path";
import { MERGE_DRIVER } from "../../files/git/merge-driver.ts";
import { homeFolder } from "../../files/guard/home.ts";
import { findProgram } from "../../files/guard/program.ts";
import type { Gate } from "../gate.ts";
import { type Check, checkAgent, installFor } from "./agent-checks.ts";
import type { CommandSearch } from "./command.ts";
import { detectAgents } from "./detect.ts";
import { readAttribute, readDriver } from "./git-config.ts";
import { findCallee, type Machine, versionOf, wordsOf } from "./look.ts";

/** What `doctor` found, what is broken first. */
export interface Diagnosis {
  readonly checks: readonly Check[];
}

export interface DoctorOptions {
  readonly home?: string;
  readonly search?: CommandSearch;
  /** Of this program; without it versions are not compared. */
  readonly version?: string;
}

/** Looks at all agents that are there, at the program and at the merge driver. */
export async function doctor(gate: Gate, options: DoctorOptions = {}): Promise<Diagnosis> {
  const { home = homeFolder(), search = { path: process.env["PATH"], node: process.execPath }, version } = options;
  const machine: Machine = { root: gate.project.root, home: resolve(home), search, version };
  const signs = detectAgents(machine.home, search.path);
  const agents = [...signs].flatMap(([name, sign]) => checkAgent(name, machine, sign));
  const isEntered = agents.some(({ name }) => name === "settings" || name === "server" || name === "trust");
  const checks = [...checkGate(machine, isEntered), ...agents, ...(await checkGit(gate, machine))];
  return { checks: [...checks.filter(({ ok }) => !ok), ...checks.filter(({ ok }) => ok)] };
}

/** The brief tells agents to run `gate` in their shell. */
function checkGate(machine: Machine, isEntered: boolean): Check[] {
  const check = (ok: boolean, message: string, fix?: string): Check[] => [
    { agent: "gate", name: "program", ok, message, fix },
  ];
  const program = findProgram("gate", machine.search.path);
  if (program === undefined) {
    const message = `gate is not on the PATH${isEntered ? ", and agents are told to call it by that name" : ""}`;
    return check(!isEntered, message, installFor(machine));
  }
  const found = versionOf(program);
  if (found === undefined || machine.version === undefined || found === machine.version) {
    return check(true, `gate is on the PATH${found === undefined ? "" : `, ${found}`}`);
  }
  return check(false, `gate on the PATH is ${found}, and this is ${machine.version}`, installFor(machine));
}

/** Nothing where there is no repository, or no git. */
async function checkGit(gate: Gate, machine: Machine): Promise<Check[]> {
  const attribute = await readAttribute(gate);
  if (attribute === undefined) return [];
  const check = (ok: boolean, message: string, fix?: string): Check[] => [
    { agent: "git", name: "merge driver", ok, message, fix },
  ];
  const driver = await readDriver(gate);
  const isNamed = attribute === MERGE_DRIVER;
  if (driver === undefined && !isNamed) return check(true, "the merge driver is not set up", "gate install --git");
  if (driver === undefined) {
    return check(false, "attributes name the merge driver, and this clone has none", "gate install --git");
  }
  if (!isNamed) return check(false, "the merge driver is set up, and no attribute names it", "gate install --git");
  const callee = findCallee(wordsOf(driver), machine);
  if ("program" in callee) return check(true, `git merges by \`${driver}\``);
  const message = `git merges by \`${driver}\`, and ${callee.missing} is not there: merges leave the documents unmerged`;
  return check(false, message, callee.missing === "gate" ? installFor(machine) : "gate install --git");
}
