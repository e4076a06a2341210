import type { AlterColumn, ColumnFacts } from '../../../objects/column/operations.ts';
import { tableOf } from '../../../operations/operation.ts';
import type { Identity } from '../../../schema/identity.ts';
import type { QualifiedName } from '../../../schema/names.ts';
import type { ColumnType } from '../../../schema/types/column-type.ts';
import { canonicalType } from '../canonical-type.ts';
import { defaultSequenceName } from '../canonicalize/default-names.ts';
import { quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { typeSql } from '../type-sql.ts';
import { identitySql } from '../writer/column-sql.ts';
import { bothCount } from './conversion.ts';

/** Statements that let go of how a column counts, and those that make it count in the new way; the type is changed between them. */
export interface CountingChange {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

type Counting =
  | { readonly kind: 'serial' }
  | { readonly kind: 'identity'; readonly identity: Identity }
  | null;

/**
 * Changes between a plain column, one with a sequence of its own (SERIAL) and an identity. What has counted so far goes on from where it is.
 */
export function changeCounting(op: AlterColumn, known: ColumnFacts): CountingChange {
  const { changes } = op;
  if (!('identity' in changes) && !('autoincrement' in changes)) return { before: [], after: [] };
  const from = counting(known.identity ?? null, known.autoincrement === true);
  const identity = changes.identity === undefined ? (known.identity ?? null) : changes.identity;
  const to = counting(identity, (changes.autoincrement ?? known.autoincrement) === true);
  if (from?.kind === 'identity' && to?.kind === 'identity')
    return { before: [], after: [setIdentity(op, from.identity, to.identity)] };
  if (from?.kind === to?.kind) return { before: [], after: [] };
  return {
    before: from === null ? [] : [release(op, from, to !== null)],
    after: to === null ? [] : make(op, to, changes.type ?? known.type, from !== null),
  };
}

/** ALTER SEQUENCE … AS for the sequence of a column that becomes a larger or smaller integer; of an identity the server does that itself. */
export function retypeSequence(
  table: QualifiedName,
  column: string,
  from: ColumnType | undefined,
  to: ColumnType,
): readonly string[] {
  const target = canonicalType(to, null);
  if (from === undefined || !bothCount(canonicalType(from, null), target)) return [];
  return [
    withSequence(table, column, `EXECUTE format('ALTER SEQUENCE %s AS ${typeSql(target)}', sequence);`),
  ];
}

function counting(identity: Identity | null, isSerial: boolean): Counting {
  if (identity !== null) return { kind: 'identity', identity };
  return isSerial ? { kind: 'serial' } : null;
}

/** Where it will count on, the next number is kept for it in a setting of the transaction. */
function release(op: AlterColumn, from: NonNullable<Counting>, goesOn: boolean): string {
  const alter = `ALTER TABLE ${quoteName(tableOf(op))} ALTER COLUMN ${quoteIdentifier(op.column)}`;
  const keep = goesOn ? `PERFORM set_config('alembic.next', nextval(sequence)::text, true);\n    ` : '';
  if (from.kind === 'identity')
    return goesOn
      ? withSequence(tableOf(op), op.column, `${keep}${alter} DROP IDENTITY;`)
      : `${alter} DROP IDENTITY`;
  return withSequence(
    tableOf(op),
    op.column,
    `${keep}${alter} DROP DEFAULT;\n    EXECUTE 'DROP SEQUENCE ' || sequence;`,
  );
}

function make(
  op: AlterColumn,
  to: NonNullable<Counting>,
  type: ColumnType | undefined,
  wentOn: boolean,
): readonly string[] {
  const table = tableOf(op);
  const column = quoteIdentifier(op.column);
  const alter = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${column}`;
  const owner = literal(quoteName(table));
  const next = wentOn
    ? `SELECT setval(pg_get_serial_sequence(${owner}, ${literal(op.column)}), current_setting('alembic.next')::bigint, false)`
    : `SELECT setval(pg_get_serial_sequence(${owner}, ${literal(op.column)}), (SELECT max(${column}) FROM ${quoteName(table)}))`;
  if (to.kind === 'identity') {
    // a start that is said is meant; else it goes on behind what is there
    const isStartSaid = to.identity.start !== null && !wentOn;
    const isDown = (to.identity.increment ?? 1) < 0;
    return [
      `${alter} SET NOT NULL`,
      `${alter} ADD ${identitySql(to.identity)}`,
      ...(isStartSaid || isDown ? [] : [next]),
    ];
  }
  const sequence = { schema: table.schema, name: defaultSequenceName(table.name, op.column) };
  const as = type === undefined ? '' : ` AS ${typeSql(canonicalType(type, null))}`;
  return [
    `${alter} SET NOT NULL`,
    `CREATE SEQUENCE ${quoteName(sequence)}${as} OWNED BY ${quoteName(table)}.${column}`,
    `${alter} SET DEFAULT nextval(${literal(quoteName(sequence))}::regclass)`,
    next,
  ];
}

/**
 * Every option is said, so that what isn't said any more goes back to its default. Where the numbers so far are all before the new range, it begins with its
 * start; where they are behind it, the server refuses, since what comes next would have been there already.
 */
function setIdentity(op: AlterColumn, from: Identity, to: Identity): string {
  const { always, increment, minValue, maxValue, start, cache, cycle } = to;
  const isDown = (increment ?? 1) < 0;
  const first = start ?? (isDown ? (maxValue ?? -1) : (minValue ?? 1));
  const alter = [
    `ALTER TABLE ${quoteName(tableOf(op))} ALTER COLUMN ${quoteIdentifier(op.column)} SET GENERATED ${always ? 'ALWAYS' : 'BY DEFAULT'}`,
    `SET INCREMENT BY ${increment ?? 1}`,
    minValue === null ? 'SET NO MINVALUE' : `SET MINVALUE ${minValue}`,
    maxValue === null ? 'SET NO MAXVALUE' : `SET MAXVALUE ${maxValue}`,
    `SET START WITH ${first}`,
    `SET CACHE ${cache ?? 1}`,
    cycle ? 'SET CYCLE' : 'SET NO CYCLE',
  ].join(' ');
  const edge = isDown ? (maxValue ?? -1) : (minValue ?? 1);
  const isSameRange =
    from.minValue === minValue && from.maxValue === maxValue && (from.increment ?? 1) < 0 === isDown;
  if (isSameRange) return alter;
  return withSequence(
    tableOf(op),
    op.column,
    `EXECUTE 'SELECT last_value ${isDown ? '>' : '<'} ${edge} FROM ' || sequence INTO is_before;
    IF is_before THEN
      ${alter} RESTART;
    ELSE
      ${alter};
    END IF;`,
  );
}

/** Statements about the sequence that a column owns and counts by, whatever it is called: it may own others, so that its default is asked first. */
function withSequence(table: QualifiedName, column: string, statements: string): string {
  const [owner, name] = [literal(quoteName(table)), literal(column)];
  const body = `DECLARE
  sequence text := coalesce(
    (SELECT s.oid::regclass::text FROM pg_attribute a JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
      JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' WHERE a.attrelid = ${owner}::regclass AND a.attname = ${name} LIMIT 1),
    pg_get_serial_sequence(${owner}, ${name}));
  is_before boolean;
BEGIN
  IF sequence IS NOT NULL THEN
    ${statements}
  END IF;
END`;
  let tag = '$alembic$';
  while (body.includes(tag)) tag = `${tag.slice(0, -1)}x$`;
  return `DO ${tag}\n${body} ${tag}`;
}
