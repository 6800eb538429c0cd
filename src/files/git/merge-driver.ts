/**
 * Whether a clone lacks a merge driver that its attributes name: they are committed, the
 * configuration is each clone's own, and without it git merges as it merges any text and
 * says nothing. Read from git's own files; what they leave open is not lacking.
 */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { ancestorsOf } from "../guard/project.ts";
import { findCheckout } from "./checkout.ts";
import { configTexts } from "./config.ts";

/** The name under which attributes and configurations know the merge driver. */
export const MERGE_DRIVER = "state-gatekeeper";

const LONGEST = 1024 * 1024;

/** Where attributes name a driver that nothing configures: the file, the offset in it, and its text. */
export interface LackingDriver {
  readonly path: string;
  readonly text: string;
  readonly offset: number;
}

/** The attribute of a project that names the driver in vain; `undefined` where none does. */
export function lackingDriver(root: string): LackingDriver | undefined {
  const checkout = findCheckout(root);
  if (checkout === undefined) return undefined;
  const folders = [];
  for (const folder of ancestorsOf(root)) {
    folders.push(folder);
    if (folder === checkout.files) break;
  }
  for (const folder of folders) {
    const path = join(folder, ".gitattributes");
    const text = textOf(path);
    const named = new RegExp(`^(?!\\s*#).*?\\s(merge=${MERGE_DRIVER})(?=\\s|$)`, "m").exec(text);
    if (named === null) continue;
    const offset = named.index + named[0].length - named[1]!.length;
    return isConfigured(checkout.git) ? undefined : { path, text, offset };
  }
  return undefined;
}

function isConfigured(git: string): boolean {
  // What is included from elsewhere may have it.
  const section = new RegExp(`^\\s*\\[\\s*(?:merge\\s+"${MERGE_DRIVER}"\\s*\\]|include)`, "im");
  return configTexts(git).some((text) => section.test(text));
}

function textOf(path: string): string {
  return Buffer.from(readPart(path, LONGEST) ?? []).toString();
}
