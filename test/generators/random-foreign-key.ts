import {
  columnOf,
  type DraftSchema,
  type DraftTable,
  type DraftType,
  family,
  isDistinct,
  keyOf,
  type Maker,
} from './draft.ts';
import { objectName } from './names.ts';

/** A new column that refers to another table, or to several of its columns. */
export function addForeignKey(
  maker: Maker,
  _schema: DraftSchema,
  table: DraftTable,
  target: DraftTable,
): boolean {
  const { random } = maker;
  let referred = keyOf(target);
  const unique = target.uniques.find(
    (each) =>
      each.deferrable !== true &&
      each.nullsNotDistinct !== true &&
      each.columns.every((name) => refersWell(target, name)),
  );
  if (unique !== undefined && maker.wants('foreignKeyToUnique', 0.6)) referred = [...unique.columns];
  const types = referred.map((name) => referringType(table, columnOf(target, name)?.type));
  if (referred.length === 0 || types.includes(undefined)) return false;
  const number = maker.next();
  const names = referred.map((_, index) => {
    const short = target.name.length > 30 ? 'far' : target.name;
    return `${short}_ref${number}${referred.length > 1 ? `_${index}` : ''}`;
  });
  table.columns.push(
    ...referred.map((name, index) => {
      const collation = columnOf(target, name)?.collation;
      return {
        name: names[index] ?? '',
        type: types[index] ?? 'integer',
        nullable: true,
        ...(collation === undefined ? {} : { collation }),
      };
    }),
  );
  table.foreignKeys.push({
    ...(maker.wants('unnamedForeignKey', 0.12) ? {} : { name: objectName(maker, 'fk', table) }),
    columns: names,
    refTable: target.name,
    refColumns: [...referred],
    ...(random.chance(0.45) ? { onDelete: random.pick(['CASCADE', 'SET NULL']) } : {}),
    ...(random.chance(0.1) ? { onUpdate: 'CASCADE' } : {}),
    ...(maker.wants('deferrable', 0.1)
      ? { deferrable: true, initially: random.pick(['DEFERRED', 'IMMEDIATE']) }
      : {}),
  });
  return true;
}

/** The type that a column takes to refer to another; a STRICT table knows few. */
function referringType(table: DraftTable, type: DraftType | undefined): DraftType | undefined {
  if (type === undefined) return undefined;
  if (table.sqlite?.strict !== true) return structuredClone(type);
  const kind = family(type);
  return kind === 'text' || kind === 'integer' ? kind : kind === 'float' ? 'real' : undefined;
}

function refersWell(table: DraftTable, name: string): boolean {
  const column = columnOf(table, name);
  return (
    column !== undefined &&
    isDistinct(column.type) &&
    column.computed === undefined &&
    family(column.type) !== 'other'
  );
}

export function closeCycle(maker: Maker, schema: DraftSchema): void {
  const { random } = maker;
  const from = schema.tables.find((table) =>
    schema.tables.some(
      (other) => other !== table && other.foreignKeys.some((each) => each.refTable === table.name),
    ),
  );
  if (from === undefined) return;
  const back = schema.tables.filter(
    (other) => other !== from && other.foreignKeys.some((each) => each.refTable === from.name),
  );
  addForeignKey(maker, schema, from, random.pick(back));
}
