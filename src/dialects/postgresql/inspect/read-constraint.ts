import type { Exclude } from '../../../objects/exclude/operations.ts';
import type { ForeignKey } from '../../../schema/foreign-key.ts';
import { sql } from '../../../schema/sql.ts';
import type { Constraint } from '../../../schema/table.ts';
import type { IndexElement } from '../../../schema/table-index.ts';
import { readExpression } from '../expressions.ts';
import { plainOrQuoted, quoteList } from '../identifiers.ts';
import { asData, readStorage } from '../options.ts';
import { collationSql } from '../type-sql.ts';
import type { ConstraintRow, IndexRow } from './catalogue-query.ts';
import { type IndexDictionaries, indexElements } from './read-index.ts';

/** A constraint; `index` is what stands behind a key or an EXCLUDE, `schemaLabel` says how a schema is called in the result. */
export function readConstraint(
  row: ConstraintRow,
  index: IndexRow | undefined,
  dictionaries: IndexDictionaries,
  schemaLabel: (schema: string) => string | null,
): Constraint {
  const read = readOwn(row, index, dictionaries, schemaLabel);
  const inherited = row[13];
  return inherited ? { ...read, options: { postgresql: { ...read.options.postgresql, inherited } } } : read;
}

function readOwn(
  row: ConstraintRow,
  index: IndexRow | undefined,
  dictionaries: IndexDictionaries,
  schemaLabel: (schema: string) => string | null,
): Constraint {
  const [, name, kind, numbers, deferrable, deferred, validated, noInherit, enforced, condition] = row;
  const columns = (numbers ?? []).map((number) => dictionaries.columns.get(number) ?? '');
  const timing = { deferrable: deferrable || null, initially: deferred ? ('DEFERRED' as const) : null };
  const validity = { notValid: !validated && enforced, notEnforced: !enforced };
  switch (kind) {
    case 'c':
      return {
        kind: 'check',
        name,
        condition: sql.raw(readExpression(condition ?? '')),
        options: asData({ noInherit, ...validity }),
      };
    case 'f':
      return { ...foreignKey(row, columns, dictionaries, schemaLabel), ...timing, options: asData(validity) };
    case 'x':
      return exclude(row, index, dictionaries);
    default:
      return {
        kind: kind === 'p' ? 'primaryKey' : 'unique',
        name,
        columns,
        ...timing,
        options: index === undefined ? {} : keyOptions(index, dictionaries),
      };
  }
}

const actions: { readonly [letter: string]: string | null } = {
  a: null,
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

function foreignKey(
  row: ConstraintRow,
  columns: readonly string[],
  dictionaries: IndexDictionaries,
  schemaLabel: (schema: string) => string | null,
): Omit<ForeignKey, 'deferrable' | 'initially' | 'options'> {
  const [schema, table, referredColumns, onUpdate, onDelete, match, deleteColumns] = row[10] ?? [
    '',
    '',
    [],
    'a',
    'a',
    's',
    null,
  ];
  const only = (deleteColumns ?? []).map((number) => dictionaries.columns.get(number) ?? '');
  const deletion = actions[onDelete] ?? null;
  return {
    kind: 'foreignKey',
    name: row[1],
    columns,
    referredSchema: schemaLabel(schema),
    referredTable: table,
    referredColumns,
    onDelete: deletion !== null && only.length > 0 ? `${deletion} (${quoteList(only)})` : deletion,
    onUpdate: actions[onUpdate] ?? null,
    match: match === 'f' ? 'FULL' : null,
    useAlter: false,
  };
}

function keyOptions(index: IndexRow, { columns }: IndexDictionaries): Constraint['options'] {
  const [, , , , , , keyCount, numbers, , , , , , nullsNotDistinct, storage, tablespace] = index;
  const stored = readStorage(storage);
  return asData({
    include: numbers
      .split(' ')
      .slice(keyCount)
      .map((number) => columns.get(Number(number)) ?? ''),
    nullsNotDistinct,
    ...(stored && { with: stored }),
    ...(tablespace !== null && { tablespace }),
  });
}

function exclude(row: ConstraintRow, index: IndexRow | undefined, dictionaries: IndexDictionaries): Exclude {
  const [, name, , , deferrable, deferred] = row;
  const elements = index === undefined ? [] : indexElements(index, dictionaries);
  const where = index?.[12] ?? null;
  return {
    kind: 'exclude',
    name,
    options: index === undefined ? {} : keyOptions(index, dictionaries),
    definition: {
      elements: elements.map((element, i) => ({
        expression: excluded(element),
        operator: row[12]?.[i] ?? '=',
      })),
      using: index?.[5] ?? null,
      where: where === null ? null : sql.raw(readExpression(where)),
      deferrable: deferrable || null,
      initially: deferred ? 'DEFERRED' : null,
    },
  };
}

/** A column by its name alone; with what isn't the default, as SQL. */
function excluded({
  column,
  expression,
  operatorClass,
  order,
  nulls,
  collation,
}: IndexElement): Exclude['definition']['elements'][number]['expression'] {
  const extras = [
    collation && `COLLATE ${collationSql(collation)}`,
    operatorClass,
    order,
    nulls && `NULLS ${nulls}`,
  ].filter(Boolean);
  if (column !== null && extras.length === 0) return column;
  const subject = column === null ? `(${expression?.text ?? ''})` : plainOrQuoted(column);
  return sql.raw([subject, ...extras].join(' '));
}
