/** Tells the editor what is found in its documents: as they change, and when what surrounds them does. */
import { diagnosticsOf } from "./capabilities/diagnostics.ts";
import type { Client } from "./client.ts";
import type { Documents } from "./documents.ts";
import type { Wire } from "./wire.ts";

/** Milliseconds of reading from which on it is put off, by as long as it takes: who types is not to wait for it. */
const LONG = 20;

export class Publisher {
  readonly #wire: Wire;
  readonly #documents: Documents;
  readonly #client: Client;
  readonly #page: string | undefined;
  readonly #waiting = new Set<string>();
  #cost = 0;

  constructor(wire: Wire, documents: Documents, client: Client, page: string | undefined) {
    this.#wire = wire;
    this.#documents = documents;
    this.#client = client;
    this.#page = page;
  }

  /** The text of a document is another; of several changes that come together the last one is told of. */
  changed(uri: string): void {
    if (this.#client.pullsDiagnostics || this.#waiting.has(uri)) return;
    this.#waiting.add(uri);
    const publish = () => void this.#publish(uri);
    if (this.#cost < LONG) setImmediate(publish);
    else setTimeout(publish, this.#cost);
  }

  /** What surrounds documents is another. */
  surroundingsChanged(uris: readonly string[]): void {
    for (const uri of uris) this.changed(uri);
    if (this.#client.pullsDiagnostics) this.#wire.refreshDiagnostics();
  }

  /** Nothing is said of a document that nobody looks at. */
  closed(uri: string): void {
    if (!this.#client.pullsDiagnostics) this.#send(uri, []);
  }

  async #publish(uri: string): Promise<void> {
    this.#waiting.delete(uri);
    const begun = performance.now();
    try {
      const reading = await this.#documents.read(uri);
      this.#cost = performance.now() - begun;
      if (reading === undefined || this.#waiting.has(uri)) return;
      this.#send(uri, diagnosticsOf(reading.view, this.#page), reading.view.version);
    } catch (error) {
      // The next change is another chance.
      this.#wire.log(`Cannot check ${uri}: ${error instanceof Error ? error.message : error}`);
    }
  }

  #send(uri: string, diagnostics: ReturnType<typeof diagnosticsOf>, version?: number): void {
    this.#wire.publish({ uri, diagnostics, ...(version !== undefined && { version }) });
  }
}
