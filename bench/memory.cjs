/**
 * Loaded before a program: says at its end how much memory it had resident at most,
 * in KiB. The figure of `resourceUsage` would be that of the program that started it,
 * if that is the larger one.
 */
const { readFileSync } = require("node:fs");

process.on("exit", () => {
  process._rawDebug(`most ${/VmHWM:\s+(\d+)/.exec(status())?.[1] ?? process.resourceUsage().maxRSS}`);
});

function status() {
  return process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
}
