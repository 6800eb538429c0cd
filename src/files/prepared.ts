/**
 * The program's own files, loaded with code that V8 has compiled before.
 *
 * Compiling is half of what a short command costs, most of it for functions that
 * are compiled when they are first called. The code lies beside the program,
 * because whoever can write there can change the program itself, and under the
 * name of the Node and the build it was made for. V8 believes what it is given: a
 * damaged byte can end or mislead it. So code stands twice, and is taken only where
 * both are the same; without it everything is compiled as ever.
 */
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { BUILD } from "../base/build.ts";
import { readPart } from "./descriptor.ts";
import { once } from "./twice.ts";

/** Bytes; more than any file of the program or its code. */
const MOST = 16 * 1024 * 1024;
const WRAPPER = ["(function(exports,require,module,__filename,__dirname){", "\n})"] as const;

type Require = (id: string) => unknown;

/** Where the code for this build and this Node is kept, below the folder of the program. V8 itself tells sources apart by their length alone. */
export function codeFolder(program: string): string {
  return join(program, "code", `${BUILD.slice(0, 12)}-${process.version}-${process.platform}-${process.arch}`);
}

/** What to require the other files of a program with; `otherwise` where there is no code for the first of them. */
export function preparedRequire(program: string, otherwise: Require): Require {
  const codes = codeFolder(program);
  const loaded = new Map<string, { exports: unknown }>();
  // The files of the program require one another with a path that starts with a dot, and nothing else.
  const requireFrom = (folder: string) => (id: string) => (id.startsWith(".") ? load(join(folder, id)) : loadOnce(id));
  const loadOnce = (id: string) => {
    // Node looks through all names of one of its own modules each time it is asked for it.
    const known = loaded.get(id) ?? { exports: otherwise(id) };
    loaded.set(id, known);
    return known.exports;
  };
  const load = (path: string, code = readCode(codes, path)) => {
    const known = loaded.get(path);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(path, module);
    try {
      const run = compile(path, code).runInThisContext();
      run.call(module.exports, module.exports, requireFrom(dirname(path)), module, path, dirname(path));
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    return module.exports;
  };
  // One way for all of them: what is loaded twice is there twice.
  let chosen: Require | undefined;
  return (id) => {
    if (chosen !== undefined || !id.startsWith(".")) return (chosen ?? otherwise)(id);
    const path = join(program, id);
    const code = readCode(codes, path);
    chosen = code ? requireFrom(program) : otherwise;
    return code ? load(path, code) : otherwise(id);
  };
}

/** The code of a file; whatever hinders reading it is no reason to fail. */
export function readCode(codes: string, path: string): Uint8Array | undefined {
  try {
    const kept = readPart(join(codes, codeName(path)), MOST);
    return kept && once(kept);
  } catch {
    return undefined;
  }
}

/** The file as a function of what Node gives to a module. */
export function compile(path: string, cachedData?: Uint8Array): Script {
  const source = readPart(path, MOST);
  if (source === undefined) throw new Error(`the file ${path} of the program is missing`);
  const text = Buffer.from(source.buffer, 0, source.length).toString();
  return new Script(`${WRAPPER[0]}${text}${WRAPPER[1]}`, { filename: path, ...(cachedData && { cachedData }) });
}

/** The name of the code of a file. */
export function codeName(path: string): string {
  return `${basename(path, ".cjs")}.code`;
}
