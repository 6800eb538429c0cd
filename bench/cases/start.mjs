import { emptyProgram, inTurn, program, project, table } from "../measure.mjs";

export const title = "Whole processes against an empty Node program";

export function run() {
  const cwd = project();
  const commands = [
    ["empty program", emptyProgram()],
    ["gate --version", { args: [program, "--version"], cwd }],
    ["gate status --json, 3 kB", { args: [program, "status", "--json"], cwd }],
    ["gate verify 1234 --json", { args: [program, "verify", "1234", "--json"], cwd }],
    ["gate check --json", { args: [program, "check", "--json"], cwd, mayFail: true }],
    // The same again within a second would change nothing, and so write nothing.
    ["gate save --doing x:40", { args: (round) => [program, "save", "--doing", `x${round}:40`], cwd }],
  ];
  const times = inTurn(commands.map(([, command]) => command));
  const rows = commands.map(([name], index) => [name, times[index].toFixed(1), (times[index] / times[0]).toFixed(2)]);
  return table(["command", "ms", "ratio"], rows);
}
