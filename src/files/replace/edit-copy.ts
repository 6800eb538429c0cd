/**
 * The copy of a document that a person edits: in a folder of its own that nobody else
 * can read, flushed, and there until somebody takes it away, because for as long as it
 * stands it may hold words that stand nowhere else.
 */
import { join } from "node:path";
import { writeNew } from "../guard/descriptor.ts";
import { attempt, explained } from "../guard/errors.ts";
import { ensureFolders, ensureGateFolder, removeEmptyFolder } from "../guard/folders.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { MAX_RECORD_BYTES } from "../read/read.ts";
import { makePersonalFolder, readExternal, replaceExternal } from "./external-file.ts";

export interface EditCopy {
  /** Where it is, for the editor and for people. */
  readonly path: string;
  /** Where copies of other edits are, that are open or were never committed. */
  readonly others: readonly string[];
  read(): Uint8Array;
  write(bytes: Uint8Array): void;
  /** Takes it away with what the editor left beside it. */
  remove(): void;
}

/** Makes a copy; `IO` where nothing can be written, before anybody has typed. Outside of the project where that must stay untouched. */
export function makeEditCopy(project: Project, name: string, bytes: Uint8Array, outside: boolean): EditCopy {
  const shared = `${GATE_FOLDER}/edit`;
  if (!outside) {
    ensureGateFolder(project);
    ensureFolders(project, [shared]);
  }
  const parent = outside ? process.getBuiltinModule("node:os").tmpdir() : join(project.root, shared);
  const folder = join(parent, `gate-edit-${system.random(6)}`);
  const others = outside ? [] : copiesIn(parent);
  makePersonalFolder(folder);
  const at = (file: string) => join(folder, file);
  const path = at(name);
  explained("write", path, () => writeNew({ at }, name, bytes, 0o600));
  return {
    path,
    others,
    read: () => readExternal(path, folder, MAX_RECORD_BYTES),
    write: (changed) => replaceExternal(path, folder, changed),
    remove() {
      attempt(() => {
        for (const left of system.readdirSync(folder)) attempt(() => system.unlinkSync(at(left)));
        system.rmdirSync(folder);
      });
      if (!outside) removeEmptyFolder(project, shared);
    },
  };
}

function copiesIn(parent: string): readonly string[] {
  const copies: string[] = [];
  attempt(() => {
    for (const folder of system.readdirSync(parent)) {
      const names = system.readdirSync(join(parent, folder)).filter((name) => name.endsWith(".md"));
      copies.push(...names.map((name) => join(parent, folder, name)));
    }
  });
  return copies;
}
