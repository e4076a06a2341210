import { ArgumentError } from '../../../errors.ts';
import type { AddColumn, AlterColumn, DropColumn } from '../../../objects/column/operations.ts';
import type { DropConstraint } from '../../../objects/constraint/operations.ts';
import type { CreateIndex, DropIndex } from '../../../objects/index/operations.ts';
import { type Operation, type TableOperation, tableOf } from '../../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { Sql } from '../../../schema/sql.ts';
import { primaryKeyOf, type Table } from '../../../schema/table.ts';
import type { Index } from '../../../schema/table-index.ts';
import { impliedChecks } from '../implied-checks.ts';
import { lowerCase } from '../inspect/tokens.ts';
import { columnSql } from '../writer/column.ts';
import { constraintSql, named, references } from '../writer/constraint.ts';
import { isConstantDefault, isNullDefault } from '../writer/default-value.ts';
import { indexBody } from '../writer/index-body.ts';
import { qualified, quote } from '../writer/names.ts';
import { columnsIn } from './expression-columns.ts';

/** What decides, beside the operation, whether SQLite can do it by itself. */
export interface NativeContext {
  /** the table as it is before the operation; null where nobody needed to know */
  readonly table: Table | null;
  /** views or triggers are there: ALTER TABLE … DROP COLUMN doesn't see all that it breaks in them */
  readonly hasDependents: boolean;
  /** SQLite ≥ 3.53: NOT NULL and CHECKs can be altered */
  readonly altersConstraints: boolean;
}

/** An operation's own statements, where SQLite has any that do all of it; null where the table has to be rebuilt. */
export function nativeSql(operation: Operation, context: NativeContext): readonly string[] | null {
  switch (operation.kind) {
    case 'createIndex': {
      const { index, ifNotExists, ...owner } = operation as CreateIndex;
      return [createIndexSql(index, tableOf(owner), ifNotExists)];
    }
    case 'dropIndex': {
      const { name, schema, ifExists } = operation as DropIndex;
      return [`DROP INDEX ${ifExists ? 'IF EXISTS ' : ''}${qualified({ schema, name })}`];
    }
    case 'addColumn':
      return addColumn(operation as AddColumn, context);
    case 'dropColumn':
      return dropColumn(operation as DropColumn, context);
    case 'alterColumn':
      return alterColumn(operation as AlterColumn, context);
    case 'dropConstraint':
      return dropConstraint(operation as DropConstraint, context);
    case 'createTableComment':
    case 'dropTableComment':
      return [];
    default:
      return null;
  }
}

/** Whether the table, or what the database can do, has to be known to decide. */
export function needsTable(operation: Operation): boolean {
  if (operation.kind === 'addColumn') return (operation as AddColumn).ifNotExists;
  if (operation.kind === 'alterColumn') return 'nullable' in (operation as AlterColumn).changes;
  return ['dropColumn', 'dropConstraint'].includes(operation.kind);
}

