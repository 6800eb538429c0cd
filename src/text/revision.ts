/** Apart from `text/source`, because `node:crypto` costs more to load than most texts to read. */
import { createHash } from "node:crypto";

/** The digest of a document's bytes, 64 hex digits of SHA-256: equal exactly when the bytes are. */
export function revisionOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
