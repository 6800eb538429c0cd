/** The fixtures of the rules: documents with the facts about them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseState } from "../../src/document/state.ts";
import { parseWork } from "../../src/document/work.ts";
import { checkState, checkWork } from "../../src/rules/check.ts";
import type { Diagnostic, Facts } from "../../src/rules/rule.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { indexLines } from "../../src/text/lines.ts";
import { decode, encode, type Source } from "../../src/text/source.ts";

export const FIXTURES = join(import.meta.dirname, "../../fixtures");

export const NOW = Date.parse("2024-10-23T16:30:00Z");

export type Kind = "state" | "work";

export interface Case {
  /** The folder and the name, for people. */
  readonly name: string;
  /** The path without `.md` and `.work.md`. */
  readonly path: string;
  readonly kind: Kind;
  readonly source: Source;
  readonly facts: Facts;
}

/** The cases in a folder: every `.md` but the `.fixed.md`; `.work.md` are work files, `.facts.json` lies beside. */
export function casesIn(folder: string): Case[] {
  const directory = join(FIXTURES, folder);
  const files = readdirSync(directory).filter((file) => file.endsWith(".md") && !file.endsWith(".fixed.md"));
  return files.map((file) => {
    const name = file.replace(/(?:\.work)?\.md$/, "");
    const path = join(directory, name);
    return {
      name: `${folder}/${name}`,
      path,
      kind: file.endsWith(".work.md") ? "work" : "state",
      source: decode(readFileSync(join(directory, file))),
      facts: factsAt(`${path}.facts.json`),
    };
  });
}

function factsAt(path: string): Facts {
  if (!existsSync(path)) return { now: NOW };
  const facts = JSON.parse(readFileSync(path, "utf8")) as Partial<Facts> & {
    modified?: number | string;
    /** How many minutes the machine's zone is east of UTC. */
    offset?: number;
  };
  const { modified, offset, ...others } = facts;
  return {
    now: NOW,
    ...others,
    ...(modified !== undefined && { modified: new Date(modified).getTime() }),
    ...(offset !== undefined && { localTime: (local) => local - offset * 60_000 }),
  };
}

export function checkSource(kind: Kind, source: Source, facts: Facts): readonly Diagnostic[] {
  return kind === "state"
    ? checkState(parseState(source, readYaml), facts)
    : checkWork(parseWork(source, readYaml), facts);
}

/** The source of a changed text, as it is read back from the disk. */
export function sourceOf(text: string, like: Pick<Source, "bom">): Source {
  return decode(encode(like, text));
}

/** One line for each diagnostic, as `.expected.txt` has them. */
export function render(text: string, diagnostics: readonly Diagnostic[]): string {
  const index = indexLines(text);
  return diagnostics
    .map(({ start, severity, rule, message, fix }) => {
      const { line, column } = index.positionAt(start);
      return `${line}:${column} ${severity} ${rule} ${message}${fix ? " (fixable)" : ""}\n`;
    })
    .join("");
}
