/**
 * The shapes that the keys of a batch record may have.
 *
 * The schema says types alone, and lets whatever it does not name pass; what holds
 * between keys is in `batch.ts`. Of the small build of zod, because the large one
 * takes longer to load than all the rest of a command. Messages are made here from
 * the issue's path: they name the key as it stands in the file.
 */
import * as z from "zod/mini";
import { isObject } from "../base/json.ts";
import type { Json } from "./json-edit.ts";

export const index = z.int().check(z.minimum(0));
export const count = z.int().check(z.minimum(0));
export const text = z.string();
/** Optional keys may be null as well: Python writes `None` for what is not there. */
export const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);
const isIndex = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isText = (value: unknown) => typeof value === "string";
/** Zod makes an object for each element; ten thousand features would take longer to check than to parse. */
const list = <T>(of: string, is: (element: unknown) => boolean) =>
  z.custom<readonly T[]>((value) => Array.isArray(value) && value.every(is), { error: of });
const indices = list<number>("index", isIndex);
const texts = list<string>("text", isText);

/** A list or an object of one shape. Ends at the first fault: zod collects all, and stumbles over a hundred thousand. */
const listOf = <T extends z.ZodMiniType>(shape: T) =>
  z.custom<readonly z.output<T>[]>(Array.isArray, { error: "list", abort: true }).check((context) => {
    checkEach(shape, (context.value as readonly unknown[]).entries(), context.issues);
  });
/** Keys that are no index are somebody else's; they are kept, and mean nothing here. */
export const byName = <T extends z.ZodMiniType>(shape: T) =>
  z.custom<Readonly<Record<string, z.output<T>>>>(isObject, { error: "object", abort: true }).check((context) => {
    checkEach(shape, Object.entries(context.value as object), context.issues);
  });

function checkEach(
  shape: z.ZodMiniType,
  entries: Iterable<readonly [key: PropertyKey, value: unknown]>,
  issues: z.core.$ZodRawIssue[],
): void {
  for (const [key, value] of entries) {
    const issue = shape.safeParse(value).error?.issues[0];
    if (!issue) continue;
    issues.push({ ...issue, input: value, path: [key, ...issue.path] } as z.core.$ZodRawIssue);
    return;
  }
}

const STATUSES = ["in_progress", "running", "paused", "completed", "failed"] as const;

const about = { timestamp: maybe(text) };
const failed = z.union([index, z.looseObject({ feature_index: index, error_message: maybe(text), ...about })]);
const skipped = z.union([
  index,
  z.looseObject({ feature_index: index, reason: maybe(text), category: maybe(text), ...about }),
]);
const clearing = z.looseObject({ feature_index: maybe(index), context_tokens_before_clear: maybe(count), ...about });
export const operation = z.looseObject({
  success: z.boolean(),
  sha: maybe(text),
  branch: maybe(text),
  remote: maybe(text),
  number: maybe(z.int()),
  url: maybe(text),
  error: maybe(text),
  ...about,
});
export const claim = z.looseObject({ worker: text, claimed_at: maybe(text), expires_at: text });

export const BATCH = z.looseObject({
  batch_id: text,
  features_file: text,
  total_features: count,
  features: texts,
  current_index: index,
  status: z.enum(STATUSES),
  completed_features: maybe(indices),
  failed_features: maybe(listOf(failed)),
  context_token_estimate: maybe(count),
  auto_clear_count: maybe(count),
  auto_clear_events: maybe(listOf(clearing)),
  created_at: maybe(text),
  updated_at: maybe(text),
  issue_numbers: maybe(listOf(z.int())),
  source_type: maybe(text),
  state_file: maybe(text),
  context_tokens_before_clear: maybe(count),
  paused_at_feature_index: maybe(index),
  retry_attempts: maybe(byName(count)),
  git_operations: maybe(byName(byName(operation))),
  feature_order: maybe(indices),
  feature_dependencies: maybe(byName(indices)),
  analysis_metadata: maybe(z.custom<Readonly<Record<string, unknown>>>(isObject, { error: "object" })),
  workflow_mode: maybe(text),
  workflow_reminder: maybe(text),
  skipped_features: maybe(listOf(skipped)),
  claims: maybe(byName(claim)),
  consecutive_failures: maybe(count),
});

export type BatchShape = z.infer<typeof BATCH>;

/** The keys that the schema looks at. */
export const CHECKED_KEYS: ReadonlySet<string> = new Set(Object.keys(BATCH.shape));

type Checked<T> =
  | { readonly kind: "shape"; readonly shape: T }
  /** One sentence that begins with the key. */
  | { readonly kind: "fault"; readonly fault: string };

/** Checks a value against a shape. */
export function checkShape<T extends z.ZodMiniType>(schema: T, value: unknown): Checked<z.output<T>> {
  const result = schema.safeParse(value);
  if (result.success) return { kind: "shape", shape: result.data };
  return { kind: "fault", fault: faultOf(result.error.issues[0]!, value) };
}

function faultOf(issue: z.core.$ZodIssue, root: unknown): string {
  // Of several shapes the issue of the last one is the one with the most to say.
  const inner = issue.code === "invalid_union" ? issue.errors.at(-1)?.[0] : undefined;
  const path = [...issue.path, ...(inner?.path ?? [])];
  const value = valueAt(root, path);
  const expected = expectationOf(inner ?? issue);
  const element = issue.code === "custom" ? ELEMENTS[issue.message] : undefined;
  if (element !== undefined && Array.isArray(value)) {
    const at = value.findIndex((each) => !(issue.message === "text" ? isText : isIndex)(each));
    return `${nameOf([...path, at])} is ${shortened(value[at])}, expected ${element}`;
  }
  return `${nameOf(path)} is ${shortened(value)}, expected ${expected}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  int: "a whole number",
  number: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Of lists whose elements are all of one kind. */
const ELEMENTS: Readonly<Record<string, string>> = { text: "a text", index: "an index" };

const EXPECTED: Readonly<Record<string, string>> = {
  text: "a list of texts",
  index: "a list of indices",
  list: "a list",
  object: "an object",
};

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "too_small":
      return `a number from ${issue.minimum}`;
    case "too_big":
      return `a number up to ${issue.maximum}`;
    default:
      return EXPECTED[issue.message] ?? "another value";
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}

/** `failed_features[3].feature_index` */
function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`;
    return name === "" ? String(key) : `${name}.${String(key)}`;
  }, "");
}

const MOST = 40;

/** A value as a message shows it. */
export function shortened(value: unknown): string {
  if (value === undefined) return "missing";
  const json = JSON.stringify(value as Json);
  return json.length > MOST ? `${json.slice(0, MOST)}…` : json;
}
