/** What was asked for and an agent has no place for, or heeds only later. */
import { AGENT, type AgentName, type Scope } from "../../settings/agents.ts";
import type { Gate } from "../gate.ts";
import type { Parts } from "./plan.ts";
import { isTrusted } from "./trust.ts";

export function shortcomings({ project }: Gate, parts: Parts, home: string): readonly string[] {
  const { agents, scope, allow, mcp } = parts;
  const trusting = allow && scope === "project" ? agents.filter((name) => AGENT[name].allow) : [];
  const waiting = trusting.filter((name) => isTrusted(name, project.root, home) === false);
  return [
    ...waiting.map(waitingFor),
    ...(allow ? agents.filter((name) => !AGENT[name].allow).map(noRule) : []),
    ...(mcp ? agents.filter((name) => !AGENT[name].server[scope]).map((name) => noServer(name, scope)) : []),
  ];
}

/** It keeps to no rule of a project before a person has agreed to its folder. */
function waitingFor(name: AgentName): string {
  const { title, program = name } = AGENT[name];
  return `${title} keeps to the rule that lets it run gate only in a folder it trusts: start \`${program}\` here once and agree`;
}

function noRule(name: AgentName): string {
  return `${AGENT[name].title} has no rule of this kind in its settings: allow \`gate\` when it asks`;
}

function noServer(name: AgentName, scope: Scope): string {
  const { title, server } = AGENT[name];
  const scopes = Object.keys(server);
  if (scopes.length === 0) return `${title} knows no servers: the command \`gate\` does the same`;
  return `${title} takes no servers in the scope ${scope}: use --scope ${scopes.join(" or --scope ")} for it`;
}
