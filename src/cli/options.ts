/** Options as they have been read. */
import type { Words } from "./command.ts";

/** The options of these names, those that were not given left out. */
export function optionsOf<T extends object>(command: Pick<Words, "opts">, ...names: readonly (keyof T & string)[]): T {
  const given = command.opts<Record<string, unknown>>();
  return Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))) as T;
}

/** A parser for an option that may be repeated: what it reads from each word goes to the end of `list`. */
export function collect<T>(list: T[], read: (word: string) => T): (word: string) => T[] {
  return (word) => {
    list.push(read(word));
    return list;
  };
}
