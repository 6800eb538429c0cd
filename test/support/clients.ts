/** The real agents that tests may run: those of `GATE_CLIENTS=<folder with node_modules>`. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const CLIENTS = process.env["GATE_CLIENTS"];

/** The program of a client; says why there is none. */
export function clientOf(name: string): string | undefined {
  const path = CLIENTS === undefined ? undefined : join(CLIENTS, "node_modules/.bin", name);
  if (path !== undefined && existsSync(path)) return path;
  console.info(
    `${name} is not tested: ${CLIENTS === undefined ? "GATE_CLIENTS is not set" : `it is not in ${CLIENTS}`}`,
  );
  return undefined;
}
