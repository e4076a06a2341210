import { ArgumentError } from '../../errors.ts';
import {
  checkOptions,
  inTable,
  irreversible,
  type SchemaOption,
  tableArgument,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { changeTable } from '../../operations/model-tables.ts';
import { key, type Operation, type TableOperation, tableOf } from '../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';

export interface CreateTableComment extends TableOperation {
  readonly kind: 'createTableComment';
  readonly comment: string;
  /** the comment before; absent where it isn't known */
  readonly existingComment?: string | null;
}

export interface DropTableComment extends TableOperation {
  readonly kind: 'dropTableComment';
  readonly existingComment?: string | null;
}

export interface TableCommentOptions extends SchemaOption {
  readonly existingComment?: string | null;
}

/** `op.createTableComment('users', 'people', { existingComment: null })` */
export const createTableComment: OperationDefinition<
  CreateTableComment,
  [table: string, comment: string, options?: TableCommentOptions],
  [comment: string, options?: Omit<TableCommentOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'createTableComment',
  create: set,
  batch: (table: QualifiedName, comment: string, options: Omit<TableCommentOptions, 'schema'> = {}) =>
    set(table.name, comment, inTable(table, options)),
  call: (op) => [op.table, op.comment, ...said(op, true)],
  batchCall: (op) => [op.comment, ...said(op, false)],
  reverse: (op): Operation => {
    if (op.existingComment === undefined)
      throw irreversible(
        'createTableComment',
        `table '${displayName(tableOf(op))}'`,
        'give existingComment, or write the downgrade by hand.',
      );
    const { table, schema, comment, existingComment } = op;
    if (existingComment === null)
      return deepFreeze({
        kind: 'dropTableComment',
        table,
        schema,
        existingComment: comment,
      } as DropTableComment);
    return deepFreeze({
      kind: 'createTableComment',
      table,
      schema,
      comment: existingComment,
      existingComment: comment,
    } as CreateTableComment);
  },
  apply: (op, schema) => changeTable(schema, tableOf(op), (table) => ({ ...table, comment: op.comment })),
  sql: (op, { writer }) => statement(writer.tableComment(tableOf(op), op.comment)),
  destroys: null,
  touches: (op) => ({ requires: [key('table', tableOf(op))] }),
});

/** `op.dropTableComment('users', { existingComment: 'people' })` */
export const dropTableComment: OperationDefinition<
  DropTableComment,
  [table: string, options?: TableCommentOptions],
  [options?: Omit<TableCommentOptions, 'schema'>],
  void
> = defineOperation({
  kind: 'dropTableComment',
  create: unset,
  batch: (table: QualifiedName, options: Omit<TableCommentOptions, 'schema'> = {}) =>
    unset(table.name, inTable(table, options)),
  call: (op) => [op.table, ...said(op, true)],
  batchCall: (op) => said(op, false),
  reverse: (op): CreateTableComment => {
    const { table, schema, existingComment } = op;
    if (typeof existingComment !== 'string')
      throw irreversible(
        'dropTableComment',
        `table '${displayName(tableOf(op))}'`,
        'give existingComment, or write the downgrade by hand.',
      );
    return deepFreeze({
      kind: 'createTableComment',
      table,
      schema,
      comment: existingComment,
      existingComment: null,
    });
  },
  apply: (op, schema) => changeTable(schema, tableOf(op), (table) => ({ ...table, comment: null })),
  sql: (op, { writer }) => statement(writer.tableComment(tableOf(op), null)),
  destroys: null,
  touches: (op) => ({ requires: [key('table', tableOf(op))] }),
});

function set(table: string, comment: string, options: TableCommentOptions = {}): CreateTableComment {
  checkOptions('createTableComment', options, ['schema', 'existingComment']);
  if (typeof comment !== 'string')
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `createTableComment: the comment of table '${table}' must be a string.`,
    );
  return deepFreeze({
    kind: 'createTableComment',
    ...tableArgument('createTableComment', table, options),
    comment,
    ...existing(options),
  });
}

function unset(table: string, options: TableCommentOptions = {}): DropTableComment {
  checkOptions('dropTableComment', options, ['schema', 'existingComment']);
  return deepFreeze({
    kind: 'dropTableComment',
    ...tableArgument('dropTableComment', table, options),
    ...existing(options),
  });
}

function existing({ existingComment }: TableCommentOptions): { existingComment?: string | null } {
  return existingComment === undefined ? {} : { existingComment };
}

function said(op: CreateTableComment | DropTableComment, withSchema: boolean): readonly unknown[] {
  const options = { ...(withSchema && op.schema !== null ? { schema: op.schema } : {}), ...existing(op) };
  return Object.keys(options).length === 0 ? [] : [options];
}

/** A database without comments passes them over, as Alembic does. */
function statement(sql: string | null): readonly { sql: string }[] {
  return sql === null ? [] : [{ sql }];
}
