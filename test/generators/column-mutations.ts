import { typeObject } from '../support/vector-schema.ts';
import { type DraftColumn, type DraftTable, type DraftType, family, isNullable, keyOf } from './draft.ts';
import { anyColumn, anyTable, isUsed, type MutationContext, removeColumn } from './mutation-context.ts';
import { freshName } from './names.ts';
import { randomColumn, randomType, setDefault } from './random-column.ts';
import { computedExpression } from './random-constraints.ts';

export function addColumn(context: MutationContext): boolean {
  const { maker, friendly } = context;
  const table = anyTable(context);
  const column = randomColumn(maker, table);
  const isKnown = context.original.has(table.name);
  if (friendly && isKnown && column.nullable === false && column.default === undefined) {
    if (!setDefault(maker, table, column)) column.nullable = true;
  }
  table.columns.splice(maker.random.whole(keyOf(table).length, table.columns.length), 0, column);
  return true;
}

export function dropColumn(context: MutationContext): boolean {
  const found = anyColumn(context, (_, table) => table.columns.length > 2);
  if (found === undefined) return false;
  removeColumn(found.table, found.column);
  return true;
}

/** To a comparison a rename is a drop and an addition. */
export function renameColumn(context: MutationContext): boolean {
  const found = anyColumn(
    context,
    (column) => !context.friendly || column.nullable !== false || column.default !== undefined,
  );
  if (found === undefined) return false;
  const { table, column } = found;
  const taken = table.columns.map((each) => each.name);
  removeColumn(table, column);
  table.columns.push({ ...column, name: freshName(context.maker, taken, (word) => `${word}_new`) });
  return true;
}

export function toggleNullable(context: MutationContext): boolean {
  const found = anyColumn(context, () => true);
  if (found === undefined) return false;
  found.column.nullable = found.column.nullable === false;
  return true;
}

export function changeType(context: MutationContext): boolean {
  const { random } = context.maker;
  const found = anyColumn(context, (column, table) => nextTypes(column.type, table).length > 0);
  if (found === undefined) return false;
  found.column.type = random.pick(nextTypes(found.column.type, found.table));
  return true;
}

/** Types that hold values of the same kind. */
function nextTypes(type: DraftType, table: DraftTable): DraftType[] {
  if (table.sqlite?.strict) return [];
  const object = typeObject(type);
  const others = (names: string[]): string[] => names.filter((name) => name !== object.t);
  switch (object.t) {
    case 'integer':
    case 'smallint':
    case 'bigint':
      return others(['integer', 'smallint', 'bigint']);
    case 'float':
    case 'double':
      return others(['float', 'double']);
    case 'numeric':
      return [{ t: 'numeric', precision: (object.precision ?? 10) + 4, scale: 2 }];
    case 'string':
      return [
        { t: 'string', length: (object.length ?? 20) + 15 },
        // The texts of random-rows.ts have at most ten characters.
        { t: 'string', length: Math.max(10, (object.length ?? 20) - 5) },
        'text',
      ];
    case 'text':
      return [
        { t: 'string', length: 80 },
        { t: 'string', length: 180 },
      ];
    default:
      return [];
  }
}

/** To a type of another kind, whatever becomes of the values. */
export function castType(context: MutationContext): boolean {
  const { maker, schema } = context;
  if (context.friendly && maker.dialect === 'postgresql') return false;
  const found = anyColumn(
    context,
    (column, table) =>
      table.sqlite?.strict !== true && !isUsed(table, column.name) && column.collation === undefined,
  );
  if (found === undefined || schema.tables.length === 0) return false;
  const { table, column } = found;
  const type = randomType(maker, table);
  if (family(type) === family(column.type) && family(type) !== 'other') return false;
  if (JSON.stringify(type) === JSON.stringify(column.type)) return false;
  column.type = type;
  delete column.default;
  return true;
}

export function giveDefault(context: MutationContext): boolean {
  const found = anyColumn(context, (column) => column.default === undefined);
  return found !== undefined && setDefault(context.maker, found.table, found.column);
}

export function changeDefault(context: MutationContext): boolean {
  const found = anyColumn(context, (column) => column.default !== undefined);
  return found !== undefined && setDefault(context.maker, found.table, found.column);
}

export function dropDefault(context: MutationContext): boolean {
  const found = anyColumn(context, (column) => column.default !== undefined);
  if (found === undefined) return false;
  delete found.column.default;
  return true;
}

/** At the end or in the middle; the new value may become the default at once. */
export function enumAddValue(context: MutationContext): boolean {
  const { random } = context.maker;
  const found = anyColumn(context, (column) => typeObject(column.type).t === 'enum');
  if (found === undefined || typeof found.column.type === 'string') return false;
  const values = found.column.type.values ?? [];
  const value = ['extra', 'more', 'a much longer value'].find((each) => !values.includes(each));
  if (value === undefined) return false;
  const at = random.chance(0.6) ? values.length : random.whole(0, values.length);
  found.column.type.values = [...values.slice(0, at), value, ...values.slice(at)];
  if (random.chance(0.25)) found.column.default = { literal: value };
  return true;
}

export function comment(context: MutationContext): boolean {
  if (context.maker.dialect === 'sqlite') return false;
  const found = anyColumn(context, () => true);
  if (found === undefined) return false;
  const { column } = found;
  if (column.comment !== undefined && context.maker.random.chance(0.4)) delete column.comment;
  else column.comment = `${column.name} v${context.maker.next()}'s`;
  return true;
}

function computedColumn({
  maker,
  schema,
}: MutationContext): { table: DraftTable; column: DraftColumn } | undefined {
  const found = schema.tables.flatMap((table) =>
    table.columns.filter((column) => column.computed !== undefined).map((column) => ({ table, column })),
  );
  return found.length === 0 ? undefined : maker.random.pick(found);
}

export function dropComputed(context: MutationContext): boolean {
  const found = computedColumn(context);
  if (found === undefined) return false;
  removeColumn(found.table, found.column);
  return true;
}

export function changeComputed(context: MutationContext): boolean {
  const found = computedColumn(context);
  if (found === undefined) return false;
  const { table, column } = found;
  const made = computedExpression(context.maker, table);
  if (made === undefined || column.computed === undefined || made.expr === column.computed.expr) return false;
  if (JSON.stringify(made.type) !== JSON.stringify(column.type) && isUsed(table, column.name)) return false;
  column.computed.expr = made.expr;
  column.type = made.type;
  return true;
}

export function changeCollation(context: MutationContext): boolean {
  const { maker } = context;
  if (maker.dialect !== 'sqlite' || !maker.wants('collation', 1)) return false;
  const found = anyColumn(
    context,
    (column, table) =>
      family(column.type) === 'text' && isNullable(table, column) && !isUsed(table, column.name),
  );
  if (found === undefined) return false;
  if (found.column.collation === undefined) found.column.collation = maker.random.pick(['NOCASE', 'RTRIM']);
  else delete found.column.collation;
  return true;
}
