// The operations of ../shared/vectors/ops-vectors.json: the tables that they fit, and the same operations by our names.
import { computed, identity, type Operations, sql } from '../../src/index.ts';
import { ddl, quoted } from './ddl-writer.ts';
import { columnOf, tableOf, typeOf } from './vector-model.ts';
import type {
  VectorColumn,
  VectorIndexColumn,
  VectorSchema,
  VectorTable,
  VectorType,
} from './vector-schema.ts';

export interface OperationVector {
  readonly name: string;
  readonly namingConvention?: true;
  readonly ops?: readonly VectorOperation[];
  readonly results: { readonly [dialect: string]: OperationResult };
}

export interface OperationResult {
  readonly sql?: readonly string[];
  readonly error?: unknown;
  readonly runs?: boolean;
}

type VectorDefault =
  | { readonly literal: string }
  | { readonly expr: string }
  | { readonly identity: { readonly always: boolean; readonly start?: number; readonly increment?: number } }
  | { readonly computed: string };

interface Existing {
  readonly type?: VectorType;
  readonly nullable?: boolean;
  readonly default?: VectorDefault;
  readonly comment?: string;
  readonly autoincrement?: boolean;
}

/** Every field that an operation of the vectors can have; `op` says which it has. */
export interface VectorOperation {
  readonly op: string;
  readonly name: string | null;
  readonly table: string | (VectorTable & { readonly prefixes?: readonly string[] });
  readonly schema?: string;
  readonly column: string | VectorColumn;
  readonly columns: readonly VectorIndexColumn[] | readonly VectorColumn[];
  readonly type?: VectorType;
  readonly nullable?: boolean;
  readonly default?: VectorDefault | null;
  readonly newName?: string;
  readonly comment?: string | null;
  readonly autoincrement?: boolean;
  readonly existing?: Existing;
  readonly existingComment?: string;
  readonly using?: string;
  readonly unique?: boolean;
  readonly where?: string;
  readonly include?: readonly string[];
  readonly concurrently?: boolean;
  readonly ifExists?: boolean;
  readonly ifNotExists?: boolean;
  readonly nullsNotDistinct?: boolean;
  readonly ops?: readonly VectorOperation[] & { readonly [column: string]: string };
  readonly deferrable?: boolean;
  readonly initially?: 'DEFERRED';
  readonly notValid?: boolean;
  readonly expr: string;
  readonly refTable: string;
  readonly refSchema?: string;
  readonly refColumns: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  readonly match?: string;
  readonly elements: readonly (readonly [string, string])[];
  readonly rows: readonly { readonly [column: string]: unknown }[];
  readonly sql: string;
  readonly from: string;
  readonly to: string;
  readonly copyFrom?: VectorTable | null;
  readonly recreate?: 'always' | 'never';
  readonly partialReordering?: readonly (readonly string[])[];
  readonly tableArgs?: readonly { readonly check: string; readonly name: string }[];
  readonly insertAfter?: string;
  readonly insertBefore?: string;
}

const parent: VectorTable = {
  name: 'par',
  columns: [
    { name: 'id', type: 'integer', primaryKey: true, autoincrement: false },
    { name: 'x', type: 'integer' },
    { name: 'y', type: 'integer' },
  ],
  uniques: [
    { name: 'par_x', columns: ['x'] },
    { name: 'par_xy', columns: ['x', 'y'] },
  ],
};

/** The statements that make what an operation is applied to, in an empty database. */
export function fitting(ops: readonly VectorOperation[]): readonly string[] {
  const schemas = ['app', 'core', 'My.Schema'];
  const tables = [parent, { ...parent, schema: 'core' }, ...ops.flatMap(fittingTables)];
  const written: VectorSchema = { tables };
  return [
    ...schemas.map((name) => `CREATE SCHEMA ${quoted(name)}`),
    ...ddl('postgresql', written),
    ...ops.flatMap(extras),
  ];
}

