/** Apart from `text/source`, and loading `node:crypto` only when it is called, because that takes longer than reading most texts. */

/** The digest of bytes that results carry as `revision` and `ifMatch` takes. */
export function revisionOf(bytes: Uint8Array): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
}
