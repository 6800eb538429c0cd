/**
 * Documents as the operations of the gate read them. One operation asks for the same
 * text several times, to change it, for its surroundings, to check it and to remember
 * it, and gets the same document: nobody here changes one. What the library hands out
 * is read anew, because nobody knows what becomes of it.
 */
import { Latest } from "../../base/latest.ts";
import { parseState, type StateDocument } from "../../document/state.ts";
import { parseWork, type WorkDocument } from "../../document/work.ts";
import type { YamlReader } from "../../syntax/frontmatter.ts";
import type { Source } from "../../text/source.ts";

const states = new Latest<StateDocument>(2);
const works = new Latest<WorkDocument>(2);

export function stateFrom(source: Source, readYaml?: YamlReader): StateDocument {
  return states.of(source.text, keyOf(source, readYaml), () => parseState(source, readYaml));
}

export function workFrom(source: Source, readYaml?: YamlReader): WorkDocument {
  return works.of(source.text, keyOf(source, readYaml), () => parseWork(source, readYaml));
}

/** What besides its text decides how a source is read. */
function keyOf({ bom, eol, invalidAt }: Source, readYaml: YamlReader | undefined): readonly unknown[] {
  return [bom, eol, invalidAt, readYaml];
}
