/** Digests of bytes. Loads `node:crypto` only when it is called, because that takes longer than reading most texts. */

const known = new WeakMap<Uint8Array, string>();

/** The digest of bytes that results carry as `revision` and `ifMatch` takes. */
export function revisionOf(bytes: Uint8Array): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
}

/** The digest of bytes that nobody changes, made once: of a large record it takes a tenth of a write. */
export function revisionOnce(bytes: Uint8Array): string {
  const revision = known.get(bytes) ?? revisionOf(bytes);
  known.set(bytes, revision);
  return revision;
}
