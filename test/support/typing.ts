/** The built program at a real terminal of its own, with a person who types when it asks. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { makeFolder, PROGRAM } from "./program.ts";

/** Whether this machine can make terminals. */
export const HAS_TERMINALS = process.platform === "linux" && existsSync("/usr/bin/script");

export const KEYS = {
  up: "\u001b[A",
  down: "\u001b[B",
  enter: "\r",
  escape: "\u001b",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
  ctrlZ: "\u001a",
} as const;

export interface Terminal {
  readonly cwd: string;
  /** What is typed as soon as a text has appeared, one after the other; or a signal that the program gets, or what happens elsewhere. */
  readonly typed: readonly (readonly [
    appeared: string | RegExp,
    keys: string | { readonly signal: NodeJS.Signals } | (() => unknown),
  ])[];
  /** Columns and rows; `0 0` is a terminal that does not know. */
  readonly size?: readonly [columns: number, rows: number];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where streams go instead, in the words of the shell. */
  readonly redirect?: string;
}

export interface Left {
  readonly code: number | null;
  /** Everything that came, codes and all. */
  readonly raw: string;
  /** The same without codes. */
  readonly text: string;
  /** Whether keys are read by the line and shown again, and the cursor is to be seen. */
  readonly restored: boolean;
}

const SETTINGS = "settings of the terminal:";

/** Runs the program at a terminal until it ends. */
export function typeAt(
  { cwd, typed, size = [80, 24], environment = {}, redirect = "" }: Terminal,
  ...args: readonly string[]
): Promise<Left> {
  const variables = { TERM: "xterm-256color", ...environment, PATH: "", HOME: tmpdir() };
  const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const call = ["env", "-i", ...given, process.execPath, PROGRAM, ...args].map(quote).join(" ");
  // The program takes the place of a shell that says in a file which process it is.
  const pid = join(makeFolder(), "pid");
  const script = [
    `stty cols ${size[0]} rows ${size[1]}`,
    `(sh -c 'echo $PPID' > ${pid}; exec ${call} ${redirect})`,
    "code=$?",
    `echo '${SETTINGS}'`,
    "stty -a",
    "exit $code",
  ].join("; ");
  const child = spawn("script", ["-qec", script, "/dev/null"], { cwd, env: { ...process.env, SHELL: "/bin/sh" } });
  const left = [...typed];
  let raw = "";
  let looked = 0;
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    raw += part;
    const [next] = left;
    if (!next) return;
    const [appeared, keys] = next;
    const text = stripVTControlCharacters(raw.slice(looked));
    if (!(typeof appeared === "string" ? text.includes(appeared) : appeared.test(text))) return;
    looked = raw.length;
    left.shift();
    if (typeof keys === "string") child.stdin.write(keys);
    else if (typeof keys === "function") keys();
    else process.kill(Number(readFileSync(pid, "utf8")), keys.signal);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const [said = "", settings = ""] = raw.split(SETTINGS);
      const visible = said.lastIndexOf("\u001b[?25h") >= said.lastIndexOf("\u001b[?25l");
      const restored = visible && / icanon/.test(settings) && / echo /.test(settings);
      resolve({ code, raw: said, text: stripVTControlCharacters(said), restored });
    });
  });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
