/** What an agent hands to a hook: one JSON object, of which nothing is taken for granted. */

export type Payload = Readonly<Record<string, unknown>>;

/** The first of several keys that holds a text. */
export function stringIn(payload: Payload, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = Object.hasOwn(payload, key) ? payload[key] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