function fittingTables(op: VectorOperation): readonly VectorTable[] {
  const at = op.schema === undefined ? {} : { schema: op.schema };
  const plain = (name: string, type: VectorType): VectorColumn => ({ name, type });
  switch (op.op) {
    case 'create_table':
      return [];
    case 'rename_table':
      return [{ name: op.from, ...at, columns: [plain('id', 'integer')] }];
    case 'bulk_insert':
      return [{ name: op.table as string, ...at, columns: op.columns as readonly VectorColumn[] }];
    case 'batch': {
      const other: VectorTable = { ...parent, name: 'other', uniques: [] };
      const own: VectorTable = op.copyFrom ?? {
        name: 't',
        columns: [plain('id', 'integer'), plain('a', 'integer'), plain('b', 'text'), plain('p', 'integer')],
      };
      // the parent is where the table is
      return [own, other, ...(own.schema === undefined ? [] : [{ ...parent, schema: own.schema }])];
    }
    default: {
      const { existing } = op;
      const table = (op.table as string | undefined) ?? 't';
      const isColumn = op.op === 'drop_column' || op.op === 'alter_column';
      const given = existing?.default;
      const old: VectorColumn = {
        name: isColumn ? (op.column as string) : 'unused',
        type:
          existing?.type ??
          (op.op === 'alter_column' ? op.type : undefined) ??
          (typeof op.default === 'object' ? 'text' : 'integer'),
        nullable: existing?.nullable ?? op.nullable !== true,
        ...(existing?.comment === undefined ? {} : { comment: existing.comment }),
        ...(given !== undefined && 'literal' in given ? { default: given } : {}),
        ...(given !== undefined && 'identity' in given ? { identity: given.identity } : {}),
        ...(given !== undefined && 'computed' in given ? { computed: { expr: given.computed } } : {}),
      };
      const columns = [
        plain('id', 'integer'),
        plain('a', op.op.startsWith('execute') ? 'text' : 'integer'),
        plain('b', { t: 'string', length: 50 }),
        plain('c', 'integer'),
        plain('Select', 'integer'),
        old,
      ];
      const comment = op.existingComment === undefined ? {} : { comment: op.existingComment };
      return [
        {
          name: table,
          ...at,
          ...comment,
          columns: columns.filter((each, i) => columns.findLastIndex(({ name }) => name === each.name) === i),
        },
        ...(op.schema === undefined ? [] : [{ ...parent, schema: op.schema }]),
      ];
    }
  }
}

/** What the operation drops or takes, and no table of the vectors says. */
function extras(op: VectorOperation): readonly string[] {
  const table = [op.schema, 't']
    .filter((name) => name !== undefined)
    .map(quoted)
    .join('.');
  if (op.op === 'drop_index') return [`CREATE INDEX ix_t_a ON ${table} (a)`];
  if (op.op === 'create_exclude') return ['CREATE EXTENSION btree_gist'];
  if (op.op.startsWith('execute')) return [`INSERT INTO t (a, unused) VALUES ('old', 1)`];
  if (op.op === 'alter_column' && op.existing?.autoincrement) {
    // what SERIAL would have made
    return [
      'CREATE SEQUENCE t_x_seq AS integer OWNED BY t.x',
      `ALTER TABLE t ALTER x SET DEFAULT nextval('t_x_seq')`,
    ];
  }
  if (op.op !== 'drop_constraint') return [];
  const definitions: { readonly [type: string]: string } = {
    check: 'CHECK (a > 0)',
    foreignkey: 'FOREIGN KEY (a) REFERENCES par (id)',
    primary: 'PRIMARY KEY (a)',
  };
  return [`ALTER TABLE ${table} ADD CONSTRAINT c_x ${definitions[String(op.type)] ?? 'UNIQUE (a)'}`];
}

/** A call of ours: `op[method](...args)`; within a batch the argument that names the table is left out. */
interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly tableAt?: number;
}

type Methods = { readonly [method: string]: (...args: readonly unknown[]) => PromiseLike<unknown> };

