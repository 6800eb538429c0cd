/** What a shell command is made of, as it is written: nothing is expanded and nothing looked up. */

/** A part of a word. */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  /** `*`, `?` or `[…]`, with the pattern it stands for. */
  | { readonly kind: "glob"; readonly text: string; readonly pattern: string }
  /** `$name`, and `${name}` with what is done to the value: an operator and its word. */
  | {
      readonly kind: "variable";
      readonly name: string;
      readonly quoted: boolean;
      readonly all: boolean;
      readonly operator: string;
      readonly operand: Word;
    }
  /** `$(…)` and the same with backticks. */
  | { readonly kind: "output"; readonly script: Script; readonly quoted: boolean }
  /** `<(…)` and `>(…)`. */
  | { readonly kind: "stream"; readonly script: Script; readonly isInput: boolean }
  /** `{a,b}`. */
  | { readonly kind: "braces"; readonly choices: readonly Word[] }
  /** `~` at the beginning. */
  | { readonly kind: "home" }
  /** Something that nobody can tell before it is run. */
  | { readonly kind: "unknown" };

export type Word = readonly Piece[];

export interface Redirection {
  readonly operator: string;
  /** The file, or for `<<` and `<<<` the text itself. */
  readonly word: Word;
}

export interface Assignment {
  readonly name: string;
  /** One word, or those of an array. */
  readonly values: readonly Word[];
}

/** A command without the redirections behind it. */
export type Bare =
  | { readonly kind: "simple"; readonly assignments: readonly Assignment[]; readonly words: readonly Word[] }
  /** `(…)` and `{ …; }`. */
  | { readonly kind: "group"; readonly body: Script; readonly isSubshell: boolean }
  /** A body for each of some words; `undefined` stands for the arguments. */
  | { readonly kind: "for"; readonly name: string; readonly values: readonly Word[] | undefined; readonly body: Script }
  | { readonly kind: "while"; readonly condition: Script; readonly body: Script }
  /** Parts of which some may run: `if` and `case`. */
  | { readonly kind: "branches"; readonly parts: readonly Script[] }
  | { readonly kind: "function"; readonly name: string; readonly body: Command };

export type Command = Bare & { readonly redirections: readonly Redirection[] };

/** Commands joined by `|`. */
export type Pipeline = readonly Command[];

/** Pipelines in their order, whatever joins them: each may run. */
export type Script = readonly Pipeline[];
