/** Which project is meant, and where a new one is made, at the command line. */
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../support/program.ts";
import { runGate, runJson } from "../support/terminal.ts";

const STATE = ".claude/state.md";

/** A repository with files below it. */
function repository(...files: string[]): { readonly root: string; at(path: string): string } {
  const root = realpathSync(makeFolder());
  const at = (path: string) => join(root, path);
  for (const path of [".git/HEAD", ...files]) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), path.endsWith("HEAD") ? "ref: refs/heads/main\n" : "");
  }
  return { root, at };
}

test("from a folder with nothing but skills the state of the repository is meant", async () => {
  const { root, at } = repository("apps/web/.claude/skills/deploy/SKILL.md", "apps/web/src/x.ts");
  await runGate(root, "start", "12", "--title", "Root work");
  expect(await runJson(at("apps/web/src"), "status")).toMatchObject({ issue_number: 12 });
  expect((await runGate(at("apps/web/src"), "save", "--doing", "Parser:60")).code).toBe(0);
  expect(await runJson(root, "status")).toMatchObject({ progress_items: [{ text: "Parser", percentage: 60 }] });
});

test.each(["init", "start"])(
  "%s in a subfolder makes the state at the root and says so, --here in the folder",
  async (name) => {
    const { root, at } = repository("packages/one/x.ts", "packages/two/x.ts");
    const words = name === "init" ? ["init"] : ["start", "1", "--title", "One"];
    const made = await runGate(at("packages/one"), ...words);
    expect(made.stderr).toContain(
      `${STATE} is in ${root}, the root of the repository; --here makes one in the current folder`,
    );
    expect((await runGate(at("packages/one"), ...words)).stderr).toBe("");
    const here = await runJson(at("packages/two"), ...words, "--here");
    expect(here).toMatchObject({ warnings: [] });
    expect(await runJson(at("packages/two"), "status")).toMatchObject({ exists: true, project: "packages/two" });
    expect((await runGate(at("packages/two"), "status")).stdout).toContain(
      name === "init" ? "No issue" : "Project  packages/two",
    );
    expect(await runJson(at("packages/one"), "status")).not.toHaveProperty("project");
    expect((await runGate(at("packages/one"), ...words, "--here", "--root", root)).code).toBe(2);
  },
);

test("what may begin a project begins one in the current folder, where nothing else is it", async () => {
  const folder = makeFolder();
  expect(await runJson(folder, "status")).toMatchObject({ exists: false, valid: false });
  expect((await runGate(folder, "save", "--done", "x")).code).toBe(3);
  expect((await runGate(folder, "start", "1", "--title", "One")).code).toBe(0);
  expect(await runJson(folder, "status")).toMatchObject({ issue_number: 1 });
});
