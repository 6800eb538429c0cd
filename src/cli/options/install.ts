/** What `install` and `uninstall` have in common on the command line. */
import type { CommandSearch } from "../../gate/install/command.ts";
import type { Installation, InstallInput, InstallOptions, install } from "../../gate/install/install.ts";
import { AGENTS, SCOPES } from "../../settings/agents.ts";
import { wrote } from "../answer.ts";
import type { Answer, Call } from "../command.ts";
import type { Io } from "../io.ts";
import { type Options, wordsOf } from "../option.ts";
import { requireConsent } from "../prompts/consent.ts";
import { viewInstallation } from "../views/installation.ts";

/** The options that say whose settings are meant. */
export function settingsOf(verb: string) {
  return {
    agents: [{ flag: "--agent <name>", about: `${verb} this agent; repeatable`, choices: AGENTS }],
    scope: {
      flag: "--scope <scope>",
      about: "whose settings: of all who check out the project, or your own",
      choices: SCOPES,
    },
  } as const satisfies Options;
}

export interface SettingsChange {
  readonly name: "install" | "uninstall";
  readonly options: Options;
  readonly act: typeof install;
  /** What is asked before anything is changed. */
  question(planned: Installation): string;
}

/** Changes settings as it was asked for, after showing what that comes to. */
export async function changeSettings(call: Call, input: InstallInput, change: SettingsChange): Promise<Answer> {
  const { name, act, question } = change;
  const gate = call.openGate({ create: true });
  const options = installOptions(call);
  const planned = await act(gate, input, { ...options, dryRun: true });
  if (planned.value.changed) {
    const words = [name, ...wordsOf(change.options, { ...input })];
    await requireConsent(call, { act: name, question: question(planned.value), words, planned: () => planned });
  }
  return wrote(await act(gate, input, { ...options, planned }), viewInstallation);
}

function installOptions({ io, write }: Call): InstallOptions {
  return { dryRun: write.dryRun ?? false, home: io.home, search: searchOf(io) };
}

/** By what it is found out how the program is called. */
export function searchOf({ environment }: Io): CommandSearch {
  const [, program] = process.argv;
  return { path: environment["PATH"], program, node: process.execPath };
}
