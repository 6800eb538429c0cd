/** The failures that all drivers have in common, in the same words. */
import { GateError } from "../base/errors.ts";
import { printable } from "../base/line.ts";
import { SCHEMA_VERSION } from "./driver.ts";

/** The store is damaged: it is never written to, because what is left of it may be all there is. */
export function damaged(path: string, reason: string, cause?: unknown): GateError {
  return new GateError("CORRUPT", `Cannot open ${printable(path)}: ${printable(reason)}`, {
    path,
    hint: `${wayOut(path)}; nothing was written.`,
    cause,
  });
}

/** The command for this very namespace: for another one it would restore what is in order. */
function wayOut(path: string): string {
  const namespace = /^\.claude\/state\/([^/]+)\/|, state:(.+)$/.exec(path)?.slice(1).find(Boolean) ?? "default";
  const batch = /^batch[=:](.+)$/s.exec(namespace)?.[1];
  if (batch !== undefined) {
    const backend = path.endsWith(".db") ? "sqlite" : "redis";
    return `Run \`gate batch recover --backend ${backend} --id ${printable(batch)}\` to restore what is good`;
  }
  const flag = namespace === "default" ? "" : ` --namespace ${printable(namespace)}`;
  return `Run \`gate kv recover${flag}\` to restore the newest good version, checkpoint or backup`;
}

export function damagedCheckpoint(name: string, path: string | undefined): GateError {
  return new GateError("CORRUPT", `Cannot read checkpoint ${printable(name)}: it is damaged`, {
    path,
    hint: "Choose another with: gate kv checkpoints",
  });
}

export function tooNew(path: string, version: number): GateError {
  const reason = `its schema version is ${version}, this program knows ${SCHEMA_VERSION}`;
  return new GateError("UNSUPPORTED_VERSION", `Cannot open ${printable(path)}: ${reason}`, {
    path,
    hint: "Use a newer gate for this project; nothing was touched.",
  });
}

export function foreign(path: string, reason: string): GateError {
  return new GateError("FOREIGN_FORMAT", `Cannot open ${printable(path)}: ${reason}`, {
    path,
    hint: "It belongs to another program. Choose another namespace with --namespace.",
  });
}

export function nameTaken(name: string): GateError {
  return new GateError("CONFLICT", `Cannot make checkpoint ${printable(name)}: there is one of this name`, {
    hint: "Give another name, or --force to replace it.",
  });
}

export function noCheckpoint(name: string): GateError {
  return new GateError("NOT_FOUND", `Cannot find checkpoint ${printable(name)}: there is none of this name`, {
    hint: "Give a name that gate kv checkpoints prints.",
  });
}

/** Somebody else was quicker until the time was up. */
export function contended(place: string): GateError {
  return new GateError("CONFLICT", `Cannot write ${printable(place)}: others kept changing the same keys`, {
    hint: "Try again; nothing was written.",
  });
}
