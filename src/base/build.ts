declare const __BUILD__: string;

/**
 * A digest of what the program was built from, put in by the build: how a text is read,
 * what the rules find and how V8 compiled it are good for no other program.
 */
export const BUILD = typeof __BUILD__ === "undefined" ? "sources" : __BUILD__;
