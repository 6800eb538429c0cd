/** Any file of a folder, written as documents are. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { atomicWrite, saveStateAtomic, withFileLock } from "../../src/gate/commit/atomic-write.ts";
import { checkpoint, saveAgentCheckpoint } from "../../src/gate/documents/checkpoint.ts";
import { start } from "../../src/gate/documents/start.ts";
import { PATIENCE } from "../support/patience.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

let root: string;
const at = (...path: string[]) => join(root, ...path);
beforeEach(() => {
  root = makeFolder();
  const home = makeFolder();
  vi.stubEnv("HOME", home);
  return () => vi.unstubAllEnvs();
});

describe("one file", () => {
  test("is made, with its folders, and replaced, and nothing else is left", async () => {
    const made = await atomicWrite("a/b/report.txt", "one\n", { root });
    expect(made).toMatchObject({ path: at("a/b/report.txt"), size: 4, warnings: [] });
    expect(readFileSync(at("a/b/report.txt"), "utf8")).toBe("one\n");
    await atomicWrite(at("a/b/report.txt"), new Uint8Array([0, 255]), { root });
    expect([...readFileSync(at("a/b/report.txt"))]).toEqual([0, 255]);
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(["a", "a/b", "a/b/report.txt"]);
  });

  test("is JSON in ASCII for a state", async () => {
    await saveStateAtomic({ name: "é", n: [1] }, "state.json", { root });
    expect(readFileSync(at("state.json"), "utf8")).toBe('{\n  "name": "\\u00e9",\n  "n": [\n    1\n  ]\n}');
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const state of [undefined, () => 1, circle, { n: Number.NaN }, [1n]]) {
      await expect(saveStateAtomic(state, "x.json", { root })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(existsSync(at("x.json"))).toBe(false);
  });

  test("a dry run says where, and makes nothing", async () => {
    const done = atomicWrite("a/x.txt", "one", { root, dryRun: true });
    await expect(done).rejects.toMatchObject({ code: "DRY_RUN", path: at("a/x.txt") });
    expect(readdirSync(root)).toEqual([]);
  });

  test.each(["../out.txt", "/etc/passwd", "", ".", "a/../../x", ".env", "a\0b", "link/x.txt", "file-link"])(
    "outside, or not to be followed: %j",
    async (path) => {
      const elsewhere = makeFolder();
      symlinkSync(elsewhere, at("link"));
      writeFileSync(join(elsewhere, "real"), "theirs");
      symlinkSync(join(elsewhere, "real"), at("file-link"));
      await expect(atomicWrite(path, "x", { root })).rejects.toMatchObject({ code: "UNSAFE_PATH" });
      expect(readFileSync(join(elsewhere, "real"), "utf8")).toBe("theirs");
      expect(readdirSync(elsewhere)).toEqual(["real"]);
    },
  );

  test.each([undefined, null, 7, {}, ["x"]])("%j is no content", async (content) => {
    await expect(atomicWrite("x", content as never, { root })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(existsSync(at("x"))).toBe(false);
  });
});

describe("a change under the lock", () => {
  test("of many at once loses none", async () => {
    const add = () =>
      withFileLock(
        "count.txt",
        async (file) => {
          const count = Number(Buffer.from(file.read() ?? []).toString());
          await new Promise((resolve) => setTimeout(resolve, 1));
          file.write(String(count + 1));
        },
        { root, lockTimeout: PATIENCE },
      );
    await Promise.all(Array.from({ length: 25 }, add));
    expect(readFileSync(at("count.txt"), "utf8")).toBe("25");
  });

  test("does not write over what another program has written since", async () => {
    writeFileSync(at("a.txt"), "one");
    const change = withFileLock(
      "a.txt",
      (file) => {
        writeFileSync(at("a.txt"), "theirs");
        file.write("ours");
      },
      { root },
    );
    await expect(change).rejects.toMatchObject({ code: "CONFLICT", path: at("a.txt") });
    expect(readFileSync(at("a.txt"), "utf8")).toBe("theirs");
    expect(
      await withFileLock("a.txt", (file) => file.write("two") && Buffer.from(file.read()!).toString(), { root }),
    ).toBe("two");
  });

  test("frees the lock when the body fails", async () => {
    const failing = withFileLock("a.txt", () => Promise.reject(new Error("mine")), { root });
    await expect(failing).rejects.toThrow("mine");
    await atomicWrite("a.txt", "x", { root, lockTimeout: 0 });
    const held = withFileLock("a.txt", () => atomicWrite("a.txt", "y", { root, lockTimeout: 0 }), { root });
    await expect(held).rejects.toMatchObject({ code: "LOCKED" });
  });

  test("in a project the lock lies with the others", async () => {
    const project = makeProject();
    mkdirSync(join(project.root, ".claude/.gate"));
    await atomicWrite("notes.txt", "x", { root: project.root });
    expect(readdirSync(join(project.root, ".claude/.gate/locks"))).toEqual(["notes.txt"]);
  });
});

describe("what an agent notes", () => {
  test("stands in the log and in the audit", async () => {
    const project = makeProject();
    await start(project.gate, { issue: 7, title: "Login" });
    const { value } = await checkpoint(project.gate, { agent: "reviewer", message: "Looked", tools: ["Read", "Grep"] });
    expect(value).toMatchObject({ success: true, workFileUpdated: ".claude/work/7.md" });
    expect(project.read(".claude/work/7.md")).toContain("- reviewer: Looked (Read, Grep)\n");
    expect(project.read(".claude/.gate/audit.jsonl")).toContain(
      '"agent":"reviewer","message":"Looked","tools":["Read","Grep"]',
    );
  });

  test("without an active issue stands in the audit alone, and elsewhere nowhere", async () => {
    const project = makeProject();
    const { gate } = project;
    await expect(checkpoint(gate, { agent: "a", message: "m" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await saveAgentCheckpoint({ agent: "a", message: "m", gate })).toBe(false);
    await start(gate, { issue: 7, title: "Login" });
    project.write(".claude/state.md", project.read(".claude/state.md").replace(/\*\*Current Issue:.*\n/, ""));
    const { warnings, value } = await checkpoint(gate, { agent: "a", message: "m" });
    expect([warnings.length, value.workFileUpdated]).toEqual([1, undefined]);
    for (const wrong of [{ agent: "", message: "m" }, { agent: "a", message: "" }, {}, { agent: 1, message: 2 }]) {
      expect(await saveAgentCheckpoint({ ...wrong, gate } as never)).toBe(false);
    }
    expect(await saveAgentCheckpoint({ agent: "a", message: "m", gate })).toBe(true);
  });
});
