/** The tools: what they are listed as, and that they answer what the command line answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { describe, expect, test } from "vitest";
import { ERAS, meet, use } from "../support/mcp.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";
import { runJson } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";
/** Characters of the list that a model reads; four are about a token. */
const MOST_CHARACTERS = 3600;

test.each(ERAS)("%s: nine tools with their schemas, in under 900 tokens", async (era) => {
  const client = await meet({ era, cwd: makeProject().root, built: [] });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    "get_active_work",
    "set_active_work",
    "update_progress",
    "clear_active_work",
    "reconstruct_state",
    "verify_work_file",
    "initialize_state",
    "check_state",
    "recover_state",
  ]);
  const read = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const characters = read.reduce((sum, tool) => sum + JSON.stringify(tool).length, 0);
  console.info(`${era}: the tools cost ${characters} characters, ${Math.ceil(characters / 4)} tokens`);
  expect(characters).toBeLessThan(MOST_CHARACTERS);
  const page = readFileSync(join(import.meta.dirname, "../../docs/mcp.md"), "utf8");
  expect(page).toContain(`${characters.toLocaleString("en")} characters`);
  // Some clients take no object without them.
  expect(tools.every(({ inputSchema }) => inputSchema.properties !== undefined)).toBe(true);
  expect(tools.every(({ outputSchema }) => outputSchema?.type === "object")).toBe(true);
  expect(tools.every(({ annotations }) => annotations?.openWorldHint === false)).toBe(true);
  const having = (hint: "readOnlyHint" | "destructiveHint") =>
    tools.filter(({ annotations }) => annotations?.[hint]).map(({ name }) => name);
  expect(having("readOnlyHint")).toEqual(["get_active_work", "verify_work_file"]);
  expect(having("destructiveHint")).toEqual(["recover_state"]);
});

interface Act {
  readonly tool: string;
  readonly given?: Record<string, unknown>;
  readonly command: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** A call that fails, with this code. */
  readonly code?: string;
  /** What a person must have said yes to. */
  readonly consent?: true;
}

const ACTIVE = { [STATE]: fixture("read/format.md").replaceAll("1234", "42"), [WORK]: fixture("read/format.work.md") };
const IDLE = fixture("read/idle.md");
const DAMAGED = ACTIVE[STATE]!.replace("## Blockers\n", "");
const FOREIGN = "# My own notes\n\nNothing of yours.\n";
const lists = { progress_items: [{ status: "in_progress", text: "One", percentage: 40 }], next_steps: ["Two"] };

