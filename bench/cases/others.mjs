import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyProgram, inTurn, program, table } from "../measure.mjs";

export const title = "Listing a project of 20 pieces of work: other tools, a plain remark script, and the gate";

const FOLDER = process.env.GATE_OTHERS;
const COUNT = 20;
const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);

/** Other tools, each with a project as it keeps one. They are measured where `GATE_OTHERS` names a folder with them. */
const OTHERS = [
  {
    name: "backlog.md",
    bin: "backlog",
    list: ["task", "list", "--plain"],
    fill(run) {
      run("init", "Demo", "--defaults");
      for (const number of numbers) run("task", "create", `Task ${number}`);
    },
  },
  {
    name: "@fission-ai/openspec",
    bin: "openspec",
    list: ["list"],
    fill(run, root) {
      run("init", "--tools", "none");
      for (const number of numbers) {
        const folder = join(root, `openspec/changes/change-${number}`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "proposal.md"), `# Change ${number}\n`);
        writeFileSync(join(folder, "tasks.md"), "- [x] One\n- [ ] Two\n");
      }
    },
  },
  {
    name: "@zeeg/dex",
    bin: "dex",
    list: ["list"],
    fill(run) {
      for (const number of numbers) run("create", `Task ${number}`, "--description", "What is to be done");
    },
  },
  {
    name: "task-master-ai",
    bin: "task-master",
    list: ["list"],
    fill(_, root) {
      mkdirSync(join(root, ".taskmaster/tasks"), { recursive: true });
      const tasks = numbers.map((id) => ({
        ...{ id, title: `Task ${id}`, description: "What is to be done", status: "pending", dependencies: [] },
        ...{ priority: "medium", details: "", testStrategy: "", subtasks: [] },
      }));
      writeFileSync(join(root, ".taskmaster/tasks/tasks.json"), JSON.stringify({ master: { tasks, metadata: {} } }));
    },
  },
];

export function run() {
  const cwd = ours();
  const commands = [
    ["empty program", emptyProgram()],
    ["remark, unbundled: parses the state and 20 work files", { args: [remarkScript(), cwd], cwd }],
    ["gate status --json", { args: [program, "status", "--json"], cwd }],
    ["gate reconstruct --json", { args: [program, "reconstruct", "--json"], cwd }],
  ];
  const missing = [];
  for (const other of OTHERS) {
    const bin = FOLDER && join(FOLDER, "node_modules/.bin", other.bin);
    if (bin && existsSync(bin))
      commands.push([versionOf(other), { args: [realpathSync(bin), ...other.list], cwd: theirs(other, bin) }]);
    else missing.push(other.name);
  }
  const times = inTurn(
    commands.map(([, command]) => command),
    12,
  );
  const rows = commands.map(([name], index) => [name, times[index].toFixed(0), (times[index] / times[0]).toFixed(2)]);
  const note = `Not installed, so not measured: ${missing.join(", ")}. Name a folder with them in \`GATE_OTHERS\`.\n`;
  return table(["", "ms", "ratio"], rows) + (missing.length > 0 ? `\n${note}` : "");
}

function versionOf({ name, list, bin }) {
  const { version } = JSON.parse(readFileSync(join(FOLDER, "node_modules", name, "package.json"), "utf8"));
  return `${name} ${version}: ${bin} ${list.join(" ")}`;
}

function theirs({ fill }, bin) {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  const env = { ...process.env, HOME: root, CI: "1" };
  spawnSync("git", ["init", "-q"], { cwd: root });
  fill((...args) => spawnSync(process.execPath, [realpathSync(bin), ...args], { cwd: root, env }), root);
  return root;
}

function ours() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude/work"), { recursive: true });
  const fixture = (name) => readFileSync(join(import.meta.dirname, "../../fixtures/read", name), "utf8");
  writeFileSync(join(root, ".claude/state.md"), fixture("format.md"));
  for (const number of numbers) {
    writeFileSync(join(root, `.claude/work/${number}.md`), fixture("format.work.md").replaceAll("42", String(number)));
  }
  return root;
}

/** What one would write first: the packages as they are, and nothing else. */
function remarkScript() {
  const file = join(mkdtempSync(join(tmpdir(), "gate-bench-")), "remark.mjs");
  const from = (name) => JSON.stringify(import.meta.resolve(name));
  writeFileSync(
    file,
    `import { readdirSync, readFileSync } from "node:fs";
import { unified } from ${from("unified")};
import remarkParse from ${from("remark-parse")};
import remarkFrontmatter from ${from("remark-frontmatter")};
const root = process.argv[2] + "/.claude/";
const parser = unified().use(remarkParse).use(remarkFrontmatter);
for (const name of ["state.md", ...readdirSync(root + "work").map((name) => "work/" + name)]) parser.parse(readFileSync(root + name, "utf8"));
`,
  );
  return file;
}
