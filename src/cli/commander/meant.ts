/** What people try that is no call, and what does what they mean. */

/** Words that are no command. */
export const MEANT: ReadonlyMap<string, string> = new Map([
  ["add", "gate save --todo TEXT"],
  ["archive", "gate done"],
  ["ask", "gate save --question TEXT"],
  ["block", "gate save --blocker TEXT"],
  ["blocker", "gate save --blocker TEXT"],
  ["board", "gate watch"],
  ["close", "gate done"],
  ["context", "gate save --context TEXT"],
  ["continue", "gate start N"],
  ["decide", "gate save --question TEXT --decision TEXT"],
  ["decision", "gate save --question TEXT --decision TEXT"],
  ["delete", "gate save --drop TEXT for an item, gate done --reason TEXT for an issue"],
  ["doing", "gate save --doing TEXT"],
  ["drop", "gate save --drop TEXT"],
  ["find", "gate search WORDS"],
  ["finish", "gate done"],
  ["fix", "gate check --fix, or gate recover for a damaged file"],
  ["get", "gate status, or gate kv load --key KEY"],
  ["info", "gate show"],
  ["issues", "gate list"],
  ["log", "gate history, or gate save --log TEXT to add to the log"],
  ["ls", "gate list"],
  ["new", "gate start N --title TEXT"],
  ["next", "gate save --add-next TEXT"],
  ["note", "gate save --log TEXT"],
  ["open", "gate start N"],
  ["pause", "gate start N of another issue, which pauses this one"],
  ["plan", "gate show, or gate save --todo TEXT"],
  ["progress", "gate status, or gate save --doing TEXT:PERCENT"],
  ["question", "gate save --question TEXT"],
  ["remove", "gate save --drop TEXT"],
  ["rename", "gate start N --title TEXT for an issue, gate edit for an item"],
  ["reopen", "gate start N"],
  ["repair", "gate recover, or gate check --fix"],
  ["resume", "gate start N"],
  ["rm", "gate save --drop TEXT"],
  ["set", "gate save, or gate kv save --key KEY --value VALUE"],
  ["st", "gate status"],
  ["stat", "gate status"],
  ["stop", "gate done, or gate start N of another issue, which pauses this one"],
  ["switch", "gate start N"],
  ["test", "gate prove -- COMMAND"],
  ["todo", "gate save --todo TEXT"],
  ["unblock", "gate save --unblock TEXT"],
  ["version", "gate --version"],
  ["view", "gate show"],
]);

/** What arguments mean that a command does not take, as a sentence; `undefined` where nobody knows. */
export function meantBy(command: string, words: readonly string[]): string | undefined {
  const [first = "", ...others] = words;
  const isNumber = /^#?\d+$/.test(first);
  switch (command) {
    case "gate save":
      return "Say what it is: --done, --doing, --todo or --log TEXT; a command that proves it stands behind `--`.";
    case "gate prove":
      return `Did you mean \`gate prove -- ${words.join(" ")}\`?`;
    case "gate start":
      return isNumber ? `Did you mean \`gate start ${first} --title "${others.join(" ")}"\`?` : undefined;
    case "gate status":
      return isNumber ? `Did you mean \`gate show ${first}\`?` : undefined;
    case "gate list":
      return first === "all" ? "Did you mean `gate list --all`?" : undefined;
    default:
      return undefined;
  }
}
