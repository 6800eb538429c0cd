/** What commands know of each other while they are looked through: folder, variables, functions, input. */

import { NOTHING, type Text } from "./knowledge.ts";
import type { Command } from "./script.ts";

export class Scope {
  /** `undefined` after a `cd` to a place that is not known. */
  cwd: string | undefined;
  stdin: Text = NOTHING;
  readonly variables: Map<string, readonly string[] | undefined>;
  readonly functions: Map<string, Command>;
  readonly #folders: (string | undefined)[] = [];

  constructor(
    cwd: string | undefined,
    variables: Iterable<readonly [string, readonly string[] | undefined]>,
    functions: Iterable<readonly [string, Command]> = [],
  ) {
    this.cwd = cwd;
    this.variables = new Map(variables);
    this.functions = new Map(functions);
  }

  /** A shell of its own, from which nothing comes back. */
  fork(): Scope {
    const inner = new Scope(this.cwd, this.variables, this.functions);
    inner.stdin = this.stdin;
    return inner;
  }

  /** Gives commands other arguments, and the old ones back after them. */
  withArguments<T>(values: readonly (string | undefined)[], run: () => T): T {
    const before = [...this.variables].filter(([name]) => isArgument(name));
    this.#setArguments(values);
    const result = run();
    for (const name of [...this.variables.keys()].filter(isArgument)) this.variables.delete(name);
    for (const [name, value] of before) this.variables.set(name, value);
    return result;
  }

  setArguments(values: readonly (string | undefined)[]): void {
    for (const name of [...this.variables.keys()].filter(isArgument)) this.variables.delete(name);
    this.#setArguments(values);
  }

  get arguments(): readonly string[] {
    return this.variables.get("@") ?? [];
  }

  push(folder: string | undefined): void {
    this.#folders.push(this.cwd);
    this.cwd = folder;
  }

  pop(): void {
    if (this.#folders.length > 0) this.cwd = this.#folders.pop();
  }

  #setArguments(values: readonly (string | undefined)[]): void {
    const known = values.filter((value) => value !== undefined);
    this.variables.set("@", known);
    this.variables.set("*", known);
    for (const [index, value] of values.entries()) {
      this.variables.set(String(index + 1), value === undefined ? undefined : [value]);
    }
  }
}

function isArgument(name: string): boolean {
  return /^[1-9@*]/.test(name);
}
