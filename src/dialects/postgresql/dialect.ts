import type { Dialect } from '../../dialect/dialect.ts';
import { mayAddValues } from './added-values.ts';
import { atomicity } from './atomicity.ts';
import { parseType, sameType } from './canonical-type.ts';
import { defaultSchema } from './default-schema.ts';
import { maxIdentifierLength } from './identifiers.ts';
import { refuseLongName } from './long-names.ts';
import { transactions } from './transactions.ts';
import { postgresqlTypes } from './types.ts';
import { writer } from './writer/writer.ts';

let planning: typeof import('./plan/plan.ts') | undefined;

/** PostgreSQL, from version 13. Reflection, canonical forms and planning are loaded when they are asked for. */
export const postgresql: Dialect = {
  name: 'postgresql',
  capabilities: {
    transactionalDdl: true,
    schemas: true,
    comments: true,
    forwardForeignKeys: false,
    namedEnums: true,
    boundViews: true,
    namesConstraints: true,
    maxIdentifierLength,
  },
  writer,
  types: postgresqlTypes,
  module: 'alembic-ts/postgresql',
  plan: async (operations, state) => {
    // an import that is done costs more than a small plan
    planning ??= await import('./plan/plan.ts');
    return planning.plan(operations, state, postgresql);
  },
  inspect: async (connection, options) => (await import('./inspect/inspect.ts')).inspect(connection, options),
  refuse: refuseLongName,
  canonicalize: async (tables, database, connection) =>
    (await import('./canonicalize/canonicalize.ts')).canonicalize(tables, database, connection),
  settle: async (pairs, connection, warn) =>
    (await import('./inheritance/settle.ts')).settle(pairs, connection, warn),
  undescribed: async (connection, options) =>
    (await import('./inspect/undescribed.ts')).undescribed(connection, options),
  sameType,
  readType: parseType,
  defaultSchema,
  atomicity,
  avoidable: { NEW_ENUM_VALUE: mayAddValues },
  transactions,
};
