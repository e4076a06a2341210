import type { VectorType } from '../support/vector-schema.ts';
import { typeObject } from '../support/vector-schema.ts';
import {
  columnOf,
  type DraftColumn,
  type DraftSchema,
  type DraftTable,
  family,
  inExpression,
  isDistinct,
  isNullable,
  keyOf,
  type Maker,
} from './draft.ts';

const words =
  'user city zone post item file tag price stock event code email label level note owner phone score shape size state task team title part kind color grp ordr rnk'.split(
    ' ',
  );
const endings = ['', '', '_id', '_at', '_no', '_x'];

/** What names may hold, though nobody would hope so. */
const hostile: readonly ((word: string) => string)[] = [
  (word) => `${word}"q`,
  (word) => `${word}'s`,
  (word) => `\`${word}\``,
  (word) => `\${${word}}`,
  (word) => `${word} ${word}`,
  (word) => `${word}\nnew\tline`,
  (word) => `${word}; drop table ${word}; --`,
  (word) => `${word}%s%%`,
  (word) => `${word}\\n`,
  (word) => `[${word}]`,
  (word) => `${word}.${word}`,
  (word) => `:${word}`,
  (word) => `${word}/*`,
  (word) => `é${word}ß`,
  (word) => `表${word}🎉`,
  (word) => `1${word}`,
  (word) => `$1${word}`,
  (word) => `${word[0]?.toUpperCase()}${word.slice(1)}`,
  (word) => word.padEnd(63, '_long'),
  () => 'order',
  () => 'select',
  () => 'group',
  () => 'table',
  () => 'check',
  () => 'default',
];

/** A schema of two to six tables. */
export function randomSchema(maker: Maker): DraftSchema {
  const schema: DraftSchema = { tables: [] };
  const count = maker.random.whole(2, 6);
  for (let i = 0; i < count; i++) schema.tables.push(randomTable(maker, schema));
  if (schema.tables.length > 1 && maker.wants('cycle', 0.1)) closeCycle(maker, schema);
  return schema;
}

/** A name that isn't taken in its space; SQLite doesn't tell cases apart. */
export function freshName(maker: Maker, taken: readonly string[], make: (word: string) => string): string {
  const { random } = maker;
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (;;) {
    const plain = make(random.pick(words));
    const isHostile = maker.wants('hostileName', 0.06);
    const name = isHostile ? random.pick(hostile)(plain) : plain;
    if (!used.has(name.toLowerCase())) return name;
  }
}

/** A name for a constraint or an index. */
export function objectName(maker: Maker, prefix: string, table: DraftTable): string {
  const name = `${prefix}_${table.name}_${maker.next()}`;
  // PostgreSQL cuts names at 63 bytes.
  return Buffer.byteLength(name) <= 60 ? name : `${prefix}_${maker.next()}`;
}

export function randomTable(maker: Maker, schema: DraftSchema): DraftTable {
  const { random, dialect } = maker;
  const table: DraftTable = {
    name: freshName(
      maker,
      schema.tables.map((each) => each.name),
      (word) => `${word}s`,
    ),
    columns: [],
    foreignKeys: [],
    uniques: [],
    checks: [],
    indexes: [],
  };
  if (dialect === 'sqlite') {
    const options = {
      ...(maker.wants('strict', 0.06) ? { strict: true } : {}),
      ...(maker.wants('withoutRowid', 0.06) ? { withoutRowid: true } : {}),
    };
    if (Object.keys(options).length > 0) table.sqlite = options;
  } else if (maker.wants('comment', 0.1)) table.comment = `about ${table.name}`;
  addKey(maker, table);
  const count = random.whole(2, 6);
  for (let i = 0; i < count; i++) table.columns.push(randomColumn(maker, table));
  if (schema.tables.length > 0 && random.chance(0.5))
    addForeignKey(maker, schema, table, random.pick(schema.tables));
  if (maker.wants('selfReference', 0.08)) addForeignKey(maker, schema, table, table);
  if (maker.wants(storedComputed(maker) ? 'computedStored' : 'computedVirtual', 0.1))
    addComputed(maker, table);
  if (random.chance(0.3)) addUnique(maker, table);
  if (random.chance(0.3)) addCheck(maker, table);
  for (let i = random.whole(0, 2); i > 0; i--) addIndex(maker, table);
  return table;
}

function addKey(maker: Maker, table: DraftTable): void {
  const { random, dialect } = maker;
  const integer = dialect === 'postgresql' && random.chance(0.3) ? 'bigint' : 'integer';
  if (table.sqlite?.withoutRowid !== true && maker.wants('noKey', 0.04)) return;
  if (maker.wants('compositeKey', 0.1)) {
    table.columns.push(
      { name: 'k1', type: 'integer', nullable: false },
      { name: 'k2', type: keyText(table), nullable: false },
    );
    table.primaryKey = { columns: ['k1', 'k2'] };
  } else if (maker.wants('textKey', 0.06)) {
    table.columns.push({ name: 'code', type: keyText(table), nullable: false });
    table.primaryKey = { columns: ['code'] };
  } else {
    table.columns.push({ name: 'id', type: integer, primaryKey: true });
    if (dialect === 'sqlite' && table.sqlite?.withoutRowid !== true && maker.wants('autoincrement', 0.08)) {
      table.sqlite = { ...table.sqlite, autoincrement: true };
    }
  }
  if (table.sqlite?.autoincrement !== true && maker.wants('namedKey', 0.1)) {
    table.primaryKey = { columns: keyOf(table), name: objectName(maker, 'pk', table) };
    for (const column of table.columns) delete column.primaryKey;
  }
}

