/**
 * What a tool is: one file in `tools/`, with its schemas beside what it does. What
 * a tool answers is what the command of the same operation prints with `--json`,
 * and a failure is the same failure; nothing here decides anything of its own.
 */
import type { Tool as Definition, ToolAnnotations } from "@modelcontextprotocol/server";
import * as z from "zod/mini";
import { GateError } from "../base/errors.ts";
import { failureOf } from "../base/failure.ts";
import { parseJson } from "../base/json.ts";
import { escapeHidden, printable } from "../base/line.ts";
import { answerToWire, diffOf, type Result } from "../gate/answer/answer.ts";
import type { Gate, WriteOptions } from "../gate/gate.ts";
import { failureToWire } from "../json/wire.ts";
import type { Ask } from "./ask.ts";

/** One call of a tool. */
export interface Call {
  /** Opens the project of the client. */
  openGate(options?: { readonly create?: boolean }): Promise<Gate>;
  /** Asks the person in front of the client; absent where the client cannot. */
  readonly ask?: Ask;
  /** Says where a fault of the program is, to those who want to know. */
  report(error: unknown): void;
  /** The project that was named when the server was started, for hints. */
  readonly root: string | undefined;
}

/** Arguments of every tool that writes. */
export const WRITE = { dry_run: z.exactOptional(z.boolean()), if_match: z.exactOptional(z.string()) };

interface Writing {
  readonly dry_run?: boolean;
  readonly if_match?: string;
}

interface ToolOptions<I> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodMiniType<I>;
  /** What it takes and its listing leaves out, because a person is shown what it will do. */
  readonly unlisted?: readonly (keyof typeof WRITE)[];
  /** What it answers when it succeeds. */
  readonly output: z.ZodMiniObject;
  readonly annotations: Omit<ToolAnnotations, "openWorldHint">;
  run(input: Omit<I, keyof typeof WRITE>, call: Call, write: WriteOptions): Promise<Result>;
}

/** A tool as the server offers it. */
export interface Tool {
  readonly name: string;
  /** What `tools/list` says of it. */
  define(): Definition;
  /** Never throws: a failure is an answer too. */
  call(given: unknown, call: Call): Promise<ToolAnswer>;
}

/** What goes back to the client; the same object as a value and as text, for clients that know only text. */
export type ToolAnswer = {
  content: { type: "text"; text: string }[];
  structuredContent: Record<string, unknown>;
  isError?: true;
};

/** Makes a tool of its schemas and what it does. */
export function makeTool<I>({
  name,
  description,
  input,
  unlisted = [],
  output,
  annotations,
  run,
}: ToolOptions<I>): Tool {
  return {
    name,
    define: () => ({
      name,
      description,
      inputSchema: without(toJsonSchema(input, "input"), unlisted),
      outputSchema: { type: "object", anyOf: [toJsonSchema(output, "output"), FAILURE] },
      annotations: { ...annotations, openWorldHint: false },
    }),
    async call(given, call) {
      try {
        const { dry_run: dryRun = false, if_match: ifMatch, ...rest } = readInput(name, input, given) as I & Writing;
        const answer = await run(rest, call, { dryRun, ...(ifMatch !== undefined && { ifMatch }) });
        return answerOf(answerToWire(answer, await diffOf(answer, dryRun)));
      } catch (error) {
        call.report(error);
        return { ...answerOf(failureToWire(failureOf(error))), isError: true };
      }
    },
  };
}

function answerOf(wire: unknown): ToolAnswer {
  const object = wire as ToolAnswer["structuredContent"];
  return { content: [{ type: "text", text: escapeHidden(JSON.stringify(object)) }], structuredContent: object };
}

/** Models give `null` for what they leave out; that is no value for anything here. */
function readInput<I>(name: string, schema: z.ZodMiniType<I>, given: unknown): I {
  const present = Object.entries((given ?? {}) as object).filter(([, value]) => value !== null);
  const values: Record<string, unknown> = Object.fromEntries(present);
  const result = z.safeParse(schema, values);
  if (result.success) return result.data;
  const again = z.safeParse(schema, withParsed(values, result.error.issues));
  if (again.success) return again.data;
  const [issue] = again.error.issues;
  throw new GateError("INVALID_ARGUMENT", `Cannot run ${name}: ${faultOf(issue!)}${cameAs(values, issue!)}`, {
    hint: "Its input schema says what it takes.",
  });
}

/**
 * Clients send what is no text as the JSON text of it now and then. It is taken as that
 * where a value of another type is expected, never where a text is.
 */
function withParsed(values: Readonly<Record<string, unknown>>, issues: readonly z.core.$ZodIssue[]) {
  const parsed = { ...values };
  for (const { code, path } of issues) {
    const [key] = path;
    const text = typeof key === "string" && Object.hasOwn(values, key) ? values[key] : undefined;
    if (code !== "invalid_type" || path.length !== 1 || typeof text !== "string") continue;
    const value = parseJson(text);
    if (value !== undefined && typeof value !== "string") parsed[key as string] = value;
  }
  return parsed;
}

/** What came in the place of what was expected. */
function cameAs(values: Readonly<Record<string, unknown>>, { code, path }: z.core.$ZodIssue): string {
  if (code !== "invalid_type") return "";
  let value: unknown = values;
  for (const key of path) value = (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key];
  if (value === undefined) return ", but it is missing";
  const text = typeof value === "string" ? ` ${JSON.stringify(value.slice(0, 40))}` : "";
  return `, but ${Array.isArray(value) ? "an array" : `a ${typeof value}`}${printable(text)} came`;
}

function faultOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const name = printable(place.replace(/^\./, "") || "the arguments");
  if (issue.code === "unrecognized_keys") return `${name}: the key ${printable(issue.keys.join(", "))} is not known`;
  if (issue.code === "invalid_value") return `${name}: expected ${issue.values.map(String).join(", ")}`;
  return issue.code === "invalid_type" ? `${name}: expected ${issue.expected}` : `${name} cannot be used`;
}

const FAILURE = {
  type: "object",
  properties: {
    success: { const: false },
    error: {
      type: "object",
      properties: {
        code: { type: "string" },
        message: { type: "string" },
        path: { type: ["string", "null"] },
        hint: { type: ["string", "null"] },
      },
      required: ["code", "message", "path", "hint"],
    },
  },
  required: ["success", "error"],
};

function without(schema: Definition["inputSchema"], unlisted: readonly string[]): Definition["inputSchema"] {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => !unlisted.includes(name));
  return { ...schema, properties: Object.fromEntries(properties) as NonNullable<typeof schema.properties> };
}

/** Every byte of an input schema is read by the model again and again, so it says nothing that goes without saying. */
function toJsonSchema(schema: z.ZodMiniType, io: "input" | "output"): Definition["inputSchema"] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      delete jsonSchema.additionalProperties;
    },
  });
  return rest as Definition["inputSchema"];
}
