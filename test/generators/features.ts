import { keyColumns, typeObject, type VectorSchema, type VectorTable } from '../support/vector-schema.ts';
import type { Feature } from './draft.ts';

/** What a schema holds beyond the plain. */
export function featuresOf(schema: VectorSchema): ReadonlySet<Feature> {
  const found = new Set<Feature>();
  for (const table of schema.tables) {
    for (const feature of tableFeatures(table)) found.add(feature);
    for (const key of table.foreignKeys ?? []) {
      const parent = schema.tables.find((each) => each.name === key.refTable);
      if (parent !== undefined && keyColumns(parent).join() !== key.refColumns.join())
        found.add('foreignKeyToUnique');
    }
  }
  if (hasCycle(schema)) found.add('cycle');
  return found;
}

function tableFeatures(table: VectorTable): readonly Feature[] {
  const { columns, foreignKeys = [], uniques = [], checks = [], indexes = [], sqlite } = table;
  const key = keyColumns(table);
  const keyType = columns.find((column) => column.name === key[0])?.type ?? 'integer';
  const items = indexes.flatMap((index) => index.columns);
  const expressions = items.flatMap((item) =>
    typeof item === 'object' && 'expr' in item ? [item.expr] : [],
  );
  const facts: Record<Feature, boolean> = {
    hostileName: [table, ...columns, ...indexes, ...uniques, ...foreignKeys].some(
      ({ name }) => !/^[a-z_]\w*$/.test(name ?? 'x'),
    ),
    compositeKey: key.length > 1,
    noKey: key.length === 0,
    textKey: key.length === 1 && ['string', 'text'].includes(typeObject(keyType).t),
    namedKey: table.primaryKey?.name !== undefined,
    selfReference: foreignKeys.some((each) => each.refTable === table.name),
    cycle: false,
    compositeForeignKey: foreignKeys.some((each) => each.columns.length > 1),
    foreignKeyToUnique: false,
    deferrable: foreignKeys.some((each) => each.deferrable === true),
    computedVirtual: columns.some((column) => column.computed?.persisted === false),
    computedStored: columns.some((column) => column.computed?.persisted === true),
    partialIndex: indexes.some((index) => index.where !== undefined),
    expressionIndex: expressions.some((text) => !text.includes(' COLLATE ')),
    collatedIndex: expressions.some((text) => text.includes(' COLLATE ')),
    descendingIndex: items.some((item) => typeof item === 'object' && 'desc' in item && item.desc === true),
    unnamedUnique: uniques.some((each) => each.name === undefined),
    unnamedCheck: checks.some((each) => each.name === undefined),
    unnamedForeignKey: foreignKeys.some((each) => each.name === undefined),
    autoincrement: sqlite?.autoincrement === true,
    strict: sqlite?.strict === true,
    withoutRowid: sqlite?.withoutRowid === true,
    collation: columns.some((column) => column.collation !== undefined),
    enum: columns.some((column) => typeObject(column.type).t === 'enum'),
    comment: table.comment !== undefined || columns.some((column) => column.comment !== undefined),
    identity: columns.some((column) => column.identity !== undefined),
    includeIndex: indexes.some((index) => index.include !== undefined),
    indexMethod: indexes.some((index) => index.using !== undefined),
    nullsNotDistinct: uniques.some((each) => each.nullsNotDistinct === true),
  };
  return (Object.keys(facts) as Feature[]).filter((feature) => facts[feature]);
}

/** Whether tables refer to each other in a circle, not counting those that refer to themselves. */
function hasCycle({ tables }: VectorSchema): boolean {
  const rest = new Map(
    tables.map((table) => [
      table.name,
      new Set((table.foreignKeys ?? []).map((each) => each.refTable).filter((name) => name !== table.name)),
    ]),
  );
  for (let removed = true; removed; ) {
    removed = false;
    for (const [name, targets] of rest) {
      if ([...targets].some((target) => rest.has(target))) continue;
      rest.delete(name);
      removed = true;
    }
  }
  return rest.size > 0;
}
