/** What a command takes, as data: help, the reader of calls and completion are made from it. */

/** An option of a command, or of all. */
export interface Option {
  /**
   * As help shows it. `--full` is a switch, `--no-archive` one that is on unless it is
   * given. A word in `<…>` must follow, one in `[…]` may, and in `<…...>` others may too.
   */
  readonly flag: string;
  readonly about: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** Flags that it cannot be given with. */
  readonly conflicts?: readonly string[];
  readonly read?: Reader;
  /** The variable of the environment that says it where the call does not. */
  readonly variable?: string;
  /** It may hold a password, so it is not shown again. */
  readonly secret?: true;
}

/** What a word means; fails for one that means nothing. `name` is what the word was given for, as messages say it. */
export type Reader = (word: string, name: string) => unknown;

/** The flag alone, as it stands in a call. */
export function flagOf({ flag }: Pick<Option, "flag">): string {
  return flag.split(" ", 1)[0]!;
}

/** The words that give these values again. */
export function wordsOf(options: Options, given: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).flatMap(([name, one]) => {
    const [option] = [one].flat();
    const values = [given[name]].flat().filter((value) => value !== undefined && value !== false);
    if (option === undefined || option.secret) return [];
    return values.flatMap((value) => (value === true ? [flagOf(option)] : [flagOf(option), String(value)]));
  });
}

/** An argument of a command. */
export interface Argument {
  /** As help shows it: `<name>` must be given, `[name]` may, `[name...]` takes all that are left. */
  readonly name: string;
  readonly about: string;
  readonly choices?: readonly string[];
  readonly read?: Reader;
}

/** Arguments in their order, under the names of what they give. */
export type Arguments = Readonly<Record<string, Argument>>;
/** Options under the names of what they give. Those of a list may be repeated, and fill it in the order of the call. */
export type Options = Readonly<Record<string, Option | readonly Option[]>>;

/** What a call gives for options and arguments: switches and what is required always, all else where it was given. */
export type Given<Taken> = {
  readonly [K in keyof Taken as Kind<Taken[K]> extends "optional" | "list" ? never : K]: Value<Taken[K]>;
} & {
  readonly [K in keyof Taken as Kind<Taken[K]> extends "optional" | "list" ? K : never]?: Value<Taken[K]>;
};

type Kind<One> = One extends readonly unknown[]
  ? "list"
  : One extends { name: `[${string}...]` }
    ? "rest"
    : One extends { name: `<${string}` } | { required: true }
      ? "required"
      : One extends { name: string } | { flag: `${string} ${string}` }
        ? "optional"
        : "switch";

type Value<One> = One extends readonly (infer Each)[]
  ? readonly Word<Each>[]
  : Kind<One> extends "rest"
    ? readonly Word<One>[]
    : Kind<One> extends "switch"
      ? boolean
      : Word<One>;

/** A word, or `true` where an option is given without the word that may follow. */
type Word<One> = Meaning<One> | (One extends { flag: `${string} [${string}` } ? true : never);

type Meaning<One> = One extends { read: (word: string, name: string) => infer Read }
  ? Read
  : One extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;
