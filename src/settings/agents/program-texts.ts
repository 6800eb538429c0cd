/**
 * The programs that are the hooks of an agent that takes no commands in its settings.
 * The first lines say whose they are and how the gate is called: by them they are known
 * again. What they hand over has Claude's form, and the gate answers `{kind, text}`.
 */

const MARK = "state-gatekeeper: made by `gate install`, which writes it anew; `gate uninstall` takes it out. Calls";

/** Imported by the programs, and not here. */
const PROCESSES = "node:child_process";

/** How a program of ours calls the gate; `undefined` for a file that is not ours. */
export function callerIn(text: string): string | undefined {
  const [, shell] =
    /^(?:#![^\n]*\n)?(?:#|\/\/) state-gatekeeper: made by `gate install`[^\n]* Calls: ([^\n]+)\n/.exec(text) ?? [];
  return shell;
}

/** A script of the shell that hands its input on. */
export function scriptFor(shell: string, words: string): string {
  return `#!/bin/sh\n# ${MARK}: ${shell}\nexec ${shell} ${words}\n`;
}

/** Asking the gate, for programs that run in Node or Bun. Whatever goes wrong is silence. */
function asking(shell: string, agent: string): string {
  return `// ${MARK}: ${shell}
import { spawn } from "${PROCESSES}";

const GATE = ${JSON.stringify(shell)};

function ask(hook, payload) {
  return new Promise((resolve) => {
    try {
      const child = spawn(\`\${GATE} hook \${hook} --agent ${agent}\`, {
        shell: true,
        stdio: ["pipe", "pipe", "ignore"],
        timeout: 5000,
      });
      let said = "";
      child.stdout.on("data", (data) => {
        said += data;
      });
      child.on("error", () => resolve({}));
      child.stdin.on("error", () => {});
      child.on("close", () => {
        try {
          resolve(JSON.parse(said));
        } catch {
          resolve({});
        }
      });
      child.stdin.end(JSON.stringify({ hook_event_name: hook, ...payload }));
    } catch {
      resolve({});
    }
  });
}
`;
}

export function opencodePlugin(shell: string): string {
  return `${asking(shell, "opencode")}
export const StateGatekeeper = async ({ directory }) => {
  const briefs = new Map();
  const of = (sessionID) => ({ session_id: sessionID, cwd: directory });
  const brief = (sessionID) => {
    if (!briefs.has(sessionID)) briefs.set(sessionID, ask("SessionStart", { ...of(sessionID), source: "startup" }));
    return briefs.get(sessionID);
  };
  return {
    "chat.message": async ({ sessionID }, { parts }) => {
      const { text } = await ask("UserPromptSubmit", of(sessionID));
      const part = parts.find(({ type }) => type === "text");
      if (text && part) part.text += \`\\n\\n\${text}\`;
    },
    "experimental.chat.system.transform": async ({ sessionID }, { system }) => {
      if (!sessionID) return;
      const { text } = await brief(sessionID);
      if (text) system.push(text);
    },
    "tool.execute.before": async ({ tool, sessionID }, { args }) => {
      const { kind, text } = await ask("PreToolUse", { ...of(sessionID), tool_name: tool, tool_input: args });
      if (kind === "deny") throw new Error(text);
    },
    "tool.execute.after": async ({ tool, sessionID, args }, output) => {
      const { text } = await ask("PostToolUse", { ...of(sessionID), tool_name: tool, tool_input: args });
      if (text) output.output = \`\${output.output ?? ""}\\n\\n\${text}\`;
    },
    "experimental.session.compacting": async ({ sessionID }) => {
      await ask("PreCompact", of(sessionID));
      briefs.delete(sessionID);
    },
  };
};
`;
}

export function piExtension(shell: string): string {
  return `${asking(shell, "pi")}
export default function (pi) {
  let isBriefed = false;
  let isContinued = false;
  const of = (ctx) => ({ session_id: ctx.sessionManager.getSessionId(), cwd: ctx.cwd });
  const toolOf = ({ toolName, input }) => ({ tool_name: toolName, tool_input: input });
  const say = (content) => ({ customType: "state-gatekeeper", content, display: true });
  pi.on("session_start", () => {
    isBriefed = false;
  });
  pi.on("session_compact", () => {
    isBriefed = false;
  });
  pi.on("before_agent_start", async (_event, ctx) => {
    const texts = [];
    if (!isBriefed) texts.push((await ask("SessionStart", { ...of(ctx), source: "startup" })).text);
    isBriefed = true;
    texts.push((await ask("UserPromptSubmit", of(ctx))).text);
    const text = texts.filter(Boolean).join("\\n\\n");
    return text === "" ? undefined : { message: say(text) };
  });
  pi.on("tool_call", async (event, ctx) => {
    const { kind, text } = await ask("PreToolUse", { ...of(ctx), ...toolOf(event) });
    return kind === "deny" ? { block: true, reason: text } : undefined;
  });
  pi.on("tool_result", async (event, ctx) => {
    const { text } = await ask("PostToolUse", { ...of(ctx), ...toolOf(event) });
    return text ? { content: [...event.content, { type: "text", text }] } : undefined;
  });
  pi.on("session_before_compact", async (_event, ctx) => {
    await ask("PreCompact", of(ctx));
  });
  pi.on("agent_end", async (_event, ctx) => {
    const { text } = await ask("Stop", { ...of(ctx), stop_hook_active: isContinued });
    isContinued = text !== undefined;
    if (text) pi.sendMessage(say(text), { triggerTurn: true, deliverAs: "followUp" });
  });
  pi.on("session_shutdown", async ({ reason }, ctx) => {
    await ask("SessionEnd", { ...of(ctx), reason });
  });
}
`;
}
