import { typeObject } from '../support/vector-schema.ts';
import { type DraftColumn, type DraftTable, type DraftType, family, type Maker } from './draft.ts';
import { endings, freshName } from './names.ts';

export function keyText(table: DraftTable): DraftType {
  return table.sqlite?.strict ? 'text' : { t: 'string', length: 30 };
}

export function randomType(maker: Maker, table: DraftTable): DraftType {
  const { random, dialect } = maker;
  if (table.sqlite?.strict) return random.pick(['integer', 'text', 'real', 'binary']);
  const name = random.pick(
    [
      'integer integer integer smallint bigint float double boolean date datetime text string string numeric json uuid binary',
      maker.wants('enum', 1) ? 'enum' : '',
      dialect === 'postgresql' ? 'jsonb inet array datetime' : '',
    ]
      .join(' ')
      .split(' ')
      .filter((each) => each !== ''),
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