/** Runs an operation by our names. */
export async function run(given: VectorOperation, op: Operations): Promise<void> {
  const methods = op as unknown as Methods;
  if (given.op !== 'batch') {
    const { method, args } = callOf(given);
    await methods[method]?.(...args);
    return;
  }
  const { copyFrom, tableArgs = [] } = given;
  const checks = tableArgs.map(({ name, check }) => ({ name, expr: check }));
  await op.batchAlterTable(
    given.table as string,
    (batch) => {
      for (const each of given.ops ?? []) {
        const { method, args, tableAt = 0 } = callOf(each);
        (batch as unknown as Methods)[method]?.(...args.filter((_, i) => i !== tableAt));
      }
    },
    said({
      schema: given.schema,
      recreate: given.recreate,
      copyFrom: copyFrom ? tableOf(copyFrom) : undefined,
      partialReordering: given.partialReordering,
      tableArgs: checks.length === 0 ? undefined : tableOf({ name: 't', columns: [], checks }).constraints,
    }),
  );
}

function callOf(op: VectorOperation): Call {
  const table = op.table as string;
  const { name, columns, schema, ifExists, ifNotExists, notValid, nullsNotDistinct, deferrable, initially } =
    op;
  const postgresql = (options: object): object =>
    Object.keys(said(options)).length === 0 ? {} : { postgresql: said(options) };
  switch (op.op) {
    case 'create_table': {
      const own = op.table as VectorTable;
      // as a person writes it: what columns say is left to them
      const { constraints, indexes } = tableOf({
        ...own,
        columns: own.columns.map(({ name: column, type }) => ({ name: column, type })),
      });
      const elements = [...own.columns.map((each) => columnOf(each, own, false)), ...constraints, ...indexes];
      return {
        method: 'createTable',
        args: [own.name, elements, said({ schema: own.schema, comment: own.comment, ifNotExists })],
      };
    }
    case 'drop_table':
      return { method: 'dropTable', args: [table, said({ schema, ifExists })] };
    case 'rename_table':
      return { method: 'renameTable', args: [op.from, op.to, said({ schema })] };
    case 'create_table_comment':
      return {
        method: 'createTableComment',
        args: [table, op.comment, said({ schema, existingComment: op.existingComment })],
      };
    case 'drop_table_comment':
      return {
        method: 'dropTableComment',
        args: [table, said({ schema, existingComment: op.existingComment })],
      };
    case 'bulk_insert': {
      const own: VectorTable = {
        name: table,
        columns: columns as readonly VectorColumn[],
        ...(schema === undefined ? {} : { schema }),
      };
      const rows = op.rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plainValue(value)])),
      );
      return { method: 'bulkInsert', args: [tableOf(own), rows] };
    }
    case 'execute':
      return { method: 'execute', args: [op.sql] };
    case 'execute_text':
      return { method: 'execute', args: [sql.raw(op.sql)] };
    case 'add_column': {
      const column = columnOf(op.column as VectorColumn, { name: table, columns: [] }, false);
      const { insertAfter, insertBefore } = op;
      return {
        method: 'addColumn',
        args: [table, column, said({ schema, ifNotExists, insertAfter, insertBefore })],
      };
    }
    case 'drop_column':
      return { method: 'dropColumn', args: [table, op.column, said({ schema, ifExists })] };
    case 'alter_column':
      return {
        method: 'alterColumn',
        args: [table, op.column, said({ schema, ...changes(op), ...existing(op) })],
      };
    case 'create_index': {
      const { using, include, concurrently, where } = op;
      const ops = op.ops as { readonly [column: string]: string } | undefined;
      const options = said({
        schema,
        unique: op.unique,
        ifNotExists,
        where: where === undefined ? undefined : sql.raw(where),
      });
      const elements = (columns as readonly VectorIndexColumn[]).map(element);
      const own = postgresql({ using, include, concurrently, nullsNotDistinct, ops });
      return { method: 'createIndex', args: [name, table, elements, { ...options, ...own }], tableAt: 1 };
    }
    case 'drop_index':
      return {
        method: 'dropIndex',
        args: [
          name,
          { ...said({ schema, table, ifExists }), ...postgresql({ concurrently: op.concurrently }) },
        ],
        tableAt: -1,
      };
    case 'create_unique':
      return {
        method: 'createUniqueConstraint',
        args: [
          name,
          table,
          columns,
          { ...said({ schema, deferrable, initially }), ...postgresql({ nullsNotDistinct }) },
        ],
        tableAt: 1,
      };
    case 'create_check':
      return {
        method: 'createCheckConstraint',
        args: [name, table, sql.raw(op.expr), { ...said({ schema }), ...postgresql({ notValid }) }],
        tableAt: 1,
      };
    case 'create_primary_key':
      return { method: 'createPrimaryKey', args: [name, table, columns, said({ schema })], tableAt: 1 };
    case 'create_foreign_key': {
      const { onDelete, onUpdate, match, refSchema } = op;
      const options = said({
        sourceSchema: schema,
        referentSchema: refSchema,
        onDelete,
        onUpdate,
        match,
        deferrable,
        initially,
      });
      return {
        method: 'createForeignKey',
        args: [name, table, op.refTable, columns, op.refColumns, { ...options, ...postgresql({ notValid }) }],
        tableAt: 1,
      };
    }
    case 'create_exclude': {
      const where = op.where === undefined ? undefined : sql.raw(op.where);
      return {
        method: 'createExcludeConstraint',
        args: [name, table, op.elements, said({ schema, using: op.using, where })],
        tableAt: 1,
      };
    }
    case 'drop_constraint':
      return {
        method: 'dropConstraint',
        args: [name, table, said({ schema, type: op.type ?? undefined, ifExists })],
        tableAt: 1,
      };
    default:
      throw new Error(`No call is known for the vectors' operation ${op.op}.`);
  }
}

