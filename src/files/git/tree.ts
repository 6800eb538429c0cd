/**
 * The content of a checkout as one digest, to tell whether anything has changed.
 *
 * It is made of the mode, the digest and the name of every file that git tracks or would
 * track: what is ignored does not count, nor what lies in a folder `.claude`. A file that
 * is as the index has it counts with the index's digest, any other one is hashed as git
 * would when it is added. So the digest is of the content alone: committing what was
 * there, or staging it, does not move it.
 *
 * The repository may not be trusted: no hook, monitor or filter is started, nothing is
 * fetched, no lock is taken and nothing is written. The content of files that a filter
 * makes, such as those of Git LFS, is then hashed as it is on the disk, and only where it
 * changed. Work is bounded: by how many files are to be hashed, their bytes, how many
 * repositories lie in each other, and the time of all of it.
 */
import type { Stats } from "node:fs";
import { join } from "node:path";
import { printable } from "../../base/line.ts";
import { codeOf } from "../guard/errors.ts";
import { system } from "../guard/system.ts";
import { kindAt } from "./checkout.ts";
import { type GitAnswer, type GitOptions, runGit, STARTS_NOTHING } from "./run.ts";

/** The files of a checkout at one moment. */
export interface Tree {
  /** The commit that is checked out; `undefined` before the first one. */
  readonly commit: string | undefined;
  /** A digest of all files, as hex digits of SHA-256. */
  readonly digest: string;
  /** What each file is, by its name in bytes as Latin-1: its mode and digest. */
  readonly files: ReadonlyMap<string, string>;
}

const PATIENCE = 30_000;
const MOST_OUTPUT = 2 ** 29;
const PART = 2 ** 20;
const LINK = "120000";
const REPOSITORY = "160000";

/** How much is looked at; beyond it nothing is said of the tree. */
export interface TreeLimits {
  /** Files that are not as the index has them, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Repositories that lie in each other. */
  readonly repositories: number;
  readonly milliseconds: number;
}

const LIMITS: TreeLimits = { files: 20_000, bytes: 2 ** 31, repositories: 64, milliseconds: 60_000 };

/** The tree of the checkout whose root is `files`; a text that says why where that cannot be told. */
export async function treeOf(files: string, limits: TreeLimits = LIMITS): Promise<Tree | string> {
  return await readTree(files, { ...limits, end: system.monotonic() + limits.milliseconds });
}

/** Whether git ignores a folder of a checkout as a whole, so that its tree says nothing of it. */
export async function isIgnored(files: string, folder: string): Promise<boolean> {
  const words = [...STARTS_NOTHING, "check-ignore", "--quiet", "--", folder];
  return (await runGit(words, { cwd: files, timeout: PATIENCE })).code === 0;
}

/** The names of files that are not the same in both, in the order of their names. */
export function differencesOf(one: Tree, other: Tree): readonly string[] {
  const names = new Set([...one.files.keys(), ...other.files.keys()]);
  return [...names]
    .filter((name) => one.files.get(name) !== other.files.get(name))
    .sort()
    .map((name) => Buffer.from(name, "latin1").toString());
}

/** What is left to spend. */
type Budget = { -readonly [K in keyof Omit<TreeLimits, "milliseconds">]: number } & { readonly end: number };

/** One checkout while it is read. */
interface Look {
  readonly root: string;
  /** The digests that git would give the files that standard input names. */
  readonly hash: (input: string) => Promise<GitAnswer>;
  /** The mode and digest of each file as the index has it. */
  readonly index: ReadonlyMap<string, string>;
  /** How the repository makes digests. */
  readonly format: "sha1" | "sha256";
  /** Whether the disk says who may run a file; else the index does. */
  readonly keepsModes: boolean;
  readonly files: Map<string, string>;
  readonly budget: Budget;
}

