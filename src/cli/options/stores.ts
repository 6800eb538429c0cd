/** Which store is meant, by the commands on keys and those on batches. */
import { GateError } from "../../base/errors.ts";
import { BACKENDS } from "../../store/driver.ts";
import type { Call } from "../command.ts";
import { readWhole } from "../numbers.ts";
import type { Arguments, Options } from "../option.ts";

const SERVER = {
  redisUrl: {
    flag: "--redis-url <url>",
    about: "the server (default: REDIS_URL, else redis://127.0.0.1:6379)",
    variable: "REDIS_URL",
    secret: true,
  },
} as const satisfies Options;

const NAMESPACE = {
  namespace: { flag: "--namespace <name>", about: "whose keys (default: default)" },
} as const satisfies Options;

/** Where a batch is kept. */
export const BACKEND = {
  backend: {
    flag: "--backend <name>",
    about: "where the batch is kept, if not where this project has it",
    choices: BACKENDS,
  },
  path: {
    flag: "--state-file <file>",
    about: "the record, relative to the project, if it is another file than .claude/batch_state.json",
  },
  ...SERVER,
} as const satisfies Options;

/** Which batch is meant. */
export const BATCH = {
  ...BACKEND,
  batchId: { flag: "--id <name>", about: "the batch, where this project does not know which one" },
} as const satisfies Options;

/** A number is an index: a feature that is called so is meant by its index. */
function readFeature(word: string): number | string {
  return /^\d+$/.test(word) ? readWhole(word, "the index") : word;
}

/** Which feature of a batch is meant. */
export const FEATURE = {
  index: { name: "<feature>", about: "its index, or its name where only one has it", read: readFeature },
} as const satisfies Arguments;

/** Which namespace of keys is meant, but for where it is kept. */
export const KEYS = { ...NAMESPACE, ...SERVER } as const satisfies Options;

/** Which store of keys is meant. */
export const STORE = {
  ...NAMESPACE,
  backend: { flag: "--backend <name>", about: "where they are kept, if not where it is remembered", choices: BACKENDS },
  ...SERVER,
} as const satisfies Options;

/** Fails where a revision was given: these commands concern many keys, which have none together. */
export function refuseMatch({ flags }: Pick<Call, "flags">, command: string): void {
  if (flags.ifMatch === undefined) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot use --if-match with gate ${command}: a revision is that of one key`, {
    hint: "Use it with gate kv save and gate kv delete.",
  });
}
