/** What the pages show is what happens: every run in them is run and compared. `UPDATE_FIXTURES=1` writes it anew. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Block, blocksOf, PageProject } from "./support/page-runs.ts";
import { RedisServer, whyNoRedis } from "./support/redis.ts";

const ROOT = join(import.meta.dirname, "..");
/** Held elsewhere: `docs/remark.md` by test/remark/ecosystem.test.ts. */
const ELSEWHERE = ["docs/remark.md"];
const PAGES = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith(".md") && !ELSEWHERE.includes(path))
  .filter((path) => blocksOf(readFileSync(join(ROOT, path), "utf8")).length > 0);

const noRedis = whyNoRedis();

/** The Redis server that the runs of a page are about, and the one that there is. */
async function serversOf(blocks: readonly Block[]): Promise<[shown: string, real: string][]> {
  const commands = blocks.flatMap(({ runs }) => runs.map(({ command }) => command));
  const [, shown] = /redis:\/\/([\w.-]+:\d+)/.exec(commands.join("\n")) ?? [];
  if (shown === undefined || noRedis !== undefined) return [];
  const redis = await RedisServer.start();
  onTestFinished(async () => await redis.stop());
  return [[shown, `127.0.0.1:${redis.port}`]];
}

test.each(PAGES)("%s", async (path) => {
  const page = readFileSync(join(ROOT, path), "utf8");
  const lines = page.split("\n");
  const blocks = blocksOf(page);
  const project = await PageProject.make(await serversOf(blocks));
  let longer = 0;
  for (const { before, answers, notRun, runs } of blocks) {
    const isRedis = [...before, ...runs.map(({ command }) => command)].some((line) => line.includes("redis"));
    const why = notRun ?? (isRedis ? noRedis : undefined);
    if (why !== undefined) {
      console.info(`${path}:${runs[0]?.line}: not run: ${why}`);
      continue;
    }
    await project.prepare(before);
    const left = answers && [...answers];
    for (const { line, height, command, expected } of runs) {
      const printed = await project.run(command, left);
      const { shown, real } = project.compare(expected, printed);
      if (!process.env["UPDATE_FIXTURES"]) expect(real, `${path}:${line}: ${command}`).toBe(shown);
      else if (real !== shown) {
        const [old, now] = [expected, printed].map((text) => (text === "" ? [] : text.split("\n")));
        lines.splice(line - 1 + height + longer, old!.length, ...now!);
        longer += now!.length - old!.length;
      }
    }
    expect(left ?? [], `${path}: answers that nobody asked for`).toEqual([]);
  }
  if (process.env["UPDATE_FIXTURES"]) writeFileSync(join(ROOT, path), lines.join("\n"));
});

test("what is another one each time is not compared, and all else is", async () => {
  const project = await PageProject.make();
  const isRight = (expected: string, printed: string) => {
    const { shown, real } = project.compare(expected, printed);
    return shown === real;
  };
  expect(isRight("2 days ago  293 bytes  a", "just now    3 bytes    a")).toBe(true);
  expect(isRight("batch-20261121-125057-653981 of a", "batch-20261130-202713-643909 of b")).toBe(false);
  expect(isRight("  - a", "- a")).toBe(false);
  expect(isRight("a (…)\n…\nd", "a (b)\nb\nc\nd")).toBe(true);
  expect(isRight("a (…)\n…\nd", "a (b)\nb\nc\ne")).toBe(false);
  expect(await project.run("echo 643909 $HOME")).toBe("643909 ~");
  expect(await project.run("echo 653981")).toBe("643909");
});

test("few blocks are not run, and each says why", () => {
  const blocks = PAGES.flatMap((path) => blocksOf(readFileSync(join(ROOT, path), "utf8")));
  const left = blocks.filter(({ notRun }) => notRun !== undefined);
  for (const { notRun } of left) expect(notRun).toMatch(/^needs /);
  expect(left.length * 5).toBeLessThan(blocks.length);
});