/** What is asked of a column: SQLAlchemy says identities and generated columns by `server_default`. */
function changes({
  type,
  nullable,
  newName,
  comment,
  autoincrement,
  using,
  default: value,
  existing: was,
}: VectorOperation): object {
  return {
    type: type === undefined ? undefined : typeOf(type),
    nullable,
    newName,
    comment,
    autoincrement,
    postgresql: using === undefined ? undefined : { using },
    ...defaults(value === null ? emptied(was?.default) : value),
  };
}

function existing({ existing: was = {} }: VectorOperation): object {
  const facts = defaults(was.default) as { readonly [fact: string]: unknown };
  return {
    existingType: was.type === undefined ? undefined : typeOf(was.type),
    existingNullable: was.nullable,
    existingComment: was.comment,
    existingAutoincrement: was.autoincrement,
    ...Object.fromEntries(
      Object.entries(facts).map(([fact, value]) => [
        `existing${fact[0]?.toUpperCase()}${fact.slice(1)}`,
        value,
      ]),
    ),
  };
}

type Facts = { readonly serverDefault?: unknown; readonly identity?: unknown; readonly computed?: unknown };

function defaults(value: VectorDefault | Facts | undefined): Facts {
  if (value === undefined) return {};
  if ('literal' in value) return { serverDefault: value.literal };
  if ('expr' in value) return { serverDefault: sql.raw(value.expr) };
  if ('identity' in value && value.identity !== null) return { identity: identity(value.identity as object) };
  if ('computed' in value && value.computed !== null)
    return { computed: computed(sql.raw(value.computed as string)) };
  return value as Facts;
}

/** Null for whichever of the three it was. */
function emptied(was: VectorDefault | undefined): Facts {
  if (was !== undefined && 'identity' in was) return { identity: null };
  if (was !== undefined && 'computed' in was) return { computed: null };
  return { serverDefault: null };
}

function element(item: VectorIndexColumn): unknown {
  if (typeof item === 'string') return item;
  return 'expr' in item ? sql.raw(item.expr) : { column: item.col, order: item.desc ? 'DESC' : null };
}

/** `{ date: '2024-01-02' }` and the like are values that JSON doesn't have. */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { date, datetime, decimal } = value as { readonly [kind: string]: unknown };
  return date ?? datetime ?? decimal ?? value;
}

/** The options without those that aren't said. */
function said(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
