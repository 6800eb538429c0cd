/** Whether a value from JSON has the shape it was written with. Small, because it is loaded by what must be fast. */

/** The name of a primitive type, a list of one shape, or the members of an object; those with `?` may be absent or null. */
export type Shape = "string" | "number" | "boolean" | readonly [Shape] | { readonly [key: string]: Shape };

/** What `restore` returns for a value of another shape. */
export const UNFIT = Symbol("unfit");

/** The value with `undefined` where JSON has to say `null`; `UNFIT` unless it has the shape, with no member besides. */
export function restore(value: unknown, shape: Shape): unknown {
  if (typeof shape === "string") return typeof value === shape ? value : UNFIT;
  if (typeof value !== "object" || value === null) return UNFIT;
  if (isList(shape)) return Array.isArray(value) ? restoreList(value, shape[0]) : UNFIT;
  const given = value as Readonly<Record<string, unknown>>;
  const restored: Record<string, unknown> = {};
  let known = 0;
  for (const name of Object.keys(shape)) {
    const isOptional = name.endsWith("?");
    const key = isOptional ? name.slice(0, -1) : name;
    const isPresent = Object.hasOwn(given, key);
    if (!isPresent && isOptional) continue;
    const member = given[key];
    restored[key] = isOptional && member === null ? undefined : restore(member, shape[name]!);
    if (!isPresent || restored[key] === UNFIT) return UNFIT;
    known++;
  }
  return known === Object.keys(given).length ? restored : UNFIT;
}

function restoreList(values: readonly unknown[], shape: Shape): unknown {
  const restored = values.map((value) => restore(value, shape));
  return restored.includes(UNFIT) ? UNFIT : restored;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
