/**
 * As much of TOML as it takes to add a table at the end of a file: whether the end
 * is a place where one can stand, and whether there is one of the name already.
 */

/** Where a table cannot be added, and why. */
export interface TomlFault {
  readonly offset: number;
  readonly reason: string;
}

const TOKEN =
  /"""(?:[^\\]|\\[\s\S])*?"""|'''[\s\S]*?'''|"(?!"")(?:[^"\\\r\n]|\\.)*"|'(?!'')[^'\r\n]*'|#[^\r\n]*|["'[\]{}\r\n=]|[^"'[\]{}\r\n=#]+/y;

/** What keeps a table from being added: a text or a list that does not end; `undefined` for none. */
export function faultInToml(text: string): TomlFault | undefined {
  const open: { readonly at: number; readonly bracket: string }[] = [];
  let isValue = false;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined || token === '"' || token === "'") return fault(at, "a text does not end");
    if (token === "[" || token === "{") open.push({ at, bracket: token });
    else if (token === "]" || token === "}") {
      const last = open.pop();
      if (last?.bracket !== (token === "]" ? "[" : "{")) return fault(at, `\`${token}\` has no beginning`);
    } else if (token === "=") isValue = true;
    else if (token === "\n") {
      // The head of a table is one line.
      if (open.length > 0 && !isValue) return fault(open[0]!.at, "the head of a table does not end");
      if (open.length === 0) isValue = false;
    }
  }
  return open.length === 0 ? undefined : fault(open[0]!.at, "a list does not end");
}

function fault(offset: number, reason: string): TomlFault {
  return { offset, reason };
}

/** Whether the text has a table `[<parent>.<name>]`, or the key in another spelling. */
export function hasTable(text: string, parent: string, name: string): boolean {
  const key = `["']?${name}["']?`;
  return (
    new RegExp(`^[ \\t]*\\[[ \\t]*${parent}[ \\t]*\\.[ \\t]*${key}[ \\t]*[\\].]`, "m").test(text) ||
    new RegExp(`^[ \\t]*${parent}\\.${key}\\.`, "m").test(text)
  );
}
