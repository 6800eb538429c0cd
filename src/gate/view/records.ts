/**
 * The records of a project, batches, stores and saved runs, as far as they are damaged:
 * read whole by `check`; `status` asks only whether they are JSON objects or databases,
 * of large ones by their ends.
 */
import { GateError } from "../../base/errors.ts";
import { parseObject } from "../../base/json.ts";
import { exists, listFolder, MAX_BYTES, readRecord, readStore } from "../../files/read/read.ts";
import { hasVersions } from "../../files/record/versions.ts";
import { FILE_START } from "../../rules/places.ts";
import { type CheckedFile, problemsOf } from "../../rules/report.ts";
import { DAMAGED_RECORD } from "../../rules/unreadable-file.ts";
import { decode } from "../../text/source.ts";
import { BATCH_PATH, type Gate, RECORDS_FOLDER } from "../gate.ts";
import { isRecord } from "./paths.ts";

const STORED = /^\.claude\/state\/([^/]+)\/([^/]+)\.(?:json|db)$/;

/** A record that cannot be read, and the call that brings it back. */
export interface DamagedRecord {
  readonly path: string;
  readonly fault: string;
  readonly command: string;
}

/** The records that are there. A file of others is none: only what the gate has written, or what is named as it names it. */
export function recordsOf(gate: Gate): readonly string[] {
  const { project } = gate;
  const batch = exists(project, BATCH_PATH) ? [BATCH_PATH] : [];
  if (!exists(project, RECORDS_FOLDER)) return batch;
  const folders = listFolder(project, RECORDS_FOLDER).filter(({ kind }) => kind === "folder");
  const files = folders.flatMap(({ name }) => {
    return listFolder(project, `${RECORDS_FOLDER}/${name}`).map((entry) => ({
      ...entry,
      path: `${RECORDS_FOLDER}/${name}/${entry.name}`,
    }));
  });
  return [...batch, ...files.filter(({ kind, path }) => kind === "file" && isOurs(gate, path)).map(({ path }) => path)];
}

function isOurs({ project }: Gate, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!isRecord(path) || name === "store.json") return false;
  const isStore = name === "state.json" || name === "state.db";
  return (isStore && exists(project, path.replace(name, "store.json"))) || hasVersions(project, path);
}

/** Records with what is wrong with them; by default all that are there. */
export async function checkRecords(gate: Gate, paths: readonly string[] = recordsOf(gate)): Promise<CheckedFile[]> {
  const files: CheckedFile[] = [];
  for (const path of paths) {
    const fault = await faultOf(gate, path);
    const message = `Unexpected damage: ${fault}, \`${recoverCall(path)}\` brings it back`;
    const found = { ...FILE_START, rule: DAMAGED_RECORD, severity: "error", message } as const;
    files.push({ path, problems: problemsOf("", fault === undefined ? [] : [found]) });
  }
  return files;
}

/** The records that are damaged as far as a glance tells. */
export function damagedRecords(gate: Gate): readonly DamagedRecord[] {
  return quietly(() => recordsOf(gate), []).flatMap((path) => {
    const fault = quietly(() => glanceAt(gate, path), undefined);
    return fault === undefined ? [] : [{ path, fault, command: recoverCall(path) }];
  });
}

/** The call that brings a record back. */
export function recoverCall(path: string): string {
  const [, folder = "", name = ""] = STORED.exec(path) ?? [];
  if (path === BATCH_PATH) return "gate batch recover";
  if (name !== "state") return `gate run recover ${name} --skill ${folder}`;
  if (folder.startsWith("batch=")) return `gate batch recover --backend sqlite --id ${folder.slice("batch=".length)}`;
  return `gate kv recover${folder === "default" ? "" : ` --namespace ${folder}`}`;
}

/** What is wrong with the bytes of a record; `undefined` where nothing is, and for files of a kind that is not known here. */
export async function faultOfBytes(path: string, bytes: Uint8Array): Promise<string | undefined> {
  if (!path.endsWith(".json")) return undefined;
  const { text, invalidAt } = decode(bytes);
  if (invalidAt !== undefined) return "it is not UTF-8";
  if (path.endsWith("/state.json")) {
    const { parseRows } = await import("../../store/json-rows.ts");
    const rows = parseRows(text);
    return typeof rows === "string" ? rows : undefined;
  }
  if (/\/batch_state[^/]*$/.test(path)) {
    const { readBatch } = await import("../../records/batch.ts");
    const reading = readBatch(text);
    return reading.kind === "damaged" ? reading.reason : undefined;
  }
  const { readObjectText, sentenceOf } = await import("../../records/object-text.ts");
  const object = readObjectText(text);
  return object.kind === "fault" ? sentenceOf(object, text) : undefined;
}

async function faultOf(gate: Gate, path: string): Promise<string | undefined> {
  try {
    if (path.endsWith(".db")) return await faultOfDatabase(gate, path);
    const file = readStore(gate.project, path);
    if (file.kind === "missing") return undefined;
    return file.kind === "refused" ? file.message : await faultOfBytes(path, file.bytes);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return error.message;
  }
}

async function faultOfDatabase({ project, clock, lockTimeout }: Gate, path: string): Promise<string | undefined> {
  const namespace = (STORED.exec(path)?.[1] ?? "").replace(/^batch=/, "batch:");
  const { openSqlite } = await import("../../store/sqlite.ts");
  const options = { project, namespace, access: "read", clock, timeout: lockTimeout, command: "gate check" } as const;
  try {
    const driver = await openSqlite(options);
    try {
      await driver.entries();
    } finally {
      await driver.close();
    }
  } catch (error) {
    // A machine without SQLite cannot say anything about it, and a newer gate's is in order there.
    if (!(error instanceof GateError) || error.code !== "CORRUPT") return undefined;
    return error.message.replace(/^Cannot open [^:]*: /, "");
  }
  return undefined;
}

const SQLITE = Buffer.from("SQLite format 3\0");
const [BRACE, CLOSING] = [0x7b, 0x7d];

function glanceAt({ project }: Gate, path: string): string | undefined {
  const file = readRecord(project, path);
  if (file.kind !== "file") return undefined;
  const { bytes } = file;
  if (path.endsWith(".db")) {
    const isDatabase = bytes.length === 0 || Buffer.from(bytes.subarray(0, SQLITE.length)).equals(SQLITE);
    return isDatabase ? undefined : "it is no database";
  }
  const isObject = bytes.length > MAX_BYTES ? hasEdges(bytes) : isJsonObject(Buffer.from(bytes).toString());
  return isObject ? undefined : "it is no JSON object";
}

/** Python writes numbers that JSON has not. */
function isJsonObject(text: string): boolean {
  return parseObject(text.replace(/^\ufeff/, "").replace(/\bNaN\b|-?\bInfinity\b/g, "0")) !== undefined;
}

/** What is cut off does not end as it should; more a glance at much text cannot tell. */
function hasEdges(bytes: Uint8Array): boolean {
  return edgeOf(bytes, 0, 1) === BRACE && edgeOf(bytes, bytes.length - 1, -1) === CLOSING;
}

/** The first byte from one end that is no white space. */
function edgeOf(bytes: Uint8Array, start: number, step: 1 | -1): number | undefined {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d) at += step;
  return bytes[at];
}

function quietly<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return otherwise;
  }
}
