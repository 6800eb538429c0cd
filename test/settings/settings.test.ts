/** Settings as text: whatever stands there, adding and taking out again gives the same bytes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { callerIn } from "../../src/settings/agents/program-texts.ts";
import { AGENT, AGENTS, PERMISSION_EVENT } from "../../src/settings/agents.ts";
import { COMMENT_MARKERS, findBlock, HASH_MARKERS, putBlock, removeBlock } from "../../src/settings/block.ts";
import {
  addEntries,
  type Entry,
  hasHooks,
  hookEntries,
  newSettings,
  ourCommands,
  removeEntry,
  removeHooks,
  serverEntry,
} from "../../src/settings/entries.ts";
import { filtered, unfiltered } from "../../src/settings/filter.ts";
import { addValue, removeValue, UnfitSettings } from "../../src/settings/json-change.ts";
import { nodeAt, parseTree, plainValue } from "../../src/settings/json-tree.ts";
import { unloadable } from "../../src/settings/loadable.ts";
import { patternOf } from "../../src/settings/signs.ts";
import { faultInToml, hasTable } from "../../src/settings/toml.ts";
import { runs, upTo } from "../support/effort.ts";

const GATE = { shell: "gate", powershell: "gate", filters: true };
const HOOKS = hookEntries(AGENT.claude, AGENT.claude.events, GATE);
const ALLOW: Entry = { path: ["permissions", "allow"], value: "Bash(gate:*)", as: "item" };

const parsed = (text: string) => {
  const node = parseTree(text);
  return node.kind === "fault" ? node : plainValue(node);
};
const out = (text: string) => {
  const rest = removeHooks(text);
  return rest === undefined ? undefined : removeEntry(rest, ALLOW.path, ALLOW.value);
};

const TEXTS = {
  empty: "{}",
  "empty, with a line break": "{\n}\n",
  "empty, with a remark": "{ /* nothing */ }",
  "one line": '{"model":"opus","hooks":{"Stop":[]}}',
  tabs: '{\n\t"model": "opus"\n}\n',
  "four spaces":
    '{\n    "model": "opus",\n    "permissions": {\n        "allow": [\n            "Bash(ls:*)"\n        ]\n    }\n}',
  "lists on one line": '{\n  "permissions": { "allow": ["Bash(ls:*)"], "deny": [] }\n}\n',
  "trailing commas": '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [] },\n    ],\n  },\n}\n',
  remarks:
    '// mine\n{\n  "model": "opus", // the large one\n  "env": {} /* none */ // yet\n  // the end\n}\n// after\n',
  windows: '\r\n{\r\n  "model": "opus"\r\n}\r\n',
  "hooks of others":
    '{\n  "hooks": {\n    "Stop": [\n      {\n        "hooks": [\n          { "type": "command", "command": "say done" }\n        ]\n      }\n    ]\n  }\n}\n',
  "empty containers": '{\n  "hooks": {},\n  "permissions": {\n    "allow": []\n  }\n}\n',
  "odd keys": '{"__proto__": {"a": 1}, "10": 1.0, "2": 1e400, "a\\u0022": "\\ud83d"}',
};

test.each(Object.entries(TEXTS))("in and out again: %s", (_name, text) => {
  const entered = addEntries(text, [...HOOKS, ALLOW]);
  const value = parsed(entered) as { hooks: Record<string, unknown[]>; permissions: { allow: string[] } };
  expect(value.permissions.allow).toContain("Bash(gate:*)");
  for (const { path, value: hook } of HOOKS) expect(value.hooks[path[1]!]).toContainEqual(hook);
  expect(addEntries(entered, [...HOOKS, ALLOW])).toBe(entered);
  expect(out(entered)).toBe(text);
});

test("hooks of ours are known by their commands, in groups and alone", () => {
  const commands = (name: "claude" | "copilot") =>
    ourCommands(newSettings(hookEntries(AGENT[name], AGENT[name].events, GATE)));
  expect(commands("claude")[0]).toBe("gate hook SessionStart --agent claude");
  for (const name of ["claude", "copilot"] as const) expect(commands(name)).toHaveLength(AGENT[name].events.length);
  const among = '{"hooks": {"Stop": [{"hooks": [{"command": "x"}, {"command": "gate hook Stop --agent claude"}]}, 7]}}';
  expect(ourCommands(among)).toEqual(["gate hook Stop --agent claude"]);
  for (const text of ['{"hooks": []}', "[]", "{", ""]) expect(ourCommands(text)).toEqual([]);
  expect([hasHooks(addEntries("{}", HOOKS), HOOKS), hasHooks(among, HOOKS)]).toEqual([true, false]);
});

