/** The documents that are open in the editor. Each version of one is read once, when somebody asks for it. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import { judgeEdited } from "../gate/view/edited.ts";
import { type AnyDocument, readableIn, type Snapshot } from "../gate/view/read.ts";
import type { Place, Projects } from "./projects.ts";
import { placesIn, type View } from "./view.ts";

/** An open document of a project. */
export interface OpenDocument extends Place {
  readonly uri: string;
  /** What the file and the editor last had in common, without a byte order mark; absent where they never had. */
  readonly common: string | undefined;
}

/** A document as it was read, and what of it may be shown. */
export interface Reading {
  readonly open: OpenDocument;
  readonly view: View;
  readonly snapshot: Snapshot<AnyDocument>;
  /** The text of the file, without a byte order mark; absent where there is none, or none that is read. */
  readonly saved: string | undefined;
}

/** So many documents stay read; of those that are open most are looked at once. */
const KEPT = 16;

export class Documents {
  readonly #projects: Projects;
  readonly #textOf: (uri: string) => TextDocument | undefined;
  readonly #open = new Map<string, OpenDocument>();
  readonly #readings = new Map<string, { readonly version: number; readonly reading: Promise<Reading> }>();

  constructor(projects: Projects, textOf: (uri: string) => TextDocument | undefined) {
    this.#projects = projects;
    this.#textOf = textOf;
  }

  /** Begins to follow a document; `undefined` for what is none of a project. */
  open(uri: string): OpenDocument | undefined {
    const place = this.#projects.placeOf(uri);
    if (place === undefined) return undefined;
    const open = { ...place, uri, common: undefined };
    this.#open.set(uri, open);
    return open;
  }

  /** Follows it no more; says whether it did. */
  close(uri: string): boolean {
    this.#readings.delete(uri);
    return this.#open.delete(uri);
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  /** What surrounds a document is another than it was: it has to be read again. */
  forget(uri: string): void {
    this.#readings.delete(uri);
  }

  /** The editor has written the file. */
  wasSaved(uri: string): void {
    const text = this.#textOf(uri)?.getText();
    if (text !== undefined) this.agree(uri, placesIn(text).text);
    this.forget(uri);
  }

  /** The document as it stands in the editor now; `undefined` where it is not open, or was closed meanwhile. */
  async read(uri: string): Promise<Reading | undefined> {
    const open = this.#open.get(uri);
    const text = this.#textOf(uri);
    if (open === undefined || text === undefined) return undefined;
    const known = this.#readings.get(uri);
    const made = known?.version === text.version ? known : { version: text.version, reading: this.#make(open, text) };
    // The last one asked for is the last one to go.
    this.#readings.delete(uri);
    this.#readings.set(uri, made);
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= KEPT) break;
      this.#readings.delete(oldest);
    }
    try {
      const reading = await made.reading;
      return this.#open.has(uri) ? reading : undefined;
    } catch (error) {
      // What failed once may succeed the next time.
      this.#readings.delete(uri);
      throw error;
    }
  }

  async #make({ uri, gate, path }: OpenDocument, text: TextDocument): Promise<Reading> {
    const edited = text.getText();
    const { version } = text;
    const snapshot = await judgeEdited(gate, path, edited);
    const places = placesIn(edited);
    const isUnsaved = snapshot.saved !== places.text;
    if (!isUnsaved) this.agree(uri, places.text);
    const view = {
      ...places,
      ...{ uri, version, path, now: gate.clock(), isUnsaved },
      document: readableIn(snapshot),
      diagnostics: snapshot.diagnostics,
    };
    return {
      open: this.#open.get(uri) ?? { gate, path, uri, common: undefined },
      view,
      snapshot,
      saved: snapshot.saved,
    };
  }

  /** The file and the editor have a text in common. */
  agree(uri: string, common: string): void {
    const open = this.#open.get(uri);
    if (open) this.#open.set(uri, { ...open, common });
  }
}
