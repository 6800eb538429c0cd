/**
 * The plugins: state files as a pipeline of unified, each part usable with remark's own.
 *
 * ```ts
 * import { remark } from "remark";
 * import presetState from "state-gatekeeper/remark";
 * import { read } from "to-vfile";
 * import { reporter } from "vfile-reporter";
 *
 * const file = await remark().use(presetState).process(await read(".claude/state.md"));
 * console.error(reporter(file));
 * ```
 */
import type { Root } from "mdast";
import type { Plugin, Preset } from "unified";
import type { StateFile } from "./pipeline/data.ts";
import { factsOfPath } from "./pipeline/path.ts";
import * as state from "./pipeline/remark-state.ts";
import * as change from "./pipeline/remark-state-change.ts";
import * as lint from "./pipeline/remark-state-lint.ts";
import { stateStringify } from "./pipeline/state-stringify.ts";
import { parseMarkdown } from "./syntax/parse-markdown.ts";
import { readYaml } from "./syntax/yaml/read-yaml.ts";

export type { StateDocument } from "./document/state.ts";
export type { WorkDocument } from "./document/work.ts";
export type { ChangeInput, ChangeName } from "./pipeline/remark-state-change.ts";
export type { RemarkStateLintOptions, RuleSetting } from "./pipeline/remark-state-lint.ts";
export { stateToMdast, type WorkContent, workToMdast } from "./pipeline/to-mdast.ts";
export type { StateMessage } from "./rules/message.ts";
export type { Facts } from "./rules/rule.ts";
export type { Edit, Span } from "./text/edit.ts";
export { stateStringify };

/** How `remarkState` reads. */
export interface RemarkStateOptions {
  /** What the file is; by default its path below `.claude` says so, and a file that is neither is passed over. */
  readonly kind?: "state" | "work";
}

/**
 * A drop-in for remark-parse with remark-frontmatter: the same tree of blocks, in
 * linear time whatever the text. The phrasing of a heading or a paragraph is one text.
 */
export const stateParser: Plugin<[], string, Root> = function () {
  this.parser = parseMarkdown;
};

/** Reads the tree, whichever parser made it, to the typed document on `file.data.state`. Nothing is judged. */
export const remarkState: Plugin<[RemarkStateOptions?], Root> = function (options = {}) {
  return state.remarkState.call(this, { readYaml, ...options });
};

/**
 * Checks the document: each finding is a message with `ruleId`, `source: "state"`,
 * `place`, `fatal` for an error, `expected`, `url` and `edits` that mend it. Facts that
 * are not given are not known, and rules about them are silent; `now` is the clock's.
 */
export const remarkStateLint: Plugin<[lint.RemarkStateLintOptions?], Root> = function (options = {}) {
  const check = lint.remarkStateLint.call(this, options) as (tree: Root, file: StateFile) => void;
  return (tree, file) => {
    const facts = factsOfPath(`${file.cwd}/${file.path}`);
    file.data.facts = { ...facts, ...options, ...file.data.facts, now: momentOf(file, options.now) };
    check(tree, file);
  };
};

/**
 * Adds the edits of a change, such as `"update-progress"`, to `file.data.edits`, which
 * `stateStringify` applies. The moment is that of `remarkStateLint`, else the clock's.
 */
export const remarkStateChange: Plugin<[change.ChangeName, change.ChangeInput?], Root> = function (name, input) {
  const add = change.remarkStateChange.call(this, name, input) as (tree: Root, file: StateFile) => void;
  return (tree, file) => {
    file.data.facts = { ...file.data.facts, now: momentOf(file, undefined) };
    add(tree, file);
  };
};

function momentOf({ data }: StateFile, given: number | undefined): number {
  return data.facts?.now ?? given ?? Date.now();
}

/** All of it in order: fast parser, typed document, rules, and a compiler that leaves every byte as it was. */
export const presetState: Preset = { plugins: [stateParser, remarkState, remarkStateLint, stateStringify] };

export default presetState;