test("a hook behind the filter is known, and takes the place of the plain one", () => {
  const plain = hookEntries(AGENT.claude, AGENT.claude.events, { ...GATE, filters: false });
  const entered = addEntries(newSettings(plain), HOOKS);
  expect(entered).toBe(newSettings(HOOKS));
  expect(addEntries(entered, plain)).toBe(newSettings(plain));
  expect(removeHooks(entered)).toBeUndefined();
  for (const name of ["claude", "copilot"] as const) {
    const commands = ourCommands(newSettings(hookEntries(AGENT[name], AGENT[name].events, GATE)));
    expect(commands.map(unfiltered).filter((each, index) => each !== commands[index])).toEqual([
      `gate hook PreToolUse --agent ${name}`,
    ]);
  }
  const odd = '"/opt/a | b/node" "/opt/it\'s;fi/bin.cjs" hook PreToolUse --agent claude';
  expect([unfiltered(filtered(odd)), unfiltered(odd), unfiltered("if p=1;then x;fi")]).toEqual([
    odd,
    odd,
    "if p=1;then x;fi",
  ]);
});

test("signs are found as words, and at the ends of a text", () => {
  const found = (text: string) => patternOf(["a"], ["b[^a-z]"]).test(`"${text}"`);
  expect(["A", "xax", "b", "x b", "xb", "b.", "bc"].map(found)).toEqual([true, true, true, true, false, true, false]);
});

test("what an agent does not load is found at its first place", () => {
  const [claude, gemini] = [AGENT.claude, AGENT.gemini];
  for (const [text, strict, commented] of [
    ['{"a": [1, {"b": 2}]}', undefined, undefined],
    ['{"a": 1} // x', 9, undefined],
    ['{"a": [[], {"b": 2,\n }]}', 18, 18],
    ["[1, 2, ]", 5, 5],
    ['{"a": 1 /* , */, /* , */ }', 8, 15],
    ['{"a": "// , }"}', undefined, undefined],
  ] as const) {
    expect(unloadable(text, claude)?.offset, text).toBe(strict);
    expect(unloadable(text, gemini)?.offset, text).toBe(commented);
  }
  expect(unloadable('{"a" 1}', claude)).toMatchObject({ offset: 5, reason: "a colon is expected" });
  expect(unloadable("", gemini)).toMatchObject({ offset: 0, reason: "it is empty" });
});

test("what stood there stays, token by token", () => {
  for (const text of Object.values(TEXTS)) {
    const entered = addEntries(text, HOOKS);
    // Take away what was added, and the rest reads the same; no remark is lost.
    for (const remark of text.match(/\/\/.*|\/\*.*?\*\//g) ?? []) expect(entered).toContain(remark);
  }
  const text = '{\n  "a": 1, // one\n  "b": 2 // two\n}\n';
  expect(addValue(text, ["c"], 3, "member")).toBe('{\n  "a": 1, // one\n  "b": 2, // two\n  "c": 3\n}\n');
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom("hooks", "a", "b", "Stop", "__proto__"), tie("value"), { maxKeys: 3 }),
})).object;
const layout = fc.constantFrom<string | undefined>(undefined, "  ", "\t", "    ");

test("any settings that fit come back to the byte", () => {
  let fitted = 0;
  fc.assert(
    fc.property(json, layout, fc.boolean(), (value, indent, windows) => {
      const printed = JSON.stringify(value, null, indent);
      const text = windows ? printed.replaceAll("\n", "\r\n") : printed;
      let entered: string;
      try {
        entered = addEntries(text, [...HOOKS, ALLOW]);
      } catch (error) {
        expect(error).toBeInstanceOf(UnfitSettings);
        return;
      }
      fitted++;
      expect(out(entered)).toBe(text);
    }),
    runs(500, 6),
  );
  expect(fitted).toBeGreaterThan(upTo(200));
});

