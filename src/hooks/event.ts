/** What an event is: one file in `events/`, from a call to what there is to say. */
import type { Call } from "./call.ts";
import type { Reply } from "./dialects/dialect.ts";
import type { World } from "./gates.ts";

export type Event = (call: Call, world: World) => Promise<Reply | undefined>;
