/** What is known of the project of an agent while its command is looked through; each thing is looked up when it is asked for. */
import { join } from "node:path";
import { attempt } from "../../base/errors.ts";
import { findCheckout, kindAt } from "../../files/git/checkout.ts";
import { readIndex } from "../../files/git/index-entries.ts";
import { readPart } from "../../files/guard/descriptor.ts";
import { statsAt } from "../../files/guard/path.ts";
import { realPlace } from "../../files/guard/real-path.ts";
import { listFolder } from "../../files/read/read.ts";
import { BATCH_PATH, type Gate, RECORDS_FOLDER, STATE_PATH } from "../../gate/gate.ts";
import { kindOfPath, PROTECTED_FOLDERS } from "../../gate/view/paths.ts";
import { targetOf } from "../target.ts";
import type { Knowledge } from "./knowledge.ts";

/** So many files are compared with a glob. */
const MOST_FILES = 2000;
/** Lists and documents are smaller, in bytes. */
const MOST_BYTES = 1024 * 1024;

/** `guarded` are the files of others that are guarded, relative to the project. */
export function knowledgeOf(gate: Gate | undefined, now: number, guarded: readonly string[] = []): Knowledge {
  const root = gate?.project.root;
  const checkout = once(() => (root === undefined ? undefined : findCheckout(root)));
  const paths = once(() => (gate === undefined ? [] : protectedIn(gate, guarded)));
  const tracked = once(() => {
    const { files, git } = checkout() ?? {};
    const entries = git === undefined ? undefined : readIndex(git);
    return new Set(entries?.filter(({ name }) => name.includes(".claude/")).map(({ name }) => join(files!, name)));
  });
  return {
    root,
    now,
    top: () => checkout()?.files,
    protectedPaths: paths,
    isProtected(path, cwd) {
      const target = targetOf(path, cwd, true);
      if (target === undefined) return false;
      const isOwn = kindOfPath(target.path) !== undefined || PROTECTED_FOLDERS.includes(target.path);
      return isOwn || (target.root === root && guarded.includes(target.path));
    },
    realPath: (path) => realPlace(path, true) ?? path,
    isFolder: (path) => kindAt(path) === "folder",
    exists: (path) => kindAt(path) !== undefined,
    modified: (path) => {
      const time = attempt(() => statsAt(path)?.mtimeMs);
      return time === undefined ? undefined : Number(time);
    },
    read(path) {
      const bytes = readPart(path, MOST_BYTES + 1);
      return bytes === undefined || bytes.length > MOST_BYTES ? undefined : Buffer.from(bytes).toString();
    },
    tracked,
  };
}

/** What is protected and there: the folders, and what lies in them. */
function protectedIn({ project }: Gate, guarded: readonly string[]): readonly string[] {
  const inside = (folder: string) => attempt(() => listFolder(project, folder)) ?? [];
  const listed = PROTECTED_FOLDERS.filter((folder) => folder !== ".claude").flatMap((folder) => {
    return inside(folder).flatMap(({ name, kind }) => {
      const path = `${folder}/${name}`;
      // Runs and stores lie one deeper.
      const deeper = folder === RECORDS_FOLDER && kind === "folder" ? inside(path) : [];
      return [path, ...deeper.map((each) => `${path}/${each.name}`)];
    });
  });
  const paths = [...PROTECTED_FOLDERS, STATE_PATH, BATCH_PATH, ...guarded, ...listed.slice(0, MOST_FILES)];
  return paths.map((path) => join(project.root, path)).filter((path) => attempt(() => statsAt(path)) !== undefined);
}

function once<T>(ask: () => T): () => T {
  let known: { readonly answer: T } | undefined;
  return () => {
    known ??= { answer: ask() };
    return known.answer;
  };
}
