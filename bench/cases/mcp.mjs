import { spawn } from "node:child_process";
import { emptyProgram, median, program, project, table } from "../measure.mjs";

export const title = "`gate mcp` until it answers, against an empty Node program";

const HELLO = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1" } };
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
const initialize = [{ id: 1, method: "initialize", params: HELLO }, { method: "notifications/initialized" }];

export async function run() {
  const cwd = project();
  const cases = [
    ["empty program, to its end", emptyProgram().args, []],
    ["initialize", [program, "mcp"], [{ ...initialize[0], id: 2 }]],
    ["initialize, tools/list", [program, "mcp"], [...initialize, { id: 2, method: "tools/list" }]],
    ["tools/list of the newer era", [program, "mcp"], [{ id: 2, method: "tools/list", params: { _meta: META } }]],
    [
      "initialize, get_active_work, 3 kB",
      [program, "mcp"],
      [...initialize, { id: 2, method: "tools/call", params: { name: "get_active_work", arguments: {} } }],
    ],
  ];
  const times = cases.map(() => []);
  for (let round = 0; round < 40; round++) {
    for (const [index, [, args, messages]] of cases.entries())
      times[index].push(await untilAnswered(args, messages, cwd));
  }
  const base = median(times[0]);
  const rows = cases.map(([name], index) => [
    name,
    median(times[index]).toFixed(1),
    (median(times[index]) / base).toFixed(2),
  ]);
  return table(["until the answer to", "ms", "ratio"], rows);
}

/** Milliseconds from the start of the process to the answer with the id 2, or to its end where nothing is asked. */
async function untilAnswered(args, messages, cwd) {
  const environment = { ...process.env };
  delete environment.NODE_EXTRA_CA_CERTS;
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd, env: environment, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  for (const message of messages) child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const answered = new Promise((resolve) => {
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
      if (output.includes('"id":2')) resolve();
    });
  });
  if (messages.length === 0) child.stdin.end();
  await (messages.length === 0 ? ended : answered);
  const time = performance.now() - start;
  child.stdin.end();
  await ended;
  return time;
}
