/** Neovim as it is, with the settings that the page gives, where it is installed: a client that nobody here has written. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const PAGE = readFileSync(join(import.meta.dirname, "../../docs/editors.md"), "utf8");
const SETTINGS = /```lua\n([\s\S]*?)```/.exec(PAGE)![1]!;

/** Why there is no Neovim to test with; `undefined` where there is one. */
function whyNoNeovim(): string | undefined {
  try {
    execFileSync("nvim", ["--version"], { stdio: "pipe" });
    return undefined;
  } catch {
    return "nvim is not installed";
  }
}

const why = whyNoNeovim();

/** Runs Lua in a Neovim that has opened a file; `say` adds to what is given back. */
async function runNeovim(root: string, path: string, script: string): Promise<Record<string, unknown>> {
  const folder = makeFolder();
  mkdirSync(join(folder, "bin"));
  symlinkSync(PROGRAM, join(folder, "bin/gate"));
  symlinkSync(process.execPath, join(folder, "bin/node"));
  const out = join(folder, "out.json");
  writeFileSync(join(folder, "init.lua"), SETTINGS);
  const lua = `
local said = {}
local function say(name, value) said[name] = value end
local function wait(holds) return vim.wait(300000, holds, 20) end
local function codes()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do table.insert(found, each.code or each.user_data.lsp.code) end
  table.sort(found)
  return found
end
local function ask(method, params)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 300000)) do
    return answer.result
  end
end
local ok, fault = pcall(function()
${script}
end)
if not ok then say("fault", tostring(fault)) end
local file = io.open(${JSON.stringify(out)}, "w")
file:write(vim.fn.json_encode(said))
file:close()
vim.cmd("qa!")`;
  writeFileSync(join(folder, "script.lua"), lua);
  const words = [
    "--headless",
    "-n",
    "-i",
    "NONE",
    "-u",
    join(folder, "init.lua"),
    path,
    "-c",
    `luafile ${folder}/script.lua`,
  ];
  const env = {
    PATH: `${folder}/bin:${process.env["PATH"]}`,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_STATE_HOME: folder,
  };
  const ended = await runProgram("nvim", words, { cwd: root, env });
  expect(ended.code, ended.stderr).toBe(0);
  return JSON.parse(readFileSync(out, "utf8")) as Record<string, unknown>;
}

test.skipIf(why !== undefined)(
  `Neovim shows what is found, mends it, and asks for the rest${why ? ` (skipped: ${why})` : ""}`,
  async () => {
    const text = fixture("read/format.md").replace("14:30:00Z", "14:30 UTC").replace("Currently", "🦄");
    const project = makeProject({ [STATE]: text });
    const said = await runNeovim(
      project.root,
      STATE,
      `
  wait(function() return #vim.diagnostic.get(0) > 0 end)
  say("opened", codes())
  local params = vim.lsp.util.make_text_document_params()
  local line = vim.fn.search("Last Updated") - 1
  local where = { textDocument = params, position = { line = line, character = 22 } }
  say("hover", ask("textDocument/hover", where).contents.value)
  local range = { start = { line = line, character = 0 }, ["end"] = { line = line, character = 60 } }
  local actions = ask("textDocument/codeAction", { textDocument = params, range = range, context = { diagnostics = {} } })
  say("actions", vim.tbl_map(function(each) return each.title end, actions))
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  say("mended", vim.fn.getline(line + 1))
  wait(function() return not vim.tbl_contains(codes(), "irregular-timestamp") end)
  say("typed", codes())
  local symbols = ask("textDocument/documentSymbol", { textDocument = params })
  say("symbols", vim.tbl_map(function(each) return each.name end, symbols[1].children))
  say("lenses", #ask("textDocument/codeLens", { textDocument = params }))
  vim.cmd("write")
  `,
    );
    expect(said).toEqual({
      opened: ["irregular-timestamp", "missing-work-file", "outdated-timestamp"],
      hover: expect.stringContaining("irregular-timestamp"),
      actions: expect.arrayContaining(["Mend irregular-timestamp"]),
      mended: "**Last Updated:** 2024-10-23T14:30:00Z",
      typed: expect.arrayContaining(["missing-work-file"]),
      symbols: ["Active Work", "Recent Work", "Blockers", "Context"],
      lenses: expect.any(Number),
    });
    expect(project.read(STATE)).toContain("**Last Updated:** 2024-10-23T14:30:00Z");
  },
);

test.skipIf(why !== undefined)(
  `a lens writes the file, and Neovim loads it again${why ? ` (skipped: ${why})` : ""}`,
  async () => {
    const project = makeProject({ [STATE]: fixture("read/format.md") });
    const said = await runNeovim(
      project.root,
      STATE,
      `
  wait(function() return #vim.diagnostic.get(0) > 0 end)
  local messages = {}
  vim.lsp.handlers["window/showMessage"] = function(_, result) table.insert(messages, result.message) end
  local lenses = ask("textDocument/codeLens", { textDocument = vim.lsp.util.make_text_document_params() })
  for _, lens in ipairs(lenses) do
    if lens.command.title == "doing" then ask("workspace/executeCommand", lens.command) break end
  end
  wait(function() return #messages > 0 end)
  vim.cmd("checktime")
  say("messages", messages)
  say("line", vim.fn.getline(vim.fn.search("Need to add tests")))
  `,
    );
    expect(said).toEqual({
      messages: ["Progress updated for issue #1234"],
      line: "- 🔄 Need to add tests",
    });
  },
);
