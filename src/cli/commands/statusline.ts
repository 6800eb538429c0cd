/**
 * `gate statusline`: one line for the status bar of an agent.
 *
 * The agent hands over JSON that says where it works; without any, the current
 * folder counts. A status bar has no place for errors: what cannot be shown is an
 * empty line, and the exit code is 0. Its output is no terminal and shows colours
 * all the same, so only `NO_COLOR` and `TERM=dumb` switch them off.
 */
import { attemptLater } from "../../base/errors.ts";
import { isObject, parseObject } from "../../base/json.ts";
import { readPiped } from "../../files/read/stdin.ts";
import { status } from "../../gate/view/status.ts";
import { type Answer, type Call, command } from "../command.ts";
import { styleOf } from "../style.ts";
import { viewStatusline } from "../views/statusline.ts";

const PATIENCE = 500;
const MOST_BYTES = 1024 * 1024;
/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;
/** Left free at the right edge: the agent draws borders and padding around the line, and cuts what reaches into them. */
const FREE = 4;

export const statusline = command({
  description:
    "Prints the active work as one line for a status bar: `#1234 Add rate limiting · 2/5 · recent 2h`, in colour by " +
    "freshness, empty while no issue is active. Reads the JSON that the agent gives on standard input, if any.",
  examples: [
    ["gate statusline", "as the `statusLine` command of Claude Code"],
    ["COLUMNS=40 gate statusline", "for a terminal of this width, of which the last four columns stay free"],
  ],
  run: answerStatusline,
});

export async function answerStatusline(call: Call): Promise<Answer> {
  const text = (await attemptLater(() => lineFor(call))) ?? "";
  if (call.flags.json) return { result: { text }, text: () => "" };
  return { verbatim: text === "" ? "" : `${text}\n` };
}

async function lineFor({ io, flags, openGate }: Call): Promise<string> {
  const given = io.environment["COLUMNS"];
  const columns = given !== undefined && /^[1-9]\d{0,3}$/.test(given) ? Number(given) : COLUMNS;
  // The bar is drawn by the agent, on a terminal of its own.
  const terminal = { input: false, output: true, error: false };
  const style = styleOf({ environment: flags.json ? { NO_COLOR: "1" } : io.environment, terminal }, "output");
  const cwd = folderIn(readPiped(PATIENCE, MOST_BYTES));
  const gate = openGate(cwd === undefined ? {} : { cwd });
  return viewStatusline(await status(gate, { counts: "none" }), gate.clock(), Math.max(1, columns - FREE), style);
}

/** Where the agent says it works. */
function folderIn(text: string | undefined): string | undefined {
  const { workspace, cwd } = parseObject(text ?? "") ?? {};
  const inner = isObject(workspace) ? workspace : {};
  const folder = inner["current_dir"] ?? cwd ?? inner["project_dir"];
  return typeof folder === "string" && folder !== "" && !folder.includes("\0") ? folder : undefined;
}
