/** The rules as messages on the file. */
import type { Root } from "mdast";
import type { Plugin } from "unified";
import { messagesOf } from "../rules/check.ts";
import type { StateMessage } from "../rules/message.ts";
import type { Facts } from "../rules/rule.ts";
import "./data.ts";

/** What may be said of a rule: that it is not asked, or how grave what it finds is. */
export type RuleSetting = "off" | "warn" | "error";

/** What is known besides the text, and how rules are set. */
export interface RemarkStateLintOptions extends Partial<Facts> {
  /** Settings of rules by their ids; each has a severity of its own by default. */
  readonly rules?: Readonly<Record<string, RuleSetting>>;
}

/** Checks the document that `remarkState` has read. `now` must be known, from the options or from `file.data.facts`. */
export const remarkStateLint: Plugin<[RemarkStateLintOptions?], Root> = ({ rules = {}, ...given } = {}) => {
  return (_tree, file) => {
    const { state, factsOf } = file.data;
    const facts = { now: Number.NaN, ...given, ...file.data.facts, ...(state && factsOf?.(state as never)) };
    file.data.facts = facts;
    if (!state) return;
    for (const message of messagesOf(state, facts)) {
      const setting = rules[message.rule];
      if (setting === "off") continue;
      if (setting !== undefined) message.fatal = setting === "error";
      file.messages.push(inFile(message, file.path));
    }
  };
};

/** As `file.message` does it. */
function inFile(message: StateMessage, path: string | undefined): StateMessage {
  if (path !== undefined) {
    message.name = `${path}:${message.name}`;
    message.file = path;
  }
  return message;
}
