/** A state file and a work file that are in order, and what is rebuilt of them when they were damaged. */
import { expect } from "vitest";
import { textOfItem } from "../../src/document/items.ts";
import { parseState } from "../../src/document/state.ts";
import { parseWork } from "../../src/document/work.ts";
import { checkState, checkWork } from "../../src/rules/check.ts";
import { type Salvage, salvageState } from "../../src/salvage/salvage-state.ts";
import { salvageWork } from "../../src/salvage/salvage-work.ts";
import type { SalvageOptions, Sources } from "../../src/salvage/source.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { sourceOf } from "../../src/text/source.ts";
import { NOW } from "./clock.ts";

const OPTIONS = { now: NOW, readYaml };

export const STATE = `---
schema_version: 1
---
# Session State

**Last Updated:** 2024-10-23T14:30:00Z

## Active Work

**Current Issue:** #1234 - Limit the rate
**Branch:** feature/limit
**Started:** 2024-10-23T10:00:00Z

### Progress
- ✅ Read about it
- 🔄 Write the middleware (80% done)
- ⏸️ Write the tests

### Next Steps
1. Finish the middleware
2. Measure it

### Open Questions
- Per address or per user?
  → Decision: Per address

## Recent Work

**Previous Issue:** #1200 - Log in (Completed 2024-10-22)

## Blockers
- The review

## Context
- Mostly in src/auth
`;

export const WORK = `---
schema_version: 1
---
# Issue #42: Try the gate

**GitHub:** https://github.com/o/r/issues/42
**Status:** in_progress
**Started:** 2024-10-23T10:00:00Z
**Last Updated:** 2024-10-23T14:30:00Z

## Issue Description

What it is about.

## Progress Log

### 2024-10-23T14:30:00Z
- Did a thing

### 2024-10-23T12:00:00Z
- Did another thing

## Learnings

- Much
`;

export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The text up to and with what is given. */
export function upTo(text: string, end: string): string {
  const at = text.indexOf(end);
  expect(at, end).not.toBe(-1);
  return text.slice(0, at + end.length);
}

/** A text with one place changed, which has to be there. */
export function changed(text: string, was: string | RegExp, becomes: string): string {
  const result = text.replace(was, () => becomes);
  expect(result).not.toBe(text);
  return result;
}

/** Texts that are rebuilt as they are: once they were tried it need not be done again. */
const known = new Set<string>();

function isKnown(text: string, damaged: string | Uint8Array): boolean {
  const is = text === damaged || known.has(text);
  known.add(text);
  return is;
}

/** What a damaged state file becomes. It is in order, and rebuilding it again changes nothing. */
export function rebuiltState(
  damaged: string | Uint8Array,
  sources: Partial<Sources> = {},
  options: Partial<SalvageOptions> = {},
) {
  const bytes = typeof damaged === "string" ? bytesOf(damaged) : damaged;
  const salvage = salvageState(bytes, { work: [], archived: [], ...sources }, { ...OPTIONS, ...options });
  const state = parseState(sourceOf(salvage.text), readYaml);
  expect(errorsIn(checkState(state, { now: NOW }))).toEqual([]);
  if (!isKnown(salvage.text, damaged))
    expect(salvageState(bytesOf(salvage.text), { work: [], archived: [] }, OPTIONS).text).toBe(salvage.text);
  return {
    ...salvage,
    from: sourcesOf(salvage),
    /** What stands in code because it fits nowhere. */
    apart: apartIn(salvage.text),
    issue: state.active.issueField?.value.raw,
    progress: state.progress.map(({ item }) => textOfItem(item)),
    steps: state.nextSteps.map(textOfItem),
    questions: state.openQuestions.map(({ reading: { question, decision } }) => [question, decision]),
    recent: state.recentWork.map(({ reading }) => reading.issue?.kind === "issue" && reading.issue.issue.number),
  };
}

/** What a damaged work file of issue 42 becomes. It is in order, and rebuilding it again changes nothing. */
export function rebuiltWork(
  damaged: string | Uint8Array,
  sources: Partial<Sources> = {},
  options: Partial<SalvageOptions> = {},
) {
  const bytes = typeof damaged === "string" ? bytesOf(damaged) : damaged;
  const salvage = salvageWork(bytes, { issue: 42, ...sources }, { ...OPTIONS, ...options });
  const work = parseWork(sourceOf(salvage.text), readYaml);
  expect(errorsIn(checkWork(work, { now: NOW, fileIssue: 42 }))).toEqual([]);
  if (!isKnown(salvage.text, damaged))
    expect(salvageWork(bytesOf(salvage.text), { issue: 42 }, OPTIONS).text).toBe(salvage.text);
  return { ...salvage, from: sourcesOf(salvage), apart: apartIn(salvage.text), head: headOf(salvage.text) };
}

/** `issue: history h1, progress: salvage`. */
function sourcesOf({ parts }: Pick<Salvage, "parts">): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parts.map(({ part, source, path }) => [part, path === undefined ? source : `${source} ${path}`]),
  );
}

/** The lines of the title and below it, up to the first section. */
function headOf(text: string): readonly string[] {
  const [head = ""] = text.replace(/^---\n[\s\S]*?\n---\n/, "").split(/^## /m);
  return head.split("\n").filter((line) => line !== "");
}

function apartIn(text: string): readonly string[] {
  const [, recovered = ""] = text.split(/^## Recovered$/m);
  return [...recovered.matchAll(/^(`{3,})text\n([\s\S]*?\n)\1$/gm)].flatMap(([, , lines = ""]) =>
    lines.slice(0, -1).split("\n"),
  );
}

function errorsIn(diagnostics: readonly { readonly severity: string; readonly message: string }[]) {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}
