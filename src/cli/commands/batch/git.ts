/** `gate batch git`: see `gate/batch/git.ts`. */
import { GateError } from "../../../base/errors.ts";
import { parseObject } from "../../../base/json.ts";
import { GIT_OPERATIONS, recordGit } from "../../../gate/batch/git.ts";
import type { Json } from "../../../records/json-edit.ts";
import { viewMessage, wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { readWhole } from "../../numbers.ts";
import { BATCH, FEATURE } from "../../options/stores.ts";
import { requireExact } from "./exact.ts";

function readExtra(text: string): Readonly<Record<string, Json>> {
  const value = parseObject(text);
  if (value) {
    requireExact(text);
    return value as Readonly<Record<string, Json>>;
  }
  throw new GateError("INVALID_ARGUMENT", `Cannot use --extra ${JSON.stringify(text.slice(0, 80))}: it is no object`, {
    hint: `Give an object, for example --extra '{"files_changed": 3}'`,
  });
}

export const git = command({
  description: "Records what git did for a feature. The newest commit, push and pull request stay.",
  examples: [
    ["gate batch git 3 commit --ok --sha 1f2e3d --branch feature/3", "a commit"],
    ["gate batch git 3 push --failed --remote origin --error 'no access'", "a push that failed"],
    ["gate batch git 3 pr --ok --number 12 --url https://github.com/o/r/pull/12", "a pull request"],
  ],
  arguments: { ...FEATURE, operation: { name: "<operation>", about: "what was done", choices: GIT_OPERATIONS } },
  options: {
    ok: { flag: "--ok", about: "it succeeded", conflicts: ["--failed"] },
    failed: { flag: "--failed", about: "it did not" },
    sha: { flag: "--sha <sha>", about: "the commit" },
    branch: { flag: "--branch <branch>", about: "the branch" },
    remote: { flag: "--remote <remote>", about: "the remote" },
    number: { flag: "--number <count>", about: "the pull request", read: readWhole },
    url: { flag: "--url <url>", about: "its address" },
    error: { flag: "--error <text>", about: "what it failed with" },
    extra: { flag: "--extra <json>", about: "further facts, as a JSON object", read: readExtra },
    ...BATCH,
  },
  async run(call, { ok, failed, ...given }) {
    if (!ok && !failed) {
      throw new GateError("INVALID_ARGUMENT", "Cannot record what git did: nothing says whether it succeeded", {
        hint: "Add --ok or --failed.",
      });
    }
    return wrote(await recordGit(call.openGate(), { ...given, success: ok }, call.write), viewMessage);
  },
});
