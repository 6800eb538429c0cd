/** Follows the projects of open documents, and tells of what changed outside of the editor: once, until both are one again. */
import { setTimeout as pause } from "node:timers/promises";
import { type Gate, STATE_PATH } from "../gate/gate.ts";
import type { Documents, OpenDocument, Reading } from "./documents.ts";
import type { Issues } from "./issues.ts";
import type { Publisher } from "./publisher.ts";
import type { Wire } from "./wire.ts";

/** Milliseconds after which an editor that saves has said so, and one that reloads by itself has done so. */
const MOMENT = 300;

export class Outside {
  readonly #wire: Wire;
  readonly #documents: Documents;
  readonly #publisher: Publisher;
  readonly #watched = new Map<Gate, AbortController>();
  /** Of which documents the editor was told, and what the file and it had in common then. */
  readonly #told = new Map<string, string | undefined>();
  readonly #issues: Issues;

  constructor(wire: Wire, documents: Documents, publisher: Publisher, issues: Issues) {
    this.#wire = wire;
    this.#documents = documents;
    this.#publisher = publisher;
    this.#issues = issues;
  }

  /** Watches the project of a document as long as one of its documents is open. */
  follow({ gate }: OpenDocument): void {
    if (this.#watched.has(gate)) return;
    const end = new AbortController();
    this.#watched.set(gate, end);
    // What cannot be watched is read at the next change in the editor.
    this.#watch(gate, end.signal).catch((error) => this.#wire.log(String(error)));
  }

  /** Watches nothing any more that no document is open of. */
  leave(uri: string): void {
    this.#told.delete(uri);
    const gates = new Set(this.#documents.all().map(({ gate }) => gate));
    for (const [gate, end] of this.#watched) {
      if (gates.has(gate)) continue;
      this.#watched.delete(gate);
      end.abort();
    }
  }

  /** Watches nothing any more. */
  end(): void {
    for (const end of this.#watched.values()) end.abort();
    this.#watched.clear();
  }

  async #watch(gate: Gate, signal: AbortSignal): Promise<void> {
    const { watchProject } = await import("../gate/watch/watch-project.ts");
    for await (const event of watchProject(gate.project.root, { signal, clock: gate.clock })) {
      if (event.event !== "state" && event.event !== "work") continue;
      this.#issues.forget(gate);
      void this.#changed(gate, event.path);
    }
  }

  /** What is said of the state depends on the work files, too. */
  async #changed(gate: Gate, path: string): Promise<void> {
    const near = this.#documents.all().filter((open) => open.gate === gate && [STATE_PATH, path].includes(open.path));
    for (const { uri } of near) this.#documents.forget(uri);
    this.#publisher.surroundingsChanged(near.map(({ uri }) => uri));
    await pause(MOMENT);
    for (const { uri } of near.filter((open) => open.path === path)) {
      const reading = await this.#documents.read(uri).catch(() => undefined);
      if (reading) this.#tell(reading);
    }
  }

  #tell({ open: { uri, common }, view: { path, isUnsaved, text }, saved }: Reading): void {
    if (!isUnsaved || saved === common) return;
    // Until the two have another text in common, there is nothing new to say.
    if (this.#told.has(uri) && this.#told.get(uri) === common) return;
    this.#told.set(uri, common);
    const what = saved === undefined ? "is gone or cannot be read any more" : "was changed";
    const next =
      text === common
        ? "reload it to see what it holds now"
        : 'it has unsaved changes here: "save" above the state merges both, and `gate history` has what is written over';
    const kind = text === common ? "Info" : "Warning";
    this.#wire.show(kind, `${path} ${what} outside of this editor; ${next}.`);
  }
}
