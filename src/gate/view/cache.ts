/**
 * What the state file and the work file of its issue say, for who asks again.
 *
 * Invariant: an answer from here is the answer that parsing the text would give. It is
 * believed only for a text of the very same bytes, and nothing is cached that depends
 * on anything else, such as the clock, other files or git.
 *
 * Somebody who writes such a file with care can make `status` tell a lie, as by
 * writing the state file itself. Nothing that writes a document asks here.
 */
import type { WorkStatus } from "../../document/work.ts";
import { readCache, writeCache } from "../../files/cache/cache.ts";
import type { Project } from "../../files/guard/project.ts";
import type { Problem } from "../../rules/report.ts";
import { PROBLEM, restore, type Shape } from "./cache-shape.ts";
import type { StateSummary } from "./summary.ts";

/** Larger texts are read each time, in bytes. */
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
}

/** What the work file of the active issue says; there is one, whichever issue that is. */
export interface CachedWork {
  readonly status: WorkStatus | undefined;
}

/** The kinds of text of which something is cached, with the names of their caches. */
interface Kinds {
  readonly state: CachedState;
  readonly work: CachedWork;
}

/** What a text with these bytes says, where it is known. */
export function findCached<K extends keyof Kinds>(project: Project, kind: K, bytes: Uint8Array): Kinds[K] | undefined {
  const answer = readCache(project, kind, ALWAYS)(kind, bytes);
  return answer === undefined ? undefined : (restore(answer, SHAPES[kind]) as Kinds[K] | undefined);
}

/** Caches what a text with these bytes says. */
export function cache<K extends keyof Kinds>(project: Project, kind: K, bytes: Uint8Array, value: Kinds[K]): void {
  const answer = JSON.stringify(value, (_key, inner: unknown) => (inner === undefined ? null : inner));
  if (bytes.length > MOST_BYTES || answer.length > LONGEST_ANSWER) return;
  writeCache(project, kind, ALWAYS, [{ question: kind, madeFrom: bytes, answer }]);
}

const SPAN: Shape = { start: "number", end: "number" };
const FIELD: Shape = {
  ...SPAN,
  ...{ key: "string", valueSpan: SPAN, value: "string", raw: "string", quoted: "boolean" },
};
const TIME: Shape = { field: FIELD, others: [FIELD], "reading?": { kind: "string", "instant?": "number" } };
const PART: Shape = { value: FIELD, others: [FIELD] };

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
  },
  work: { "status?": "string" },
};
