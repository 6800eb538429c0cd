/** What a save came to, for people: the lists that it touched, as they stand. */
import type { Save, SaveInput } from "../../gate/documents/save.ts";
import { type Style, shown } from "../style.ts";
import { progressLine } from "./parts.ts";
import { questionLines } from "./status.ts";

const MOST_LINES = 6;

/** A line of a list, and whether the save was about it. */
interface Line {
  readonly text: string;
  readonly isNew: boolean;
}

export function viewSave(saved: Save, input: SaveInput, { bold, dim }: Style): string {
  const { progress = [], drop, clear = [], nextSteps, addNext, openQuestions = [] } = input;
  const lines: Line[] = [];
  if (progress.length > 0 || drop || clear.includes("progress")) {
    const isNew = isAbout(progress.map(({ text }) => text));
    // Who has mistyped an item that is there sees that it is another one.
    const isFirst = saved.progressItems.length === saved.added.length;
    const added = new Set(isFirst ? [] : saved.added);
    lines.push(
      ...saved.progressItems.map((item) => ({
        text: `${progressLine(item)}${added.has(item.text) && item.status !== "pending" ? dim("  new") : ""}`,
        isNew: isNew(item.text),
      })),
    );
  }
  if (nextSteps || addNext || clear.includes("next")) {
    const isNew = isAbout([...(nextSteps ?? []), ...(addNext ?? [])]);
    lines.push(...saved.nextSteps.map((text, at) => ({ text: `  ${at + 1}. ${shown(text)}`, isNew: isNew(text) })));
  }
  if (openQuestions.length > 0 || clear.includes("questions")) {
    const isNew = isAbout(openQuestions.map(({ question }) => question));
    lines.push(
      ...saved.openQuestions.flatMap((question) =>
        questionLines(question).map((text) => ({ text, isNew: isNew(question.question) })),
      ),
    );
  }
  const kept = pick(lines);
  const left = lines.length - kept.length;
  const more = left > 0 ? [dim(`  … and ${left} more`)] : [];
  return [bold(shown(saved.message)), ...kept.map(({ text }) => text), ...more, ...besides(input)].join("\n");
}

/** What is no list of the issue. */
function besides(input: SaveInput): readonly string[] {
  const { blockers = [], unblock = [], context = [], description, approach } = input;
  const { log = [], decisions = [], learnings = [], files = [], tests = [], openQuestions = [] } = input;
  // One that decides a question stands below that.
  const isSaid = ({ decision }: { readonly decision: string }) =>
    !openQuestions.some((question) => question.decision?.startsWith(decision));
  return [
    ...log.map((text) => `  Log: ${shown(text)}`),
    ...decisions.filter(isSaid).map(({ decision }) => `  Decision: ${shown(decision)}`),
    ...learnings.map((text) => `  Learning: ${shown(text)}`),
    ...files.map(({ path }) => `  File: ${shown(path)}`),
    ...tests.flatMap(({ text, done, proof }) => (proof ? [] : [`  Test: ${shown(text)}${done ? ", passed" : ""}`])),
    ...blockers.map((text) => `  Blocker: ${shown(text)}`),
    ...unblock.map((words) => `  No blocker any more: ${shown(words)}`),
    ...context.map((text) => `  Context: ${shown(text)}`),
    ...(description === undefined ? [] : ["  Description written"]),
    ...(approach === undefined ? [] : ["  Approach written"]),
  ];
}

/** Whether a text is one of those a save was about, which may give some of its words only. */
function isAbout(words: readonly string[]): (text: string) => boolean {
  const keys = words.map((word) => word.toLowerCase());
  return (text) => keys.some((key) => text.toLowerCase().includes(key));
}

/** Six lines at most, one of them for what is left out; those that are new come before others, in the order of the list. */
function pick(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= MOST_LINES) return lines;
  const most = MOST_LINES - 1;
  const news = lines.filter(({ isNew }) => isNew).slice(0, most);
  const others = lines.filter(({ isNew }) => !isNew).slice(0, most - news.length);
  return lines.filter((line) => news.includes(line) || others.includes(line));
}