async function readTree(root: string, budget: Budget): Promise<Tree | string> {
  if (--budget.repositories < 0) return "too many repositories lie in each other";
  const git = async (words: readonly string[], more: Pick<GitOptions, "input" | "environment"> = {}) => {
    const left = Math.ceil(budget.end - system.monotonic());
    // A process that is busy itself hears of the answer of git before it hears that the time is over.
    if (left <= 0) return { code: -1, output: "", errors: "" };
    const options = { cwd: root, encoding: "latin1", most: MOST_OUTPUT, timeout: left } as const;
    return await runGit([...STARTS_NOTHING, ...words], { ...options, ...more });
  };
  const config = await git(["config", "-z", "--get-regexp", SETTINGS]);
  if (config.code !== 0 && config.code !== 1) return reasonOf(config);
  const settings = new Map(partsOf(config.output).map((part) => splitAt(part, "\n")));
  const environment = withoutFilters([...settings.keys()]);
  const [head, tracked, changed] = await Promise.all([
    git(["rev-parse", "--show-object-format", "HEAD^{commit}"], { environment }),
    git(["ls-files", "-z", "--stage"], { environment }),
    git(["ls-files", "-z", "--modified", "--others", "--exclude-standard"], { environment }),
  ]);
  const failed = [tracked, changed].find(({ code }) => code !== 0);
  if (failed) return reasonOf(failed);
  const index = readIndexed(tracked.output);
  const files = new Map(index);
  const format = /^sha256$/m.test(head.output) ? "sha256" : "sha1";
  const keepsModes = !/^(?:false|no|off|0)$/i.test(settings.get("core.filemode") ?? "");
  const hash = async (input: string) => await git(["hash-object", "--stdin-paths"], { environment, input });
  const look: Look = { root, hash, index, format, keepsModes, files, budget };
  const fault = await addChanged(look, new Set(partsOf(changed.output).filter(isCounted)));
  if (fault !== undefined) return fault;
  return { commit: /^[0-9a-f]{40,64}$/m.exec(head.output)?.[0], digest: digestOf(files), files };
}

const SETTINGS = "^(filter\\..*|core\\.filemode)$";

/** The variables with which git takes the filters that are configured for none. */
function withoutFilters(keys: readonly string[]): Record<string, string> {
  const names = new Set(keys.flatMap((key) => /^(filter\..*)\.[^.]*$/s.exec(key)?.[1] ?? []));
  const pairs = [...names].flatMap((name) => [
    [`${name}.clean`, ""],
    [`${name}.process`, ""],
    [`${name}.required`, "false"],
  ]);
  // Those that the caller gives git in the same way stay.
  const before = Number(process.env["GIT_CONFIG_COUNT"]) || 0;
  const variables = pairs.flatMap(([key = "", value = ""], at) => [
    [`GIT_CONFIG_KEY_${before + at}`, Buffer.from(key, "latin1").toString()],
    [`GIT_CONFIG_VALUE_${before + at}`, value],
  ]);
  return { ...Object.fromEntries(variables), GIT_CONFIG_COUNT: String(before + pairs.length), GIT_NO_LAZY_FETCH: "1" };
}

/** The entries of `ls-files --stage` by their names; of files that are unmerged, which count as they lie there, none. */
function readIndexed(output: string): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (let at = 0, end = 0; (end = output.indexOf("\0", at)) !== -1; at = end + 1) {
    const tab = output.indexOf("\t", at);
    const name = output.slice(tab + 1, end);
    // Mode, digest, stage.
    if (output[tab - 1] === "0" && isCounted(name)) index.set(name, output.slice(at, tab - 2));
  }
  return index;
}

