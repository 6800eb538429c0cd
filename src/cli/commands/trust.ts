/** `gate trust`: see `gate/workflow/trust.ts`. */
import { escapeHidden } from "../../base/line.ts";
import { type ProjectHook, projectHooks, revokeTrust, trustHooks } from "../../gate/workflow/trust.ts";
import { found } from "../answer.ts";
import type { Call } from "../command.ts";
import { command } from "../command.ts";
import { askYes } from "../prompts/ask.ts";
import { plural, shown, styleOf } from "../style.ts";

export const trust = command({
  description:
    "Lets the project's own programs in .claude/gate-hooks run around start, save and done, once you have seen them. " +
    "Their bytes are kept: a program that is changed later does not run before it is trusted again.",
  examples: [
    ["gate trust", "show each program, and ask"],
    ["gate trust --list", "see which there are, and which are trusted"],
    ["gate trust --revoke", "trust none of this project any more"],
  ],
  options: {
    list: { flag: "--list", about: "show which there are, and which are trusted", conflicts: ["--revoke"] },
    revoke: { flag: "--revoke", about: "trust none of this project any more" },
  },
  async run(call, { list, revoke }) {
    const gate = call.openGate();
    if (revoke && !call.flags.dryRun) {
      const message = `${areTrusted(await revokeTrust(gate))} no more`;
      return found({ success: true, message, hooks: listed(projectHooks(gate)) }, said);
    }
    const hooks = projectHooks(gate);
    const wanted = hooks.filter(({ trusted }) => !trusted);
    if (list || wanted.length === 0 || call.flags.dryRun) {
      const message =
        hooks.length === 0
          ? "There are no programs in .claude/gate-hooks"
          : `${plural(hooks.length, "program")}, ${wanted.length} not trusted`;
      return found({ success: true, message, hooks: listed(hooks) }, said);
    }
    await requireTrust(call, wanted);
    await trustHooks(gate, wanted);
    return found({ success: true, message: areTrusted(wanted.length), hooks: listed(projectHooks(gate)) }, said);
  },
});

function areTrusted(count: number): string {
  return `${plural(count, "program")} ${count === 1 ? "is" : "are"} trusted`;
}

/** Shows each program and asks; the call with `--yes` is the consent. */
async function requireTrust({ io, flags }: Call, hooks: readonly ProjectHook[]): Promise<void> {
  if (flags.yes) return;
  const { consentRequired, declined } = await import("../../gate/recovery/consent.ts");
  const act = `trust ${hooks.map(({ path }) => path).join(", ")}`;
  if (!flags.input || !io.terminal.input) throw consentRequired(act, ["trust"]);
  const { bold } = styleOf(io, "error");
  for (const { path, text } of hooks) io.error(`${bold(shown(path))}\n${escapeHidden(text)}\n`);
  const agreed = await askYes(io, "Let these programs run around start, save and done?");
  if (!agreed) throw declined(act, "None is trusted.");
}

function listed(hooks: readonly ProjectHook[]) {
  return hooks.map(({ name, path, digest, trusted }) => ({ name, path, digest, trusted }));
}

interface Said {
  readonly message: string;
  readonly hooks: readonly { readonly path: string; readonly trusted: boolean }[];
}

function said({ message, hooks }: Said): string {
  return [
    message,
    ...hooks.map(({ path, trusted }) => `  ${shown(path)}  ${trusted ? "trusted" : "not trusted"}`),
  ].join("\n");
}
