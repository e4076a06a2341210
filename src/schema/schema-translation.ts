import { ArgumentError } from '../errors.ts';
import type { DialectOptions, OptionValue } from './dialect-options.ts';
import type { QualifiedName } from './names.ts';
import { parseSqlName } from './sql-name.ts';

/** Which schema stands for which: by the models' name, the database's. The key `null` is what names no schema. */
export type SchemaTranslateMap =
  | ReadonlyMap<string | null, string | null>
  | { readonly [schema: string]: string | null };

/** What is the user's data, by names of the user's. */
const opaque: ReadonlySet<string> = new Set(['rows', 'replace', 'renameChecks']);
/** The properties that name a schema, wherever they stand. */
const schemaNames: ReadonlySet<string> = new Set(['schema', 'referredSchema', 'typeSchema']);
/** What is a schema, rather than in one. */
const namespaces: ReadonlySet<string> = new Set(['schema', 'createSchema', 'dropSchema']);

/**
 * Tables and operations say schemas as the models do; the database has them under other names: one set of models and revisions, a schema for each tenant. SQLAlchemy's
 * `schema_translate_map`. Text of SQL (`op.execute`, the query of a view) isn't read.
 */
export class SchemaTranslation {
  readonly #forward: ReadonlyMap<string | null, string | null>;
  readonly #back: ReadonlyMap<string | null, string | null>;

  /** @throws ArgumentError `BAD_ARGUMENT` where two schemas of the models would be one of the database */
  constructor(map: SchemaTranslateMap | null = null) {
    this.#forward = new Map(
      map instanceof Map
        ? map
        : Object.entries(map ?? {}).map(([from, to]) => [from === 'null' ? null : from, to] as const),
    );
    this.#back = new Map([...this.#forward].map(([from, to]) => [to, from]));
    if (this.#back.size < this.#forward.size)
      throw new ArgumentError('BAD_ARGUMENT', 'schemaTranslateMap: two schemas lead to the same one.');
  }

  get isEmpty(): boolean {
    return this.#forward.size === 0;
  }

  /** The database's name of a schema of the models. */
  schema(name: string | null): string | null {
    return this.#forward.has(name) ? (this.#forward.get(name) ?? null) : name;
  }

  name<T extends QualifiedName>(name: T): T {
    return { ...name, schema: this.schema(name.schema) };
  }

  /** Operations, tables, any data of ours, as the database calls it. */
  forward<T>(value: T): T {
    return this.isEmpty ? value : (translate(value, this.#forward) as T);
  }

  /** What the database said, as the models call it. */
  back<T>(value: T): T {
    return this.isEmpty ? value : (translate(value, this.#back) as T);
  }
}

function translate(value: unknown, map: ReadonlyMap<string | null, string | null>): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each) => translate(each, map));
  const { kind } = value as { readonly kind?: unknown };
  // it is in no schema, though it says where its parts are
  if (kind === 'extension') return value;
  // a domain is looked for on the search path, unless it says where it is
  const isUnplaced =
    kind === 'type' && (value as { name?: unknown }).name === 'domain' && !('typeSchema' in value);
  if (isUnplaced && map.has(null)) return translate({ ...value, typeSchema: null }, map);
  // where an extension is, and its types are, is the database's business
  const isOfExtension = kind === 'type' && !('typeName' in value);
  const isNamespace = typeof kind === 'string' && namespaces.has(kind);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (isNamespace) return [key, key === 'name' && map.has(each) ? map.get(each) : each];
      if (schemaNames.has(key) && !isOfExtension && (typeof each === 'string' || each === null))
        return [key, map.has(each) ? map.get(each) : each];
      if (key === 'options' || (key === 'existing' && kind === 'alterTableOptions'))
        return [key, translateOptions(each, map)];
      return [key, opaque.has(key) ? each : translate(each, map)];
    }),
  );
}

/** Of options of dialects, only the tables that a partition or an heir stands under. */
function translateOptions(value: unknown, map: ReadonlyMap<string | null, string | null>): unknown {
  const own = (value as DialectOptions | null)?.postgresql;
  if (own === undefined) return value;
  const named = (sql: OptionValue): OptionValue => {
    const name = typeof sql === 'string' ? parseSqlName(sql) : null;
    if (name === null || !map.has(name.schema)) return sql;
    const schema = map.get(name.schema) ?? null;
    return [...(schema === null ? [] : [schema]), name.name]
      .map((each) => `"${each.replaceAll('"', '""')}"`)
      .join('.');
  };
  const { partitionOf, inherits } = own;
  return {
    ...(value as DialectOptions),
    postgresql: {
      ...own,
      ...(partitionOf !== undefined && { partitionOf: named(partitionOf) }),
      ...(inherits !== undefined && {
        inherits: Array.isArray(inherits) ? inherits.map(named) : named(inherits),
      }),
    },
  };
}