function keyText(table: DraftTable): VectorType {
  return table.sqlite?.strict ? 'text' : { t: 'string', length: 30 };
}

export function randomType(maker: Maker, table: DraftTable): VectorType {
  const { random, dialect } = maker;
  if (table.sqlite?.strict) return random.pick(['integer', 'text', 'real', 'binary']);
  const name = random.pick(
    [
      'integer integer integer smallint bigint float double boolean date datetime text string string numeric json uuid binary enum',
      dialect === 'postgresql' ? 'jsonb inet array datetime' : '',
    ]
      .join(' ')
      .trim()
      .split(' '),
  );
  switch (name) {
    case 'string':
      return { t: 'string', length: random.pick([20, 30, 50, 64, 80, 100, 120, 150]) };
    case 'numeric':
      return { t: 'numeric', precision: random.pick([8, 10, 12]), scale: 2 };
    case 'datetime':
      return { t: 'datetime', tz: dialect === 'postgresql' && random.chance(0.5) };
    case 'array':
      return { t: 'array', item: random.pick(['integer', 'text']) };
    case 'enum':
      maker.count('enum');
      return {
        t: 'enum',
        name: `en${maker.next()}`,
        values: ['new', 'open', 'done'].slice(0, random.whole(2, 3)),
      };
    default:
      return name;
  }
}

export function randomColumn(maker: Maker, table: DraftTable): DraftColumn {
  const { random, dialect } = maker;
  const type = randomType(maker, table);
  const column: DraftColumn = {
    name: freshName(
      maker,
      table.columns.map((each) => each.name),
      (word) => word + random.pick(endings),
    ),
    type,
    nullable: random.chance(0.55),
  };
  if (random.chance(0.3)) setDefault(maker, table, column);
  if (dialect === 'postgresql' && maker.wants('comment', 0.1)) column.comment = `${column.name} comment`;
  if (dialect === 'sqlite' && family(type) === 'text' && maker.wants('collation', 0.06))
    column.collation = 'NOCASE';
  return column;
}

/** Gives a column a default that fits its type and differs from the one it has; false where there is none. */
export function setDefault(maker: Maker, table: DraftTable, column: DraftColumn): boolean {
  const value = randomDefault(maker, table, column);
  if (value === undefined || JSON.stringify(value) === JSON.stringify(column.default)) return false;
  column.default = value;
  return true;
}

function randomDefault(maker: Maker, table: DraftTable, column: DraftColumn): DraftColumn['default'] {
  const { random, dialect } = maker;
  const type = typeObject(column.type);
  switch (type.t) {
    case 'integer':
    case 'smallint':
    case 'bigint':
      return { expr: String(random.whole(1, 90)) };
    case 'float':
    case 'double':
    case 'real':
      return { expr: `${random.whole(0, 8)}.5` };
    case 'numeric':
      return { expr: random.pick(['0.50', '1.50', '-2.25']) };
    case 'boolean':
      return { expr: dialect === 'sqlite' ? random.pick(['0', '1']) : random.pick(['true', 'false']) };
    case 'string':
    case 'text':
      return {
        literal: random.pick([
          'stock',
          'email',
          "it's",
          '',
          '100%',
          'a\\b',
          '${x}',
          '"q"',
          'naïve',
          'NULL',
          'now()',
        ]),
      };
    case 'datetime':
      if (table.sqlite?.strict) return undefined;
      return { expr: 'CURRENT_TIMESTAMP' };
    case 'date':
      return { expr: 'CURRENT_DATE' };
    case 'enum':
      return { literal: random.pick((type.values ?? []).slice()) };
    case 'json':
    case 'jsonb':
      return { literal: '{}' };
    case 'array':
      return { literal: '{}' };
    case 'uuid':
      return dialect === 'postgresql' ? { expr: 'gen_random_uuid()' } : undefined;
    default:
      return undefined;
  }
}

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
  if (unique !== undefined && maker.wants('foreignKeyToUnique', 0.3)) referred = [...unique.columns];
  if (referred.length === 0) return false;
  if (referred.length > 1) maker.count('compositeForeignKey');
  const number = maker.next();
  const names = referred.map((_, index) => {
    const short = target.name.length > 30 ? 'far' : target.name;
    return `${short}_ref${number}${referred.length > 1 ? `_${index}` : ''}`;
  });
  table.columns.push(
    ...referred.map((name, index) => {
      const { type, collation } = columnOf(target, name) ?? { type: 'integer', collation: undefined };
      return {
        name: names[index] ?? '',
        type: structuredClone(type),
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

function refersWell(table: DraftTable, name: string): boolean {
  const column = columnOf(table, name);
  return (
    column !== undefined &&
    isDistinct(column.type) &&
    column.computed === undefined &&
    family(column.type) !== 'other'
  );
}

function closeCycle(maker: Maker, schema: DraftSchema): void {
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

/** SQLite has both kinds; PostgreSQL before 18 only stored ones. */
export function storedComputed(maker: Maker): boolean {
  return maker.dialect === 'postgresql' || maker.random.chance(0.5);
}

export function addComputed(maker: Maker, table: DraftTable): boolean {
  const computed = computedExpression(maker, table);
  if (computed === undefined) return false;
  const persisted = storedComputed(maker);
  maker.count(persisted ? 'computedStored' : 'computedVirtual');
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
): { expr: string; type: VectorType } | undefined {
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

/** Columns that constraints and indexes can be on. */
export function indexable(table: DraftTable): DraftColumn[] {
  return table.columns.filter(
    (column) =>
      !['json', 'array', 'binary', 'jsonb'].includes(typeObject(column.type).t) &&
      column.computed?.persisted !== false,
  );
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
