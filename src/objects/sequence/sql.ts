import { checkOptions } from '../../operations/arguments.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { Sequence, SequenceFacts, SequenceOwner } from '../../schema/sequence.ts';
import { effective } from './effective.ts';

/** What makes a sequence, and its comment. */
export function sequenceStatements(
  made: Sequence,
  ifNotExists: boolean,
  dialect: SqlDialect,
): readonly StatementParts[] {
  const { writer } = dialect;
  const { type, increment, minValue, maxValue, start, cache, cycle, ownedBy } = made;
  const sql = [
    `CREATE ${isUnlogged(made, made.options) ? 'UNLOGGED ' : ''}SEQUENCE`,
    ifNotExists && 'IF NOT EXISTS',
    writer.name(made),
    type && `AS ${writer.type(type)}`,
    increment && `INCREMENT BY ${increment}`,
    minValue && `MINVALUE ${minValue}`,
    maxValue && `MAXVALUE ${maxValue}`,
    start && `START WITH ${start}`,
    cache && `CACHE ${cache}`,
    cycle && 'CYCLE',
    ownedBy && ownerSql(made, ownedBy, dialect),
  ];
  return [
    { sql: sql.filter(Boolean).join(' ') },
    ...(made.comment === null ? [] : [{ sql: commentSql(made, made.comment, dialect) }]),
  ];
}

interface SequenceChange extends QualifiedName {
  readonly newName?: string;
  readonly changes: Partial<SequenceFacts>;
  readonly existing: Partial<SequenceFacts>;
}

/** One ALTER SEQUENCE for all that it can say at once. */
export function alterStatements(op: SequenceChange, dialect: SqlDialect): readonly StatementParts[] {
  const { changes } = op;
  const { writer } = dialect;
  const words = wordsOf(op, dialect);
  const alter = `ALTER SEQUENCE ${writer.name(op)}`;
  const sql: string[] = [];
  if (words.length > 0) {
    const statement = `${alter} ${words.join(' ')}`;
    sql.push('start' in changes ? restarted(statement, op, dialect) : statement);
  }
  if (changes.options !== undefined)
    sql.push(`${alter} SET ${isUnlogged(op, changes.options) ? 'UNLOGGED' : 'LOGGED'}`);
  if (changes.comment !== undefined) sql.push(commentSql(op, changes.comment, dialect));
  if (op.newName !== undefined) sql.push(`${alter} RENAME TO ${writer.quote(op.newName)}`);
  return sql.map((text) => ({ sql: text }));
}

function wordsOf(op: SequenceChange, dialect: SqlDialect): readonly string[] {
  const { type, increment, minValue, maxValue, start, cache, cycle, ownedBy } = op.changes;
  const words = [
    type !== undefined && `AS ${type === null ? 'BIGINT' : dialect.writer.type(type)}`,
    increment !== undefined && `INCREMENT BY ${increment ?? 1}`,
    minValue !== undefined && (minValue === null ? 'NO MINVALUE' : `MINVALUE ${minValue}`),
    maxValue !== undefined && (maxValue === null ? 'NO MAXVALUE' : `MAXVALUE ${maxValue}`),
    // there is no word for its default
    start !== undefined &&
      `START WITH ${start ?? effective({ ...op.existing, ...op.changes }, dialect.name).start}`,
    cache !== undefined && `CACHE ${cache ?? 1}`,
    cycle !== undefined && (cycle ? 'CYCLE' : 'NO CYCLE'),
    ownedBy !== undefined && ownerSql(op, ownedBy, dialect),
  ];
  return words.filter((word) => word !== false);
}

/** What has counted goes on counting; a sequence of which nobody took a number yet begins at its new start. */
function restarted(statement: string, name: QualifiedName, { writer }: SqlDialect): string {
  const own = writer.name(name);
  const body = `BEGIN
  IF (SELECT NOT s.is_called AND s.last_value = p.seqstart FROM ${own} s, pg_catalog.pg_sequence p WHERE p.seqrelid = ${writer.literal(own)}::regclass) THEN
    ${statement} RESTART;
  ELSE
    ${statement};
  END IF;
END`;
  return `DO ${writer.literal(body)}`;
}

function ownerSql({ schema }: QualifiedName, ownedBy: SequenceOwner | null, { writer }: SqlDialect): string {
  if (ownedBy === null) return 'OWNED BY NONE';
  return `OWNED BY ${writer.name({ schema, name: ownedBy.table })}.${writer.quote(ownedBy.column)}`;
}

function commentSql(name: QualifiedName, comment: string | null, { writer }: SqlDialect): string {
  return `COMMENT ON SEQUENCE ${writer.name(name)} IS ${comment === null ? 'NULL' : writer.literal(comment)}`;
}

/** @throws ArgumentError `UNKNOWN_OPTION` */
export function isUnlogged(name: QualifiedName, options: SequenceFacts['options']): boolean {
  const given = options.postgresql ?? {};
  checkOptions(`The sequence '${displayName(name)}': postgresql`, given, ['unlogged']);
  return given.unlogged === true;
}
