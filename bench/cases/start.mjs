import { emptyProgram, inTurn, memoryOf, program, project, seenProject, table } from "../measure.mjs";

export const title = "Whole processes against an empty Node program";

const LATE = ["status", "--lock-timeout", "5"];

export function run() {
  const cwd = project();
  const seen = seenProject();
  const status = (root) => ({ args: [program, "status", "--json"], cwd: root });
  const line = (root) => ({ args: [program, "statusline"], cwd: root, input: JSON.stringify({ cwd: root }) });
  const session = { session_id: "bench", hook_event_name: "SessionStart", source: "startup" };
  const start = (root) => ({
    args: [program, "hook", "SessionStart"],
    cwd: "/",
    input: JSON.stringify({ ...session, cwd: root }),
  });
  const flagged = (...words) => ({ args: [program, ...words], cwd: "/" });
  const empty = emptyProgram();
  const commands = [
    ["empty program", { ...empty, input: "{}" }],
    ["gate --version", { args: [program, "--version"], cwd }],
    ["gate status --json, 3 kB the gate has seen", status(seen)],
    ["SessionStart hook, the same", start(seen)],
    ["gate statusline, the same", line(seen)],
    ["gate status --json --root …, the same", flagged("status", "--json", "--root", seen)],
    ["gate --root … --quiet status --lock-timeout 5, the same", flagged("--root", seen, "--quiet", ...LATE)],
    ["gate statusline --root …, the same", { ...flagged("statusline", "--root", seen), input: "{}" }],
    [
      "SessionStart hook --root …, the same",
      { ...start(seen), args: [program, "hook", "SessionStart", "--root", seen] },
    ],
    ["gate status --json, 3 kB never seen", status(cwd)],
    ["SessionStart hook, the same", start(cwd)],
    ["gate statusline, the same", line(cwd)],
    ["gate verify 1234 --json", { args: [program, "verify", "1234", "--json"], cwd }],
    ["gate check --json", { args: [program, "check", "--json"], cwd, mayFail: true }],
    // The same again within a second would change nothing; in a project of its own, because what is written counts as seen.
    ["gate save --doing x:40", { args: (round) => [program, "save", "--doing", `x${round}:40`], cwd: project() }],
  ];
  const times = inTurn(commands.map(([, command]) => command));
  const rows = commands.map(([name], index) => [name, times[index].toFixed(1), (times[index] / times[0]).toFixed(2)]);
  const memory = [empty, status(seen), status(cwd)].map((command) => memoryOf(command));
  const held = ["empty program", "gate status --json, seen", "gate status --json, never seen"].map((name, index) => [
    name,
    memory[index].toFixed(1),
    (memory[index] / memory[0]).toFixed(2),
  ]);
  return `${table(["command", "ms", "ratio"], rows)}\n${table(["memory of", "MiB", "ratio"], held)}`;
}
