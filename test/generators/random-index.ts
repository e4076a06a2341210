import { typeObject } from '../support/vector-schema.ts';
import { type DraftColumn, type DraftTable, family, inExpression, isNullable, type Maker } from './draft.ts';
import { objectName } from './names.ts';

/** Columns that constraints and indexes can be on. */
export function indexable(table: DraftTable): DraftColumn[] {
  return table.columns.filter(
    (column) =>
      !['json', 'array', 'binary', 'jsonb'].includes(typeObject(column.type).t) &&
      column.computed?.persisted !== false,
  );
}

export function addIndex(maker: Maker, table: DraftTable): boolean {
  const { random, dialect } = maker;
  const columns = random.sample(indexable(table), random.chance(0.6) ? 1 : 2);
  const first = columns[0];
  if (first === undefined) return false;
  const name = inExpression(first.name);
  let items: DraftTable['indexes'][number]['columns'] = columns.map((column) => column.name);
  if (family(first.type) === 'text' && maker.wants('expressionIndex', 0.3)) {
    items = [
      { expr: random.pick([`lower(${name})`, `upper(${name})`, `${name} || 'x'`]) },
      ...items.slice(1),
    ];
  } else if (dialect === 'sqlite' && family(first.type) === 'text' && maker.wants('collatedIndex', 0.2)) {
    items = [
      { expr: `${name} COLLATE ${first.collation === 'NOCASE' ? 'RTRIM' : 'NOCASE'}` },
      ...items.slice(1),
    ];
  } else if (maker.wants('descendingIndex', 0.12)) {
    items = [{ col: first.name, desc: true }, ...items.slice(1)];
  }
  const isPlain = items.every((item) => typeof item === 'string');
  const isUnique = random.chance(0.25);
  const method =
    dialect === 'postgresql' && isPlain && !isUnique && items.length === 1 && maker.wants('indexMethod', 0.06)
      ? { using: 'hash' }
      : {};
  const others = table.columns.filter((column) => !columns.includes(column) && column.computed === undefined);
  table.indexes.push({
    name: objectName(maker, 'ix', table),
    columns: items,
    ...(isUnique ? { unique: true } : {}),
    ...(isNullable(table, first) && maker.wants('partialIndex', 0.15)
      ? {
          where: random.pick([
            `${name} IS NOT NULL`,
            ...(family(first.type) === 'integer' ? [`${name} > 10`] : []),
          ]),
        }
      : {}),
    ...(dialect === 'postgresql' &&
    method.using === undefined &&
    others.length > 0 &&
    maker.wants('includeIndex', 0.05)
      ? { include: [random.pick(others).name] }
      : {}),
    ...method,
  });
  return true;
}
