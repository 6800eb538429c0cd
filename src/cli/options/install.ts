/** What `install` and `uninstall` have in common on the command line. */
import type { InstallInput, InstallOptions } from "../../gate/install/install.ts";
import { AGENTS, SCOPES } from "../../settings/agents.ts";
import type { Call } from "../command.ts";
import type { Options } from "../option.ts";

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

/** The words of the call, so that it can be repeated. */
export function wordsOf(name: string, { agents = [], scope, ...switches }: InstallInput): string[] {
  const kebab = (word: string) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    name,
    ...agents.flatMap((each) => ["--agent", each]),
    ...(scope === undefined ? [] : ["--scope", scope]),
    ...Object.entries(switches).flatMap(([each, isOn]) => (isOn ? [`--${kebab(each)}`] : [])),
  ];
}

export function installOptions({ io, write }: Call): InstallOptions {
  const [, program] = process.argv;
  const search = { path: io.environment["PATH"], program, node: process.execPath };
  return { dryRun: write.dryRun ?? false, home: io.home, search };
}
