/**
 * The versions of one document as the chain that undoing moves on.
 *
 * Nothing about undoing is stored but the versions themselves: each says from which one
 * it was made and, where it puts bytes back, whose. Where the document stands on the chain
 * is decided by the bytes it holds now, not by what was done last, because others write it
 * too: git, an editor, a person.
 * Model: `proof/undo.pml`.
 */
import { revisionOf } from "../../base/revision.ts";
import type { Project } from "../../files/guard/project.ts";
import { NONE, OUTSIDE, type Version } from "../../files/record/version.ts";
import { listVersions, readVersion } from "../../files/record/versions.ts";

export { nameOf } from "../view/version.ts";

export const UNDO = "undo";
export const REDO = "undo --redo";
export const RESTORE = "restore";
/** A version that only notes how the document stood: nobody changed it then, so there is nothing to undo. */
export const COMPACT = "compact";

/** The bytes of a document, `undefined` where there is none. */
export type Content = Uint8Array | undefined;

/** A place on the chain: a version, or `none` before the first one of a document that was made new. */
export type Step = Version | typeof NONE;

/** The chain of one document. */
export class Timeline {
  /** Newest first, those too that the document may never have had. */
  readonly versions: readonly Version[];
  /** The version that the document holds; `undefined` where it holds what no version is. */
  readonly current: Version | undefined;
  /** The digest of what the document holds; `undefined` where it is missing, or nobody knows. */
  readonly held: string | undefined;
  readonly #byId: ReadonlyMap<string, Version>;

  /** `now` is how the document stands; without it nobody knows, and it counts as standing as it was left. */
  constructor(project: Project, path: string, now?: { readonly content: Content }) {
    this.versions = listVersions(project, path);
    this.#byId = new Map(this.versions.map((version) => [version.id, version]));
    this.held = now?.content && revisionOf(now.content);
    this.current = now === undefined ? this.newest : this.#holding(this.held);
  }

  /** The newest version that the document has had. */
  get newest(): Version | undefined {
    return this.versions.find((version) => version.written || version === this.current);
  }

  /** Where on the chain the document was left. */
  get newestStep(): Step | undefined {
    return this.newest && this.stepOf(this.newest);
  }

  find(id: string): Version | undefined {
    return this.#byId.get(id);
  }

  /** Where on the chain the document stands; `undefined` where it was changed since its newest version. */
  get position(): Step | undefined {
    return this.current && this.stepOf(this.current);
  }

  /** The step whose bytes a version has: its own, or those that it put back. */
  stepOf(version: Version): Step {
    let step = version;
    while (step.restores !== undefined) {
      if (step.restores === NONE) return NONE;
      const restored = this.#byId.get(step.restores);
      if (restored === undefined || restored.id >= step.id) return step;
      step = restored;
    }
    return step;
  }

  /** The step before one; `undefined` where nobody knows what was before. */
  before(step: Step): Step | undefined {
    if (step === NONE) return undefined;
    // Only where the version whose bytes it put back is let go of: it stands in the place of that one.
    if (step.restores !== undefined) return this.#stepBehind(step, step.restores);
    return this.madeFrom(step);
  }

  /** The step that a version was made from; `undefined` where nobody knows. */
  madeFrom(version: Version): Step | undefined {
    const { from, operation, revision } = version;
    if (from === undefined) return operation === OUTSIDE || revision === undefined ? undefined : NONE;
    const made = this.#byId.get(from);
    if (made === undefined) return this.#stepBehind(version, from);
    return made.id < version.id ? this.stepOf(made) : undefined;
  }

  /** The step that was gone back from to this one: by undoing or, where that was not the gate, the one made of it last. */
  after(step: Step): Step | undefined {
    for (const version of this.versions) {
      if (!version.written) continue;
      const isBack = version.operation === UNDO && this.stepOf(version) === step;
      const left = isBack && version.from !== undefined ? this.#byId.get(version.from) : undefined;
      if (left) return this.stepOf(left);
      if (version.restores === undefined && this.before(version) === step) return version;
    }
    return undefined;
  }

  /** The versions between a later step, which is one of them, and an earlier one, newest first; none where it is not earlier. */
  between(later: Step | undefined, earlier: Step | undefined): readonly Version[] {
    const passed: Version[] = [];
    for (let step = later; step !== earlier; step = this.before(step)) {
      if (step === undefined || step === NONE) return [];
      passed.push(step);
    }
    return passed;
  }

  /** The newest step before an id, which is let go of and passed over. */
  #stepBehind(version: Version, gone: string): Step | undefined {
    const found = this.versions.find(({ id, written }) => id < gone && written);
    return found && found.id < version.id ? this.stepOf(found) : undefined;
  }

  #holding(revision: string | undefined): Version | undefined {
    // A document that is missing is where it was left only if it was left so.
    if (revision === undefined) return this.newest?.revision === undefined ? this.newest : undefined;
    return this.versions.find((version) => version.revision === revision);
  }
}

/** The bytes of a step. */
export function contentOf(project: Project, step: Step): Content {
  if (step === NONE || step.revision === undefined) return undefined;
  return readVersion(project, step.id, step.path).bytes;
}
