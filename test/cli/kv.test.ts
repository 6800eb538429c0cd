/** `gate kv`: what goes over the wire, what is asked, what goes to people. */
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/registry.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runAtTerminal, runGate, runGateWith, runJson } from "../support/terminal.ts";

test("results as JSON: values as they were given, keys of values never renamed", async () => {
  const { root } = makeProject();
  const value = '{"camelCase": {"10": 1.50, "2": 12345678901234567890}, "__proto__": [], "hidden": "\u202e"}';
  const saved = await runJson(root, "kv", "save", "--key", "someKey", "--value", value);
  expect(saved).toEqual({
    success: true,
    key: "someKey",
    revision: expect.stringMatching(/^[0-9a-f]{64}$/),
    warnings: [],
  });
  const { stdout, code } = await runGate(root, "kv", "load", "--key", "someKey", "--json");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^\{\n {2}"key": "someKey",\n {2}"value": \{\n {4}"camelCase": \{\n {6}"10": 1\.50,\n {6}"2": 12345678901234567890\n/,
  );
  expect(stdout).toContain('"hidden": "\\u202e"');
  expect(Object.keys(JSON.parse(stdout))).toEqual(["key", "value", "timestamp", "revision", "warnings"]);
  expect(await runJson(root, "kv", "keys")).toMatchObject({ keys: ["someKey"] });
  expect(await runJson(root, "kv", "load", "--key", "x", "--default", "null")).toMatchObject({
    key: "x",
    value: null,
    timestamp: null,
  });
  expect(await runJson(root, "kv", "load", "--key", "x")).toEqual({
    success: false,
    error: { code: "NOT_FOUND", message: "Key not found: x", path: null, hint: "`gate kv keys` lists all keys." },
  });
  expect(await runJson(root, "kv", "checkpoint", "--name", "c")).toMatchObject({ name: "c" });
  expect(await runJson(root, "kv", "checkpoints")).toMatchObject({
    checkpoints: [{ name: "c", created_at: expect.stringMatching(/Z$/), keys: 1 }],
  });
  await runGate(root, "kv", "save", "--key", "b", "--value", "not json");
  expect(await runJson(root, "kv", "diff", "--checkpoint", "c")).toMatchObject({
    added: [{ key: "b", value: "not json" }],
    changed: [],
  });
  expect(await runJson(root, "kv", "delete", "--key", "b")).toMatchObject({ deleted: true, key: "b" });
});

test("what replaces or removes asks, or takes --yes", async () => {
  const { root } = makeProject();
  const cwd = root;
  await runGate(root, "kv", "save", "--key", "a", "--value", "1");
  await runGate(root, "kv", "checkpoint", "--name", "my point");
  await runGate(root, "kv", "save", "--key", "a", "--value", "2");
  const refused = await runGateWith(
    { cwd, environment: { REDIS_URL: "redis://:s3cret@h" } },
    ...["kv", "restore", "--checkpoint", "my point", "--namespace", "default"],
  );
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain("Run: gate kv restore --checkpoint 'my point' --namespace default --yes");
  expect(refused.stderr).not.toContain("s3cret");
  const declined = await runAtTerminal({ cwd, answers: ["no"] }, "kv", "restore", "--checkpoint", "my point");
  expect(declined.code).toBe(3);
  expect(declined.stderr).toMatch(/-"a": 2.*\+"a": 1.*Write this\?/s);
  const agreed = await runAtTerminal({ cwd, answers: ["yes"] }, "kv", "restore", "--checkpoint", "my point");
  expect(agreed.stdout).toMatch(/Restored my point: 1 key.*before-restore-/s);
  expect((await runAtTerminal({ cwd }, "kv", "load", "--key", "a")).stdout).toBe("1\n");
  const gone = await runGate(
    root,
    "kv",
    "save",
    "--key",
    "a",
    "--value",
    "1",
    "--backend",
    "redis",
    "--redis-url",
    "redis://u:s3cret@127.0.0.1:1",
  );
  expect(gone).toMatchObject({ code: 4, stdout: "" });
  expect(gone.stderr).toMatch(/^error: Cannot reach Redis at 127\.0\.0\.1:1: nothing listens there\n/);
  expect((await runGate(root, "kv", "recover")).stdout).toBe("Nothing is damaged.\n");
}, 60_000);

test("a damaged store: exit 1, and the way back", async () => {
  const { root, write } = makeProject();
  await runGate(root, "kv", "save", "--key", "a", "--value", "1");
  await runGate(root, "kv", "checkpoint");
  write(".claude/state/default/state.json", "{");
  const damaged = await runGate(root, "kv", "keys");
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toContain("gate kv recover");
  expect((await runGate(root, "kv", "recover")).code).toBe(3);
  const recovered = await runJson(root, "kv", "recover", "--yes");
  expect(recovered).toMatchObject({
    recovered: true,
    backups: [".claude/state/default/state.json.bak"],
    source: { kind: "version" },
    keys: 1,
  });
  expect((await runGate(root, "kv", "load", "--key", "a")).stdout).toBe("1\n");
});

test("old checkpoints are removed, by their names if they have one, after asking", async () => {
  const { root } = makeProject();
  const kv = (...args: string[]) => runGate(root, "kv", ...args);
  await kv("save", "--key", "a", "--value", "1");
  for (let number = 0; number < 21; number++) await kv("checkpoint", "--name", `c${number}`);
  expect((await kv("checkpoints")).stdout).toContain("`gate kv prune --older-than 30d` removes old ones.");
  const folder = join(root, ".claude/state/default/checkpoints");
  const longAgo = new Date(Date.now() - 40 * 86_400_000);
  for (const name of ["c3", "c7"]) utimesSync(join(folder, `${name}.json`), longAgo, longAgo);
  const age = ["prune", "--older-than", "30d"];
  expect((await kv(...age)).code).toBe(3);
  expect(await runJson(root, "kv", ...age, "--dry-run")).toMatchObject({ pruned: ["c7", "c3"], dry_run: true });
  expect(readdirSync(folder)).toHaveLength(21);
  expect((await kv(...age, "--yes")).stdout).toBe("  c7\n  c3\n2 checkpoints removed\n");
  expect(readdirSync(folder)).toHaveLength(19);
  expect((await kv("checkpoints")).stdout).not.toContain("prune");
  expect((await kv(...age, "--yes")).stdout).toBe("0 checkpoints removed\n");
});

test("wrong usage is refused by name", async () => {
  const { root } = makeProject({ ".claude/.gate/.gitignore": "*\n" });
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["save", "--key", "a"], /required option '--value <value>'/],
    [["save", "--key", "a", "--value", "1", "--backend", "mysql"], /Allowed choices are json, sqlite, redis/],
    [["save", "--key", "a", "--value", "1", "--ttl", "60"], /Cannot use --ttl: the backend json/],
    [["save", "--key", "a", "--value", "1", "--ttl", "-1"], /expected seconds/],
    [["save", "--key", "", "--value", "1"], /it is empty/],
    [["load", "--key", "a", "--default", "none"], /it is no JSON/],
    [["checkpoint", "--if-match", "x"], /Cannot use --if-match with gate kv checkpoint/],
    [["restore", "--checkpoint", "../x", "--yes"], /it holds a path separator/],
    [["keys", "--backend", "redis", "--redis-url", "http://u:s3cret@h"], /not of the form redis:\/\/host:port/],
  ];
  for (const [args, message] of cases) {
    const ended = await runAtTerminal({ cwd: root }, "kv", ...args);
    expect(ended.code, args.join(" ")).toBe(2);
    expect(ended.stderr.replace(/\u001b\[\d+m/g, "")).toMatch(message);
    expect(ended.stderr).not.toContain("s3cret");
  }
  expect((await runGate(makeFolder(), "kv", "keys")).code).toBe(3);
});

test("every command of the group is in the registry once", async () => {
  const module = await COMMANDS.find(({ name }) => name === "kv")!.load();
  const names = "subcommands" in module ? module.subcommands.map(({ name }) => name) : [];
  expect(names.join(" ")).toBe("init save load delete keys checkpoint checkpoints prune restore diff migrate recover");
});
