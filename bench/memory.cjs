/** Loaded before a program: says at its end how much memory it had resident at most, in KiB. */
process.on("exit", () => {
  process._rawDebug(`maxRSS ${process.resourceUsage().maxRSS}`);
});
