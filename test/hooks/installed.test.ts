/** The hooks that are entered in settings and in the plugin against what `gate hook` understands and does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { callIn } from "../../src/hooks/call.ts";
import { toolIn } from "../../src/hooks/tool.ts";
import { AGENT, AGENTS, PERMISSION_EVENT } from "../../src/settings/agents.ts";

const PLUGIN = join(import.meta.dirname, "../../plugin/hooks/hooks.json");
const { hooks } = JSON.parse(readFileSync(PLUGIN, "utf8")) as {
  hooks: Record<string, { matcher?: string; hooks: { command: string }[] }[]>;
};

const toolsOf = (matcher = "") => matcher.split("|").filter((name) => name !== "");
/** The input of every tool at once. */
const INPUT = { file_path: "/x", notebook_path: "/x", content: "", old_string: "a", new_string: "b", command: "ls" };
const kindOf = (name: string) => toolIn({ tool_name: name, tool_input: INPUT })?.kind;

describe.each(AGENTS)("%s", (name) => {
  const { events } = AGENT[name];

  test("events are understood as the agent spells them, and as the command does", () => {
    for (const { event, hook } of events) {
      const named = JSON.stringify({ hook_event_name: event, cwd: "/x" });
      expect(callIn(named, { event: hook, agent: name }, {}), event).toMatchObject({ event: hook, agent: name });
      const nameless = JSON.stringify({ cwd: "/x" });
      expect(callIn(nameless, { event: hook, agent: name }, {}), hook).toMatchObject({ event: hook });
    }
  });

  test("every tool that is matched is one that is looked at", () => {
    for (const { matcher } of [...events, PERMISSION_EVENT]) {
      for (const tool of toolsOf(matcher)) expect(kindOf(tool), tool).toBeDefined();
    }
  });

  test("nothing is started after a shell command, which is not looked at again; patches of Codex may be in one", () => {
    const after = events.find(({ hook }) => hook === "PostToolUse")!;
    const shells = toolsOf(after.matcher).filter((tool) => kindOf(tool) === "shell");
    expect(shells).toEqual(name === "codex" ? ["Bash"] : []);
  });
});

test("the plugin matches the tools of all agents that it is for", () => {
  for (const event of ["PreToolUse", "PostToolUse"]) {
    const [group] = hooks[event]!;
    const matched = toolsOf(group!.matcher);
    for (const tool of matched) expect(kindOf(tool), tool).toBeDefined();
    for (const name of ["claude", "codex"] as const) {
      const entered = AGENT[name].events.find(({ hook }) => hook === event)!;
      const files = toolsOf(entered.matcher).filter((tool) => event === "PreToolUse" || kindOf(tool) !== "shell");
      expect(matched).toEqual(expect.arrayContaining(files));
    }
  }
});
