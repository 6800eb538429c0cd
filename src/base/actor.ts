/**
 * Who makes a change in somebody's name: `claude:0198c1f2-…`, an agent and its
 * session. History and log keep it as one word.
 *
 * Both parts come from outside, so what could end a word or a column becomes `-`.
 */

const MAX_AGENT = 40;
const MAX_SESSION = 80;
const SHOWN_SESSION = 8;

/** The word for an agent in one of its sessions, such as `claude:0198c1f2-…`: what `openGate` takes as `actor`. */
export function actorOf(agent: string, session?: string): string | undefined {
  const name = clean(agent.toLowerCase(), MAX_AGENT);
  if (name === "") return undefined;
  const id = clean(session ?? "", MAX_SESSION);
  return id === "" ? name : `${name}:${id}`;
}

/** The word for people: the agent, and as much of the session as tells it from others. */
export function shortActor(actor: string): string {
  const at = actor.indexOf(":");
  return at === -1 ? actor : actor.slice(0, at + 1 + SHOWN_SESSION);
}

/** The session in the word for an agent; `undefined` where it names none. */
export function sessionOf(actor: string): string | undefined {
  const at = actor.indexOf(":");
  return at === -1 ? undefined : actor.slice(at + 1);
}

function clean(text: string, most: number): string {
  return text
    .slice(0, 4 * most)
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, most);
}
