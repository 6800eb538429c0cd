/** The documents as resources: `state://current`, and `work://{issue}` for each work file. */
import { type Resource, ResourceNotFoundError, type TextResourceContents } from "@modelcontextprotocol/server";
import { attempt, attemptLater } from "../base/errors.ts";
import { parseIssueNumber } from "../base/ids.ts";
import { reconstruct } from "../gate/documents/reconstruct.ts";
import { archivePath, type Gate, STATE_PATH, workPath } from "../gate/gate.ts";
import { readState, readWork } from "../gate/view/read.ts";

export const STATE_URI = "state://current";
export const WORK_TEMPLATE = {
  uriTemplate: "work://{issue}",
  name: "work file",
  description: "The work file of an issue, archived or not",
  mimeType: "text/markdown",
};

const MARKDOWN = { mimeType: "text/markdown" };

/** The state document and the work files, newest first; nothing where there is no project. */
export async function listResources(openGate: () => Promise<Gate>): Promise<Resource[]> {
  // Clients ask for this by themselves, in every folder.
  const found = await attemptLater(async () => reconstruct(await openGate()), "NOT_FOUND");
  if (!found) return [];
  const state = { uri: STATE_URI, name: "state", description: "What is being worked on", ...MARKDOWN };
  const works = found.suggestions.map(({ issueNumber, title, lastUpdated }) => ({
    uri: uriOf(issueNumber),
    name: `work file of #${issueNumber}`,
    ...(title !== "" && { title }),
    ...MARKDOWN,
    ...(lastUpdated !== undefined && { annotations: { lastModified: lastUpdated } }),
  }));
  return [state, ...works];
}

/** The text of a document. Throws the protocol's own error where there is none. */
export async function readResource(gate: Gate, uri: string): Promise<TextResourceContents> {
  const text = uri === STATE_URI ? (await readState(gate)).document?.text : await readWorkText(gate, uri);
  if (text === undefined) throw new ResourceNotFoundError(uri);
  return { uri, text, ...MARKDOWN };
}

/** The resource that a document of the project is; absent for any other file. */
export function resourceOf(path: string): string | undefined {
  if (path === STATE_PATH) return STATE_URI;
  const digits = /^\.claude\/work\/(\d{1,16})\.md$/.exec(path)?.[1];
  return digits === undefined ? undefined : uriOf(Number(digits));
}

function uriOf(issue: number): string {
  return `work://${issue}`;
}

async function readWorkText(gate: Gate, uri: string): Promise<string | undefined> {
  const issue = issueIn(uri);
  if (issue === undefined) return undefined;
  for (const path of [workPath(issue), archivePath(issue)]) {
    const { exists, document } = await readWork(gate, path);
    if (exists) return document?.text;
  }
  return undefined;
}

function issueIn(uri: string): number | undefined {
  const text = /^work:\/\/(\d{1,16})\/?$/.exec(uri)?.[1];
  return text === undefined ? undefined : attempt(() => parseIssueNumber(text));
}
