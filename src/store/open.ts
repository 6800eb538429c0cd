/** Opens the store of a namespace. Each driver is loaded only when it is the one that is used. */
import { GateError } from "../base/errors.ts";
import type { Backend, Driver } from "./driver.ts";
import type { RedisOptions } from "./redis.ts";

/** `CORRUPT`, `UNSUPPORTED_VERSION`, `BACKEND_UNAVAILABLE` and the like where it cannot be opened. */
export async function openStore(backend: Backend, options: RedisOptions): Promise<Driver> {
  if (options.ttl !== undefined && backend !== "redis") {
    throw new GateError("INVALID_ARGUMENT", `Cannot use --ttl: the backend ${backend} keeps what it is given`, {
      hint: "Leave --ttl out, or use --backend redis.",
    });
  }
  switch (backend) {
    case "json":
      return (await import("./json.ts")).openJson(options);
    case "sqlite":
      return await (await import("./sqlite.ts")).openSqlite(options);
    case "redis":
      return await (await import("./redis.ts")).openRedis(options);
  }
}
