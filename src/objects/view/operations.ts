import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  optionArguments,
  type SchemaOption,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { addObject, changeObject, dropObject } from '../../operations/model-objects.ts';
import { key, type Operation, type Touches } from '../../operations/operation.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import { displayName } from '../../schema/names.ts';
import type { Sql } from '../../schema/sql.ts';
import {
  type MaterializedViewOptions,
  materializedView,
  type View,
  view,
  viewOptionNames,
} from '../../schema/view.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { mentionedKeys } from '../mentioned-keys.ts';
import { onlyPostgresql } from '../only-postgresql.ts';
import { viewComment, viewStatements } from './sql.ts';

export interface CreateView extends Operation {
  readonly kind: 'createView';
  readonly view: View;
}

export interface DropView extends Operation {
  readonly kind: 'dropView';
  readonly name: string;
  readonly schema: string | null;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly was: View | null;
}

export interface ReplaceView extends Operation {
  readonly kind: 'replaceView';
  readonly view: View;
  /** null where it isn't known: then there is no way back */
  readonly was: View | null;
}

export interface RefreshMaterializedView extends Operation {
  readonly kind: 'refreshMaterializedView';
  readonly name: string;
  readonly schema: string | null;
  readonly concurrently: boolean;
  readonly withData: boolean;
}

export interface CreateViewOptions extends MaterializedViewOptions {
  /** keeps its rows (PostgreSQL); default false */
  readonly materialized?: boolean;
}

export interface DropViewOptions extends SchemaOption {
  readonly materialized?: boolean;
  readonly ifExists?: boolean;
}

export interface ReplaceViewOptions extends CreateViewOptions {
  /** the view as it was, as view() or materializedView() makes it: for the way back */
  readonly existing?: View | null;
}

/** ``op.createView('adults', sql`SELECT id FROM users WHERE age >= 18`)``; with `{ materialized: true, indexes }` one that keeps its rows (PostgreSQL). */
export const createView: OperationDefinition<
  CreateView,
  [name: string, query: Sql | string, options?: CreateViewOptions],
  never[],
  void
> = defineOperation({
  kind: 'createView',
  create: (name: string, query: Sql | string, options: CreateViewOptions = {}): CreateView =>
    deepFreeze({ kind: 'createView', view: viewArgument('createView', name, query, options) }),
  batch: null,
  call: (op) => viewArguments(op.view),
  batchCall: null,
  reverse: (op): DropView => drop(op.view),
  apply: (op, schema) => addObject(schema, op.view),
  sql: (op, dialect) => viewStatements(op.view, dialect),
  destroys: null,
  touches: (op) => viewTouches(op.view),
});

/** `op.dropView('adults')`; `{ materialized: true }` for one that keeps its rows. */
export const dropView: OperationDefinition<
  DropView,
  [name: string, options?: DropViewOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropView',
  create: (name: string, options: DropViewOptions = {}): DropView => {
    checkOptions('dropView', options, ['schema', 'materialized', 'ifExists']);
    return deepFreeze({
      kind: 'dropView',
      name: checkName('dropView: the name', name),
      schema: options.schema ?? null,
      materialized: options.materialized ?? false,
      ifExists: options.ifExists ?? false,
      was: null,
    });
  },
  batch: null,
  call: ({ name, schema, materialized, ifExists }) => [
    name,
    ...optionArguments({ schema, materialized, ifExists }),
  ],
  batchCall: null,
  reverse: (op): CreateView =>
    deepFreeze({
      kind: 'createView',
      view: wasOf(op, `view '${displayName(op)}'`, "write the downgrade's createView by hand."),
    }),
  apply: (op, schema) => dropObject(schema, 'view', op, op.ifExists),
  sql: (op, { writer }) => [
    {
      sql: `DROP ${op.materialized ? 'MATERIALIZED ' : ''}VIEW ${op.ifExists ? 'IF EXISTS ' : ''}${writer.name(op)}`,
    },
  ],
  destroys: null,
  touches: (op) => {
    if (op.was === null) return { removes: [key('view', op)] };
    const { provides = [], requires = [] } = viewTouches(op.was);
    return { removes: provides, releases: requires };
  },
});

/**
 * ``op.replaceView('adults', sql`SELECT …`, { existing: view('adults', …) })``: the view is made anew, with what stands on it (PostgreSQL: views over it, rights,
 * comments, indexes).
 */
export const replaceView: OperationDefinition<
  ReplaceView,
  [name: string, query: Sql | string, options?: ReplaceViewOptions],
  never[],
  void
