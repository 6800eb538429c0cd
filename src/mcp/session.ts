/** One connection: whose project it is, who is calling, and what the client can do. */
import { fileURLToPath } from "node:url";
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type Implementation,
  inputRequired,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { actorOf } from "../base/actor.ts";
import { attempt } from "../base/errors.ts";
import { system } from "../files/guard/system.ts";
import { type Gate, type GateOptions, openGate, personalHooks } from "../gate/gate.ts";
import type { Ask } from "./ask.ts";
import { makePlace } from "./place.ts";

/** What is known before a client has said anything. */
export interface SessionOptions extends Pick<GateOptions, "root" | "lockTimeout"> {
  readonly cwd: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Session {
  /**
   * Opens the project: the one named, else the first of the client's roots that is in one, else
   * that of the folder the client or its shell names, else that where the session's hook ran.
   * `NOT_FOUND` where nothing but the plugin's own folder is left.
   */
  openGate(
    context: ServerContext | undefined,
    ask: Ask | undefined,
    options?: { readonly create?: boolean },
  ): Promise<Gate>;
  /** Whether the client can put a form to a person. */
  canAsk(context: ServerContext): boolean;
  /** The client has other roots now. */
  forgetRoots(): void;
}

/** The session of a server that has one client. */
export function makeSession(server: Server, options: SessionOptions): Session {
  const { root, lockTimeout, cwd, home, environment } = options;
  let roots: readonly string[] | undefined;
  // A client that names no session has one for as long as it is connected.
  const connection = `mcp-${system.random(8)}`;

  const rootsOf = async (context: ServerContext | undefined, ask: Ask | undefined) => {
    if (roots || root !== undefined || !ask || !capabilitiesOf(server, context)?.roots) return roots ?? [];
    roots = foldersOf(await ask(inputRequired.listRoots()));
    return roots;
  };

  return {
    async openGate(context, ask, { create = false } = {}) {
      const id = sessionOf(context, environment) ?? connection;
      const workflowHooks = personalHooks(environment, home, (text) => void process.stderr.write(text));
      const actor = callerOf(server, context, environment);
      const given = { home, root, lockTimeout, actor, session: id, workflowHooks };
      if (root !== undefined) return openGate({ ...given, cwd, create });
      const place = makePlace({ cwd, home, environment, session: id });
      const [first, ...others] = place.outside(await rootsOf(context, ask));
      for (const folder of [first, ...others]) {
        const gate = attempt(() => openGate({ ...given, cwd: folder }), "NOT_FOUND");
        if (gate) return place.requireOutside(gate);
      }
      return place.requireOutside(openGate({ ...given, cwd: first, create }));
    },
    canAsk(context) {
      const elicitation = capabilitiesOf(server, context)?.elicitation;
      // A client from before there were forms and addresses says only that it can.
      return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
    },
    forgetRoots() {
      roots = undefined;
    },
  };
}

function capabilitiesOf(server: Server, context: ServerContext | undefined): ClientCapabilities | undefined {
  const sent = context?.mcpReq.envelope as { readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } | undefined;
  return sent?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
}

/** The session that the client names, in a call or in a variable. */
function sessionOf(context: ServerContext | undefined, environment: SessionOptions["environment"]): string | undefined {
  const named = ["GATE_SESSION", "CLAUDE_CODE_SESSION_ID", "COPILOT_AGENT_SESSION_ID", "GEMINI_SESSION_ID"].map(
    (name) => environment[name],
  );
  return context?.sessionId ?? named.find(Boolean);
}

/** Who is calling. */
function callerOf(
  server: Server,
  context: ServerContext | undefined,
  environment: SessionOptions["environment"],
): string | undefined {
  const sent = context?.mcpReq.envelope as { readonly [CLIENT_INFO_META_KEY]?: Implementation } | undefined;
  const { name } = sent?.[CLIENT_INFO_META_KEY] ?? server.getClientVersion() ?? {};
  return name === undefined ? undefined : actorOf(name, sessionOf(context, environment));
}

/** The folders of roots; what is no folder of this machine is nothing to this server. */
function foldersOf(answer: unknown): string[] {
  const { roots } = (answer ?? {}) as { readonly roots?: unknown };
  if (!Array.isArray(roots)) return [];
  return roots.flatMap((each) => {
    try {
      return [fileURLToPath(String((each as { readonly uri?: unknown } | null)?.uri))];
    } catch {
      return [];
    }
  });
}
