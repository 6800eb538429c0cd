/**
 * Leaves out of the bundle what the store never asks of the client of Redis: a function for
 * each of four hundred commands, which it sends as words, clusters and sentinels.
 */
const NOTHING = "\0nothing-of-redis";

export const slimRedis = {
  name: "slim-redis",
  resolveId(id, importer) {
    const isOfClient = importer?.includes("/node_modules/@redis/client/dist/");
    return isOfClient && /\/(?:commands|cluster|sentinel)$/.test(id) ? NOTHING : null;
  },
  load: (id) => (id === NOTHING ? "exports.default = exports.NON_STICKY_COMMANDS = {};" : null),
};
