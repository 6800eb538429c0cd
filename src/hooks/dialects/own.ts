/** For programs that are written by `install`: the reply as it is. */
import { type Dialect, say } from "./dialect.ts";

export const own: Dialect = (reply) => (reply.kind === "allow" ? undefined : say(reply));
