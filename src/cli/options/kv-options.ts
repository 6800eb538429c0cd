/** What the commands on keys have in common: which store is meant, and values as text. */
import type { Command } from "commander";
import { GateError } from "../../base/errors.ts";
import type { KvOptions } from "../../gate/kv/store.ts";
import { JsonText } from "../../json/json-text.ts";
import { compactJson } from "../../json/layout.ts";
import { toJson } from "../../json/to-json.ts";
import { BACKENDS, type Backend } from "../../store/driver.ts";
import type { Call } from "../command.ts";
import { optionsOf } from "../options.ts";

/** Adds the flags that say which store is meant; those that are `true` only. */
export function defineStore(command: Command, { backend = true }: { readonly backend?: boolean } = {}): Command {
  command.option("--namespace <name>", "whose keys (default: default)");
  if (backend) {
    command.addOption(
      command.createOption("--backend <name>", "where they are kept, if not where it is remembered").choices(BACKENDS),
    );
  }
  return command.option("--redis-url <url>", "the server (default: REDIS_URL, else redis://127.0.0.1:6379)");
}

/** The store that the flags and the environment name. */
export function storeOf(command: Command, { io }: Pick<Call, "io">): KvOptions {
  const given = optionsOf<{ namespace?: string; backend?: Backend; redisUrl?: string }>(
    command,
    "namespace",
    "backend",
    "redisUrl",
  );
  const redisUrl = given.redisUrl ?? io.environment["REDIS_URL"];
  return { ...given, ...(redisUrl && { redisUrl }) };
}

/** The words that name the same store again; an address is left out, because it may hold a password. */
export function wordsOfStore({ namespace, backend }: KvOptions): string[] {
  return [...(namespace ? ["--namespace", namespace] : []), ...(backend ? ["--backend", backend] : [])];
}

/** A value as given on the command line: JSON, or else a string. */
export function readValue(text: string): JsonText {
  return new JsonText(compactJson(text) ?? JSON.stringify(text));
}

/** A value that must be JSON. */
export function readJson(text: string, flag: string): JsonText {
  const compact = compactJson(text);
  if (compact !== undefined) return new JsonText(compact);
  throw new GateError("INVALID_ARGUMENT", `Cannot use ${flag} ${JSON.stringify(text.slice(0, 80))}: it is no JSON`, {
    hint: `A string needs its quotes too, for example ${flag} '"none"'`,
  });
}

/** JSON text for a person. */
export function viewJson(text: string): string {
  return toJson(new JsonText(text));
}

/** Fails where a revision was given: these commands concern many keys, which have none together. */
export function refuseMatch({ flags }: Pick<Call, "flags">, command: string): void {
  if (flags.ifMatch === undefined) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot use --if-match with gate ${command}: a revision is that of one key`, {
    hint: "Use it with gate kv save and gate kv delete.",
  });
}
