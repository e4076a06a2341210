import type { Column } from '../../../schema/column.ts';
import type { Identity } from '../../../schema/identity.ts';
import { sql } from '../../../schema/sql.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { makeType } from '../../../schema/types/generic.ts';
import { parseType } from '../canonical-type.ts';
import { defaultSequenceName } from '../canonicalize/default-names.ts';
import { readExpression } from '../expressions.ts';
import { type IntegerType, integerRange } from '../identity-defaults.ts';
import { asData, ownParameters, readStorage } from '../options.ts';
import { array, domain } from '../types.ts';
import type { ColumnRow, SequenceRow, TypeRow } from './catalogue-query.ts';
import { readDefault } from './read-default.ts';

/** A column of `table` in `tableSchema`; `types` are the enums and domains by id, `sequences` those that the column owns. */
export function readColumn(
  row: ColumnRow,
  tableSchema: string,
  types: ReadonlyMap<string, TypeRow>,
  sequences: readonly SequenceRow[],
  table = '',
): Column {
  const [, , name, type, notNull, generated, identity, , collation, comment, namedType, expression, cast] =
    row;
  const serial = sequences.find(
    ([, , regclass]) => expression === `nextval('${regclass.replaceAll("'", "''")}'::regclass)`,
  );
  const read = readType(type, namedType === null ? undefined : types.get(namedType), tableSchema);
  return {
    kind: 'column',
    name,
    type: collation === null ? read : { ...read, collation },
    nullable: !notNull,
    autoincrement: serial !== undefined,
    serverDefault:
      expression === null || generated !== '' || serial !== undefined ? null : readDefault(expression, cast),
    computed:
      expression === null || generated === ''
        ? null
        : { expression: sql.raw(readExpression(expression)), persisted: generated === 's' },
    identity: identity === '' ? null : readIdentity(identity === 'a', sequences[0]),
    comment,
    options: readOptions(row, table, identity === '' ? serial : sequences[0]),
  };
}

/** What `attstorage` and `typstorage` say, in words. */
export const storages: { readonly [letter: string]: string } = {
  p: 'plain',
  e: 'external',
  x: 'extended',
  m: 'main',
};
const compressions: { readonly [letter: string]: string } = { p: 'pglz', l: 'lz4' };

/** `counter`: what an identity or a SERIAL column takes its numbers from */
function readOptions(row: ColumnRow, table: string, counter: SequenceRow | undefined): Column['options'] {
  const [, , , , , , , , , , , , , inherited, storage, compression, statistics, options] = row;
  const parameters = ownParameters(options ?? []);
  return asData({
    inherited,
    ...(storage !== null && { storage: storages[storage] ?? storage }),
    ...(compression !== null && { compression: compressions[compression] ?? compression }),
    ...(statistics !== null && { statistics }),
    with: readStorage(parameters) ?? {},
    ...(counter !== undefined &&
      counter[4] !== defaultSequenceName(table, row[2]) && { identitySequence: counter[4] }),
  });
}

function readType(printed: string, named: TypeRow | undefined, tableSchema: string): ColumnType {
  if (named === undefined) return parseType(printed);
  const [, kind, schema, name, values] = named;
  const type =
    kind === 'd'
      ? domain(name, isQualified(printed) ? { schema } : {})
      : makeType('enumType', {
          values: values ?? [],
          typeName: name,
          typeSchema: schema === tableSchema ? undefined : schema,
        });
  return printed.endsWith('[]') ? array(type) : type;
}

/** A domain is called as the server calls it: with its schema only where the search path doesn't lead to it. */
function isQualified(printed: string): boolean {
  return /^(?:"(?:[^"]|"")*"|[^".]+)\./.test(printed);
}

/** With null for what the server does without being told. */
function readIdentity(always: boolean, sequence: SequenceRow | undefined): Identity {
  const plain = {
    always,
    start: null,
    increment: null,
    minValue: null,
    maxValue: null,
    cache: null,
    cycle: false,
  };
  if (sequence === undefined) return plain;
  const [, , , , , type, start, increment, minimum, maximum, cache, cycle] = sequence;
  const range = integerRange(type as IntegerType, Number(increment));
  const unlessDefault = (value: string, usual: bigint): number | null =>
    BigInt(value) === usual ? null : Number(value);
  return {
    always,
    start: unlessDefault(start, BigInt(Number(increment) > 0 ? minimum : maximum)),
    increment: unlessDefault(increment, 1n),
    minValue: unlessDefault(minimum, range.minimum),
    maxValue: unlessDefault(maximum, range.maximum),
    cache: unlessDefault(cache, 1n),
    cycle,
  };
}