/** Puts in what is not as the index has it, and the repositories below; a text for why that cannot be done. */
async function addChanged(look: Look, changed: ReadonlySet<string>): Promise<string | undefined> {
  const { root, index, files, format, budget } = look;
  const repositories = new Set([...index.keys()].filter((name) => isRepository(index.get(name))));
  const plain: string[] = [];
  for (const name of changed) {
    if (repositories.has(name)) continue;
    const isFolder = name.endsWith("/");
    const stats = isFolder ? undefined : statsOf(root, name);
    if (isFolder || stats?.isDirectory()) repositories.add(isFolder ? name.slice(0, -1) : name);
    else if (stats?.isSymbolicLink()) files.set(name, `${LINK} ${digestOfLink(root, name, format)}`);
    else if (stats?.isFile()) {
      if (--budget.files < 0) return "too many files differ from the index";
      budget.bytes -= stats.size;
      if (budget.bytes < 0) return "the files that differ from the index are too large together";
      plain.push(name);
      files.set(name, look.keepsModes ? modeOf(stats.mode) : (index.get(name)?.slice(0, 6) ?? modeOf(0)));
    } else files.delete(name);
  }
  return (await hashPlain(look, plain)) ?? (await addRepositories(look, repositories));
}

/** The digests that git would give these files, if it added them. */
async function hashPlain({ hash, files }: Look, names: readonly string[]): Promise<string | undefined> {
  if (names.length === 0) return undefined;
  const quoted = names.map((name) => `"${name.replace(/[\\"\n\r]/g, (character) => QUOTED[character]!)}"\n`);
  const answer = await hash(quoted.join(""));
  const digests = answer.output.trimEnd().split("\n");
  if (answer.code !== 0 || digests.length !== names.length) return reasonOf(answer);
  for (const [at, name] of names.entries()) files.set(name, `${files.get(name)} ${digests[at]}`);
  return undefined;
}

const QUOTED: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r" };

/** A repository in this one counts with its own tree where it is checked out, else with the commit that is wanted. */
async function addRepositories(
  { root, index, files, budget }: Look,
  names: ReadonlySet<string>,
): Promise<string | undefined> {
  for (const name of names) {
    const folder = pathOf(root, name).toString();
    if (kindAt(join(folder, ".git")) === undefined) {
      if (!isRepository(index.get(name)) || kindAt(folder) !== "folder") files.delete(name);
      continue;
    }
    const tree = await readTree(folder, budget);
    if (typeof tree === "string") return `${printable(Buffer.from(name, "latin1").toString())}: ${tree}`;
    for (const [inner, entry] of tree.files) files.set(`${name}/${inner}`, entry);
    files.delete(name);
  }
  return undefined;
}

function digestOf(files: ReadonlyMap<string, string>): string {
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  // In parts, because each costs as much as many names, and all of them together much memory.
  let part = "";
  for (const name of [...files.keys()].sort()) {
    part += `${files.get(name)} ${name}\0`;
    if (part.length < PART) continue;
    hash.update(part, "latin1");
    part = "";
  }
  return hash.update(part, "latin1").digest("hex");
}

function digestOfLink(root: string, name: string, format: string): string {
  const target = Buffer.from(known(() => system.readlinkSync(pathOf(root, name), "latin1")) ?? "", "latin1");
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash(format).update(`blob ${target.length}\0`).update(target).digest("hex");
}

/** Whether an entry of the index is another repository. */
function isRepository(entry: string | undefined): boolean {
  return entry?.startsWith(REPOSITORY) === true;
}

function modeOf(mode: number): string {
  return mode & 0o100 ? "100755" : "100644";
}

/** The gate's own writes move no tree. */
function isCounted(name: string): boolean {
  return !name.includes(".claude") || !/(?:^|\/)\.claude(?:\/|$)/.test(name);
}

function pathOf(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
}

function statsOf(root: string, name: string): Stats | undefined {
  return known(() => system.lstatSync(pathOf(root, name), { throwIfNoEntry: false }));
}

/** What the disk says; nothing where it fails, as for what is gone meanwhile. */
function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function partsOf(output: string): readonly string[] {
  return output.split("\0").filter((part) => part !== "");
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function reasonOf({ code, errors }: GitAnswer): string {
  const said = /^(?:fatal|error): (.*)$/m.exec(errors)?.[1];
  return printable(
    Buffer.from(said ?? (code === -1 ? errors || "git did not answer" : "git failed"), "latin1")
      .toString()
      .slice(0, 200),
  );
}
