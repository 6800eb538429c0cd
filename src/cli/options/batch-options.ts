/** What the commands on batches have in common: which batch is meant. */
import type { Command } from "commander";
import type { BatchOptions } from "../../gate/batch/place.ts";
import { BACKENDS, type Backend } from "../../store/driver.ts";
import type { Call } from "../command.ts";
import { optionsOf } from "../options.ts";

/** Adds the flags that say where a batch is kept. */
export function defineBackend(command: Command): Command {
  return command
    .addOption(
      command
        .createOption("--backend <name>", "where the batch is kept, if not where this project has it")
        .choices(BACKENDS),
    )
    .option("--redis-url <url>", "the server (default: REDIS_URL, else redis://127.0.0.1:6379)");
}

/** Adds the flags that say which batch is meant. */
export function defineBatch(command: Command): Command {
  return defineBackend(command).option("--id <name>", "the batch, where this project does not know which one");
}

/** Where the flags and the environment say that the batch is. */
export function backendOf(command: Command, { io }: Pick<Call, "io">): Omit<BatchOptions, "batchId"> {
  const given = optionsOf<{ backend?: Backend; redisUrl?: string }>(command, "backend", "redisUrl");
  const redisUrl = given.redisUrl ?? io.environment["REDIS_URL"];
  return { ...given, ...(redisUrl && { redisUrl }) };
}

/** The batch that the flags and the environment name. */
export function batchOf(command: Command, call: Pick<Call, "io">): BatchOptions {
  const { id } = optionsOf<{ id?: string }>(command, "id");
  return { ...backendOf(command, call), ...(id !== undefined && { batchId: id }) };
}

/** The words that name the same batch again; an address is left out, because it may hold a password. */
export function wordsOfBatch({ backend, batchId }: BatchOptions): string[] {
  return [...(backend ? ["--backend", backend] : []), ...(batchId ? ["--id", batchId] : [])];
}
