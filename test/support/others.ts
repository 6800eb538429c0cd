/** What people and other programs do to the files of a project while no command runs. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { Chance, DAMAGES, damagedBy, makeModel, textOfModel } from "./damage.ts";
import { fixture } from "./project.ts";

const DOCUMENTS = [
  ".claude/state.md",
  ...[1, 2, 3, 4].flatMap((issue) => [`.claude/work/${issue}.md`, `.claude/archive/${issue}.md`]),
];

const EDITS: Readonly<Record<string, (text: string, chance: Chance) => string>> = {
  "lines appended": (text, chance) => `${text}- mine ${chance.below(1e6)}\n  below it ${chance.below(1e6)}\n`,
  "a section of its own": (text, chance) => `${text}\n## Notes ${chance.below(1e6)}\n\nwords ${chance.below(1e6)}\n`,
  "a line inserted": (text, chance) => spliced(text, chance, 0, `line ${chance.below(1e6)}`),
  "an item with lines below it": (text, chance) =>
    text.replace(
      /^### Progress$/m,
      (heading) => `${heading}\n- ⏸️ item ${chance.below(1e6)}\n  - nested ${chance.next()}`,
    ),
  "lines deleted": (text, chance) => spliced(text, chance, 1 + chance.below(3)),
  CRLF: (text) => text.replace(/\r?\n/g, "\r\n"),
  "no final line break": (text) => text.trimEnd(),
  "a byte order mark": (text) => `\ufeff${text}`,
  "a conflict": (text, chance) => {
    const sides = `<<<<<<< HEAD\nours ${chance.below(1e6)}\n=======\ntheirs ${chance.below(1e6)}\n>>>>>>> other`;
    return spliced(text, chance, 0, sides);
  },
};

const FOREIGN = [
  "# Notes\n\nof another tool\n",
  "",
  "\n",
  "---\nschema_version: 9\n---\n# Session State\n\n## Active Work\n",
  fixture("read/issue-jira.md"),
  fixture("read/format.md"),
  fixture("read/wrong-headings.md"),
  fixture("read/idle.md"),
  fixture("read/conflict.md"),
];
const FOREIGN_WORK = [
  fixture("read/old.work.md"),
  fixture("read/format.work.md"),
  fixture("read/completed.work.md"),
  "# words\n",
  "",
];

function spliced(text: string, chance: Chance, count: number, ...lines: readonly string[]): string {
  const all = text.split("\n");
  all.splice(chance.below(all.length), count, ...lines);
  return all.join("\n");
}

/** One thing that somebody does; `at` picks the document and `seed` all the rest. */
export interface Deed {
  readonly deed: string;
  readonly at: number;
  readonly seed: number;
}

const ELSE = ["remove", "foreign", "model", "move", "put back", "link", "folder", "backup by hand", "copy"];

export const deed: fc.Arbitrary<Deed> = fc.record({
  deed: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Object.keys(EDITS)) },
    { weight: 4, arbitrary: fc.constantFrom(...Object.keys(DAMAGES)) },
    { weight: 3, arbitrary: fc.constantFrom(...ELSE) },
  ),
  at: fc.nat(8),
  seed: fc.nat(1e6),
});

/** Does it. `seen` are the bytes that stood somewhere earlier, which somebody may put back. */
export function commit(root: string, { deed: name, at, seed }: Deed, seen: readonly string[]): void {
  const chance = new Chance(seed);
  const present = presentIn(root);
  const path = present.length > 0 && chance.next() < 0.8 ? present[at % present.length]! : DOCUMENTS[at]!;
  const file = join(root, path);
  const text = present.includes(path) ? readFileSync(file, "utf8") : "";
  const put = (bytes: string | Uint8Array) => {
    rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  const edit = EDITS[name];
  const damage = DAMAGES[name];
  const isState = path === DOCUMENTS[0];
  if (edit) put(edit(text, chance));
  else if (damage) put(damagedBy(damage, text, chance).bytes);
  else if (name === "remove") rmSync(file, { recursive: true, force: true });
  else if (name === "foreign")
    put(chance.pick(isState ? FOREIGN : FOREIGN_WORK).replaceAll("42", basename(path, ".md")));
  else if (name === "model" && isState) put(textOfModel({ ...makeModel(seed), issue: 1 + chance.below(4) }));
  else if (name === "put back" && seen.length > 0) put(Buffer.from(chance.pick(seen), "latin1"));
  else if (name === "backup by hand" && text !== "") writeFileSync(`${file}.bak`, text);
  else if (name === "copy" && text !== "") writeFileSync(join(dirname(file), `.${basename(file)}.mine.tmp`), text);
  else if (name === "folder" && text === "") {
    rmSync(file, { recursive: true, force: true });
    mkdirSync(file, { recursive: true });
  } else if ((name === "move" || name === "link") && text !== "") {
    const aside = `${file}.aside-${seed}`;
    renameSync(file, aside);
    if (name === "link") symlinkSync(basename(aside), file);
  }
}

function presentIn(root: string): string[] {
  const names = new Set(
    readdirSync(join(root, ".claude"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  return DOCUMENTS.filter((path) => names.has(path));
}
