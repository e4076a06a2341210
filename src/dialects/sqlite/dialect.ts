import type { Dialect } from '../../dialect/dialect.ts';
import { genericTypes } from '../../schema/types/generic.ts';
import { transactions } from './transactions.ts';
import { columnType } from './writer/column-type.ts';
import { writer } from './writer/writer.ts';

let planning: typeof import('./plan/plan.ts') | undefined;

/** SQLite. Reflection, canonical forms and planning are loaded when they are asked for. */
export const sqlite: Dialect = {
  name: 'sqlite',
  capabilities: {
    transactionalDdl: true,
    schemas: true,
    comments: false,
    forwardForeignKeys: true,
    namedEnums: false,
    boundViews: false,
    namesConstraints: false,
    maxIdentifierLength: Number.MAX_SAFE_INTEGER,
  },
  writer,
  types: genericTypes,
  module: 'alembic-ts/sqlite',
  plan: async (operations, state) => {
    // an import that is done costs more than a small plan
    planning ??= await import('./plan/plan.ts');
    return planning.plan(operations, state, sqlite);
  },
  inspect: async (connection, options) => (await import('./inspect/inspect.ts')).inspect(connection, options),
  canonicalize: async (tables, database, connection) =>
    (await import('./canonicalize.ts')).canonicalize(tables, database, connection),
  sameType: (model, database) => normal(columnType(model)) === normal(columnType(database)),
  defaultSchema: async () => 'main',
  transactions,
};

function normal(type: string): string {
  return type
    .toUpperCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?([(,)]) ?/g, '$1')
    .trim();
}
