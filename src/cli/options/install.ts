/** What `install` and `uninstall` have in common on the command line. */
import type { Installation, InstallInput, InstallOptions, install } from "../../gate/install/install.ts";
import { AGENTS, SCOPES } from "../../settings/agents.ts";
import { wrote } from "../answer.ts";
import type { Answer, Call } from "../command.ts";
import type { Options } from "../option.ts";
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
    const words = wordsOf(name, input);
    await requireConsent(call, { act: name, question: question(planned.value), words, planned: () => planned });
  }
  return wrote(await act(gate, input, { ...options, planned }), viewInstallation);
}

/** The words of the call, so that it can be repeated. */
function wordsOf(name: string, { agents = [], scope, ...switches }: InstallInput): string[] {
  const kebab = (word: string) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    name,
    ...agents.flatMap((each) => ["--agent", each]),
    ...(scope === undefined ? [] : ["--scope", scope]),
    ...Object.entries(switches).flatMap(([each, isOn]) => (isOn ? [`--${kebab(each)}`] : [])),
  ];
}

function installOptions({ io, write }: Call): InstallOptions {
  const [, program] = process.argv;
  const search = { path: io.environment["PATH"], program, node: process.execPath };
  return { dryRun: write.dryRun ?? false, home: io.home, search };
}
