/** What GitHub says about an issue, asked through its own command line where that is installed. */
import { parseObject } from "../../base/json.ts";
import { findProgram } from "../../files/guard/program.ts";
import { system } from "../../files/guard/system.ts";
import type { Gate } from "../gate.ts";

const TIMEOUT = 10_000;

/** The title and address of an issue from `gh issue view`; `undefined` where `gh` is missing or does not know. */
export async function fetchIssue(gate: Gate, issue: number): Promise<{ title: string; url?: string } | undefined> {
  const program = findProgram("gh", process.env["PATH"]);
  if (program === undefined) return undefined;
  const options = { cwd: gate.project.root, timeout: TIMEOUT, environment: process.env };
  const { code, output } = await system.run(program, ["issue", "view", String(issue), "--json", "title,url"], options);
  if (code !== 0) return undefined;
  const { title, url } = parseObject(output) ?? {};
  if (typeof title !== "string" || title.trim() === "") return undefined;
  return { title: title.replace(/\s+/g, " ").trim(), ...(typeof url === "string" && { url }) };
}
