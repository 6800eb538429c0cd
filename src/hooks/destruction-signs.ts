/** A quick look whether a shell command could destroy a protected file; most cannot. */

const VERB = />|\b(?:rm|unlink|shred|mv|cp|install|ln|tee|dd|truncate|g?sed|perl)\b/;
/** What can lead to one: its name or that of its folder, a glob or variable that may stand for it, or already being there. */
const WAY = /claude|state\.md|batch_state|\d\.md|(?:^|[\s/'"=])\.[\w]*[*?[{]|\$[A-Za-z_{]/i;

export function mayDestroy(command: string, cwd: string): boolean {
  return VERB.test(command) && (WAY.test(command) || cwd.toLowerCase().includes(".claude"));
}
