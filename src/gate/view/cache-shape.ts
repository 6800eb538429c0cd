/** Whether a value from JSON has the shape it was written with. Small, because it is loaded by what must be fast. */
import type { Problem } from "../../rules/report.ts";

/** The name of a primitive type, a list of one shape, or the members of an object; those with `?` may be absent or null. */
export type Shape = "string" | "number" | "boolean" | readonly [Shape] | { readonly [key: string]: Shape };

/** A problem of a document, its members in the order in which answers have them. */
export const PROBLEM = {
  ...{ rule: "string", severity: "string", message: "string" },
  ...{ line: "number", column: "number", endLine: "number", endColumn: "number", fixable: "boolean" },
} as const satisfies Record<keyof Problem, Shape>;

/**
 * The value of a JSON text, with `undefined` where that has to say `null`; `undefined`
 * unless it has the shape, with no member besides.
 */
export function restore(json: string, shape: Shape): unknown {
  try {
    return restoreValue(JSON.parse(json), shape);
  } catch {
    return undefined;
  }
}

function restoreValue(value: unknown, shape: Shape): unknown {
  if (typeof shape === "string") return typeof value === shape ? value : misfit();
  if (typeof value !== "object" || value === null) return misfit();
  if (isList(shape)) return Array.isArray(value) ? value.map((each) => restoreValue(each, shape[0])) : misfit();
  const given = value as Readonly<Record<string, unknown>>;
  const restored: Record<string, unknown> = {};
  let known = 0;
  for (const name of Object.keys(shape)) {
    const isOptional = name.endsWith("?");
    const key = isOptional ? name.slice(0, -1) : name;
    if (Object.hasOwn(given, key)) {
      const member = given[key];
      restored[key] = isOptional && member === null ? undefined : restoreValue(member, shape[name]!);
      known++;
    } else if (!isOptional) misfit();
  }
  return known === Object.keys(given).length ? restored : misfit();
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function misfit(): never {
  throw new TypeError("another shape");
}
