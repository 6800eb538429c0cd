/** What the plugins hand to each other on `file.data`. */
import type { VFile } from "vfile";
import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import type { Facts } from "../rules/rule.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import type { Edit } from "../text/edit.ts";
import type { Source } from "../text/source.ts";

declare module "vfile" {
  interface DataMap {
    /** The text that spans and edits count in, with what is needed to encode it again. */
    source: Source;
    /** The typed document; absent for a file that is none of ours. */
    state: StateDocument | WorkDocument;
    /** What is known around the document, and how that is found out once the document is read. */
    facts: Facts;
    factsOf: (document: never) => Facts;
    /** Reads frontmatter beyond plain `key: value` lines. */
    readYaml: YamlReader;
    /** What is to become of the text, in the order in which it was asked for. */
    edits: readonly Edit[];
  }
}

/** A file of this pipeline, whose `data` is typed. */
export type StateFile = VFile;