const ACTS: readonly Act[] = [
  { tool: "get_active_work", command: ["status"] },
  { tool: "get_active_work", command: ["status"], files: { ...ACTIVE, ".git/HEAD": "ref: refs/heads/main\n" } },
  { tool: "get_active_work", command: ["status"], files: {} },
  { tool: "get_active_work", command: ["status"], files: { [STATE]: DAMAGED } },
  { tool: "set_active_work", given: { issue: 42 }, command: ["start", "42"] },
  {
    tool: "set_active_work",
    given: { issue: 7, title: "# Seven", branch: "fix/7", url: "https://example.com/7", description: "Why\n" },
    command: ["start", "7", "--title", "# Seven", "--branch", "fix/7", "--url", "https://example.com/7"],
  },
  { tool: "set_active_work", given: { issue: 7 }, command: ["start", "7"], code: "INVALID_ARGUMENT" },
  {
    tool: "set_active_work",
    given: { issue: 0, title: "x" },
    command: ["start", "0", "--title", "x"],
    code: "INVALID_ARGUMENT",
  },
  {
    tool: "set_active_work",
    given: { issue: 7, title: "Seven", dry_run: true },
    command: ["start", "7", "--title", "Seven", "--dry-run"],
  },
  {
    tool: "set_active_work",
    given: { issue: 42, if_match: "0".repeat(64) },
    command: ["start", "42", "--if-match", "0".repeat(64)],
    code: "CONFLICT",
  },
  {
    tool: "update_progress",
    given: {
      ...lists,
      open_questions: [{ question: "Why?", decision: null }],
      log: ["Wrote it"],
      decisions: ["Redis: it is there"],
      files: ["src/a.ts:created"],
      tests: ["[x] all"],
    },
    command: [
      ...["save", "--doing", "One:40", "--next", "Two", "--log", "Wrote it"],
      ...["--decision", "Redis: it is there", "--question", "Why?", "--file", "src/a.ts:created", "--test", "[x] all"],
    ],
  },
  {
    tool: "update_progress",
    given: lists,
    command: ["save", "--doing", "One:40", "--next", "Two"],
    files: { [STATE]: IDLE },
    code: "NO_ACTIVE_WORK",
  },
  {
    tool: "update_progress",
    given: { log: ["x"], offline: true, issue: 42 },
    command: ["save", "--log", "x", "--offline", "--issue", "42"],
    files: { ...ACTIVE, [STATE]: DAMAGED },
  },
  {
    tool: "update_progress",
    given: { log: ["x"] },
    command: ["save", "--log", "x"],
    files: { ...ACTIVE, [STATE]: DAMAGED },
    code: "CORRUPT",
  },
  {
    tool: "clear_active_work",
    given: { pr: "https://example.com/1" },
    command: ["done", "--pr", "https://example.com/1"],
  },
  {
    tool: "clear_active_work",
    given: { reason: "Over", no_archive: true },
    command: ["done", "--reason", "Over", "--no-archive"],
  },
  { tool: "reconstruct_state", command: ["reconstruct"] },
  {
    tool: "reconstruct_state",
    given: { select: 42 },
    command: ["reconstruct", "--select", "42"],
    files: { [WORK]: ACTIVE[WORK]! },
    consent: true,
  },
  {
    tool: "reconstruct_state",
    given: { select: 42, dry_run: true },
    command: ["reconstruct", "--select", "42", "--dry-run"],
    files: { [WORK]: ACTIVE[WORK]! },
  },
  {
    tool: "reconstruct_state",
    given: { select: 9 },
    command: ["reconstruct", "--select", "9", "--yes"],
    code: "NOT_FOUND",
  },
  { tool: "verify_work_file", given: { issue: 42 }, command: ["verify", "42"] },
  { tool: "verify_work_file", given: { issue: 9 }, command: ["verify", "9"] },
  { tool: "initialize_state", command: ["init"], files: {} },
  { tool: "initialize_state", command: ["init"] },
  { tool: "initialize_state", command: ["init"], files: { [STATE]: FOREIGN }, code: "FOREIGN_FORMAT" },
  {
    tool: "initialize_state",
    given: { adopt: true },
    command: ["init", "--adopt"],
    files: { [STATE]: FOREIGN },
    consent: true,
  },
  { tool: "check_state", command: ["check"], files: { [STATE]: DAMAGED } },
  { tool: "check_state", given: { paths: ["work/42.md"] }, command: ["check", "work/42.md"], code: "INVALID_ARGUMENT" },
  { tool: "check_state", given: { paths: [WORK] }, command: ["check", WORK] },
  {
    tool: "check_state",
    given: { paths: ["../../etc/passwd"] },
    command: ["check", "../../etc/passwd"],
    code: "INVALID_ARGUMENT",
  },
  {
    tool: "check_state",
    given: { fix: true },
    command: ["check", "--fix"],
    files: { [STATE]: ACTIVE[STATE]!.replace("## Blockers", "## blockers") },
  },
  { tool: "recover_state", command: ["recover"] },
  { tool: "recover_state", command: ["recover"], files: { ...ACTIVE, [STATE]: DAMAGED }, consent: true },
  {
    tool: "recover_state",
    given: { from: "work" },
    command: ["recover", "--from", "work"],
    files: { [WORK]: ACTIVE[WORK]! },
    consent: true,
  },
];

describe("the same act by a tool and by a command", () => {
  test.each(ACTS.map((act) => [`${act.tool} ${JSON.stringify(act.given ?? {})}`, act] as const))(
    "%s",
    async (_, act) => {
      const [one, other] = [projectOf(act), projectOf(act)];
      const era = ERAS[ACTS.indexOf(act) % ERAS.length]!;
      const asked: string[] = [];
      const client = await meet({
        era,
        cwd: one.root,
        person: ({ message }) => {
          asked.push(message);
          return { action: "accept", content: { answer: "yes" } };
        },
      });
      const description = act.given?.["description"];
      if (description !== undefined) other.write("description.md", String(description));
      const file = description === undefined ? [] : ["--description-file", "description.md"];
      const command = [...act.command, ...file, ...(act.consent ? ["--yes"] : [])];
      const { answer, text, isError } = await use(client, act.tool, act.given);
      const printed = await runJson(other.root, ...command);

      expect(JSON.parse(text)).toEqual(answer);
      const { outputSchema } = (await toolsOf(client)).find(({ name }) => name === act.tool)!;
      expect(undescribed(answer, (outputSchema as Schema).anyOf![act.code === undefined ? 0 : 1]!)).toEqual([]);
      expect(isError).toBe(act.code !== undefined);
      if (act.code !== undefined) expect(answer).toMatchObject({ success: false, error: { code: act.code } });
      expect(asked).toHaveLength(act.consent ? 1 : 0);
      // The order of the keys is part of the contract.
      expect(withoutTimes(JSON.stringify(answer))).toBe(withoutTimes(JSON.stringify(printed)));
      const { "description.md": _file, ...written } = other.tree();
      expect(timeless(one.tree())).toEqual(timeless(written));
    },
  );

  const projectOf = ({ files = ACTIVE }: Act): TestProject => makeProject(files);

  /** Asked once: reading the schemas takes a client longer than any act. */
  let listed: Promise<Awaited<ReturnType<Client["listTools"]>>> | undefined;
  const toolsOf = async (client: Client) => (await (listed ??= client.listTools())).tools;
});

