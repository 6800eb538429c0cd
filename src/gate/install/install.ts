/**
 * Install and uninstall: what agents and git need to call this program.
 *
 * The one operation that writes outside of `.claude`: into settings that are named in
 * `files/settings-paths`, on the write path of records, but without keeping what is
 * replaced. Settings hold tokens, and a copy of them would lie around; what was added
 * can be seen in the text and is taken out exactly. All files are read and changed in
 * memory before the first is written, so that one that is broken stops all of it.
 */
import { resolve } from "node:path";
import { requireShape, type Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { removeEmptyFolder } from "../../files/guard/folders.ts";
import { homeFolder } from "../../files/guard/home.ts";
import { openProject } from "../../files/guard/project.ts";
import { AGENTS, type AgentName, SCOPES, type Scope } from "../../settings/agents.ts";
import { UnfitSettings } from "../../settings/entries.ts";
import { indexLines } from "../../text/lines.ts";
import { requireCall } from "../call.ts";
import { folderOf } from "../commit/post-write.ts";
import { transactRecord } from "../commit/record-transaction.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome, Written } from "../outcome.ts";
import { guardOf } from "../view/guard.ts";
import type { RecordSnapshot } from "../view/record-snapshot.ts";
import { type CommandSearch, findGateCommand } from "./command.ts";
import { readDriver, writeDriver } from "./git-config.ts";
import { type FilePlan, type Parts, planInstall, planUninstall } from "./plan.ts";
import { shortcomings } from "./shortcomings.ts";

/** Which agents, and what of the program is entered into their settings. */
export interface InstallInput {
  readonly agents?: readonly AgentName[];
  /** Whose settings: the project's by default. */
  readonly scope?: Scope;
  /** Enter the MCP server too. */
  readonly mcp?: boolean;
  /** Enter the rule by which the agent may run the program without asking. */
  readonly allow?: boolean;
  /** Let a hook answer permission requests for the state's own files. */
  readonly autoApprove?: boolean;
  /** Set up the merge driver. */
  readonly git?: boolean;
  /** Add a block to AGENTS.md. */
  readonly agentsMd?: boolean;
  /** Add a skill, for agents that read such folders. */
  readonly skill?: boolean;
}

/** How `install` and `uninstall` work; all of it is optional. */
export interface InstallOptions extends Pick<WriteOptions, "dryRun"> {
  /** The user's home folder; that of the process by default. */
  readonly home?: string;
  /** By what it is found out how the program is called; those of the process by default. */
  readonly search?: CommandSearch;
  /** What a dry run came to: where a file is no longer what it was then, `CONFLICT`. */
  readonly planned?: Pick<Outcome<unknown>, "written" | "removed">;
}

/** A file of settings, and what became of it. */
export interface InstalledFile {
  /** Relative to the project, or with `~/` in front to the home folder. */
  readonly path: string;
  readonly change: "created" | "changed" | "removed" | "unchanged";
}

/** What `install` or `uninstall` came to. */
export interface Installation {
  readonly success: true;
  readonly message: string;
  readonly agents: readonly AgentName[];
  readonly scope: Scope;
  /** How the program is called. */
  readonly command: string | undefined;
  readonly files: readonly InstalledFile[];
  /** The merge driver that git has now. */
  readonly gitDriver: string | undefined;
  /** Whether anything was or would be changed. */
  readonly changed: boolean;
}

const SHAPE: Shape<InstallInput> = {
  agents: "texts?",
  scope: [...SCOPES, undefined],
  mcp: "flag?",
  allow: "flag?",
  autoApprove: "flag?",
  git: "flag?",
  agentsMd: "flag?",
  skill: "flag?",
};

function requireInstall(name: string, gate: Gate, input: InstallInput, options: InstallOptions): void {
  requireCall(name, { gate, input }, SHAPE);
  requireShape(name, options, { dryRun: "flag?", home: "text?", search: "object?", planned: "object?" });
  const unknown = input.agents?.find((agent) => !AGENTS.includes(agent));
  if (unknown === undefined) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot call ${name}: ${printable(unknown)} is no agent`, {
    hint: `Known are: ${AGENTS.join(", ")}.`,
  });
}

const LOCK = ".claude/install";
const MODE = 0o644;
const PROGRAM_MODE = 0o755;

/**
 * Enters the program into the settings of agents and git, the only operation besides
 * `uninstall` that writes outside of `.claude`. It asks nobody.
 *
 * ```ts
 * await install(gate, { agents: ["claude"], mcp: true });
 * ```
 */
export async function install(
  gate: Gate,
  input: InstallInput,
  options: InstallOptions = {},
): Promise<Outcome<Installation>> {
  requireInstall("install", gate, input, options);
  const parts = partsOf(input, input.agents ?? []);
  const search = options.search ?? { path: process.env["PATH"], node: process.execPath };
  const isShared = parts.agents.length > 0 && parts.scope === "project";
  const command = findGateCommand(gate, search, isShared);
  const driver = `${findGateCommand(gate, search, false).shell} merge %O %A %B %P`;
  const plans = planInstall(parts, command, gate.project.root, (await guardOf(gate)).entries);
  const current = parts.git ? await readDriver(gate) : undefined;
  const done = await change(gate, "install", plans, options);
  const setsDriver = parts.git && current !== driver;
  if (setsDriver && !options.dryRun) {
    await writeDriver(gate, driver).catch((error: unknown) => {
      throw behind(error, [...done.written, ...done.removed]);
    });
  }
  const changed = setsDriver || done.value.some(({ change: made }) => made !== "unchanged");
  return {
    ...done,
    warnings: [
      ...done.warnings,
      ...(command.warning === undefined ? [] : [command.warning]),
      ...shortcomings(gate, parts, options.home ?? homeFolder()),
    ],
    value: {
      success: true,
      message: changed ? "Installed" : "Installed already; nothing was changed",
      agents: parts.agents,
      scope: parts.scope,
      command: command.shell,
      files: done.value,
      gitDriver: parts.git ? driver : undefined,
      changed,
    },
  };
}

/** Takes out what `install` put in; of all agents and the project's own files where nothing is named. */
export async function uninstall(
  gate: Gate,
  input: InstallInput = {},
  options: InstallOptions = {},
): Promise<Outcome<Installation>> {
  requireInstall("uninstall", gate, input, options);
  const isAll = input.agents === undefined && !input.git && !input.agentsMd && !input.skill;
  const isProject = input.scope !== "user";
  const named = isAll ? { ...input, git: isProject, agentsMd: isProject, skill: isProject } : input;
  const parts = partsOf(named, input.agents ?? (isAll ? AGENTS : []));
  const scopes = input.scope === undefined ? (["project", "local"] as const) : [input.scope];
  const plans = scopes.flatMap((scope, at) =>
    planUninstall(
      at === 0 ? { ...parts, scope } : { ...parts, scope, git: false, agentsMd: false, skill: false },
      gate.project.root,
    ),
  );
  const done = await change(gate, "uninstall", plans, options);
  // Where there is no repository there is no driver.
  const driver = parts.git ? await readDriver(gate).catch(ignoreMissing) : undefined;
  if (driver !== undefined && !options.dryRun) await writeDriver(gate, undefined);
  const changed = driver !== undefined || done.value.some(({ change: made }) => made !== "unchanged");
  return {
    ...done,
    value: {
      success: true,
      message: changed ? "Uninstalled" : "Nothing of it is installed; nothing was changed",
      agents: parts.agents,
      scope: parts.scope,
      command: undefined,
      files: done.value.filter(({ change: made }) => made !== "unchanged"),
      gitDriver: undefined,
      changed,
    },
  };
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof GateError && error.code === "NOT_FOUND") return undefined;
  throw error;
}

function partsOf(input: InstallInput, agents: readonly AgentName[]): Parts {
  const { scope = "project", mcp = false, allow = false, autoApprove = false } = input;
  const { git = false, agentsMd = false, skill = false } = input;
  const unknown = agents.find((name) => !AGENTS.includes(name));
  if (unknown !== undefined || !SCOPES.includes(scope)) {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot install: there is no ${unknown === undefined ? "scope" : "agent"} of this name`,
      {
        hint: `Agents are ${AGENTS.join(", ")}; scopes are ${SCOPES.join(", ")}.`,
      },
    );
  }
  return {
    agents: AGENTS.filter((name) => agents.includes(name)),
    scope,
    mcp,
    allow,
    autoApprove,
    git,
    agentsMd,
    skill,
  };
}

