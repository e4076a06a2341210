import type { CompareContext, ObjectKind, TablePair } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Column } from '../../schema/column.ts';
import { withAutoincrementUnsaid } from '../../schema/table.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { defineObjectKind } from '../object-kind.ts';
import {
  type AddColumn,
  type AlterColumn,
  addColumn,
  alterColumn,
  type ColumnFacts,
  type DropColumn,
  dropColumn,
} from './operations.ts';

export const columnKind: ObjectKind = defineObjectKind({
  kind: 'column',
  operations: [addColumn, dropColumn, alterColumn],
  compareIn,
});

function compareIn(pair: TablePair, context: CompareContext): readonly Operation[] {
  const { model, canonical, database } = pair;
  if (model === null || canonical === null || database === null) return [];
  const at = { table: model.name, schema: model.schema };
  const there = new Map(database.columns.map((column) => [column.name, column]));
  const operations: Operation[] = [];
  for (const [i, column] of canonical.columns.entries()) {
    const mine = model.columns[i] ?? column;
    const have = there.get(column.name);
    there.delete(column.name);
    const question = {
      type: 'column',
      name: column.name,
      object: mine,
      reflected: false,
      compareTo: have ?? null,
      table: model,
    };
    if (!context.includes(question)) continue;
    if (have === undefined) {
      operations.push(
        deepFreeze<AddColumn>({
          kind: 'addColumn',
          ...at,
          // it comes alone, and counts up as the key's only column would
          column: column.autoincrement === true ? { ...mine, autoincrement: true } : mine,
          constraints: [],
          indexes: [],
          ifNotExists: false,
          insertBefore: null,
          insertAfter: null,
        }),
      );
    } else {
      const altered = compareColumn(pair, mine, column, have, context);
      if (altered !== null) operations.push(altered);
    }
  }
  for (const column of there.values()) {
    if (
      !context.includes({
        type: 'column',
        name: column.name,
        object: column,
        reflected: true,
        compareTo: null,
        table: database,
      })
    )
      continue;
    operations.push(
      deepFreeze<DropColumn>({
        kind: 'dropColumn',
        ...at,
        column: column.name,
        ifExists: false,
        // it comes back alone: that it was the key's only column doesn't count then
        was: {
          column: withAutoincrementUnsaid({ columns: [column], constraints: [] }, column),
          constraints: [],
          indexes: [],
        },
      }),
    );
  }
  return operations;
}

function compareColumn(
  table: TablePair,
  model: Column,
  canonical: Column,
  database: Column,
  context: CompareContext,
): AlterColumn | null {
  const question = { table, model, canonical, database };
  const changes: { -readonly [Fact in keyof ColumnFacts]: ColumnFacts[Fact] } = {};
  if (context.differsInType(question)) changes.type = model.type;
  if (canonical.nullable !== database.nullable) changes.nullable = canonical.nullable;
  if (context.differsInDefault(question)) changes.serverDefault = model.serverDefault;
  if (!deepEqual(canonical.computed, database.computed)) changes.computed = model.computed;
  if (!deepEqual(canonical.identity, database.identity)) changes.identity = model.identity;
  if (canonical.autoincrement !== database.autoincrement) changes.autoincrement = canonical.autoincrement;
  const own = context.dialect.name;
  if (!deepEqual(canonical.options[own], database.options[own])) changes.options = ownOptions(canonical, own);
  if (canonical.comment !== database.comment) changes.comment = canonical.comment;
  if (Object.keys(changes).length === 0) return null;
  return deepFreeze<AlterColumn>({
    kind: 'alterColumn',
    table: (table.model ?? table.database)?.name ?? '',
    schema: (table.model ?? table.database)?.schema ?? null,
    column: database.name,
    changes: changes as ColumnFacts,
    existing: existing(changes.type === undefined ? asAltered(database, canonical) : database, changes),
    options: {},
  });
}

/** With an enum as its alterEnum leaves it, which comes before. */
function asAltered(database: Column, canonical: Column): Column {
  return { ...database, type: withValuesOf(canonical.type, database.type) };
}

function withValuesOf(model: ColumnType, database: ColumnType): ColumnType {
  if (model.item !== undefined && database.item !== undefined)
    return { ...database, item: withValuesOf(model.item, database.item) };
  const isSame =
    model.name === 'enumType' && database.name === 'enumType' && model.typeName === database.typeName;
  return isSame && model.values !== undefined ? { ...database, values: model.values } : database;
}

/** What the reverse needs, and what a database that restates a whole column needs: always the type and NULL, the rest where there is something. */
function existing(database: Column, changes: ColumnFacts): ColumnFacts {
  const facts: Record<string, unknown> = { type: database.type, nullable: database.nullable };
  for (const fact of ['serverDefault', 'computed', 'identity', 'comment'] as const) {
    if (database[fact] !== null || fact in changes) facts[fact] = database[fact];
  }
  if ('autoincrement' in changes) facts.autoincrement = database.autoincrement;
  if ('options' in changes) facts.options = database.options;
  return facts;
}

/** What the database at hand understands; what the model says for others isn't its business. */
function ownOptions({ options }: Column, dialect: string): Column['options'] {
  const own = options[dialect];
  return own === undefined ? {} : { [dialect]: own };
}
