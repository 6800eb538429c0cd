/** From the tree to the typed document on `file.data.state`. */
import type { Root } from "mdast";
import type { Plugin } from "unified";
import type { VFile } from "vfile";
import { stateFrom } from "../document/state.ts";
import { workFrom } from "../document/work.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { decode, type Source, sourceOf } from "../text/source.ts";
import { kindOfPath } from "./path.ts";
import "./data.ts";

export interface RemarkStateOptions {
  /** What the file is; by default its path says so, and a file that is neither is passed over. */
  readonly kind?: "state" | "work";
  /** Reads frontmatter beyond plain `key: value` lines; without it that is a fault of the document. */
  readonly readYaml?: YamlReader;
}

/** Reads the tree of a state or work file, whichever parser made it. Total: every text has a reading, nothing is judged. */
export const remarkState: Plugin<[RemarkStateOptions?], Root> = ({ kind, readYaml } = {}) => {
  return (tree, file) => {
    const meant = kind ?? kindOfPath(`${file.cwd}/${file.path}`);
    if (!meant) return;
    const source = file.data.source ?? sourceIn(file);
    const reading = { tree, readYaml: readYaml ?? file.data.readYaml };
    file.data.source = source;
    file.data.state = meant === "state" ? stateFrom(source, reading) : workFrom(source, reading);
  };
};

function sourceIn({ value = "" }: VFile): Source {
  if (typeof value !== "string") return decode(value);
  const bom = value.charCodeAt(0) === 0xfeff;
  return { ...sourceOf(bom ? value.slice(1) : value), bom };
}