/** Changes all files, or none where one of them cannot be changed. */
async function change(
  gate: Gate,
  operation: "install" | "uninstall",
  plans: readonly FilePlan[],
  { home = homeFolder(), dryRun = false, planned: shown }: InstallOptions,
): Promise<Outcome<readonly InstalledFile[]>> {
  const gateOf = (plan: FilePlan): Gate => (plan.home ? { ...gate, project: openProject(resolve(home)) } : gate);
  const written: Written[] = [];
  const removed: { path: string; before: string }[] = [];
  const warnings: string[] = [];
  const files: InstalledFile[] = [];
  const expected = new Map(
    [...(shown?.written ?? []), ...(shown?.removed ?? [])].map(({ path, before }) => [path, before]),
  );
  for (const isDry of dryRun ? [true] : [true, false]) {
    for (const plan of plans) {
      const own = gateOf(plan);
      const mode = plan.runs ? PROGRAM_MODE : MODE;
      const target = { path: plan.path, operation, lock: LOCK, history: "never", mode } as const;
      const planned = files.find(({ path }) => path === nameOf(plan));
      // A file that stays as it is is not locked for that.
      if (!isDry && planned?.change === "unchanged") continue;
      const made = await transactRecord(own, target, { dryRun: isDry }, (snapshot) => {
        if (expected.has(nameOf(plan))) requireSame(nameOf(plan), snapshot, expected.get(nameOf(plan)));
        return step(plan, snapshot);
      }).catch((error: unknown) => {
        throw behind(error, [...written, ...removed]);
      });
      if (isDry) files.push({ path: nameOf(plan), change: made.value });
      if (!isDry && made.value === "removed") tidy(own, plan.path);
      if (isDry !== dryRun) continue;
      written.push(...made.written.map((each) => ({ ...each, path: nameOf(plan) })));
      removed.push(...made.removed.map((each) => ({ ...each, path: nameOf(plan) })));
      warnings.push(...made.warnings);
    }
  }
  return { value: files, written, removed, moved: [], backups: [], entries: [], warnings };
}

