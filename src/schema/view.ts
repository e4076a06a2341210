import { ArgumentError } from '../errors.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { checkName, checkOptions } from './check-options.ts';
import {
  type DialectOptions,
  type DialectOptionsInput,
  dialectNames,
  pickDialectOptions,
} from './dialect-options.ts';
import type { SchemaObject } from './metadata.ts';
import { columnNames } from './names.ts';
import { isSql, type Sql } from './sql.ts';
import type { Index } from './table-index.ts';

/** A view, plain or materialized. */
export interface View extends SchemaObject {
  readonly kind: 'view';
  /** the SELECT behind AS */
  readonly query: Sql;
  /** names for its columns; null: those of the query */
  readonly columns: readonly string[] | null;
  /** keeps its rows, and is refreshed (PostgreSQL) */
  readonly materialized: boolean;
  /** of a materialized view */
  readonly indexes: readonly Index[];
  readonly comment: string | null;
  readonly options: DialectOptions;
}

export interface ViewOptions extends DialectOptionsInput {
  /** default: the connection's default schema */
  readonly schema?: string | null;
  readonly columns?: readonly string[] | null;
  readonly comment?: string | null;
}

export interface MaterializedViewOptions extends ViewOptions {
  readonly indexes?: readonly Index[];
}

/**
 * A view: ``view('adults', sql`SELECT id, name FROM users WHERE age >= 18`)``. The query is SQL of the database that it is meant for; a string is taken as it
 * is. PostgreSQL: `{ postgresql: { with: { security_barrier: true, security_invoker: true, check_option: 'local' } } }`.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `UNKNOWN_OPTION`.
 */
export function view(name: string, query: Sql | string, options: ViewOptions = {}): View {
  checkOptions('view', options, viewOptionNames);
  return build('view', name, query, options, false);
}

/**
 * A view that keeps its rows (PostgreSQL): ``materializedView('totals', sql`SELECT …`, { indexes: [index('ix_totals', ['day'], { unique: true })] })``, filled
 * when it is made unless `{ postgresql: { withData: false } }`; further: `using` (access method), `with` (storage parameters), `tablespace`.
 *
 * @throws ArgumentError `BAD_NAME`, `BAD_ARGUMENT`, `UNKNOWN_OPTION`.
 */
export function materializedView(
  name: string,
  query: Sql | string,
  options: MaterializedViewOptions = {},
): View {
  checkOptions('materializedView', options, [...viewOptionNames, 'indexes']);
  return build('materializedView', name, query, options, true);
}

export const viewOptionNames: readonly string[] = ['schema', 'columns', 'comment', ...dialectNames];

function build(
  builder: string,
  name: string,
  query: Sql | string,
  options: MaterializedViewOptions,
  materialized: boolean,
): View {
  const { schema = null, columns = null, comment = null, indexes = [] } = options;
  checkName(`${builder}: the name`, name);
  if (schema !== null) checkName(`${builder}: the schema`, schema);
  return deepFreeze({
    kind: 'view',
    name,
    schema,
    query: { kind: 'sql', text: queryText(builder, name, query) },
    columns: columns === null ? null : columnNames(builder, columns),
    materialized,
    indexes: [...indexes],
    comment,
    options: pickDialectOptions(options),
  });
}

/** The text of a query, without what ends a statement. */
function queryText(builder: string, name: string, query: unknown): string {
  const text = isSql(query) ? query.text : query;
  if (typeof text !== 'string' || text.trim() === '') {
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${builder}: the query of '${name}' is a text of SQL, or sql\`…\`.`,
    );
  }
  return text.trim().replace(/(?:\s*;)+$/, '');
}
