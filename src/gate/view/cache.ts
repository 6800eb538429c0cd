/**
 * What the gate remembers of a text: what it says, so that whoever asks again need
 * not read it again.
 *
 * Invariant: an answer from here is the answer that parsing the text would give.
 * It stands beside the whole text it was made from, and is believed only for a
 * text that has the very same bytes. Nothing is kept that depends on anything else,
 * such as the clock, other files or git. Another build of the program, a byte that
 * is not what was written, or a shape that is not expected means that nothing is
 * kept; so does the absence of the file, which may be deleted at any time.
 *
 * Somebody who writes such a file with care can make `status` tell a lie, as by
 * writing the state file itself. Nothing that writes a document asks here.
 */

import { BUILD } from "../../base/build.ts";
import { parseJson } from "../../base/json.ts";
import { isSameBytes } from "../../base/same.ts";
import type { WorkStatus } from "../../document/work.ts";
import { readKept, writeKept } from "../../files/cache/cache-file.ts";
import { once, twice } from "../../files/cache/mirrored.ts";
import type { Project } from "../../files/guard/project.ts";
import type { Problem } from "../../rules/report.ts";
import { restore, type Shape, UNFIT } from "./cache-shape.ts";
import type { Said } from "./content.ts";

/** Larger texts are read each time, in bytes. */
const MOST_BYTES = 128 * 1024;
const LONGEST_HEAD = 120;

/** What is kept of a state file. */
export interface KeptState {
  readonly said: Said;
  /** What is wrong with the text itself, with the offsets that put it in order among all else. */
  readonly findings: readonly (Problem & { readonly start: number })[];
  readonly revision: string;
}

/** What is kept of the work file of the active issue; there is one, whichever issue that is. */
export interface KeptWork {
  readonly status: WorkStatus | undefined;
}

/** The kinds of text of which something is kept, with the names of the files it is kept in. */
interface Kinds {
  readonly state: KeptState;
  readonly work: KeptWork;
}

/** What is kept of a text with these bytes. */
export function findKept<K extends keyof Kinds>(project: Project, kind: K, bytes: Uint8Array): Kinds[K] | undefined {
  const kept = readKept(project, kind);
  const length = kept?.subarray(0, LONGEST_HEAD).indexOf(10) ?? -1;
  if (kept === undefined || length === -1) return undefined;
  const start = length + 1 + bytes.length;
  if (Buffer.from(kept.subarray(0, length)).toString() !== headOf(kind, bytes.length, (kept.length - start) / 2)) {
    return undefined;
  }
  const answer = isSameBytes(kept.subarray(length + 1, start), bytes) ? once(kept.subarray(start)) : undefined;
  const value = answer && restore(parseJson(Buffer.from(answer).toString()), SHAPES[kind]);
  return value === UNFIT ? undefined : (value as Kinds[K] | undefined);
}

/** Keeps what a text with these bytes says. */
export function keep<K extends keyof Kinds>(project: Project, kind: K, bytes: Uint8Array, value: Kinds[K]): void {
  if (bytes.length > MOST_BYTES) return;
  const json = JSON.stringify(value, (_key, inner: unknown) => (inner === undefined ? null : inner));
  const answer = Buffer.from(json);
  const head = headOf(kind, bytes.length, answer.length);
  writeKept(project, kind, Buffer.concat([Buffer.from(`${head}\n`), bytes, twice(answer)]));
}

/** The first line: which build it is, and how much of the text and of the answer follows. */
function headOf(kind: keyof Kinds, length: number, answer: number): string {
  return `gate ${kind} ${BUILD} ${length} ${answer}`;
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
    said: {
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
        openQuestions: [{ question: "string", "decision?": "string" }],
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
    findings: [
      {
        ...{ rule: "string", severity: "string", message: "string", start: "number" },
        ...{ line: "number", column: "number", endLine: "number", endColumn: "number", fixable: "boolean" },
      },
    ],
    revision: "string",
  },
  work: { "status?": "string" },
};
