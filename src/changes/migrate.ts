/** Brings documents of an earlier schema version to the one of this program, by one migration after the other. */
import { type Document, misplacedVersion } from "../document/document.ts";
import type { Edit } from "../text/edit.ts";

/** From one schema version to the next. */
export interface Migration {
  readonly from: number;
  readonly to: number;
  migrate(document: Pick<Document, "source" | "frontmatter">): readonly Edit[];
}

/** A document of schema version 0 names none. */
export const MIGRATIONS: readonly Migration[] = [{ from: 0, to: 1, migrate: (document) => nameVersion(document, 1) }];

/** The next one; `undefined` for a document that needs none, and where nobody can tell what it needs. */
export function migrationOf(document: Omit<Document, "kind">): Migration | undefined {
  const { frontmatter } = document;
  if (frontmatter?.fault || misplacedVersion(document)) return undefined;
  const version = frontmatter?.schemaVersion ?? 0;
  return MIGRATIONS.find(({ from }) => from === version);
}

/** In front of what the frontmatter says, which stays as it is. */
function nameVersion({ source, frontmatter }: Pick<Document, "source" | "frontmatter">, version: number): Edit[] {
  const line = `schema_version: ${version}`;
  const start = frontmatter?.body.start ?? 0;
  const lines = frontmatter ? [line, ""] : ["---", line, "---", ""];
  return [{ start, end: start, text: lines.join(source.eol) }];
}
