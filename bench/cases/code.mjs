import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { emptyProgram, inTurn, program, project, seenProject, table } from "../measure.mjs";

export const title = "Code compiled before, V8's cache as Node has it (from 22 on), and neither";

/** Other versions of Node to measure with: paths of programs, as PATH has folders. */
const nodes = [process.execPath, ...(process.env.GATE_NODES?.split(delimiter) ?? [])];

export function run() {
  const folder = mkdtempSync(join(tmpdir(), "gate-bench-"));
  const copy = (name) => {
    for (const part of ["bin.cjs", "gate"])
      cpSync(join(dirname(program), part), join(folder, name, part), { recursive: true });
    return join(folder, name, "bin.cjs");
  };
  const [plain, prepared] = [copy("plain"), copy("prepared")];
  const rows = [];
  for (const node of nodes) {
    const script = `require(${JSON.stringify(join(dirname(prepared), "gate/prepare.cjs"))}).prepareProgram(${JSON.stringify(dirname(prepared))})`;
    execFileSync(node, ["-e", script]);
    const cached = { NODE_COMPILE_CACHE: mkdtempSync(join(folder, "cache-")) };
    const ways = [[plain], [plain, cached], [prepared]];
    const status = ([by, variables]) => ({ node, variables, args: [by, "status", "--json"], cwd: seenProject(by) });
    const save = ([by, variables]) => ({
      ...{ node, variables, cwd: project() },
      args: (round) => [by, "save", "--doing", `x${round}:40`],
    });
    const check = ([by, variables]) => ({
      node,
      variables,
      args: [by, "check", "--json"],
      cwd: project(),
      mayFail: true,
    });
    const kinds = [status, check, save];
    const times = inTurn([{ ...emptyProgram(), node }, ...kinds.flatMap((kind) => ways.map(kind))]);
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    for (const [at, name] of ["status --json, seen", "check --json", "save"].entries()) {
      const ratios = times.slice(1 + 3 * at, 4 + 3 * at).map((time) => (time / times[0]).toFixed(2));
      rows.push([version, name, ratios[0], Number(version.slice(1, 3)) < 22 ? "" : ratios[1], ratios[2]]);
    }
  }
  rmSync(folder, { recursive: true });
  return table(["Node", "command, × an empty program", "neither", "NODE_COMPILE_CACHE", "compiled before"], rows);
}