test("any value, added and removed", () => {
  fc.assert(
    fc.property(
      json,
      layout,
      json,
      fc.constantFrom([["x"], ["a", "x"], ["x", "y"]] as const),
      (value, indent, added, [one]) => {
        const text = JSON.stringify(value, null, indent);
        for (const path of [one, ["x", "y"]]) {
          const entered = addValue(text, path, added, "member");
          const node = parseTree(entered);
          expect(node.kind).toBe("object");
          if (node.kind !== "fault")
            expect(JSON.stringify(plainValue(nodeAt(node, path)!))).toBe(JSON.stringify(added));
          expect(removeValue(entered, path)).toBe(text);
        }
      },
    ),
    runs(300, 6),
  );
});

test("a hook of another beside ours stays, in a group of ours too", () => {
  const mine = { type: "command", command: "say done" };
  const settings = JSON.parse(newSettings(HOOKS)) as { hooks: Record<string, { hooks: unknown[] }[]> };
  settings.hooks["Stop"]![0]!.hooks.push(mine);
  settings.hooks["Stop"]!.push({ hooks: [mine] });
  settings.hooks["Start"] = [{ hooks: [mine] }];
  const left = removeHooks(JSON.stringify(settings, null, 2));
  expect(JSON.parse(left!)).toEqual({
    hooks: { Stop: [{ hooks: [mine] }, { hooks: [mine] }], Start: [{ hooks: [mine] }] },
  });
});

test("an older form of our hooks is replaced, and hooks of others that look alike are not", () => {
  const others = ["navigate hook Stop --agent claude", "gate status", "echo gate hooks"];
  const old = { shell: '"/usr/bin/node" "/opt/x y/dist/bin.cjs"', powershell: "", filters: false };
  let text = newSettings(hookEntries(AGENT.claude, AGENT.claude.events, old));
  for (const command of others)
    text = addValue(text, ["hooks", "Stop"], { hooks: [{ type: "command", command }] }, "item");
  const entered = addEntries(text, HOOKS);
  expect(entered).not.toContain("bin.cjs");
  expect(entered.match(/gate hook \w+ --agent claude(?:;fi)?"/g)).toHaveLength(HOOKS.length + 1);
  for (const command of others) expect(entered).toContain(JSON.stringify(command));
});

test("text that is no JSON, or has something else in the place, is refused with its place", () => {
  const offsetOf = (text: string) => {
    try {
      addEntries(text, HOOKS);
    } catch (error) {
      if (error instanceof UnfitSettings) return [error.offset, error.message];
      throw error;
    }
    return undefined;
  };
  expect(offsetOf("")).toEqual([0, "it is empty"]);
  expect(offsetOf("[]")).toEqual([0, "an object is expected"]);
  expect(offsetOf('{"a": 1 "b": 2}')).toEqual([8, "a comma or `}` is expected"]);
  expect(offsetOf('{"a": 1} x')).toEqual([9, "there is text behind the end"]);
  expect(offsetOf('{"a": ')).toEqual([6, "it ends too soon"]);
  expect(offsetOf("{'a': 1}")).toEqual([1, "a key in double quotes is expected"]);
  expect(offsetOf('{"hooks": []}')).toEqual([10, "an object is expected"]);
  expect(offsetOf('{"hooks": {"Stop": {}}}')).toEqual([19, "a list is expected"]);
  expect(offsetOf(`${'{"a":'.repeat(200)}1`)?.[1]).toContain("nested deeper");
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseTree(text)).not.toThrow();
    }),
    runs(500, 6),
  );
});

test("what each agent gets", () => {
  for (const name of AGENTS) {
    const agent = AGENT[name];
    for (const { path, value } of hookEntries(agent, [...agent.events, PERMISSION_EVENT], GATE)) {
      if (path[0] !== "hooks") continue;
      expect(JSON.stringify(value)).toMatch(new RegExp(`gate hook [A-Z]\\w+ --agent ${name}(?:;fi)?"`));
    }
    for (const { name: file, text } of agent.programs?.("gate") ?? []) {
      expect(callerIn(text), file).toBe("gate");
      expect(text).toMatch(new RegExp(`hook [$\\w{}]+ --agent ${name}`));
    }
    for (const { matcher = "" } of agent.events) expect(() => new RegExp(`^(?:${matcher})$`)).not.toThrow();
  }
});

