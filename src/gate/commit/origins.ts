/**
 * Which lines of a document are from outside once an operation has written it. What it says
 * may come from any document that the operation has read, so all of those are looked at.
 */
import { allSince, type Stretch } from "../../base/stretch.ts";
import { madeLines, type Traced } from "../../text/outside.ts";
import { decode } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { loadTolerantly } from "../view/facts.ts";
import { isForGuard } from "../view/guard.ts";
import { outsideOfVersion, tracedBefore, tracedOf } from "../view/origin.ts";
import { kindOfPath } from "../view/paths.ts";

/** The documents that one operation has read, each looked up once, before anything of them is written. */
export class Origins {
  readonly #gate: Gate;
  readonly #read = new Map<string, Uint8Array>();
  readonly #said = new Map<string, string>();
  #traced: ReadonlyMap<string, Traced> | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** Notes what a document held when it was read. */
  note({ path, bytes }: { readonly path: string; readonly bytes?: Uint8Array }): void {
    if (bytes !== undefined) this.#read.set(path, bytes);
  }

  /** Notes what a document holds that was read without its lock, or what a file of another tool says, in these lines. */
  cite(path: string, said?: string): void {
    if (said !== undefined) {
      this.#said.set(path, said);
      return;
    }
    const { bytes } = loadTolerantly(this.#gate, path);
    if (bytes !== undefined && !this.#read.has(path)) this.#read.set(path, bytes);
  }

  /** The documents that were read. */
  all(): ReadonlyMap<string, Traced> {
    const outside = allSince(this.#gate.clock());
    this.#traced ??= new Map([
      ...[...this.#read].map(([path, bytes]) => [path, tracedOf(this.#gate, path, bytes)] as const),
      ...[...this.#said].map(([path, text]) => [path, { text, outside }] as const),
    ]);
    return this.#traced;
  }
}

/** A write, as far as it matters where its lines come from. */
interface Written {
  readonly path: string;
  readonly expected: Uint8Array | undefined;
  readonly restores?: string | undefined;
}

/** What is from outside in what a document held and in what it will; nothing is said of records, which have no lines. */
export function outsideAfter(
  { gate, operation, origins }: { readonly gate: Gate; readonly operation: string; readonly origins?: Origins },
  { path, expected, restores }: Written,
  bytes: Uint8Array | undefined,
): { readonly met?: readonly Stretch[]; readonly outside?: readonly Stretch[] } {
  if (!DOCUMENTS.has(kindOfPath(path) ?? "") && !isForGuard(path)) return {};
  const known = origins?.all() ?? new Map<string, Traced>();
  const found = expected && (known.get(path) ?? tracedOf(gate, path, expected));
  const met = found && { met: found.outside };
  if (bytes === undefined) return { ...met };
  if (restores !== undefined) return { ...met, outside: outsideOfVersion(gate, path, restores) };
  const others = [...known].flatMap(([name, traced]) => (name === path ? [] : traced));
  const before = operation.startsWith("recover") ? tracedBefore(gate, path) : [];
  return { ...met, outside: madeLines(found, decode(bytes).text, [...others, ...before]) };
}

const DOCUMENTS: ReadonlySet<string> = new Set(["state", "work", "archive"]);
