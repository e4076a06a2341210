import { ArgumentError } from '../../errors.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import { displayName } from '../../schema/names.ts';
import { splitTrigger } from '../../schema/split-trigger.ts';
import { ownerOf, type Trigger, type TriggerState } from '../../schema/trigger.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { DropTrigger, ReplaceTrigger } from './shapes.ts';

/** CREATE TRIGGER, its state and its comment. */
export function createStatements(trigger: Trigger, dialect: SqlDialect): readonly StatementParts[] {
  const statements = [createTriggerSql(trigger, dialect)];
  if (trigger.enabled !== true) statements.push(stateSql(trigger, dialect));
  if (trigger.comment !== null && dialect.capabilities.comments)
    statements.push(commentSql(trigger, dialect));
  return statements.map((sql) => ({ sql }));
}

/** Where only its state or its comment is another, the trigger itself stays. */
export function replaceStatements(
  { trigger, was }: ReplaceTrigger,
  dialect: SqlDialect,
): readonly StatementParts[] {
  const bare = { enabled: true, comment: null };
  if (was === null || !deepEqual({ ...trigger, ...bare }, { ...was, ...bare }))
    return [
      { sql: dropTriggerSql({ ...trigger, ifExists: false }, dialect) },
      ...createStatements(trigger, dialect),
    ];
  const statements: string[] = [];
  if (trigger.enabled !== was.enabled) statements.push(stateSql(trigger, dialect));
  if (trigger.comment !== was.comment && dialect.capabilities.comments)
    statements.push(commentSql(trigger, dialect));
  return statements.map((sql) => ({ sql }));
}

/**
 * SQLite's triggers have a schema and their tables none, PostgreSQL's the other way round.
 *
 * @throws ArgumentError `UNSUPPORTED_OPERATION`
 */
export function createTriggerSql(trigger: Trigger, dialect: SqlDialect): string {
  const { writer } = dialect;
  const { name, schema, qualifier, constraint, definition } = trigger;
  const { events = '', rest = '' } = splitTrigger(definition.text) ?? {};
  const body = /--[^\n]*$/.test(rest) ? `${rest}\n` : rest;
  if (isSqlite(trigger, dialect)) {
    if (constraint) throw unsupported(trigger, 'is a constraint trigger', dialect);
    return `CREATE TRIGGER ${writer.name({ schema, name })} ${events}\nON ${writer.quote(qualifier)} ${body}`;
  }
  const kind = constraint ? 'CONSTRAINT TRIGGER' : 'TRIGGER';
  return `CREATE ${kind} ${writer.quote(name)} ${events}\nON ${writer.name(ownerOf(trigger))} ${body}`;
}

export function dropTriggerSql(
  dropped: Pick<DropTrigger, 'name' | 'schema' | 'qualifier' | 'ifExists'>,
  dialect: SqlDialect,
): string {
  const { writer } = dialect;
  const { name, schema, ifExists } = dropped;
  const drop = `DROP TRIGGER ${ifExists ? 'IF EXISTS ' : ''}`;
  return isSqlite(dropped, dialect)
    ? `${drop}${writer.name({ schema, name })}`
    : `${drop}${writer.quote(name)} ON ${writer.name(ownerOf(dropped))}`;
}

function stateSql(trigger: Trigger, dialect: SqlDialect): string {
  const { name, enabled } = trigger;
  if (isSqlite(trigger, dialect)) throw unsupported(trigger, "isn't simply enabled", dialect);
  return `ALTER TABLE ${dialect.writer.name(ownerOf(trigger))} ${stateWords(enabled)} TRIGGER ${dialect.writer.quote(name)}`;
}

function stateWords(enabled: TriggerState): string {
  if (enabled === true) return 'ENABLE';
  return enabled === false ? 'DISABLE' : `ENABLE ${enabled.toUpperCase()}`;
}

function commentSql(trigger: Trigger, { writer }: SqlDialect): string {
  const comment = trigger.comment === null ? 'NULL' : writer.literal(trigger.comment);
  return `COMMENT ON TRIGGER ${writer.quote(trigger.name)} ON ${writer.name(ownerOf(trigger))} IS ${comment}`;
}

function isSqlite(trigger: Pick<Trigger, 'schema' | 'name'>, dialect: SqlDialect): boolean {
  if (dialect.name === 'sqlite') return true;
  if (dialect.name === 'postgresql') return false;
  throw unsupported(trigger, 'is a trigger', dialect);
}

function unsupported(
  trigger: Pick<Trigger, 'schema' | 'name'>,
  what: string,
  { name }: SqlDialect,
): ArgumentError {
  return new ArgumentError(
    'UNSUPPORTED_OPERATION',
    `The trigger '${displayName({ schema: trigger.schema, name: trigger.name })}' ${what}, which isn't possible on ${name}.`,
  );
}
