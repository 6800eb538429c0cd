/** The YAML parser behind `readFrontmatter`, in a module of its own so that it is loaded only where it is needed. */
import { parseDocument } from "yaml";
import type { YamlReader } from "../frontmatter.ts";

/** Parses YAML 1.2 with aliases bounded; the first error counts. */
export const readYaml: YamlReader = (yaml) => {
  const document = parseDocument(yaml, { logLevel: "silent" });
  const [error] = document.errors;
  if (error) return { message: error.message.split("\n")[0]!.replace(/:$/, ""), offset: error.pos[0] };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (cause) {
    return { message: cause instanceof Error ? cause.message : String(cause), offset: 0 };
  }
};
