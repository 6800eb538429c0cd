/**
 * Judges what an agent is about to do to a guarded file, and what it has done: nothing is asked
 * of its format, only that not half of it goes without a word. What it holds is kept first.
 */
import { attempt } from "../../base/errors.ts";
import { lossesBetween } from "../../document/losses.ts";
import { exists } from "../../files/read/read.ts";
import { decode } from "../../text/source.ts";
import { findRefused } from "../commit/allowance.ts";
import { addedFaults } from "../commit/guarded.ts";
import { meetVersion } from "../commit/meet.ts";
import type { Gate } from "../gate.ts";
import { bytesOfPath } from "../view/bytes.ts";
import { guardedFiles, isForGuard, isGuarded } from "../view/guard.ts";
import { faultsIn } from "../view/guarded.ts";
import { listOf, sentence } from "./refusal.ts";

/** Why these bytes must not become the guarded file; `undefined` where they may, and for any other file. */
export async function refuseGuardedWrite(gate: Gate, path: string, bytes: Uint8Array): Promise<string | undefined> {
  if (!(await isGuarded(gate, path))) return undefined;
  const before = attempt(() => bytesOfPath(gate, path));
  await meetVersion(gate, path);
  const faults = addedFaults(before, bytes).map(({ line, column, rule, message }) => {
    return `line ${line}, column ${column}: ${rule}: ${message}`;
  });
  if (faults.length > 0) return sentence(`${path} would be damaged`, faults, "a text without them");
  const losses = before ? lossesBetween(decode(before).text, decode(bytes).text) : [];
  if (losses.length === 0 || findRefused(gate, [path]) === undefined) return undefined;
  return sentence(`${path} is guarded, and this would lose`, losses, insteadFor(path));
}

/** Why a path must not be `removed`, `moved` or `written over`, where it is a guarded file or holds some. */
export async function refuseGuardedAct(gate: Gate, path: string, done: string): Promise<string | undefined> {
  const inside = path === "." ? "" : `${path}/`;
  const files = isForGuard(path)
    ? (await isGuarded(gate, path)) && attempt(() => exists(gate.project, path))
      ? [path]
      : []
    : (await guardedFiles(gate)).filter((file) => file.startsWith(inside));
  for (const file of files) await meetVersion(gate, file);
  const held = findRefused(gate, files);
  if (held === undefined) return undefined;
  const what = held === path ? `${path} is guarded` : `${path} holds ${held}, which is guarded,`;
  return sentence(`${what} and must not be ${done} by other programs`, [], insteadFor(held));
}

function insteadFor(path: string): string {
  return `an edit that keeps the rest, \`gate tick ${path} TEXT\` to check a box or, where that is what is wanted, \`gate guard --allow ${path}\` first: it lets the next such change pass`;
}

/** What is wrong with a guarded file after a tool has touched it, which is a version by then; `undefined` where nothing is. */
export async function complainAboutGuarded(gate: Gate, path: string): Promise<string | undefined> {
  if (!(await isGuarded(gate, path))) return undefined;
  await meetVersion(gate, path);
  const bytes = attempt(() => bytesOfPath(gate, path));
  const faults = (bytes ? faultsIn(bytes) : []).map(({ rule, message }) => `${rule}: ${message}`);
  if (faults.length === 0) return undefined;
  return `${path} is damaged:\n${listOf(faults)}\nMend what is named, or run \`gate undo --path ${path}\`.`;
}