/** A failure that says which files were changed before it: what is named here stands as it was meant. */
function behind(error: unknown, changed: readonly { readonly path: string }[]): unknown {
  if (!(error instanceof GateError) || changed.length === 0) return error;
  const { code, message, path, hint, cause } = error;
  const names = changed.map((each) => each.path).join(", ");
  const said = hint === undefined ? "" : ` ${hint.replace(/ ?Nothing was written\.(?: |$)/, "").trimEnd()}`;
  return new GateError(code, message, {
    path,
    hint: `Changed before that and left so: ${names}; running it again goes on from there.${said}`,
    cause,
  });
}

/** What was shown and agreed to is what is written, or nothing. */
function requireSame(path: string, { text }: RecordSnapshot, before: string | undefined): void {
  if (text === before) return;
  throw new GateError("CONFLICT", `Cannot change ${path}: it is no longer what it was when the change was shown`, {
    path,
    hint: "Run it again to see the change to what is there now.",
  });
}

function nameOf({ path, home }: FilePlan): string {
  return home ? `~/${path}` : path;
}

function step(plan: FilePlan, snapshot: RecordSnapshot): { value: InstalledFile["change"]; text?: string | null } {
  const { exists, text, fault } = snapshot;
  const path = nameOf(plan);
  if (fault !== undefined) {
    throw new GateError("CORRUPT", `Cannot change ${path}: ${fault}`, { path, hint: "Nothing was written." });
  }
  try {
    const after = plan.change(exists ? text : undefined);
    if (after === undefined) return exists ? { value: "removed", text: null } : { value: "unchanged" };
    if (after === text) return { value: "unchanged" };
    return { value: exists ? "changed" : "created", text: after };
  } catch (error) {
    if (!(error instanceof UnfitSettings)) throw error;
    const { line, column } = indexLines(text ?? "").positionAt(error.offset);
    const paste = plan.paste === "" ? "" : `, or add by hand:\n${plan.paste.trimEnd()}`;
    throw new GateError("CORRUPT", `Cannot change ${path}:${line}:${column}: ${error.message}`, {
      path,
      hint: `Nothing was written. Mend the file and run this again${paste}`,
      cause: error,
    });
  }
}

/** The folders made for a file go with it, but for `.claude`, in which the rest of the state lives. */
function tidy({ project }: Gate, path: string): void {
  for (let folder = folderOf(path); folder !== "" && folder !== ".claude"; folder = folderOf(folder)) {
    if (!removeEmptyFolder(project, folder)) return;
  }
}
