/** What a tool is about to make of protected files, computed as the tool does it. */
import { attempt } from "../base/errors.ts";
import { readInput } from "../files/read/input.ts";
import { MAX_BYTES } from "../files/read/read.ts";
import type { Gate } from "../gate/gate.ts";
import { bytesOfPath } from "../gate/view/bytes.ts";
import { isForGuard } from "../gate/view/guard.ts";
import { kindOfPath } from "../gate/view/paths.ts";
import { decode, encode, type Source } from "../text/source.ts";
import type { Call } from "./call.ts";
import { editText, insertText } from "./content/edit.ts";
import { parsePatch, patchText } from "./content/patch.ts";
import { gateFor, type World } from "./gates.ts";
import type { Effect } from "./shell/knowledge.ts";
import { targetOf } from "./target.ts";

/** A protected file of a project. */
interface Place {
  readonly gate: Gate;
  readonly path: string;
}

/** A protected file and what becomes of it; without bytes it is gone. */
interface Change extends Place {
  readonly bytes: Uint8Array | undefined;
}

/** The changes of a call; none where its tool would fail or touches nothing that is protected. */
export function changesOf(call: Call, world: World, effects: readonly Effect[] = []): readonly Change[] {
  const { tool, agent } = call;
  switch (tool?.kind) {
    case "write":
      return oneFile(call, world, tool.path, () => tool.content);
    case "edit":
      return oneFile(call, world, tool.path, (text) => editText(text, tool.replacements, agent));
    case "insert":
      return oneFile(call, world, tool.path, (text) => insertText(text, tool.line, tool.text));
    case "patch":
      return patched(call, world, tool.patch);
    case "several":
      return tool.tools.flatMap((each) => changesOf({ ...call, tool: each }, world));
    case "shell":
      return effects.flatMap((effect) => {
        return effect.kind === "patch" ? patched({ ...call, cwd: effect.cwd }, world, effect.patch) : [];
      });
    default:
      return [];
  }
}

/** The files that a tool names, protected or not: as it names them. */
export function namedBy({ tool }: Pick<Call, "tool">): readonly string[] {
  if (tool?.kind === "several") return tool.tools.flatMap((each) => namedBy({ tool: each }));
  if (tool?.kind === "patch") return (parsePatch(tool.patch) ?? []).flatMap(pathsOf);
  return tool !== undefined && "path" in tool ? [tool.path] : [];
}

/** The protected files that a tool names, whatever it does to them. */
export function touchedBy(call: Call, world: World): readonly Place[] {
  const found = namedBy(call).flatMap((path) => findFile(path, call, world) ?? []);
  return [...new Map(found.map((place) => [keyOf(place), place])).values()];
}

function pathsOf(hunk: { readonly path: string; readonly moveTo?: string | undefined }): string[] {
  return hunk.moveTo === undefined ? [hunk.path] : [hunk.path, hunk.moveTo];
}

function findFile(path: string, call: Call, world: World): Place | undefined {
  const target = targetOf(path, call.cwd, true);
  if (!target || (kindOfPath(target.path) === undefined && !isForGuard(target.path))) return undefined;
  const gate = gateFor(target, call, world);
  return gate && { gate, path: target.path };
}

function oneFile(
  call: Call,
  world: World,
  path: string,
  compute: (text: string | undefined) => string | undefined,
): Change[] {
  const place = findFile(path, call, world);
  if (!place) return [];
  const source = read(place);
  const text = compute(source?.text);
  return text === undefined ? [] : [{ ...place, bytes: encode(source ?? { bom: false }, text) }];
}

/** A patch is applied whole or not at all; files that are not protected are taken to be as it expects. */
function patched(call: Call, world: World, patch: string): readonly Change[] {
  const files = new Map<string, Change & { readonly text: string | undefined }>();
  const set = (place: Place, text: string | undefined) => {
    const bytes = text === undefined ? undefined : encode(read(place) ?? { bom: false }, text);
    files.set(keyOf(place), { ...place, bytes, text });
  };
  for (const hunk of parsePatch(patch) ?? []) {
    const place = findFile(hunk.path, call, world);
    if (hunk.kind === "add") {
      if (place) set(place, hunk.content);
      continue;
    }
    const moved = hunk.kind === "update" && hunk.moveTo !== undefined ? findFile(hunk.moveTo, call, world) : undefined;
    if (!place && !moved) continue;
    // A file that is not protected matters only where it is moved over one that is.
    const before = place
      ? (files.get(keyOf(place)) ?? { text: read(place)?.text }).text
      : attempt(() => readInput(hunk.path, call.cwd, MAX_BYTES));
    if (before === undefined) return [];
    if (hunk.kind === "delete") {
      if (place) set(place, undefined);
      continue;
    }
    const after = patchText(before, hunk.chunks);
    if (after === undefined) return [];
    if (place) set(place, hunk.moveTo === undefined ? after : undefined);
    if (moved) set(moved, after);
  }
  return [...files.values()];
}

function keyOf({ gate, path }: Place): string {
  return `${gate.project.root}\0${path}`;
}

function read({ gate, path }: Place): Source | undefined {
  const bytes = attempt(() => bytesOfPath(gate, path));
  return bytes && decode(bytes);
}
