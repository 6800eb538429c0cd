declare const __BUILD__: string;

/**
 * A digest of what the program was built from, put in by the build: how a text is read
 * and what the rules find in it is good for no other program.
 */
export const BUILD = typeof __BUILD__ === "undefined" ? "sources" : __BUILD__;
