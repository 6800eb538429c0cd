/**
 * Where a namespace keeps its state: `store.json` in its folder, written by `init`
 * and `migrate`. Without it the files that are there tell, because stores of other
 * programs have none. An address of a server is never kept: it may hold a password,
 * and a checkout from somewhere must not say whom to connect to.
 */
import { GateError } from "../base/errors.ts";
import { parseObject } from "../base/json.ts";
import { ensureFolders, ensureGateFolder } from "../files/guard/folders.ts";
import { acquireLock } from "../files/lock/lock.ts";
import { exists, readFile } from "../files/read/read.ts";
import { replaceFile } from "../files/replace/replace.ts";
import { toJson } from "../json/to-json.ts";
import { BACKENDS, type Backend, type DriverOptions, folderOf, SCHEMA_VERSION } from "./driver.ts";
import { tooNew } from "./faults.ts";

export interface Remembered {
  readonly backend: Backend;
  /** What the user has been told about the backend, so that it is not repeated at every call. */
  readonly told: readonly string[];
}

type Where = Pick<DriverOptions, "project" | "namespace">;

/** What was remembered; `undefined` where nothing was. `CORRUPT` where it cannot be read. */
export function readRemembered(where: Where): Remembered | undefined {
  return load(where)?.remembered;
}

/** The backend of a namespace: the one remembered, else the one whose file is there, else JSON. */
export function findBackend(where: Where): Backend {
  return readRemembered(where)?.backend ?? guessBackend(where);
}

/** The backend whose file is there, else JSON. `INVALID_ARGUMENT` where several are. */
export function guessBackend(where: Where): Backend {
  const folder = folderOf(where.namespace);
  const [json, sqlite] = ["state.json", "state.db"].map((name) => exists(where.project, `${folder}/${name}`));
  if (json && sqlite) {
    throw new GateError("INVALID_ARGUMENT", `Cannot choose between ${folder}/state.json and state.db: both are there`, {
      path: folder,
      hint: "Name one with --backend, or have it remembered: gate kv init --backend json",
    });
  }
  return sqlite ? "sqlite" : "json";
}

/** Remembers it. */
export async function remember(
  options: Pick<DriverOptions, "project" | "namespace" | "timeout" | "command">,
  wanted: Remembered,
): Promise<void> {
  const { project, namespace, timeout, command } = options;
  const path = pathOf(namespace);
  ensureGateFolder(project);
  ensureFolders(project, [folderOf(namespace)]);
  const lock = await acquireLock(project, path, { timeoutMs: timeout, command });
  try {
    const expected = load(options)?.bytes;
    const { backend, told } = wanted;
    const text = `${toJson({ backend, schema_version: SCHEMA_VERSION, told })}\n`;
    if (expected !== undefined && Buffer.from(expected).toString() === text) return;
    replaceFile(project, path, Buffer.from(text), { expected, lock });
  } finally {
    lock.release();
  }
}

function load({
  project,
  namespace,
}: Where): { readonly bytes: Uint8Array; readonly remembered: Remembered } | undefined {
  const path = pathOf(namespace);
  const file = readFile(project, path);
  if (file.kind === "missing") return undefined;
  if (file.kind === "refused") throw new GateError("UNSAFE_PATH", file.message, { path, hint: "Move it away." });
  const { backend, schema_version: version, told } = parseObject(Buffer.from(file.bytes).toString()) ?? {};
  if (typeof version === "number" && version > SCHEMA_VERSION) throw tooNew(path, version);
  const known = BACKENDS.find((each) => each === backend);
  if (known === undefined) {
    throw new GateError("CORRUPT", `Cannot read ${path}: it does not name a backend`, {
      path,
      hint: `Mend it, {"backend": "json"} is enough, or remove it; the state itself is beside it.`,
    });
  }
  return { bytes: file.bytes, remembered: { backend: known, told: Array.isArray(told) ? told.map(String) : [] } };
}

function pathOf(namespace: string): string {
  return `${folderOf(namespace)}/store.json`;
}
