import { isAutoincrement, typeObject } from '../support/vector-schema.ts';
import { type DraftTable, family, keyOf, plainColumns, references } from './draft.ts';
import { anyTable, type MutationContext } from './mutation-context.ts';
import { objectName } from './names.ts';
import { randomTable } from './random-schema.ts';

export function addTable({ maker, schema }: MutationContext): boolean {
  schema.tables.push(randomTable(maker, schema));
  return true;
}

export function dropTable(context: MutationContext): boolean {
  const { maker, schema } = context;
  const lonely = schema.tables.filter((table) =>
    references(schema, table).every(({ from }) => from === table),
  );
  if (schema.tables.length < 2 || lonely.length === 0) return false;
  schema.tables.splice(schema.tables.indexOf(maker.random.pick(lonely)), 1);
  return true;
}

export function dropTableWithRefs({ maker, schema }: MutationContext): boolean {
  const referred = schema.tables.filter((table) =>
    references(schema, table).some(({ from }) => from !== table),
  );
  if (schema.tables.length < 2 || referred.length === 0) return false;
  const table = maker.random.pick(referred);
  for (const { from, foreignKey } of references(schema, table)) {
    from.foreignKeys.splice(from.foreignKeys.indexOf(foreignKey), 1);
  }
  schema.tables.splice(schema.tables.indexOf(table), 1);
  return true;
}

export function tableComment(context: MutationContext): boolean {
  if (context.maker.dialect === 'sqlite') return false;
  const table = anyTable(context);
  if (table.comment !== undefined && context.maker.random.chance(0.4)) delete table.comment;
  else table.comment = `about ${context.maker.next()}`;
  return true;
}

/** Another primary key, where no foreign key stands in the way: more columns, fewer, a name. */
export function changeKey({ maker, schema }: MutationContext): boolean {
  const { random } = maker;
  const free = schema.tables.filter(
    (table) => references(schema, table).length === 0 && table.sqlite?.autoincrement !== true,
  );
  if (free.length === 0) return false;
  const table = random.pick(free);
  const key = keyOf(table);
  if (table.columns.some((column) => key.includes(column.name) && column.identity !== undefined))
    return false;
  const more = plainColumns(schema, table).filter(
    (column) =>
      column.nullable === false &&
      ['integer', 'text', 'other'].includes(family(column.type)) &&
      typeObject(column.type).t !== 'json' &&
      typeObject(column.type).t !== 'jsonb',
  );
  // A key that fills itself on PostgreSQL has a sequence of its own, which would have to go.
  const fillsItself =
    maker.dialect === 'postgresql' && table.columns.some((column) => isAutoincrement(table, column));
  const way = fillsItself ? 'rename' : random.pick(['more', 'fewer', 'rename', 'none']);
  if (way === 'more' && more.length > 0)
    setKey(table, [...key, random.pick(more).name], table.primaryKey?.name ?? undefined);
  else if (way === 'fewer' && key.length > 1)
    setKey(table, key.slice(0, 1), table.primaryKey?.name ?? undefined);
  else if (way === 'rename' && key.length > 0) {
    // a model without a name has no opinion on it, so a name is only ever given
    setKey(table, key, objectName(maker, 'pk', table));
  } else if (way === 'none' && key.length > 0 && table.sqlite?.withoutRowid !== true)
    setKey(table, [], undefined);
  else return false;
  return true;
}

function setKey(table: DraftTable, columns: string[], name: string | undefined): void {
  const wasFilling = table.columns.some((column) => isAutoincrement(table, column));
  for (const column of table.columns) {
    const was = column.primaryKey === true || (table.primaryKey?.columns.includes(column.name) ?? false);
    delete column.primaryKey;
    if (was || columns.includes(column.name)) column.nullable = false;
    if (columns.length === 1 && columns[0] === column.name && !wasFilling) column.autoincrement = false;
  }
  if (columns.length === 0) delete table.primaryKey;
  else table.primaryKey = { columns, ...(name === undefined ? {} : { name }) };
}

export function toggleAutoincrement({ maker, schema }: MutationContext): boolean {
  if (maker.dialect !== 'sqlite' || !maker.wants('autoincrement', 1)) return false;
  const candidates = schema.tables.filter(
    (table) =>
      table.sqlite?.withoutRowid !== true && table.columns.some((column) => column.primaryKey === true),
  );
  if (candidates.length === 0) return false;
  const table = maker.random.pick(candidates);
  setSqlite(table, 'autoincrement');
  return true;
}

const strictTypes = new Map<string, string>([
  ['integer', 'integer'],
  ['smallint', 'integer'],
  ['bigint', 'integer'],
  ['string', 'text'],
  ['text', 'text'],
  ['float', 'real'],
  ['double', 'real'],
  ['binary', 'binary'],
]);

/** To STRICT only with types that it knows; away from it with the same. */
export function toggleStrict({ maker, schema }: MutationContext): boolean {
  if (maker.dialect !== 'sqlite' || !maker.wants('strict', 1)) return false;
  const table = maker.random.pick(schema.tables);
  if (table.sqlite?.strict !== true) {
    const types = table.columns.map((column) => strictTypes.get(typeObject(column.type).t));
    if (types.includes(undefined)) return false;
    for (const [index, column] of table.columns.entries()) column.type = types[index] ?? 'text';
  }
  setSqlite(table, 'strict');
  return true;
}

export function toggleWithoutRowid({ maker, schema }: MutationContext): boolean {
  if (maker.dialect !== 'sqlite' || !maker.wants('withoutRowid', 1)) return false;
  const candidates = schema.tables.filter(
    (table) => keyOf(table).length > 0 && table.sqlite?.autoincrement !== true,
  );
  if (candidates.length === 0) return false;
  setSqlite(maker.random.pick(candidates), 'withoutRowid');
  return true;
}

function setSqlite(table: DraftTable, option: 'autoincrement' | 'strict' | 'withoutRowid'): void {
  const { [option]: was, ...rest } = table.sqlite ?? {};
  const options = was ? rest : { ...rest, [option]: true };
  if (Object.keys(options).length === 0) delete table.sqlite;
  else table.sqlite = options;
}
