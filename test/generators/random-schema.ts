import { type DraftSchema, type DraftTable, keyOf, type Maker } from './draft.ts';
import { freshName, objectName } from './names.ts';
import { keyText, randomColumn } from './random-column.ts';
import { addCheck, addComputed, addUnique, storedComputed } from './random-constraints.ts';
import { addForeignKey, closeCycle } from './random-foreign-key.ts';
import { addIndex } from './random-index.ts';

/** A schema of two to six tables. */
export function randomSchema(maker: Maker): DraftSchema {
  const schema: DraftSchema = { tables: [] };
  const count = maker.random.whole(2, 6);
  for (let i = 0; i < count; i++) schema.tables.push(randomTable(maker, schema));
  if (schema.tables.length > 1 && maker.wants('cycle', 0.1)) closeCycle(maker, schema);
  return schema;
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
    const isIdentity = dialect === 'postgresql' && maker.wants('identity', 0.1);
    table.columns.push({
      name: 'id',
      type: integer,
      primaryKey: true,
      ...(isIdentity ? { identity: { always: random.chance(0.5) } } : {}),
    });
    if (dialect === 'sqlite' && table.sqlite?.withoutRowid !== true && maker.wants('autoincrement', 0.08)) {
      table.sqlite = { ...table.sqlite, autoincrement: true };
    }
  }
  if (table.sqlite?.autoincrement !== true && maker.wants('namedKey', 0.1)) {
    table.primaryKey = { columns: keyOf(table), name: objectName(maker, 'pk', table) };
    for (const column of table.columns) delete column.primaryKey;
  }
}
