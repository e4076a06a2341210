import { typeObject } from '../support/vector-schema.ts';
import { type DraftTable, type DraftType, family, inExpression, keyOf, type Maker } from './draft.ts';
import { freshName, objectName } from './names.ts';
import { indexable } from './random-index.ts';

/** SQLite has both kinds; PostgreSQL before 18 only stored ones. */
export function storedComputed(maker: Maker): boolean {
  return maker.dialect === 'postgresql' || maker.random.chance(0.5);
}

export function addComputed(maker: Maker, table: DraftTable): boolean {
  const computed = computedExpression(maker, table);
  if (computed === undefined) return false;
  const persisted = storedComputed(maker);
  table.columns.push({
    name: freshName(
      maker,
      table.columns.map((each) => each.name),
      (word) => `${word}_c`,
    ),
    type: computed.type,
    nullable: true,
    computed: { expr: computed.expr, persisted },
  });
  return true;
}

/** An expression over a column of the table, with the type that it has. */
export function computedExpression(
  maker: Maker,
  table: DraftTable,
): { expr: string; type: DraftType } | undefined {
  const { random } = maker;
  const numbers = table.columns.filter(
    (column) => family(column.type) === 'integer' && column.computed === undefined,
  );
  const texts = table.columns.filter(
    (column) => family(column.type) === 'text' && column.computed === undefined,
  );
  const number = numbers.length > 0 ? random.pick(numbers) : undefined;
  const text = texts.length > 0 ? random.pick(texts) : undefined;
  if (text !== undefined && random.chance(0.5)) {
    const name = inExpression(text.name);
    return {
      type: 'text',
      expr: random.pick([`lower(${name})`, `upper(${name})`, `${name} || '!'`, `coalesce(${name}, '-')`]),
    };
  }
  if (number === undefined) return undefined;
  const name = inExpression(number.name);
  // A smallint or an integer alone could overflow where it is multiplied.
  return {
    type: typeObject(number.type).t === 'bigint' ? 'bigint' : 'integer',
    expr: random.pick([`${name} + 1`, `${name} * 2`, `${name} - 3`, `abs(${name})`]),
  };
}

export function addUnique(maker: Maker, table: DraftTable): boolean {
  const { random, dialect } = maker;
  const columns = random.sample(indexable(table), random.chance(0.6) ? 1 : 2).map((column) => column.name);
  if (columns.length === 0 || columns.join() === keyOf(table).join()) return false;
  if (table.uniques.some((each) => each.columns.toSorted().join() === columns.toSorted().join()))
    return false;
  table.uniques.push({
    ...(maker.wants('unnamedUnique', 0.15) ? {} : { name: objectName(maker, 'uq', table) }),
    columns,
    ...(dialect === 'postgresql' && maker.wants('nullsNotDistinct', 0.05) ? { nullsNotDistinct: true } : {}),
  });
  return true;
}

export function addCheck(maker: Maker, table: DraftTable): boolean {
  const expr = checkExpression(maker, table);
  if (expr === undefined || table.checks.some((check) => check.expr === expr)) return false;
  table.checks.push({
    ...(maker.wants('unnamedCheck', 0.15) ? {} : { name: objectName(maker, 'ck', table) }),
    expr,
  });
  return true;
}

/** A condition that the values of random-rows.ts meet. */
export function checkExpression(maker: Maker, table: DraftTable): string | undefined {
  const { random } = maker;
  const free = table.columns.filter(
    (column) =>
      !keyOf(table).includes(column.name) &&
      column.computed === undefined &&
      !table.foreignKeys.some((each) => each.columns.includes(column.name)),
  );
  const numbers = free.filter((column) => ['integer', 'decimal', 'float'].includes(family(column.type)));
  const texts = free.filter((column) => family(column.type) === 'text');
  if (texts.length > 0 && random.chance(0.35)) {
    const name = inExpression(random.pick(texts).name);
    return random.pick([
      `length(${name}) > ${random.whole(0, 1)}`,
      `${name} <> ''`,
      `${name} <> 'it''s (not)'`,
      `${name} NOT LIKE '%zzz%'`,
    ]);
  }
  if (numbers.length === 0) return undefined;
  const name = inExpression(random.pick(numbers).name);
  const bound = random.whole(1, 48);
  return random.pick([
    `${name} >= ${bound}`,
    `${name} >= ${bound}`,
    `${name} > ${bound} OR ${name} IS NULL`,
    `${name} BETWEEN ${bound} AND 30000`,
  ]);
}
