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
/** A pattern stands for the names of tools that servers have. */
const kindOf = (name: string) => {
  const named = name.replace("@.*", "@files/edit_block").replace(".*", "files__edit_block");
  return toolIn({ tool_name: named, tool_input: INPUT })?.kind;
};

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

  test("what was looked at before a shell command is looked at after it: scripts show only then", () => {
    for (const hook of ["PreToolUse", "PostToolUse"]) {
      const matched = events.filter((event) => event.hook === hook).map(({ matcher }) => matcher);
      if (matched.length > 0 && !matched.includes(undefined))
        expect(matched.flatMap(toolsOf).map(kindOf), hook).toContain("shell");
    }
  });
});

test("the plugin matches the tools of all agents that it is for", () => {
  for (const event of ["PreToolUse", "PostToolUse"]) {
    const matched = hooks[event]!.flatMap(({ matcher }) => toolsOf(matcher));
    expect(new Set(matched).size).toBe(matched.length);
    for (const tool of matched) expect(kindOf(tool), tool).toBeDefined();
    for (const name of ["claude", "codex"] as const) {
      const entered = AGENT[name].events.filter(({ hook }) => hook === event);
      expect(matched).toEqual(expect.arrayContaining(entered.flatMap(({ matcher }) => toolsOf(matcher))));
    }
  }
});
