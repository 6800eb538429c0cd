/** Files of the shape that real ones have, taken over by the gate: of what their owner wrote no byte changes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import { runs } from "../support/effort.ts";
import { makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";

const word = fc.constantFrom(
  "deploy",
  "größe",
  "検証",
  "проверка",
  "naïve",
  "**bold**",
  "`code`",
  "#12",
  "~/x",
  "100%",
);
const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));
const title = fc.constantFrom("Plan", "Blockers", "Contexto", "進捗", "Next Steps", "Notes: today", "Progress", "TODO");
const list = fc
  .array(fc.tuple(fc.nat(3), fc.constantFrom("- ", "* ", "1. ", "- [ ] ", "- [x] "), sentence), { maxLength: 9 })
  .map((items) =>
    items.map(([depth, mark, text], at) => `${"  ".repeat(Math.min(depth, at))}${mark}${text}\n`).join(""),
  );
const code = fc
  .tuple(fc.constantFrom("```sh", "~~~", "````md"), fc.array(fc.constantFrom("## Active Work", "x = 1", "", "---")))
  .map(([fence, lines]) => `${fence}\n${lines.join("\n")}\n${fence.replace(/[a-z]+$/, "")}\n`);
const table = fc.array(sentence, { minLength: 1, maxLength: 4 }).map((cells) => {
  return `| a | b |\n|---|---|\n${cells.map((cell) => `| ${cell.replaceAll("|", "/")} | 1 |\n`).join("")}`;
});
const part = fc
  .tuple(
    fc.constantFrom("#", "##", "###"),
    title,
    fc.array(
      fc.oneof(
        sentence.map((text) => `${text}\n`),
        list,
        code,
        table,
      ),
    ),
  )
  .map(([marks, name, blocks]) => `${marks} ${name}\n\n${blocks.join("\n")}\n`);
const frontmatter = fc.array(fc.tuple(fc.nat(99), sentence), { minLength: 1, maxLength: 60 }).map((entries) => {
  const lines = entries.map(([, text], at) => `key${at}: ${JSON.stringify(text)}`);
  return `---\n${lines.join("\n")}\n---\n\n`;
});
const file = fc
  .tuple(fc.option(frontmatter, { nil: "" }), sentence, fc.array(part, { minLength: 1, maxLength: 12 }))
  .map(([head, first, parts]) => `${head}${first}\n\n${parts.join("")}`);

test("adopt, start, save, done, undo and recover leave it as it is", async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.nat(2), async (text, kind) => {
      const project = makeProject({ [STATE]: text });
      const { gate } = project;
      const refused = await init(gate, { adopt: true }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refused !== undefined) {
        // A section of the format that is there twice is nobody's to choose from.
        expect(refused).toMatchObject({
          code: "INVALID_RESULT",
          message: expect.stringContaining("duplicate-section"),
        });
        expect(text.match(/^## Blockers$/gm)?.length).toBeGreaterThan(1);
        expect(project.read(STATE)).toBe(text);
        return;
      }
      const stands = (what: string) =>
        expect(project.read(STATE).includes(text), `${what}\n${project.read(STATE)}`).toBe(true);
      stands("adopt");
      await start(gate, { issue: 7, title: "Seven", branch: "main" });
      stands("start");
      await save(gate, {
        progress: [{ status: "in_progress", text: "First", percentage: 30 }],
        nextSteps: ["Then"],
        openQuestions: [{ question: "Why?" }],
        log: ["x"],
      });
      stands("save");
      const saved = project.read(STATE);
      // One damage: cut off, a heading of ours gone, or emptied.
      const damaged = [saved.slice(0, saved.length / 2), saved.replace("## Recent Work\n", ""), ""][kind]!;
      project.write(STATE, damaged);
      await recover(gate);
      stands("recover");
      expect((await status(gate)).progressItems).toMatchObject([{ text: "First", percentage: 30 }]);
      await done(gate);
      stands("done");
      await undo(gate);
      stands("undo");
    }),
    runs(500, 20241023, 5),
  );
});
