import type { ColumnQuestion } from '../dialect/object-kind.ts';
import type { SchemaTranslateMap } from '../schema/schema-translation.ts';

/** What a name belongs to, for `includeName`. */
export interface ParentNames {
  readonly schemaName: string | null;
  readonly tableName?: string;
  readonly schemaQualifiedTableName?: string;
}

/** Alembic's `include_name`: asked of each name found in the database, before anything is known of the object. `null` is the default schema's name. */
export type IncludeName = (name: string | null, type: string, parentNames: ParentNames) => boolean;

/** Alembic's `include_object`: asked of each object on either side. `compareTo` is the other side's, or null. */
export type IncludeObject = (
  object: object,
  name: string | null,
  type: string,
  reflected: boolean,
  compareTo: object | null,
) => boolean;

/** A comparison of one's own: true (they differ), false (they don't), or null/undefined for the built-in answer. */
export type CompareHook = (question: ColumnQuestion) => boolean | null | undefined;

/** The arguments of `EnvironmentContext.configure` that comparing reads. */
export interface CompareOptions {
  readonly compareType?: boolean | CompareHook;
  readonly compareServerDefault?: boolean | CompareHook;
  readonly includeName?: IncludeName;
  readonly includeObject?: IncludeObject;
  /** every schema of the database; otherwise the default schema, and in others only what the models name */
  readonly includeSchemas?: boolean;
  /** kinds of object that are compared even where the models hold none of them: `['view', 'function']`; what isn't in the models is then dropped */
  readonly includeKinds?: readonly string[];
  readonly versionTable?: string;
  readonly versionTableSchema?: string | null;
  readonly schemaTranslateMap?: SchemaTranslateMap;
}
