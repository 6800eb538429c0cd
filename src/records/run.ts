/**
 * The state of one run of a skill: what the skill gave, behind a `_meta` of ours.
 *
 * The state is kept as text, token by token; it is the skill's, and nothing in it
 * concerns the gate. `_meta` is never what the given state carries: a state that was
 * loaded from one run and saved as another must not claim to be the first. Other programs
 * keep runs in the same folders, without a `_meta` or with a part of it; theirs are read as
 * what they are.
 */
import { parseJson } from "../base/json.ts";
import { JsonText } from "../json/json-text.ts";
import { byKey, membersOf } from "../json/members.ts";
import { PYTHON } from "../json/token.ts";
import { printNew } from "./json-edit.ts";
import { readObjectText, sentenceOf } from "./object-text.ts";

export const RUN_VERSION = 1;
const META = "_meta";

/** What the file of a run says besides its state. */
export interface RunMeta {
  readonly runId: string;
  readonly skillName: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly lastUpdated: string;
}

export type RunReading =
  /**
   * `meta` is what the file says; `json` is the state without `_meta`, as text in our layout,
   * with `null` in the place of numbers that are none, if it `hasNaN`.
   */
  | { readonly kind: "run"; readonly meta: Partial<RunMeta>; readonly json: string; readonly hasNaN: boolean }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "newer"; readonly version: string };

/** `<prefix>-<YYYYMMDD>-<HHMMSS>-<hex>`, in UTC. */
export function makeRunId(prefix: string, now: number, hex: string): string {
  const [date = "", time = ""] = new Date(now).toISOString().replace(/[-:]/g, "").split("T");
  return `${prefix}-${date}-${time.slice(0, 6)}-${hex}`;
}

/** The text of a run's file; a fault where the state is no JSON object. */
export function makeRun(meta: RunMeta, stateJson: string): { readonly text: string } | { readonly fault: string } {
  const state = readObjectText(stateJson);
  if (state.kind === "fault") return { fault: sentenceOf(state, stateJson) };
  // The scan lets the words of Python pass that other readers stumble over.
  if (parseJson(stateJson) === undefined) return { fault: "it holds NaN or Infinity" };
  const about = { run_id: meta.runId, skill_name: meta.skillName, last_updated: meta.lastUpdated };
  const own = { ...about, schema_version: RUN_VERSION };
  const members = state.members.filter(({ key }) => key !== META);
  return { text: printNew([[META, own], ...members.map(({ key, raw }) => [key, new JsonText(raw)] as const)]) };
}

/** Reads the text of a run's file. */
export function readRun(text: string): RunReading {
  const record = readObjectText(text);
  if (record.kind === "fault") return { kind: "damaged", reason: sentenceOf(record, text) };
  const raw = record.members.findLast(({ key }) => key === META)?.raw ?? "{}";
  if (!raw.startsWith("{")) return { kind: "damaged", reason: "_meta is no object" };
  const meta = byKey(membersOf(raw, PYTHON) ?? []);
  const version = /^"?(\d+)/.exec(meta.get("schema_version") ?? "")?.[1];
  if (version !== undefined && Number(version) > RUN_VERSION) return { kind: "newer", version };
  const [runId, skillName, lastUpdated] = ["run_id", "skill_name", "last_updated"].map((key) => textOf(meta.get(key)));
  const known = { ...(runId && { runId }), ...(skillName && { skillName }), ...(lastUpdated && { lastUpdated }) };
  const members = record.members.filter(({ key }) => key !== META);
  const hasNaN = parseJson(text) === undefined;
  const json = printNew(
    members.map(({ key, raw: value }) => [key, new JsonText(hasNaN ? withoutNaN(value) : value)] as const),
  );
  return { kind: "run", meta: known, json, hasNaN };
}

/** Python writes NaN and infinities, which no other reader of JSON takes. */
function withoutNaN(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => (token.startsWith('"') ? token : "null"));
}

function textOf(raw: string | undefined): string | undefined {
  return raw?.startsWith('"') ? (JSON.parse(raw) as string) : undefined;
}
