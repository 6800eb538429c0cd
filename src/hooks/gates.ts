/** The gate of the project an agent works in, and of those whose files it touches. */
import { actorOf } from "../base/actor.ts";
import { attempt } from "../base/errors.ts";
import { realPlace } from "../files/guard/real-path.ts";
import { exists } from "../files/read/read.ts";
import { type Gate, openGate, STATE_PATH } from "../gate/gate.ts";
import type { Call } from "./call.ts";
import type { Reply } from "./dialects/dialect.ts";
import type { Target } from "./target.ts";

/** What an event is: one file in `events/`, from a call to what there is to say. */
export type Event = (call: Call, world: World) => Promise<Reply | undefined>;

/** What hooks know of the world outside the call. */
export interface World {
  readonly home: string;
  readonly clock: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the user lets valid writes of state files pass without being asked. */
  readonly autoApprove: boolean;
}

/** Nobody waits longer for another writer: the agent stands still meanwhile. */
const LOCK_TIMEOUT = 500;

/** The gate of the project that the agent works in; `undefined` where that is none. */
export function gateOf(call: Call, world: World): Gate | undefined {
  return open({ cwd: call.cwd, home: world.home }, call, world);
}

/** The gate of the project of a file; `~/.claude` is the agent's own unless it holds a state file. */
export function gateFor({ root }: Target, call: Call, world: World): Gate | undefined {
  const gate = open({ root }, call, world);
  if (gate === undefined || root !== realPlace(world.home, true)) return gate;
  return exists(gate.project, STATE_PATH) ? gate : undefined;
}

function open(where: { cwd?: string; root?: string; home?: string }, call: Call, { clock }: World): Gate | undefined {
  const actor = actorOf(call.agent ?? "agent", call.session);
  return attempt(() => openGate({ ...where, clock, lockTimeout: LOCK_TIMEOUT, actor, session: call.session }));
}
