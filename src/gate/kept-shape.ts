/** Whether a value from JSON has the shape it was written with. Small, because it is loaded by what must be fast. */

/** The name of a primitive type, a list of one shape, or the members of an object; those with `?` may be absent or null. */
export type Shape = "string" | "number" | "boolean" | readonly [Shape] | { readonly [key: string]: Shape };

/** Whether the value has the shape, with no member besides. */
export function fits(value: unknown, shape: Shape): boolean {
  if (typeof shape === "string") return typeof value === shape;
  if (typeof value !== "object" || value === null) return false;
  if (isList(shape)) return Array.isArray(value) && value.every((inner) => fits(inner, shape[0]));
  let known = 0;
  for (const [name, inner] of Object.entries(shape)) {
    const isOptional = name.endsWith("?");
    const key = isOptional ? name.slice(0, -1) : name;
    const member = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    if (Object.hasOwn(value, key)) known++;
    if (!(isOptional && (member === undefined || member === null)) && !fits(member, inner)) return false;
  }
  return known === Object.keys(value).length;
}

/** The value with `undefined` where JSON has to say `null`. */
export function restore(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(restore);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restore(inner)]));
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
