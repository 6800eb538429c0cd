/**
 * `gate statusline`: one line for the status bar of an agent.
 *
 * The agent hands over JSON that says where it works; without any, the current
 * folder counts. A status bar has no place for errors: what cannot be shown is an
 * empty line, and the exit code is 0. Its output is no terminal and shows colours
 * all the same, so only `NO_COLOR` and `TERM=dumb` switch them off.
 */
import { GateError } from "../../base/errors.ts";
import { readPiped } from "../../files/read/stdin.ts";
import { status } from "../../gate/view/status.ts";
import { type Answer, type Call, command } from "../command.ts";
import { styleOf } from "../style.ts";
import { viewStatusline } from "../views/statusline.ts";

const PATIENCE = 500;
const MOST_BYTES = 1024 * 1024;
const WIDTH = 80;

export const statusline = command({
  description:
    "Prints the active work as one line for a status bar: `#1234 Add rate limiting · 2/5 · recent 2h`, in colour by " +
    "freshness, empty while no issue is active. Reads the JSON that the agent gives on standard input, if any.",
  examples: [
    ["gate statusline", "as the `statusLine` command of Claude Code"],
    ["COLUMNS=40 gate statusline", "cut to a width"],
  ],
  run: answerStatusline,
});

export async function answerStatusline({ io, flags, openGate }: Call): Promise<Answer> {
  const { COLUMNS } = io.environment;
  const width = COLUMNS !== undefined && /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : WIDTH;
  const style = styleOf({ environment: io.environment, terminal: SHOWN }, "output");
  try {
    const cwd = folderIn(readPiped(PATIENCE, MOST_BYTES));
    const gate = openGate(cwd === undefined ? {} : { cwd });
    const result = await status(gate, { counts: "none" });
    const line = viewStatusline(result, gate.clock(), width, flags.json ? PLAIN : style);
    return flags.json ? { result: { text: line }, text: () => "" } : { verbatim: line === "" ? "" : `${line}\n` };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return flags.json ? { result: { text: "" }, text: () => "" } : { verbatim: "" };
  }
}

/** The bar is drawn by the agent, on a terminal of its own. */
const SHOWN = { input: false, output: true, error: false };
const PLAIN = styleOf({ environment: { NO_COLOR: "1" }, terminal: SHOWN }, "output");

/** Where the agent says it works. */
function folderIn(text: string | undefined): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { workspace, cwd } = value as Readonly<Record<string, unknown>>;
  const inner = typeof workspace === "object" && workspace !== null ? (workspace as Record<string, unknown>) : {};
  const folder = inner["current_dir"] ?? cwd ?? inner["project_dir"];
  return typeof folder === "string" && folder !== "" && !folder.includes("\0") ? folder : undefined;
}
