/** The backends that this machine can test; those it cannot are named once on the console. */
import type { Backend } from "../../src/store/driver.ts";
import { sqliteName } from "../../src/store/sqlite-binding.ts";
import { whyNoRedis } from "./redis.ts";

export const noRedis = whyNoRedis();
export const backends: Backend[] = ["json"];
if ((await sqliteName()) === undefined)
  console.info("SQLite is left out: this Node has none, and libsql is not installed.");
else backends.push("sqlite");
if (noRedis === undefined) backends.push("redis");
else console.info(`Redis is left out: ${noRedis}.`);
