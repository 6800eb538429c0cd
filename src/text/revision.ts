/** Apart from `text/source`, and loading `node:crypto` only when it is called, because that takes longer than reading most texts. */

/** The digest of a document's bytes, 64 hex digits of SHA-256: equal exactly when the bytes are. */
export function revisionOf(bytes: Uint8Array): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
}
