/** What the command line asks at the terminal, asked through the client. Everything but a clear yes is a no. */
import { inputRequired } from "@modelcontextprotocol/server";
import { printable } from "../base/line.ts";
import { consentRequired, declined, type Question } from "../gate/recovery/consent.ts";
import type { RecoveryPlan } from "../gate/recovery/plan.ts";
import { SIDES, type Side } from "../salvage/conflict.ts";
import type { Call } from "./tool.ts";

/** A diff is cut to so many characters: it is read in a dialog. */
const MOST = 4000;

interface Asked extends Question {
  /** What is wrong and what is kept, to be read before the diff. */
  readonly about?: readonly string[];
}

/** Returns if a person says yes; `CONSENT_REQUIRED` where nobody can be asked, `DECLINED` for any other answer. */
export async function requireConsent({ ask, root }: Call, asked: Asked): Promise<void> {
  const { act, question, words, about = [], planned } = asked;
  if (!ask) throw consentRequired(act, [...words, ...(root === undefined ? [] : ["--root", root])]);
  const { patchOf } = await import("../gate/answer/patch.ts");
  const answer = await ask(
    inputRequired.elicit({
      message: [question, ...about, "", shorten(patchOf(await planned()))].join("\n"),
      requestedSchema: {
        type: "object",
        properties: { answer: { type: "string", title: "Answer", enum: ["yes", "no"] } },
        required: ["answer"],
      },
    }),
  );
  if (accepted(answer)["answer"] !== "yes") throw declined(act, asked.declined);
}

/** Asks for a side of each conflict; `undefined` for those that nobody has chosen. */
export async function askSides({ ask }: Call, { path, conflicts }: RecoveryPlan): Promise<(Side | undefined)[]> {
  const names = conflicts.map((_, at) => `conflict_${at + 1}`);
  const lines = conflicts.flatMap(({ ours, theirs, names: [one, other], line }, at) => [
    `Conflict ${at + 1} of ${conflicts.length}, line ${line}`,
    ...[`ours (${one})`, ...ours.map((each) => `+ ${each}`)].map(safe),
    ...[`theirs (${other})`, ...theirs.map((each) => `- ${each}`)].map(safe),
  ]);
  const answer = await ask?.(
    inputRequired.elicit({
      message: shorten([`Which side of the conflicts in ${path} shall be kept?`, ...lines].join("\n")),
      requestedSchema: {
        type: "object",
        properties: Object.fromEntries(names.map((name) => [name, { type: "string" as const, enum: [...SIDES] }])),
        required: names,
      },
    }),
  );
  const given = accepted(answer);
  return names.map((name) => SIDES.find((side) => side === given[name]));
}

/** What a form was filled in with; nothing where it was declined, cancelled or never came back. */
function accepted(answer: unknown): Readonly<Record<string, unknown>> {
  const { action, content } = (answer ?? {}) as { readonly action?: unknown; readonly content?: unknown };
  return action === "accept" && typeof content === "object" && content !== null ? { ...content } : {};
}

function shorten(text: string): string {
  const lines = text.split("\n").map(safe).join("\n");
  return lines.length <= MOST
    ? lines
    : `${lines.slice(0, MOST).replace(/[^\n]*$/, "")}… ${text.length} characters in all`;
}

/** Tabs stay; whatever else steers or hides is shown. */
function safe(line: string): string {
  return line.split("\t").map(printable).join("\t");
}
