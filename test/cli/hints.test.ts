/** What is printed as a way out is a call that works as it is printed, in the project where it was printed. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeProject, type TestProject } from "../support/project.ts";
import { runGate } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";

interface Scene {
  /** What befalls the project; `older` is the state before the last save. */
  act(project: TestProject, older: string): void;
  /** What is asked then. */
  readonly words: readonly string[];
  /** How the hints begin that are expected, each of them. */
  readonly hints: readonly string[];
}

const scene = (words: string, hints: readonly string[], act: Scene["act"]): Scene => ({
  act,
  words: words.split(" "),
  hints,
});
const damageWork: Scene["act"] = (project) => project.write(WORK, "# Issue #42: Parser\0\n");
const emptyState: Scene["act"] = (project) => project.write(STATE, "");
const idle = (text: string) => text.replace(/\*\*Current Issue:\*\* .*/, "No active work currently.");

const SCENES: Readonly<Record<string, Scene>> = {
  "a state that is empty": scene("save --next x", ["gate recover", "gate init"], emptyState),
  "a state that is damaged": scene("save --next x", ["gate check .claude/state.md", "gate recover"], (project) => {
    project.write(STATE, project.read(STATE).replace("## Recent Work", ""));
  }),
  "a damaged state in status": scene("status", ["gate recover"], (project) => {
    project.write(STATE, project.read(STATE).replace("## Recent Work", ""));
  }),
  "a state in status that is not in order": scene("status", ["gate check --fix .claude/state.md"], (project) => {
    project.write(STATE, project.read(STATE).replace("## Recent Work", "## recent work"));
  }),
  "a state that is gone": scene("status", ["gate recover"], (project) => rmSync(join(project.root, STATE))),
  "a state that went back": scene("check", ["gate restore "], (project, older) => project.write(STATE, older)),
  "a state that went back, at recover": scene("recover", ["gate restore "], (project, older) => {
    project.write(STATE, older);
  }),
  "a state that went back, at undo": scene("undo", ["gate "], (project, older) => project.write(STATE, older)),
  "a work file that is damaged": scene("status", [], damageWork),
  "a damaged work file in the way": scene("save --next x", [], damageWork),
  "a damaged work file at done": scene("done", ["gate check .claude/work/42.md", "gate recover --work 42"], damageWork),
  "a conflict": scene(
    "recover",
    ["gate recover --ours --yes", "gate recover --theirs --yes", "gate recover --both --yes"],
    (project) => {
      project.write(STATE, `<<<<<<< a\n${project.read(STATE)}=======\nx\n>>>>>>> b\n`);
    },
  ),
  "a recovery that nobody can be asked about": scene("recover", ["gate recover --yes"], emptyState),
  "a work file to recover": scene("recover --work 42", ["gate recover --work 42 --yes"], damageWork),
  "somebody else's file": scene("start 7 --title Seven", ["gate init --adopt"], (project) => {
    rmSync(join(project.root, ".claude"), { recursive: true });
    project.write(STATE, "# Notes\n\nof another tool\n");
  }),
  "nothing active": scene("save --next x", [], (project) => project.write(STATE, idle(project.read(STATE)))),
  "an id that is none": scene("restore nonesuch", [], () => {}),
};

const printed = Object.entries(SCENES).map(([name, each]) => [name, each] as const);

test.each(printed)("%s", async (_name, { act, words, hints }) => {
  const found = hintsIn(await meet(act, words));
  for (const hint of hints) {
    expect(
      found.some((one) => one.startsWith(hint)),
      `${hint} in ${found.join(" | ")}`,
    ).toBe(true);
  }
  for (let at = 0; at < found.length; at++) {
    const project = await meet(act, words);
    // Ids are of this very project.
    const call = hintsIn(project)[at]!;
    const { code, stderr } = await follow(project.root, call);
    expect([call, code, stderr]).toEqual([call, /^gate check (?!--fix)/.test(call) ? 1 : 0, stderr]);
  }
});

/** A project with two saves behind it, to which something happens, and what is said of it then. */
async function meet(
  act: Scene["act"],
  words: readonly string[],
): Promise<{ readonly root: string; readonly said: string }> {
  const project = makeProject();
  const run = (...given: readonly string[]) => runGate(project.root, ...given);
  await run("start", "42", "--title", "Parser", "--branch", "main");
  await run("save", "--done", "One", "--next", "Two", "--log", "first");
  const older = project.read(STATE);
  await run("save", "--done", "One", "--done", "Three", "--log", "second");
  act(project, older);
  const { stdout, stderr } = await run(...words);
  return { root: project.root, said: `${stdout}\n${stderr}` };
}

/** The calls that a text names; those with a word to be filled in are forms, and none to be given as they are. */
function hintsIn({ said }: { readonly said: string }): readonly string[] {
  const named = [...said.matchAll(/`(gate [^`]*)`|\bRun: (gate .*)$|mended: (gate .*)$/gm)].map(
    (match) => (match[1] ?? match[2] ?? match[3])!,
  );
  const calls = named.flatMap((call) => call.split(/, or |, /)).map((call) => call.replace(/ to keep .*$/, ""));
  return [...new Set(calls)].filter((call) => call.startsWith("gate ") && !/\b(?:[A-Z]{1,8}|…)\b|…/.test(call));
}

/** Gives a call as it is printed, and where somebody has to be asked the one that is printed then. */
async function follow(root: string, call: string) {
  const ended = await runGate(root, ...call.split(" ").slice(1));
  const consent = /needs consent[\s\S]*Run: gate (.*)$/m.exec(ended.stderr)?.[1];
  return consent === undefined ? ended : await runGate(root, ...consent.split(" "));
}
