/** What a crash of the server would cost, asked when a store is opened. */
import type { RedisLink, Reply } from "./redis-link.ts";

const SETTINGS = ["appendonly", "appendfsync", "maxmemory", "maxmemory-policy"] as const;

/** Sentences for the user; none where the server keeps all that it has acknowledged. */
export async function durabilityOf(link: RedisLink): Promise<string[]> {
  const settings = new Map<string, string>();
  try {
    // One at a time: older servers take only one.
    const replies = await Promise.all(SETTINGS.map((name) => link.send(["CONFIG", "GET", name])));
    for (const reply of replies) read(reply, settings);
  } catch {
    return [`${link.place} does not say how it keeps data: whether a crash would lose what was saved is not known`];
  }
  return [afterCrash(link.place, settings), whenFull(link.place, settings)].filter((each) => each !== undefined);
}

function read(reply: Reply, settings: Map<string, string>): void {
  if (!Array.isArray(reply)) return;
  for (let at = 0; at + 1 < reply.length; at += 2) settings.set(String(reply[at]), String(reply[at + 1]));
}

function afterCrash(place: string, settings: ReadonlyMap<string, string>): string | undefined {
  if (settings.get("appendonly") !== "yes") {
    return `${place} keeps no log (appendonly no): if it crashes, everything saved since its last snapshot is lost. Set appendonly yes`;
  }
  const flushes = settings.get("appendfsync");
  if (flushes === "always") return undefined;
  const [how, lost] =
    flushes === "no"
      ? ["leaves flushing to the system (appendfsync no)", "half minute or so"]
      : ["flushes its log once a second (appendfsync everysec)", "second"];
  return `${place} ${how}: a power cut loses what was saved in the last ${lost}`;
}

function whenFull(place: string, settings: ReadonlyMap<string, string>): string | undefined {
  const policy = settings.get("maxmemory-policy") ?? "noeviction";
  if (settings.get("maxmemory") === "0" || !policy.startsWith("allkeys")) return undefined;
  return `${place} removes keys when its memory is full (maxmemory-policy ${policy}). Set maxmemory-policy noeviction`;
}
