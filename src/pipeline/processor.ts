/**
 * The processor of the gate's own operations: the plugins of this room with the fast
 * parser. Everything that reads, judges or writes a document comes by here.
 */
import type { Root } from "mdast";
import { type Processor, unified } from "unified";
import { VFile } from "vfile";
import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import type { StateMessage } from "../rules/message.ts";
import type { Facts } from "../rules/rule.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import type { Edit } from "../text/edit.ts";
import { type Source, sourceOf } from "../text/source.ts";
import { remarkState } from "./remark-state.ts";
import { remarkStateLint } from "./remark-state-lint.ts";
import { stateParser } from "./state-parser.ts";
import { stateStringify } from "./state-stringify.ts";

export interface Documents {
  readonly state: StateDocument;
  readonly work: WorkDocument;
}

export type DocumentKind = keyof Documents;

/** A text that went through the processor. */
export interface ReadDocument<D> {
  readonly document: D;
  readonly messages: readonly StateMessage[];
  readonly facts: Facts;
}

/** What is known besides the text. */
export interface ReadOptions<D> {
  readonly readYaml?: YamlReader | undefined;
  /** What is known around the document, which may depend on what it says. */
  factsOf(document: D): Facts;
}

const PROCESSORS = { state: processorOf("state"), work: processorOf("work") };

function processorOf(kind: DocumentKind): Processor<Root, Root, Root, Root, string | Uint8Array> {
  return unified().use(stateParser).use(remarkState, { kind }).use(remarkStateLint).use(stateStringify).freeze();
}

/** Reads and judges a text. Never throws because of what stands in it. */
export function readDocument<Kind extends DocumentKind>(
  kind: Kind,
  source: Source,
  { readYaml, factsOf }: ReadOptions<Documents[Kind]>,
): ReadDocument<Documents[Kind]> {
  const data = { source, factsOf: factsOf as (document: never) => Facts, ...(readYaml && { readYaml }) };
  const file = new VFile({ value: source.text, data });
  PROCESSORS[kind].runSync(PROCESSORS[kind].parse(file), file);
  const { state, facts } = file.data;
  return { document: state as Documents[Kind], messages: file.messages as StateMessage[], facts: facts! };
}

/** The text of a document with edits applied: without a byte order mark, and with U+FFFD for what could not be decoded. */
export function writeDocument({ kind, source }: StateDocument | WorkDocument, edits: readonly Edit[]): string {
  const file = new VFile({ value: source.text, data: { source: sourceOf(source.text), edits } });
  return PROCESSORS[kind].stringify(NOTHING, file) as string;
}

/** The compiler asks for no tree: it prints nothing. */
const NOTHING: Root = { type: "root", children: [] };