interface Schema {
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The keys of an answer that its schema says nothing of. */
function undescribed(value: unknown, schema: Schema): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (schema.anyOf) {
    const each = schema.anyOf.map((one) => undescribed(value, one));
    return each.sort((one, other) => one.length - other.length)[0]!;
  }
  if (Array.isArray(value)) return value.flatMap((item) => undescribed(item, schema.items ?? {}));
  return Object.entries(value).flatMap(([key, inner]) => {
    const described = schema.properties?.[key];
    return described ? undescribed(inner, described) : [key];
  });
}

/** The two acts are not done in the same second, and revisions are digests of the seconds too. */
function withoutTimes(text: string): string {
  return text.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g, "TIME").replace(/"[0-9a-f]{64}"/g, '"REVISION"');
}

function timeless(tree: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).map(([path, text]) => [path, withoutTimes(text)]));
}

describe("arguments that do not fit", () => {
  test.each([
    ["verify_work_file", { issue: "x" }, "issue: expected number"],
    ["verify_work_file", {}, "issue: expected number"],
    ["verify_work_file", { issue: 1, more: 2 }, "the key more is not known"],
    ["recover_state", { from: "nowhere" }, "from: expected salvage, history, work"],
    ["recover_state", { ours: true, both: true }, "ours and both exclude each other"],
    ["update_progress", { progress_items: [{ status: "pending" }] }, "progress_items[0].text: expected string"],
    ["update_progress", { progress_items: [{ status: "pending", text: "x", percentage: 101 }] }, "percentage"],
    ["set_active_work", { issue: 3, description: "x".repeat(70_000) }, "larger than"],
  ])("%s %j", async (name, given, reason) => {
    const project = makeProject(ACTIVE);
    const before = project.tree(true);
    const { answer, isError } = await use(await meet({ era: "2025", cwd: project.root }), name, given);
    expect(isError).toBe(true);
    expect(answer).toMatchObject({ success: false, error: { code: "INVALID_ARGUMENT" } });
    expect((answer["error"] as { message: string }).message).toContain(reason);
    expect(project.tree(true)).toEqual(before);
  });

  test("what is sent as the JSON text of it is read where no text is expected", async () => {
    const project = makeProject(ACTIVE);
    const client = await meet({ era: "2025", cwd: project.root });
    const items = '[{"status":"in_progress","text":"B","percentage":30}]';
    const given = { progress_items: items, next_steps: '["n1","n2"]', log: ["[1]"], dry_run: "false" };
    expect(await use(client, "update_progress", given)).toMatchObject({
      answer: { success: true, next_steps: ["n1", "n2"] },
    });
    expect(project.read(WORK)).toContain("- [1]");
    expect((await use(client, "verify_work_file", { issue: "42" })).answer).toMatchObject({
      exists: true,
      valid: true,
    });
    const { answer } = await use(client, "update_progress", { next_steps: "n1, n2" });
    expect(answer).toMatchObject({
      error: { message: 'Cannot run update_progress: next_steps: expected array, but a string "n1, n2" came' },
    });
  });

  test("null is what is left out", async () => {
    const client = await meet({ era: "2025", cwd: makeProject(ACTIVE).root });
    const { answer } = await use(client, "update_progress", { log: ["x"], progress_items: null, issue: null });
    expect(answer).toMatchObject({ success: true });
  });

  test("a tool that is not there is an error of the protocol", async () => {
    const client = await meet({ era: "2025", cwd: makeProject().root });
    await expect(client.callTool({ name: "rm" })).rejects.toThrow('There is no tool "rm"');
  });
});

test.each(ERAS)(
  "%s: calls that are sent together are done in their order, and who did it is on record",
  async (era) => {
    const project = makeProject();
    const client = await meet({ era, cwd: project.root });
    const answers = await Promise.all([
      use(client, "initialize_state"),
      use(client, "set_active_work", { issue: 5, title: "Five" }),
      use(client, "update_progress", { next_steps: ["Review"] }),
      use(client, "get_active_work"),
    ]);
    expect(answers.map(({ isError }) => isError)).toEqual([false, false, false, false]);
    expect(answers[3]!.answer).toMatchObject({ issue_number: 5, next_steps: ["Review"] });
    const { entries } = (await runJson(project.root, "history")) as { entries: { actor: string }[] };
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(["test-client"]));
  },
);