test("hooks that are one list are known by their actions, and go as they came", () => {
  const hooks = hookEntries(AGENT.kiro, AGENT.kiro.events, GATE).filter(({ as }) => as === "item");
  for (const text of ["{}", '{\n  "version": "v1",\n  "hooks": [\n    { "name": "mine", "action": {} }\n  ]\n}\n']) {
    const entered = addEntries(text, hooks);
    expect(ourCommands(entered)).toHaveLength(AGENT.kiro.events.length);
    expect([hasHooks(entered, hooks), addEntries(entered, hooks)]).toEqual([true, entered]);
    expect(removeHooks(entered)).toBe(text);
  }
  expect(hookEntries(AGENT.pi, AGENT.pi.events, GATE)).toEqual([]);
});

test("a command that is another one for PowerShell is written down as that", () => {
  const gate = { shell: '"/n" "/p"', powershell: '& "/n" "/p"', filters: false };
  for (const [name, key] of [
    ["vscode", "windows"],
    ["windsurf", "powershell"],
  ] as const) {
    const [entry] = hookEntries(AGENT[name], AGENT[name].events, gate);
    expect(entry!.value).toMatchObject({ [key]: `& "/n" "/p" hook ${AGENT[name].events[0]!.hook} --agent ${name}` });
  }
});

test("servers as each agent writes them down", () => {
  for (const name of AGENTS) {
    const { value } = serverEntry(AGENT[name], ["x"], "gate", ["mcp"]);
    expect(JSON.stringify(value)).toMatch(/"gate".*"mcp"/);
  }
});

test.each(["", "a", "a\n", "a\n\n", "\n", "a\r\nb\r\n", "a\r\nb"])("a block in and out of %j", (text) => {
  for (const markers of [HASH_MARKERS, COMMENT_MARKERS]) {
    const entered = putBlock(text, markers, ["one", "two"]);
    expect(putBlock(entered, markers, ["one", "two"])).toBe(entered);
    expect(removeBlock(entered, markers)).toBe(text);
    const more = `${entered}${entered.endsWith("\n") ? "" : "\n"}more\n`;
    expect(removeBlock(putBlock(more, markers, ["three"]), markers)).toContain("more\n");
    expect(findBlock(entered.replace(markers.end, ""), markers)).toEqual({ broken: expect.any(Number) });
  }
});

test("the end of a TOML file is known from its texts and lists", () => {
  const sound = [
    "",
    "a = 1\n",
    "[a]\nb = [\n 1, # ]\n 2\n]\n",
    'a = """\n[\n"""\n',
    "a = '''[''' # \"\n",
    "[[a.b]]\nc = { d = 1 }\n",
    'a = "\\""\n',
  ];
  for (const text of sound) expect(faultInToml(text), text).toBeUndefined();
  expect(faultInToml('a = """\n')).toMatchObject({ offset: 4 });
  expect(faultInToml("a = [1,\n")).toMatchObject({ offset: 4 });
  expect(faultInToml('b = 1\na = "x\n')).toMatchObject({ offset: 10 });
  expect(faultInToml("[a\n")).toMatchObject({ offset: 0 });
  expect(hasTable('[mcp_servers."state-gatekeeper"]\n', "mcp_servers", "state-gatekeeper")).toBe(true);
  expect(hasTable("[mcp_servers.other]\n# [mcp_servers.state-gatekeeper]\n", "mcp_servers", "state-gatekeeper")).toBe(
    false,
  );
});

test("a value of ours that is another one is replaced in its place", () => {
  const text =
    '{\n  "version": 0,\n  "mcpServers": {\n    "state-gatekeeper": { "command": "old" }, // ours\n    "b": {}\n  }\n}\n';
  const [version, server] = [
    { path: ["version"], value: 1 },
    { path: ["mcpServers", "state-gatekeeper"], value: { command: "gate" } },
  ];
  const entered = addEntries(
    text,
    [version!, server!].map((entry) => ({ ...entry, as: "member" as const })),
  );
  expect(entered).toBe(
    '{\n  "version": 1,\n  "mcpServers": {\n    "state-gatekeeper": {\n      "command": "gate"\n    }, // ours\n    "b": {}\n  }\n}\n',
  );
});
