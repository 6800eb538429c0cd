/**
 * The queue before a lock: who waits longest has the next turn, so that none of many waits
 * a hundred times as long as the others.
 *
 * Who finds a lock taken leaves a ticket in its folder, `<n>-<id>.wait`, and claims only when no
 * ticket before it is left. Tickets say nothing about who holds the lock, so nothing goes wrong
 * with one that is lost, torn or ignored: who does not come is passed over, when it is dead at
 * once, else when the lock has been free for half a second, and has to queue up again.
 */
import { closeQuietly, createNew, removeQuietly } from "../guard/descriptor.ts";
import { attempt } from "../guard/errors.ts";
import { type Folder, openFolder } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { lifeOf, parseOwner, readOwner, recordOf } from "./owner.ts";
import { writeRecord } from "./private-file.ts";

/** How long the first may take to come, in milliseconds. */
const TURN = 500;
/** The pauses between two looks, in milliseconds: who stands further back looks less often. */
const [SHORTEST, LONGEST] = [2, 25];

const TICKET = /^([1-9]\d{0,14})-[0-9a-f]{16}\.wait$/;

/** The place of one who waits for a lock, once it has one. */
export class Place {
  readonly #project: Project;
  readonly #path: string;
  readonly #options: { readonly command: string; readonly waits: boolean };
  #ticket: string | undefined;
  /** How many wait before it, by its last look. */
  #rank = 0;
  #pause = SHORTEST;
  /** Whose turn it is, in which generation, and since when. */
  #turn = { of: "", since: 0 };

  /** `path` is the folder of the lock; who `waits` not has no ticket and is behind all who have one. */
  constructor(project: Project, path: string, options: { readonly command: string; readonly waits: boolean }) {
    this.#project = project;
    this.#path = path;
    this.#options = options;
  }

  /** For how long to wait before the next look: most holders are done soon, and then the first must be there. */
  nextPause(): number {
    if (this.#rank > 0) return Math.min(LONGEST, SHORTEST * this.#rank);
    const pause = this.#pause;
    this.#pause = Math.min(LONGEST, pause * 1.5);
    return pause;
  }

  /** Queues up where that is not done, by the names that the folder of the lock has. */
  join(folder: Folder, names: readonly string[]): void {
    if (!this.#options.waits) return;
    const tickets = ticketsIn(names);
    if (this.#ticket === undefined || !tickets.includes(this.#ticket)) this.#ticket = this.#draw(folder, tickets);
    this.#look(tickets);
  }

  /** Whether a lock that is free may be claimed: nobody waits, or nobody before this one who comes. */
  async hasTurn(folder: Folder, generation: number, names: readonly string[]): Promise<boolean> {
    if (!names.some((name) => TICKET.test(name))) return true;
    this.join(folder, names);
    const now = system.monotonic();
    for (const ticket of this.#before(ticketsIn(names))) {
      if (!(await isGone(folder, ticket))) {
        const of = `${generation} ${ticket}`;
        if (this.#turn.of !== of) this.#turn = { of, since: now };
        if (now - this.#turn.since < TURN) return false;
      }
      removeQuietly(folder, ticket);
    }
    return true;
  }

  /** Leaves the queue. */
  leave(): void {
    if (this.#ticket === undefined) return;
    const name = this.#ticket;
    this.#ticket = undefined;
    attempt(() => {
      const folder = openFolder(this.#project, this.#path);
      if (folder) removeQuietly(folder, name);
      folder?.close();
    });
  }

  #look(tickets: readonly string[]): void {
    this.#rank = this.#before(tickets).length;
    if (this.#rank > 0) this.#pause = SHORTEST;
  }

  /** The tickets before this one; without one, all are. */
  #before(tickets: readonly string[]): readonly string[] {
    const own = this.#ticket;
    return own === undefined ? tickets : tickets.filter((ticket) => isBefore(ticket, own));
  }

  /** Takes the next number; `undefined` where none can be had, as on a full disk. */
  #draw(folder: Folder, tickets: readonly string[]): string | undefined {
    const ticket = `${numberOf(tickets.at(-1)) + 1}-${system.random(8)}.wait`;
    const isDrawn = attempt(() => {
      const descriptor = createNew(folder.at(ticket), 0o644);
      attempt(() => writeRecord(descriptor, recordOf(this.#options.command)));
      closeQuietly(descriptor);
    });
    return isDrawn ? ticket : undefined;
  }
}

function numberOf(ticket = ""): number {
  return Number(TICKET.exec(ticket)?.[1] ?? 0);
}

/** Two may have drawn the same number at the same time. */
function isBefore(one: string, other: string): boolean {
  const [first, second] = [numberOf(one), numberOf(other)];
  return first === second ? one < other : first < second;
}

/** The tickets in a folder, the first of them first. */
function ticketsIn(names: readonly string[]): readonly string[] {
  return names.filter((name) => TICKET.test(name)).sort((one, other) => (isBefore(one, other) ? -1 : 1));
}

/** Whether who has a ticket has left, or is dead for certain. */
async function isGone(folder: Folder, ticket: string): Promise<boolean> {
  const read = readOwner(folder, ticket);
  const owner = read.kind === "text" ? parseOwner(read.text) : undefined;
  return read.kind === "gone" || (owner !== undefined && (await lifeOf(owner, false)) === "dead");
}
