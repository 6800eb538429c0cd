/**
 * What the state file and the work file of its issue say, for who asks again.
 *
 * Invariant: an answer from here is the answer that parsing the text would give. It is
 * believed only for a text of the very same bytes in the very same file, by its device,
 * inode and times, so that none is believed that came with a checkout. Nothing is cached that
 * depends on anything else, such as the clock, other files or git, but for what of it
 * is from outside, which stays true as long as nobody touches the file.
 *
 * Nothing that writes a document asks here.
 */
import type { WorkStatus } from "../../document/work.ts";
import { readCache, writeCache } from "../../files/cache/cache.ts";
import { lookOf } from "../../files/read/read.ts";
import type { Problem } from "../../rules/report.ts";
import type { Gate } from "../gate.ts";
import { PROBLEM, restore, type Shape } from "./cache-shape.ts";
import type { Marks } from "./marks.ts";
import type { Notes } from "./notes.ts";
import type { StateSummary } from "./summary.ts";

/** In bytes. */
const MOST_BYTES = 128 * 1024;
/** In characters; longer answers take longer to read than their texts to parse. */
const LONGEST_ANSWER = 448 * 1024;
/** The time from which on an answer counts that depends on no time. */
const ALWAYS = 0;

/** What a state file says. */
export interface CachedState {
  readonly summary: StateSummary;
  /** What is wrong with the text itself, with the offsets that put it in order among all else. */
  readonly findings: readonly (Problem & { readonly start: number })[];
  readonly revision: string;
  /** What of it is from outside. */
  readonly marks: Marks;
}

/** What the work file of the active issue says; there is one, whichever issue that is. */
export interface CachedWork {
  readonly status: WorkStatus | undefined;
  readonly notes: Notes;
}

/** The kinds of text of which something is cached, with the names of their caches. */
interface Kinds {
  readonly state: CachedState;
  readonly work: CachedWork;
}

/** A document on the disk: where it is, and what was read there. */
export interface Place {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a document says, where it is known. */
export function findCached<K extends keyof Kinds>(
  { project }: Gate,
  kind: K,
  { path, bytes }: Place,
): Kinds[K] | undefined {
  const look = lookOf(project, path);
  const answer = look === undefined ? undefined : readCache(project, kind, ALWAYS)(`${path} ${look}`, bytes);
  return answer === undefined ? undefined : (restore(answer, SHAPES[kind]) as Kinds[K] | undefined);
}

/** Whether what a document says may be cached; longer texts are read each time. */
export function mayCache({ bytes }: Place): boolean {
  return bytes.length <= MOST_BYTES;
}

/** Caches what a document says. */
export function cache<K extends keyof Kinds>({ project }: Gate, kind: K, place: Place, value: Kinds[K]): void {
  const { path, bytes } = place;
  const look = lookOf(project, path);
  const answer = JSON.stringify(value, (_key, inner: unknown) => (inner === undefined ? null : inner));
  if (look === undefined || !mayCache(place) || answer.length > LONGEST_ANSWER) return;
  writeCache(project, kind, ALWAYS, [{ question: `${path} ${look}`, madeFrom: bytes, answer }]);
}

const SPAN: Shape = { start: "number", end: "number" };
const FIELD: Shape = {
  ...SPAN,
  ...{ key: "string", valueSpan: SPAN, value: "string", raw: "string", quoted: "boolean" },
};
const TIME: Shape = { field: FIELD, others: [FIELD], "reading?": { kind: "string", "instant?": "number" } };
const PART: Shape = { value: FIELD, others: [FIELD] };

const MARK = { since: "number", isHeld: "boolean" } as const satisfies Shape;
const NOTES: Shape = { newest: [{ text: "string", "mark?": MARK }], count: "number" };

const SHAPES: { readonly [K in keyof Kinds]: Shape } = {
  state: {
    summary: {
      head: {
        "lastUpdated?": TIME,
        active: {
          "issueField?": PART,
          "issue?": {
            kind: "string",
            "issue?": { "number?": "number", id: "string", title: "string", padded: "boolean", others: ["number"] },
          },
          "branch?": PART,
          "started?": TIME,
        },
      },
      content: {
        ...{ "issueNumber?": "number", "issueTitle?": "string", "branch?": "string" },
        ...{ "started?": "string", "lastUpdated?": "string" },
        progressItems: [{ status: "string", text: "string", "percentage?": "number" }],
        nextSteps: ["string"],
        openQuestions: [{ question: "string", "decision?": "string", "note?": "string" }],
        recentWork: [
          {
            ...{ "issueNumber?": "number", "issueTitle?": "string" },
            ...{ "status?": "string", "date?": "string", "reason?": "string" },
          },
        ],
        "blockers?": "string",
        context: ["string"],
      },
    },
    findings: [{ ...PROBLEM, start: "number" }],
    revision: "string",
    marks: { "rest?": "number", named: [{ text: "string", ...MARK }] },
  },
  work: { "status?": "string", notes: { learnings: NOTES, decisions: NOTES, failed: NOTES } },
};
