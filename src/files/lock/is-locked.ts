/** Whether a lock is in somebody's hands, for those who only read and must not wait. */
import { asGateError } from "../guard/errors.ts";
import { openFolder } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { lifeOf, parseOwner, readOwner } from "./owner.ts";
import { lockPath, look, SILENCE } from "./protocol.ts";

/**
 * Whether a holder that may live has the lock of a document, and with `token`,
 * whether it is that very holding. Makes nothing, so it asks the heartbeat of a
 * holder elsewhere by this machine's clock: good enough for words, not for taking
 * the lock.
 */
export async function isLocked(project: Project, document: string, token?: number): Promise<boolean> {
  const folder = openFolder(project, lockPath(document));
  if (folder === undefined) return false;
  try {
    const { generation, released } = look(folder);
    if (generation === 0 || released || (token !== undefined && token !== generation)) return false;
    const read = readOwner(folder, String(generation));
    if (read.kind !== "text") return read.kind === "forbidden";
    const owner = parseOwner(read.text);
    const life = owner === undefined ? "dead" : await lifeOf(owner, false);
    return life === "unsure" ? system.now() - Number(read.stats.mtimeMs) <= SILENCE : life === "alive";
  } catch (error) {
    throw asGateError(error, "look at the lock of", document);
  } finally {
    folder.close();
  }
}
