/** What an agent hands to a hook: one JSON object, of which nothing is taken for granted. */

export type Payload = Readonly<Record<string, unknown>>;

/** The first text under one of the keys; it may be empty. */
export function textIn(payload: Payload, ...keys: readonly string[]): string | undefined {
  return textsIn(payload, keys)[0];
}

/** The first text under one of the keys that is not empty. */
export function stringIn(payload: Payload, ...keys: readonly string[]): string | undefined {
  return textsIn(payload, keys).find((text) => text !== "");
}

function textsIn(payload: Payload, keys: readonly string[]): readonly string[] {
  const values = keys.map((key) => (Object.hasOwn(payload, key) ? payload[key] : undefined));
  return values.filter((value) => typeof value === "string");
}