/** @throws ArgumentError `BAD_NAME` for an index without a name. */
export function createIndexSql(index: Index, owner: QualifiedName, ifNotExists: boolean): string {
  if (index.name === null) {
    throw new ArgumentError(
      'BAD_NAME',
      `An index of table '${displayName(owner)}' has no name, and no naming convention gives it one.`,
    );
  }
  const name = qualified({ schema: owner.schema, name: index.name });
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${ifNotExists ? 'IF NOT EXISTS ' : ''}${name} ON ${quote(owner.name)} ${indexBody(index)}`;
}

export function renameColumnSql(operation: AlterColumn): string {
  return `${alterTable(operation)} RENAME COLUMN ${quote(operation.column)} TO ${quote(operation.changes.name ?? operation.column)}`;
}

function alterTable(operation: TableOperation): string {
  return `ALTER TABLE ${qualified(tableOf(operation))}`;
}

/** https://sqlite.org/lang_altertable.html#alter_table_add_column */
function addColumn(operation: AddColumn, { table }: NativeContext): readonly string[] | null {
  const { column, constraints, indexes, ifNotExists } = operation;
  if (ifNotExists && table?.columns.some((each) => lowerCase(each.name) === lowerCase(column.name)))
    return [];
  if (operation.insertBefore !== null || operation.insertAfter !== null) return null;
  const { serverDefault, computed } = column;
  const hasDefault = serverDefault !== null && !isNullDefault(serverDefault);
  if (hasDefault && !isConstantDefault(serverDefault)) return null;
  if (computed === null ? !column.nullable && !hasDefault : computed.persisted === true) return null;
  const owner = tableOf(operation);
  const inline: string[] = [];
  for (const constraint of constraints) {
    if (constraint.kind === 'check') inline.push(constraintSql(constraint, owner));
    else if (constraint.kind === 'foreignKey' && constraint.columns.length === 1 && !hasDefault) {
      inline.push(named(constraint.name, references(constraint, owner)));
    } else return null;
  }
  inline.push(
    ...impliedChecks({ columns: [column], constraints }).map((check) => constraintSql(check, owner)),
  );
  const definition = [columnSql(column, { columns: [column], constraints: [] }), ...inline].join(' ');
  return [
    `${alterTable(operation)} ADD COLUMN ${definition}`,
    ...indexes.map((index) => createIndexSql(index, owner, ifNotExists)),
  ];
}

/** https://sqlite.org/lang_altertable.html#alter_table_drop_column: what mentions the column keeps it. */
function dropColumn(
  operation: DropColumn,
  { table, hasDependents }: NativeContext,
): readonly string[] | null {
  if (table === null || hasDependents) return null;
  const name = lowerCase(operation.column);
  if (operation.ifExists && !table.columns.some((each) => lowerCase(each.name) === name)) return [];
  const mentions = (expression: Sql | null | undefined): boolean =>
    expression != null && columnsIn(expression).has(name);
  const isUsed =
    table.columns.some((each) => mentions(each.computed?.expression)) ||
    table.constraints.some((each) =>
      'columns' in each
        ? each.columns.some((column) => lowerCase(column) === name)
        : each.kind === 'check' && mentions(each.condition),
    ) ||
    table.indexes.some(
      (each) =>
        mentions(each.where) ||
        each.elements.some(
          ({ column, expression }) => (column !== null && lowerCase(column) === name) || mentions(expression),
        ),
    );
  return isUsed ? null : [`${alterTable(operation)} DROP COLUMN ${quote(operation.column)}`];
}

/** What SQLite has no notion of (comments, identities, counting up by a flag) is nothing to do. */
function alterColumn(
  operation: AlterColumn,
  { table, altersConstraints }: NativeContext,
): readonly string[] | null {
  const { name, comment: _, identity: __, autoincrement: ___, ...changes } = operation.changes;
  const statements: string[] = [];
  const { nullable, ...others } = changes;
  if (Object.keys(others).length > 0 || operation.options.sqlite !== undefined) return null;
  if (nullable !== undefined) {
    const column = table?.columns.find((each) => each.name === operation.column);
    const isKey = table === null || primaryKeyOf(table)?.columns.includes(operation.column);
    if (!altersConstraints || column === undefined || isKey) return null;
    if (column.nullable !== nullable) {
      statements.push(
        `${alterTable(operation)} ALTER COLUMN ${quote(operation.column)} ${nullable ? 'DROP' : 'SET'} NOT NULL`,
      );
    }
  }
  if (name !== undefined && name !== operation.column) statements.push(renameColumnSql(operation));
  return statements;
}

function dropConstraint(
  operation: DropConstraint,
  { table, altersConstraints }: NativeContext,
): readonly string[] | null {
  const { name } = operation;
  if (!altersConstraints || table === null || name === null) return null;
  const called = table.constraints.filter(
    (each) => each.name !== null && lowerCase(each.name) === lowerCase(name),
  );
  if (
    called.length !== 1 ||
    called[0]?.kind !== 'check' ||
    (operation.type !== null && operation.type !== 'check')
  )
    return null;
  return [`${alterTable(operation)} DROP CONSTRAINT ${quote(called[0].name ?? name)}`];
}
