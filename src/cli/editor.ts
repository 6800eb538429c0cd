/** The person's own editor: which one it is, and a call of it that ends when the person is done. */
import { GateError } from "../base/errors.ts";
import { findProgram } from "../files/guard/program.ts";
import type { Io } from "./io.ts";
import { programOf } from "./program-words.ts";

export type Editor = readonly [file: string, ...args: string[]];

/** What most machines have, where nothing is set. */
const USUAL = ["vi", "nano"];

/** The editor by `$VISUAL`, else `$EDITOR`, else a usual one, which needs a terminal. `NOT_FOUND` where there is none. */
export function editorOf({ environment, cwd, terminal }: Io): Editor {
  const path = environment["PATH"];
  const name = ["VISUAL", "EDITOR"].find((each) => environment[each]?.trim());
  if (name) return programOf(environment[name]!, { name: `$${name}`, example: `${name}='code --wait'` }, { cwd, path });
  const usual = USUAL.map((each) => findProgram(each, path)).find((found) => found !== undefined);
  if (usual !== undefined && terminal.input) return [usual];
  const reason = terminal.input ? "there is neither vi nor nano" : "there is no terminal for a usual one";
  throw new GateError("NOT_FOUND", `Cannot edit: no editor is set, and ${reason}`, {
    hint: "Set one that waits until the file is closed, for example: export EDITOR='code --wait'",
  });
}

/**
 * Has a file edited. Resolves to what went wrong, in words; `undefined` where nothing did.
 * What the editor prints goes to standard error where standard output is for a program.
 */
export async function runEditor(
  [file, ...args]: Editor,
  path: string,
  io: Io,
  json: boolean,
): Promise<string | undefined> {
  // Most commands run no other program, and this module takes 3 ms.
  const { spawn } = process.getBuiltinModule("node:child_process");
  const output = json || !io.terminal.output ? 2 : "inherit";
  // Ctrl-C is the editor's as long as it runs: it reaches both.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    return await new Promise((resolve) => {
      const child = spawn(file, [...args, path], { cwd: io.cwd, shell: false, stdio: ["inherit", output, "inherit"] });
      child.on("error", (error) => resolve(`cannot be run (${"code" in error ? error.code : error.message})`));
      child.on("close", (code, signal) => {
        resolve(code === 0 ? undefined : signal ? `was ended by ${signal}` : `ended with ${code}`);
      });
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}
