/**
 * Taking pictures of a project that others write to: of each file what it says or,
 * while that is doubtful, what it said before.
 */
import { signatureOf } from "../../files/read/folder-watch.ts";
import { hasIntent, INTENT_PATH } from "../../files/record/intent-log.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { type Verification, verifyFile } from "../documents/verify.ts";
import { type Gate, workPath } from "../gate.ts";
import { kindOfPath } from "../view/paths.ts";
import { type Status, status } from "../view/status.ts";
import { isDamaged } from "./compare.ts";
import { Debounce } from "./debounce.ts";
import { type BatchLook, type GuardedView, lookAtBatch, lookAtGuards, type Picture } from "./snapshot.ts";

/** Milliseconds to the next look while an operation is between its steps. */
const BETWEEN_STEPS = 20;
/** So many work files are looked at before what they say is told. */
const AT_ONCE = 64;

const GONE = { exists: false, valid: false, revision: undefined, problems: [] };

export class Observer {
  readonly #again: (delay: number) => void;
  readonly #debounce = new Debounce();
  readonly #touched = new Set<string>();
  /** Work files whose look is not believed yet. */
  readonly #doubtful = new Set<string>();
  #batch: (BatchLook & { readonly signature: string }) | undefined;
  #picture: Picture | undefined;

  /** `again` asks for another look in some milliseconds. */
  constructor(again: (delay: number) => void) {
    this.#again = again;
  }

  /** The last picture. */
  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Has a work file looked at with the next picture. */
  touch(path: string): void {
    this.#touched.add(path);
  }

  /** Has those work files of a folder looked at that were before; of any folder that is none of work files all. */
  touchKnown(folder: string, isWorkFolder: boolean): void {
    for (const path of this.#picture?.works.keys() ?? []) {
      if (!isWorkFolder || path.startsWith(`${folder}/`)) this.#touched.add(path);
    }
  }

  /** The picture as it is believed; `undefined` while there is nothing to believe yet. */
  async take(gate: Gate, overdue: boolean): Promise<Picture | undefined> {
    const seen = await status(gate);
    if (this.#isBetweenSteps(gate, seen)) {
      this.#again(BETWEEN_STEPS);
      return undefined;
    }
    const state = this.#believe(seen, this.#picture?.state);
    const batch = await this.#takeBatch(gate, overdue);
    const works = await this.#takeWorks(gate, state);
    const guarded = await this.#takeGuarded(gate);
    if (!state) return undefined;
    this.#picture = { state, freshness: state.freshness ?? this.#picture?.freshness, ...batch, works, guarded };
    if (this.#touched.size > 0) this.#again(0);
    return this.#picture;
  }

  /** A writer that is between two documents will be done in a moment, and until then they may disagree. */
  #isBetweenSteps(gate: Gate, { problems }: Status): boolean {
    const running = hasIntent(gate.project) && !problems.some(({ rule }) => rule === "unfinished-operation");
    if (running) return this.#debounce.doubt(INTENT_PATH, "") > 0;
    this.#debounce.trust(INTENT_PATH);
    return false;
  }

  /** What was seen of a document or, as long as that is doubtful, what was seen of it before. */
  #believe<T extends Status | Verification | GuardedView>(seen: T, known: T | undefined): T | undefined {
    const { path, exists, revision, problems } = seen;
    const errors = problems.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
    const bad = isDamaged(seen) || (!exists && known?.exists === true);
    const asBefore = known !== undefined && known.exists === exists && known.revision === revision && isDamaged(known);
    if (!bad || asBefore) {
      this.#debounce.trust(path);
      return seen;
    }
    const wait = this.#debounce.doubt(path, [exists, revision, ...errors].join());
    if (wait === 0) return seen;
    this.#again(wait);
    // Of the others all are looked at each time.
    if (kindOfPath(path) === "work" || kindOfPath(path) === "archive") this.#doubtful.add(path);
    return known;
  }

  /** A lease that ends changes what is next, so the batch is looked at now and then without a change. */
  async #takeBatch(gate: Gate, overdue: boolean): Promise<BatchLook> {
    const signature = signatureOf(gate.project, BATCH_PATH);
    if (this.#batch?.signature === signature && !overdue) return this.#batch;
    const look = await lookAtBatch(gate);
    const known = this.#batch ?? { batch: undefined, batchProblem: undefined, signature: "" };
    if (look.batchProblem && look.batchProblem.message !== known.batchProblem?.message) {
      const wait = this.#debounce.doubt(BATCH_PATH, signature);
      if (wait > 0) {
        this.#again(wait);
        return known;
      }
    } else {
      this.#debounce.trust(BATCH_PATH);
    }
    this.#batch = { ...look, signature };
    return look;
  }

  /** The guarded files; one that is there no more is told of once. */
  async #takeGuarded(gate: Gate): Promise<ReadonlyMap<string, GuardedView>> {
    const known = this.#picture?.guarded ?? new Map<string, GuardedView>();
    const seen = await lookAtGuards(gate);
    const there = new Set(seen.map(({ path }) => path));
    const gone = [...known.values()].filter(({ path, exists }) => exists && !there.has(path));
    const all = [...seen, ...gone.map(({ path }) => ({ ...GONE, path }))];
    return new Map(
      all.flatMap((file) => {
        const believed = this.#believe(file, known.get(file.path));
        return believed ? [[file.path, believed] as const] : [];
      }),
    );
  }

  /** The work files that were touched, some at a time, and that of the active issue, which `status` depends on. */
  async #takeWorks(gate: Gate, state: Status | undefined): Promise<ReadonlyMap<string, Verification>> {
    const known = this.#picture?.works ?? new Map<string, Verification>();
    const paths = [...new Set([...this.#doubtful, ...[...this.#touched].slice(0, AT_ONCE)])];
    this.#doubtful.clear();
    const active = state?.issueNumber === undefined ? undefined : workPath(state.issueNumber);
    if (active !== undefined && !known.has(active) && !paths.includes(active)) paths.push(active);
    if (paths.length === 0) return known;
    const works = new Map([...known].filter(([, { exists }]) => exists));
    for (const path of paths) {
      this.#touched.delete(path);
      const seen = await verifyFile(gate, path);
      // One that came and went between two looks, or is not there yet, is nothing to tell of.
      if (!seen.exists && !works.has(path)) continue;
      const believed = this.#believe(seen, works.get(path));
      if (believed) works.set(path, believed);
    }
    return works;
  }
}