> = defineOperation({
  kind: 'replaceView',
  create: (name: string, query: Sql | string, options: ReplaceViewOptions = {}): ReplaceView => {
    const { existing = null, ...rest } = options;
    if (existing !== null && existing.kind !== 'view') {
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `replaceView: existing is made by view() or materializedView().`,
      );
    }
    return deepFreeze({
      kind: 'replaceView',
      view: viewArgument('replaceView', name, query, rest),
      was: existing,
    });
  },
  batch: null,
  call: (op) => {
    const [name, query, options = {}] = viewArguments(op.view);
    return [name, query, ...optionArguments({ ...(options as object), existing: op.was })];
  },
  batchCall: null,
  reverse: (op): ReplaceView =>
    deepFreeze({
      kind: 'replaceView',
      view: wasOf(op, `view '${displayName(op.view)}'`, 'give existing, or write the downgrade by hand.'),
      was: op.view,
    }),
  apply: (op, schema) => changeObject(schema, 'view', op.view, () => op.view),
  sql: (op, dialect) => replaceStatements(op, dialect),
  destroys: null,
  touches: (op) => {
    const { provides = [], requires = [] } = viewTouches(op.view);
    const before = op.was === null ? [] : (viewTouches(op.was).requires ?? []);
    return { requires, changes: provides, releases: before.filter((each) => !requires.includes(each)) };
  },
});

/** `op.refreshMaterializedView('totals', { concurrently: true })`: fills it anew; `{ withData: false }` empties it. */
export const refreshMaterializedView: OperationDefinition<
  RefreshMaterializedView,
  [name: string, options?: SchemaOption & { readonly concurrently?: boolean; readonly withData?: boolean }],
  never[],
  void
> = defineOperation({
  kind: 'refreshMaterializedView',
  create: (
    name: string,
    options: SchemaOption & { readonly concurrently?: boolean; readonly withData?: boolean } = {},
  ): RefreshMaterializedView => {
    checkOptions('refreshMaterializedView', options, ['schema', 'concurrently', 'withData']);
    return deepFreeze({
      kind: 'refreshMaterializedView',
      name: checkName('refreshMaterializedView: the name', name),
      schema: options.schema ?? null,
      concurrently: options.concurrently ?? false,
      withData: options.withData ?? true,
    });
  },
  batch: null,
  call: ({ name, schema, concurrently, withData }) => [
    name,
    ...optionArguments({ schema, concurrently, withData }, { withData: true }),
  ],
  batchCall: null,
  // rows that are computed can be computed again
  reverse: (op) => op,
  apply: () => {},
  sql: (op, dialect) => {
    onlyPostgresql(`refreshMaterializedView of '${displayName(op)}'`, dialect);
    const { writer } = dialect;
    const how = op.concurrently ? 'CONCURRENTLY ' : '';
    return [
      {
        sql: `REFRESH MATERIALIZED VIEW ${how}${writer.name(op)}${op.withData ? '' : ' WITH NO DATA'}`,
      },
    ];
  },
  destroys: null,
  touches: (op) => ({ requires: [key('view', op)] }),
});

function viewArgument(
  operation: string,
  name: string,
  query: Sql | string,
  { materialized = false, indexes, ...options }: CreateViewOptions,
): View {
  checkOptions(operation, options, viewOptionNames);
  if (materialized) return materializedView(name, query, { ...options, ...(indexes && { indexes }) });
  if (indexes !== undefined && indexes.length > 0)
    throw new ArgumentError('BAD_ARGUMENT', `${operation}: only a materialized view has indexes.`);
  return view(name, query, options);
}

function viewArguments({
  name,
  query,
  schema,
  columns,
  materialized,
  indexes,
  comment,
  options,
}: View): readonly unknown[] {
  const said = { schema, columns, materialized, indexes: indexes.length === 0 ? null : indexes, comment };
  return [name, query, ...optionArguments({ ...said, ...options })];
}

function drop(was: View): DropView {
  const { name, schema, materialized } = was;
  return deepFreeze({ kind: 'dropView', name, schema, materialized, ifExists: false, was });
}

/** Where only what is said about it differs, the view itself stays. */
function replaceStatements(
  { view: wanted, was }: ReplaceView,
  dialect: SqlDialect,
): readonly StatementParts[] {
  if (was !== null && deepEqual({ ...wanted, comment: null }, { ...was, comment: null }))
    return viewComment(wanted, dialect);
  return [...dropView.sql(drop(was ?? wanted), dialect), ...viewStatements(wanted, dialect)];
}

function viewTouches(made: View): Touches {
  const own = key('view', made);
  return {
    provides: [
      own,
      ...made.indexes.map((index) => key('index', { schema: made.schema, name: index.name ?? '' })),
    ],
    requires: [
      ...mentionedKeys(made.query.text, made.schema).filter((each) => each !== own),
      ...(made.schema === null ? [] : [key('schema', { schema: null, name: made.schema })]),
    ],
  };
}
