/** The plugin that a process is a part of. */

const ROOT = /(?:^|_)PLUGIN_ROOT$/;

/** The folders of plugins that agents name in variables, each agent in its own. */
export function pluginsIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => (ROOT.test(name) && value ? [value] : []));
}
