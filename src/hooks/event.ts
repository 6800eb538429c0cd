/** What an event is: one file in `events/`, from a call to what there is to say. */
import type { Call } from "./call.ts";
import type { World } from "./gates.ts";
import type { Reply } from "./reply.ts";

export type Event = (call: Call, world: World) => Promise<Reply | undefined>;
