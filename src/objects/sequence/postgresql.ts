import type { Connection } from '../../dialect/connection.ts';
import type { InspectOptions } from '../../dialect/dialect.ts';
import type { Sequence } from '../../schema/sequence.ts';
import { bigInteger, integer, smallInteger } from '../../schema/types/generic.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { notOfExtension, schemasSql } from '../postgresql-schemas.ts';
import { withoutDefaults } from './effective.ts';

/** The sequences, in one query: those of identity columns left out, those of SERIAL columns not. */
export async function inspectSequences(
  connection: Connection,
  options: InspectOptions,
): Promise<readonly Sequence[]> {
  const { condition, label } = schemasSql('n', options, connection.dialect.writer);
  const rows = await connection.readCatalogue<SequenceRow>(
    `SELECT ${label} AS schema, c.relname::text AS name, format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
  s.seqmin::text AS minimum, s.seqmax::text AS maximum, s.seqcache::text AS cache, s.seqcycle AS cycle, c.relpersistence = 'u' AS unlogged,
  obj_description(c.oid, 'pg_class') AS comment, t.relname::text AS table, a.attname::text AS column
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE ${condition} AND c.relpersistence <> 't' AND d.deptype IS DISTINCT FROM 'i' AND ${notOfExtension('pg_class', 'c.oid')}
ORDER BY n.nspname, c.relname`,
  );
  return rows.map(read);
}

/** The model's sequences with null for what the server does without being told. */
export async function canonicalizeSequences(sequences: readonly Sequence[]): Promise<readonly Sequence[]> {
  return sequences.map((each) => {
    const canonical = withoutDefaults(each, 'postgresql');
    const { unlogged } = each.options.postgresql ?? {};
    return deepFreeze({
      ...canonical,
      comment: each.comment || null,
      options: unlogged === true ? { postgresql: { unlogged } } : {},
    });
  });
}

interface SequenceRow {
  readonly schema: string | null;
  readonly name: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly unlogged: boolean;
  readonly comment: string | null;
  readonly table: string | null;
  readonly column: string | null;
}

const types = { smallint: smallInteger(), integer: integer(), bigint: bigInteger() };

function read(row: SequenceRow): Sequence {
  const { schema, name, start, increment, minimum, maximum, cache, cycle, unlogged, comment } = row;
  return deepFreeze(
    withoutDefaults<Sequence>(
      {
        kind: 'sequence',
        schema,
        name,
        type: types[row.type as keyof typeof types] ?? null,
        start,
        increment,
        minValue: minimum,
        maxValue: maximum,
        cache,
        cycle,
        ownedBy: row.table === null || row.column === null ? null : { table: row.table, column: row.column },
        comment,
        options: unlogged ? { postgresql: { unlogged } } : {},
      },
      'postgresql',
    ),
  );
}
