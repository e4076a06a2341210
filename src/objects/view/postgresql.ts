import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import type { CanonicalizeContext } from '../../dialect/object-kind.ts';
import type { DialectOptions } from '../../schema/dialect-options.ts';
import { keyOf } from '../../schema/names.ts';
import type { SchemaModel } from '../../schema/schema-model.ts';
import { type Sql, sql } from '../../schema/sql.ts';
import type { Table } from '../../schema/table.ts';
import type { View } from '../../schema/view.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { notOfExtension, schemasSql } from '../postgresql-schemas.ts';
import { askScratch } from '../scratch.ts';
import { readsOtherDomain, standingOnChanges } from './changes-below.ts';
import { askOverChanges } from './over-changes.ts';

/** The views, in one query; where there are materialized ones, their indexes in another. */
export async function inspectViews(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly View[]> {
  const { condition, label } = schemasSql('n', options, connection.dialect.writer);
  const rows = await connection.readCatalogue<ViewRow>(
    `SELECT ${label} AS schema, c.relname::text AS name, c.relkind = 'm' AS materialized, pg_get_viewdef(c.oid) AS query,
  obj_description(c.oid, 'pg_class') AS comment, to_json(c.reloptions)::text AS storage, nullif(a.amname, 'heap')::text AS method,
  t.spcname::text AS tablespace
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am a ON a.oid = c.relam LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
WHERE c.relkind IN ('v', 'm') AND ${condition} AND ${notOfExtension('pg_class', 'c.oid')}
ORDER BY n.nspname, c.relname`,
  );
  const stored = rows.some(({ materialized }) => materialized)
    ? await connection.dialect.inspect(connection, { ...options, relations: 'materializedViews' })
    : undefined;
  return rows.map((row) =>
    deepFreeze({
      kind: 'view',
      schema: row.schema,
      name: row.name,
      query: queryOf(row.query),
      columns: null,
      materialized: row.materialized,
      indexes: (row.materialized && stored?.table(row)?.indexes) || [],
      comment: row.comment,
      options: storedOptions(row),
    }),
  );
}

/**
 * Each view as the server would print it, were it made now, or, where it stands on what the models change, once that is as they say; one that it can't make
 * yet keeps its text.
 */
export async function canonicalizeViews(
  views: readonly View[],
  connection: Connection,
  { database, model, warn }: CanonicalizeContext,
): Promise<readonly View[]> {
  const now = await asMadeNow(views, connection, database, warn);
  const standing = standingOnChanges(views, now, { model, database }, connection.dialect);
  if (standing.views.size === 0) return now;
  const answers = await askOverChanges(standing, connection, { model, database });
  return views.map((view, i) => {
    const canonical = now[i] ?? view;
    const answer = answers.get(view);
    if (answer === undefined) return canonical;
    const isUnknown = answer === null || readsOtherDomain(view, { model, database });
    return deepFreeze(
      isUnknown
        ? { ...canonical, query: view.query, columns: view.columns }
        : { ...canonical, query: queryOf(answer), columns: null },
    );
  });
}

async function asMadeNow(
  views: readonly View[],
  connection: Connection,
  database: SchemaModel,
  warn: (message: string) => void,
): Promise<readonly View[]> {
  const { writer } = connection.dialect;
  const { answers, failures } = await askScratch(
    connection,
    views.map(({ query, columns }, i) => {
      const names = columns === null ? '' : ` (${columns.map((each) => writer.quote(each)).join(', ')})`;
      const scratch = `alembic_scratch_view_${i}`;
      return {
        // a text may end in a comment
        make: [`CREATE TEMPORARY VIEW ${scratch}${names} AS ${query.text}\n`],
        ask: `pg_get_viewdef('pg_temp.${scratch}'::regclass)`,
      };
    }),
  );
  // what reads something that isn't there yet is new in any case
  const refused = failures.find((failure) => /permission denied/i.test(failure));
  if (refused !== undefined)
    warn(`Views are compared by their text, since the server may not be asked for its own form: ${refused}`);
  const stored = await canonicalIndexes(views, database, connection);
  return views.map((view, i) => {
    const answer = answers[i];
    return deepFreeze({
      ...view,
      query: typeof answer === 'string' ? queryOf(answer) : view.query,
      columns: typeof answer === 'string' ? null : view.columns,
      indexes: stored.get(keyOf(view)) ?? view.indexes,
      options: canonicalOptions(view.options),
    });
  });
}

/** The indexes of materialized views in the server's words, where the view is there to ask. */
async function canonicalIndexes(
  views: readonly View[],
  database: SchemaModel,
  connection: Connection,
): Promise<ReadonlyMap<string, View['indexes']>> {
  const indexed = views.filter(
    (view) => view.indexes.length > 0 && database.get<View>('view', view)?.materialized === true,
  );
  if (indexed.length === 0) return new Map();
  const schemas = [...new Set(indexed.map(({ schema }) => schema))];
  const there = await connection.dialect.inspect(connection, { schemas, relations: 'materializedViews' });
  const tables = indexed.flatMap((view): Table[] => {
    const table = there.table(view);
    return table === undefined ? [] : [{ ...table, indexes: view.indexes }];
  });
  const canonical = await connection.dialect.canonicalize(tables, there, connection);
  return new Map(canonical.map((table) => [keyOf(table), table.indexes]));
}

interface ViewRow {
  readonly schema: string | null;
  readonly name: string;
  readonly materialized: boolean;
  readonly query: string;
  readonly comment: string | null;
  /** JSON */
  readonly storage: string | null;
  readonly method: string | null;
  readonly tablespace: string | null;
}

function queryOf(text: string): Sql {
  return sql.raw(text.trim().replace(/;$/, ''));
}

function storedOptions({ storage, method, tablespace }: ViewRow): DialectOptions {
  const parameters = ((JSON.parse(storage ?? 'null') ?? []) as string[]).map((each) => {
    const at = each.indexOf('=');
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  const said = {
    ...(parameters.length > 0 && { with: Object.fromEntries(parameters) }),
    ...(method !== null && { using: method }),
    ...(tablespace !== null && { tablespace }),
  };
  return Object.keys(said).length === 0 ? {} : { postgresql: said };
}

/** As the server keeps them: parameters as texts; whether it was filled at first isn't kept. */
function canonicalOptions({ postgresql = {} }: DialectOptions): DialectOptions {
  const { with: parameters, withData: _, using, ...rest } = postgresql;
  const texts = Object.entries((parameters ?? {}) as object).map(([name, value]) => [name, String(value)]);
  const said = {
    ...rest,
    ...(using !== undefined && using !== 'heap' && { using }),
    ...(texts.length > 0 && { with: Object.fromEntries(texts) }),
  };
  return Object.keys(said).length === 0 ? {} : { postgresql: said };
}
