/**
 * State files with known facts, the damage that happens to them, and a measure of
 * what a rebuilt file still says. Everything follows from a seed.
 */
import { textOfItem } from "../../src/document/items.ts";
import { parseQuestion } from "../../src/document/question.ts";
import { parseState } from "../../src/document/state.ts";
import { GLYPHS, type ProgressStatus } from "../../src/document/values.ts";
import { sourceOf } from "../../src/text/source.ts";

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** From 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at--) {
      const to = this.below(at + 1);
      [result[at], result[to]] = [result[to]!, result[at]!];
    }
    return result;
  }
}

export interface Model {
  readonly issue: number;
  readonly title: string;
  readonly branch: string;
  readonly started: string;
  readonly updated: string;
  readonly progress: readonly {
    readonly status: ProgressStatus;
    readonly text: string;
    readonly percentage?: number;
  }[];
  readonly steps: readonly string[];
  readonly questions: readonly { readonly question: string; readonly decision?: string }[];
  readonly recent: readonly { readonly issue: number; readonly title: string; readonly ending: string }[];
  readonly blockers: readonly string[];
  readonly context: readonly string[];
  readonly notes: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

const WORDS =
  "rate limit middleware token parser retries cache schema index latency größe naïve 構文 проверка queue worker lock backup header footer session config deploy review merge branch coverage".split(
    " ",
  );

function sentence(chance: Chance, least = 3): string {
  const words = Array.from({ length: least + chance.below(4) }, () => chance.pick(WORDS));
  // A number of its own keeps every sentence of a file apart from the others.
  return `${words.join(" ")} ${100 + chance.below(900_000)}`.replace(/^./u, (letter) => letter.toUpperCase());
}

function some<T>(chance: Chance, most: number, make: (at: number) => T): T[] {
  return Array.from({ length: 1 + chance.below(most) }, (_, at) => make(at));
}

export function makeModel(seed: number): Model {
  const chance = new Chance(seed);
  const statuses = Object.keys(GLYPHS) as ProgressStatus[];
  return {
    issue: 100 + chance.below(9000),
    title: sentence(chance),
    branch: `feature/${chance.pick(["rate", "cache", "parser"])}-${chance.below(1000)}`,
    started: "2024-10-23T10:00:00Z",
    updated: `2024-10-23T14:${10 + chance.below(49)}:00Z`,
    progress: some(chance, 5, () => {
      const status = chance.pick(statuses);
      return { status, text: sentence(chance), ...(status === "in_progress" && { percentage: chance.below(101) }) };
    }),
    steps: some(chance, 4, () => sentence(chance)),
    questions: some(chance, 3, () => {
      const question = `${sentence(chance)}?`;
      return chance.next() < 0.5 ? { question } : { question, decision: sentence(chance) };
    }),
    recent: some(chance, 3, (at) => ({
      issue: 20_000 + chance.below(9000),
      title: sentence(chance),
      ending: at % 2 ? "(Paused 2024-10-20)" : "(Completed 2024-10-22)",
    })),
    blockers: chance.next() < 0.5 ? ["None currently"] : some(chance, 2, () => `- ${sentence(chance)}`),
    context: some(chance, 4, () => `- ${sentence(chance)}`),
    notes:
      chance.next() < 0.5
        ? []
        : some(chance, 2, (at) => ({
            title: `Notes ${at} ${chance.below(999)}`,
            lines: some(chance, 3, () => sentence(chance)),
          })),
  };
}

export function textOfModel(model: Model): string {
  const progress = model.progress.map(
    ({ status, text, percentage }) =>
      `- ${GLYPHS[status]} ${text}${percentage === undefined ? "" : ` (${percentage}% done)`}`,
  );
  return [
    "---",
    "schema_version: 1",
    "---",
    "# Session State",
    "",
    `**Last Updated:** ${model.updated}`,
    "",
    "## Active Work",
    "",
    `**Current Issue:** #${model.issue} - ${model.title}`,
    `**Branch:** ${model.branch}`,
    `**Started:** ${model.started}`,
    "",
    "### Progress",
    ...progress,
    "",
    "### Next Steps",
    ...model.steps.map((step, at) => `${at + 1}. ${step}`),
    "",
    "### Open Questions",
    ...model.questions.flatMap(({ question, decision }) => [
      `- ${question}`,
      ...(decision ? [`  → Decision: ${decision}`] : []),
    ]),
    "",
    "## Recent Work",
    "",
    ...model.recent.map(({ issue, title, ending }) => `**Previous Issue:** #${issue} - ${title} ${ending}`),
    "",
    "## Blockers",
    ...model.blockers,
    "",
    "## Context",
    ...model.context,
    ...model.notes.flatMap(({ title, lines }) => ["", `## ${title}`, "", ...lines]),
    "",
  ].join("\n");
}

/** Bytes, and the text that a person could still read in them, line by line. */
export interface Damaged {
  readonly bytes: Uint8Array;
  readonly readable: string;
}

export type Damage = (text: string, chance: Chance) => string | Damaged;

const bytesOf = (text: string) => new TextEncoder().encode(text);

function changeLines(change: (lines: string[], chance: Chance) => string[]): Damage {
  return (text, chance) => change(text.split("\n"), chance).join("\n");
}

/** A line that is not blank, by its number. */
function anyLine(
  lines: readonly string[],
  chance: Chance,
  test: (line: string) => boolean = (line) => line.trim() !== "",
): number {
  const found = lines.flatMap((line, at) => (test(line) ? [at] : []));
  return found.length === 0 ? 0 : chance.pick(found);
}

const isHeading = (line: string) => /^#{2,3} /.test(line);

function wide(littleEndian: boolean, mark: boolean): Damage {
  return (text) => {
    const bytes = Buffer.from(mark ? `\ufeff${text}` : text, "utf16le");
    return { bytes: littleEndian ? bytes : bytes.swap16(), readable: text };
  };
}

const GARBAGE = [
  "%%$§ lorem ipsum dolor",
  "asdf;lkj qwerty 99",
  "\u0001\u0002 binary \u0003",
  "Traceback (most recent call last):",
  "@@ -1,3 +1,4 @@",
];

/** The damage that is worked through, by name. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  "cut off at any byte": (text, chance) => {
    const bytes = bytesOf(text);
    const cut = bytes.subarray(0, chance.below(bytes.length));
    return { bytes: cut, readable: new TextDecoder().decode(cut) };
  },
  "a tail of zeros": (text, chance) => {
    const bytes = bytesOf(text);
    const from = chance.below(bytes.length);
    bytes.fill(0, from);
    return { bytes, readable: new TextDecoder().decode(bytes.subarray(0, from)) };
  },
  "random bytes changed": (text, chance) => {
    const bytes = bytesOf(text);
    for (let count = 1 + chance.below(6); count > 0; count--) bytes[chance.below(bytes.length)] = chance.below(256);
    return { bytes, readable: new TextDecoder().decode(bytes) };
  },
  "NUL bytes": (text, chance) => {
    const at = Array.from({ length: 1 + chance.below(5) }, () => chance.below(text.length)).sort((a, b) => b - a);
    let damaged = text;
    for (const place of at) damaged = `${damaged.slice(0, place)}\0${damaged.slice(place)}`;
    return { bytes: bytesOf(damaged), readable: damaged };
  },
  "invalid UTF-8": (text, chance) => {
    const bytes = [...bytesOf(text)];
    for (let count = 1 + chance.below(4); count > 0; count--)
      bytes.splice(chance.below(bytes.length), 0, 0x80 + chance.below(64));
    return { bytes: Uint8Array.from(bytes), readable: new TextDecoder().decode(Uint8Array.from(bytes)) };
  },
  "Latin-1": (text) => {
    // What Latin-1 cannot hold is gone: glyphs are boxes, other scripts question marks.
    const boxes = text.replace(/✅/g, "[x]").replace(/⏸️/g, "[ ]").replace(/🔄|❌/g, "").replace(/→/g, "->");
    const narrow = boxes.replace(/[^\u0000-\u00ff]/g, "?");
    return { bytes: Buffer.from(narrow, "latin1"), readable: narrow };
  },
  "UTF-16 with a byte order mark": wide(true, true),
  "UTF-16 the other way round": wide(false, true),
  "UTF-16 without a mark": wide(true, false),
  "lone CR line ends": (text) => ({ bytes: bytesOf(text.replace(/\n/g, "\r")), readable: text }),
  "any one line missing": changeLines((lines, chance) => lines.toSpliced(anyLine(lines, chance), 1)),
  "any one heading missing": changeLines((lines, chance) => lines.toSpliced(anyLine(lines, chance, isHeading), 1)),
  "any one line doubled": changeLines((lines, chance) => {
    const at = anyLine(lines, chance);
    return lines.toSpliced(at, 0, lines[at]!);
  }),
  "any one heading doubled": changeLines((lines, chance) => {
    const at = anyLine(lines, chance, isHeading);
    return lines.toSpliced(chance.next() < 0.5 ? at : Math.min(lines.length, at + 3), 0, lines[at]!);
  }),
  "headings at another level": changeLines((lines, chance) =>
    lines.map((line) => (isHeading(line) ? line.replace(/^#+/, "#".repeat(1 + chance.below(6))) : line)),
  ),
  "headings without their space": changeLines((lines) => lines.map((line) => line.replace(/^(#+) /, "$1"))),
  "headings without their marks": changeLines((lines) => lines.map((line) => line.replace(/^##+ (?!Notes)/, ""))),
  "lines shuffled": changeLines((lines, chance) => chance.shuffled(lines)),
  "a few lines moved": changeLines((lines, chance) => {
    const result = [...lines];
    for (let count = 0; count < 3; count++) {
      const [line] = result.splice(chance.below(result.length), 1);
      result.splice(chance.below(result.length), 0, line!);
    }
    return result;
  }),
  "all lines quoted": changeLines((lines) => lines.map((line) => `> ${line}`)),
  "lines indented": changeLines((lines) => lines.map((line) => `    ${line}`)),
  "some headings quoted or indented": changeLines((lines, chance) =>
    lines.map((line) =>
      isHeading(line) && chance.next() < 0.5 ? `${chance.pick(["> ", "    ", "\t"])}${line}` : line,
    ),
  ),
  "garbage in between": changeLines((lines, chance) => {
    const result = [...lines];
    for (let count = 1 + chance.below(5); count > 0; count--)
      result.splice(chance.below(result.length), 0, chance.pick(GARBAGE));
    return result;
  }),
  "in a JSON string": (text) => ({ bytes: bytesOf(JSON.stringify(text)), readable: text }),
  "in a JSON object": (text) => ({
    bytes: bytesOf(JSON.stringify({ path: "state.md", content: text }, null, 2)),
    readable: text,
  }),
  "in a JSON string that is cut": (text, chance) => {
    const json = JSON.stringify(text);
    const cut = json.slice(0, 40 + chance.below(json.length - 40));
    return { bytes: bytesOf(cut), readable: cut.slice(1).replace(/\\n/g, "\n").replace(/\\"/g, '"') };
  },
  "literal line breaks": (text) => ({ bytes: bytesOf(text.replace(/\n/g, "\\n")), readable: text }),
  "bad frontmatter": (text, chance) =>
    text.replace(
      "schema_version: 1",
      chance.pick([
        "schema_version: 1\nfoo: [bar",
        "schema_version 1",
        ": : :",
        "schema_version: 1\n\t- x: {",
        "a: b: c\nschema_version: 1",
      ]),
    ),
  "unclosed frontmatter": (text) => text.replace("---\n# Session", "# Session"),
  "unclosed fence": changeLines((lines, chance) =>
    lines.toSpliced(chance.below(lines.length), 0, chance.pick(["```", "```ts", "~~~"])),
  ),
  "unclosed comment": changeLines((lines, chance) =>
    lines.toSpliced(chance.below(lines.length), 0, "<!-- what is this"),
  ),
  "a future date": (text) => text.replace(/(\*\*Last Updated:\*\*) \S+/, "$1 2099-01-01T00:00:00Z"),
  "an impossible date": (text, chance) =>
    text.replace(
      chance.next() < 0.5 ? /(\*\*Last Updated:\*\*) \S+/ : /(\*\*Started:\*\*) \S+/,
      "$1 2024-02-31T25:00:00Z",
    ),
  "an empty file": () => "",
  "Windows line ends": (text) => ({ bytes: bytesOf(text.replace(/\n/g, "\r\n")), readable: text }),
};

/** What else befalls a file whose versions are known; by its bytes alone much of it could not be told from what was meant. */
export const MORE_DAMAGES: Readonly<Record<string, Damage>> = {
  "a conflict around one line": conflict("=======\n"),
  "a conflict in three parts": conflict("||||||| base\n=======\n"),
  "markers of a conflict that half stay": (text, chance) =>
    (conflict("=======\n")(text, chance) as string).replace(/^>{7}.*\n/m, ""),
  "the beginning cut off": (text, chance) => text.slice(1 + chance.below(text.length)),
  "a hole": (text, chance) => {
    const start = chance.below(text.length);
    return text.slice(0, start) + text.slice(start + 1 + chance.below(200));
  },
  "a shorter text over its beginning": (text) => `# Notes\n\nSomething else.\n${text.slice(60)}`,
  "all of it twice": (text) => `${text}\n${text}`,
  "the second half first": (text) => text.slice(text.length / 2) + text.slice(0, text.length / 2),
  "all of it in a fence": (text) => `\`\`\`markdown\n${text}\n\`\`\`\n`,
  "words of an agent around it": (text) => `Here is the updated file:\n\n${text}\n\nLet me know if it is right!\n`,
  "escaped marks": (text) => text.replace(/[*#_-]/g, "\\$&"),
  "entities of HTML": (text) => text.replace(/[*#]/g, (mark) => `&#${mark.charCodeAt(0)};`),
  "colours of a terminal": changeLines((lines) => lines.map((line) => `\u001b[32m${line}\u001b[0m`)),
  "numbers of lines": changeLines((lines) => lines.map((line, at) => `${String(at + 1).padStart(5)}\t${line}`)),
  "marks of a patch": changeLines((lines) => lines.map((line) => `+${line}`)),
  "capitals alone": (text) => text.toUpperCase(),
  "blank lines between all lines": (text) => text.replace(/\n/g, "\n\n"),
  "all on one line": (text) => text.replace(/\n+/g, " "),
  base64: (text) => Buffer.from(text).toString("base64"),
  "another file": () => "import { x } from 'y';\n\nexport const z = x;\n",
};

/** A conflict of git around any one line, of which both sides hold it. */
function conflict(middle: string): Damage {
  return changeLines((lines, chance) => {
    const at = anyLine(lines, chance);
    const line = lines[at]!;
    return lines.toSpliced(at, 1, "<<<<<<< HEAD", line, ...middle.trimEnd().split("\n"), line, ">>>>>>> theirs");
  });
}

/** One damage after another; what a person could read is what the last one leaves. */
export function combine(first: Damage, second: Damage): Damage {
  return (text, chance) => {
    const once = first(text, chance);
    return second(typeof once === "string" ? once : once.readable.replaceAll("\0", ""), chance);
  };
}

export function damagedBy(damage: Damage, text: string, chance: Chance): Damaged {
  const result = damage(text, chance);
  return typeof result === "string" ? { bytes: bytesOf(result), readable: result } : result;
}

export interface Measure {
  /** Facts that can still be read in the damaged bytes. */
  readonly readable: readonly string[];
  /** Those of them that the rebuilt file does not say. */
  readonly missing: readonly string[];
  /** What the rebuilt file says without having it from anywhere. */
  readonly invented: readonly string[];
}

/** Compares what is still readable with what a rebuilt text says. */
export function measure(model: Model, readable: string, rebuilt: string): Measure {
  const plain = readable.replaceAll("\0", "").split(/\r\n|\r|\n/);
  const has = (line: string) => plain.some((found) => found.replace(/^[ \t>]+/, "").trimEnd() === line);
  const state = parseState(sourceOf(rebuilt));
  const issue = state.active.issue?.kind === "issue" ? state.active.issue.issue : undefined;
  const progress = new Map(state.progress.map(({ reading }) => [reading.text, reading]));
  const steps = state.nextSteps.map(textOfItem);
  const questions = new Map(state.openQuestions.map(({ item }) => [textOfItem(item), parseQuestion(item, state.text)]));
  const recent = state.recentWork.map(({ field }) => field.raw);
  const facts: [fact: string, isReadable: boolean, stands: boolean][] = [
    [
      "issue",
      has(`**Current Issue:** #${model.issue} - ${model.title}`),
      issue?.number === model.issue && issue.title === model.title,
    ],
    ["branch", has(`**Branch:** ${model.branch}`), state.active.branch?.value.value === model.branch],
    ["started", has(`**Started:** ${model.started}`), state.active.started?.field.value === model.started],
    ["updated", has(`**Last Updated:** ${model.updated}`), state.lastUpdated?.field.value === model.updated],
  ];
  for (const { status, text, percentage } of model.progress) {
    const line = `- ${GLYPHS[status]} ${text}${percentage === undefined ? "" : ` (${percentage}% done)`}`;
    const found = progress.get(text);
    facts.push([line, has(line), found?.status === status && found.percentage === percentage]);
  }
  for (const step of model.steps)
    facts.push([
      step,
      plain.some((line) => /^[ \t>]*\d+\. /.test(line) && line.trimEnd().endsWith(`. ${step}`)),
      steps.includes(step),
    ]);
  for (const { question, decision } of model.questions) {
    const at = plain.findIndex((line) => line.replace(/^[ \t>]+/, "").trimEnd() === `- ${question}`);
    const below = plain[at + 1]?.replace(/^[ \t>]+/, "").trimEnd();
    facts.push([question, at !== -1, questions.has(question)]);
    if (decision)
      facts.push([
        `${question} → ${decision}`,
        at !== -1 && below === `→ Decision: ${decision}`,
        questions.get(question)?.decision === decision,
      ]);
  }
  for (const { issue: number, title, ending } of model.recent) {
    const value = `#${number} - ${title} ${ending}`;
    facts.push([value, has(`**Previous Issue:** ${value}`), recent.includes(value)]);
  }
  // Free text may stand in its section or under Recovered.
  for (const line of [...model.context, ...model.blockers, ...model.notes.flatMap(({ lines }) => lines)])
    facts.push([line, has(line), rebuilt.includes(line)]);
  for (const { title } of model.notes) facts.push([title, has(`## ${title}`), rebuilt.includes(title)]);
  const anywhere = plain.join("\n").replace(/\ufffd/g, "");
  const isFound = (text: string) =>
    anywhere.includes(text.replace(/\ufffd/g, "")) || pieces(text).every((piece) => anywhere.includes(piece));
  const said = [
    ...(issue?.number === undefined
      ? []
      : [
          {
            text: `#${issue.number}`,
            isKnown: issue.number === model.issue || new RegExp(`#${issue.number}(?!\\d)`).test(anywhere),
          },
        ]),
    ...[...progress.keys(), ...steps, ...questions.keys(), ...recent].map((text) => ({ text, isKnown: isFound(text) })),
  ];
  return {
    readable: facts.filter(([, isReadable]) => isReadable).map(([fact]) => fact),
    missing: facts.filter(([, isReadable, stands]) => isReadable && !stands).map(([fact]) => fact),
    invented: said.filter(({ isKnown }) => !isKnown).map(({ text }) => text),
  };
}

/** What unreadable places leave of a text. */
function pieces(text: string): string[] {
  return text
    .split("\ufffd")
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
}
