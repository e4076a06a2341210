import { typeObject } from '../support/vector-schema.ts';
import { columnOf, keyOf, plainColumns, references } from './draft.ts';
import { anyTable, isUsed, type MutationContext } from './mutation-context.ts';
import { objectName } from './names.ts';
import { checkExpression } from './random-constraints.ts';
import { addForeignKey } from './random-foreign-key.ts';
import { addIndex } from './random-index.ts';

export function dropUnique({ maker, schema }: MutationContext): boolean {
  const found = schema.tables.flatMap((table) =>
    table.uniques
      .filter(
        (unique) =>
          !references(schema, table).some(({ foreignKey }) =>
            sameNames(foreignKey.refColumns, unique.columns),
          ),
      )
      .map((unique) => ({ table, unique })),
  );
  if (found.length === 0) return false;
  const { table, unique } = maker.random.pick(found);
  table.uniques.splice(table.uniques.indexOf(unique), 1);
  return true;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join('\0') === b.toSorted().join('\0');
}

/** The same name, other contents. */
export function changeIndex({ maker, schema }: MutationContext): boolean {
  const { random } = maker;
  const candidates = schema.tables.filter((table) => table.indexes.length > 0);
  if (candidates.length === 0) return false;
  const table = random.pick(candidates);
  const index = random.pick(table.indexes);
  const { name } = index;
  const old = JSON.stringify(index);
  const at = table.indexes.indexOf(index);
  if (!addIndex(maker, table)) return false;
  const made = table.indexes.pop()!;
  table.indexes[at] = { ...made, ...(name === undefined ? {} : { name }) };
  return JSON.stringify(table.indexes[at]) !== old;
}

export function toggleIndexUnique({ maker, schema }: MutationContext): boolean {
  const indexes = schema.tables
    .flatMap((table) => table.indexes)
    .filter((index) => index.using === undefined);
  if (indexes.length === 0) return false;
  const index = maker.random.pick(indexes);
  if (index.unique) delete index.unique;
  else index.unique = true;
  return true;
}

export function addFk(context: MutationContext): boolean {
  const { maker, schema } = context;
  const table = anyTable(context);
  const target = anyTable(context);
  const existing = plainColumns(schema, table).filter(
    (column) => typeObject(column.type).t === 'integer' && !isUsed(table, column.name),
  );
  const key = keyOf(target);
  // On a column that is there already, whose values random-rows.ts takes from the table referred to.
  if (
    existing.length > 0 &&
    key.length === 1 &&
    typeObject(columnOf(target, key[0] ?? '')?.type ?? 'text').t === 'integer' &&
    context.original.has(table.name) &&
    context.original.has(target.name) &&
    maker.random.chance(0.4)
  ) {
    const column = maker.random.pick(existing);
    if (context.friendly && column.default !== undefined) return false;
    table.foreignKeys.push({
      name: objectName(maker, 'fk', table),
      columns: [column.name],
      refTable: target.name,
      refColumns: key,
    });
    return true;
  }
  return addForeignKey(maker, schema, table, target);
}

export function changeFkAction({ maker, schema }: MutationContext): boolean {
  const keys = schema.tables.flatMap((table) => table.foreignKeys);
  if (keys.length === 0) return false;
  const key = maker.random.pick(keys);
  const action = maker.random.pick(
    ['CASCADE', 'SET NULL', 'NO ACTION'].filter((each) => each !== (key.onDelete ?? 'NO ACTION')),
  );
  if (action === 'NO ACTION') delete key.onDelete;
  else key.onDelete = action;
  return true;
}

export function changeCheck({ maker, schema }: MutationContext): boolean {
  const candidates = schema.tables.filter((table) => table.checks.length > 0);
  if (candidates.length === 0) return false;
  const table = maker.random.pick(candidates);
  const check = maker.random.pick(table.checks);
  const expr = checkExpression(maker, table);
  if (expr === undefined || table.checks.some((each) => each.expr === expr)) return false;
  check.expr = expr;
  return true;
}

export function addSelfReference(context: MutationContext): boolean {
  const table = anyTable(context);
  return addForeignKey(context.maker, context.schema, table, table);
}

export function toggleDeferrable({ maker, schema }: MutationContext): boolean {
  const keys = schema.tables.flatMap((table) => table.foreignKeys);
  if (keys.length === 0) return false;
  const key = maker.random.pick(keys);
  if (key.deferrable) {
    delete key.deferrable;
    delete key.initially;
  } else {
    key.deferrable = true;
    key.initially = maker.random.pick(['DEFERRED', 'IMMEDIATE']);
  }
  return true;
}

/** Gives a constraint another name, or its first one. */
export function renameConstraint({ maker, schema }: MutationContext): boolean {
  const found = schema.tables.flatMap((table) => [
    ...table.uniques.map((item) => ({ table, item, prefix: 'uq' })),
    ...table.checks.map((item) => ({ table, item, prefix: 'ck' })),
    ...table.foreignKeys.map((item) => ({ table, item, prefix: 'fk' })),
  ]);
  if (found.length === 0) return false;
  const { table, item, prefix } = maker.random.pick(found);
  item.name = objectName(maker, prefix, table);
  return true;
}
