import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import { isSameButComment, type SqlFunction } from '../../schema/sql-function.ts';
import type { DropFunction, ReplaceFunction } from './shapes.ts';

/** CREATE FUNCTION, and the comment. */
export function createStatements(made: SqlFunction, dialect: SqlDialect): readonly StatementParts[] {
  const statements = withBodyCheck(made, createSql('CREATE', made, dialect));
  return made.comment === null ? statements : [...statements, { sql: commentSql(made, dialect) }];
}

/** CREATE OR REPLACE FUNCTION, and the comment where it is another. */
export function replaceStatements(
  { function: made, was }: ReplaceFunction,
  dialect: SqlDialect,
): readonly StatementParts[] {
  const isOnlySaid = was !== null && isSameButComment(made, was);
  const statements = isOnlySaid ? [] : withBodyCheck(made, createSql('CREATE OR REPLACE', made, dialect));
  const isCommented = was === null ? made.comment !== null : was.comment !== made.comment;
  return isCommented ? [...statements, { sql: commentSql(made, dialect) }] : statements;
}

export function createSql(create: string, made: SqlFunction, { writer }: SqlDialect): string {
  // what ends in a comment would take the statement's end into it
  return `${create} ${kindOf(made)} ${writer.name(made)}(${closed(made.arguments)})\n${closed(made.definition.text)}`;
}

export function dropSql(
  dropped: Pick<DropFunction, 'name' | 'schema' | 'qualifier' | 'procedure'>,
  ifExists: boolean,
  dialect: SqlDialect,
): string {
  return `DROP ${kindOf(dropped)} ${ifExists ? 'IF EXISTS ' : ''}${identitySql(dropped, dialect)}`;
}

/** `"app"."add_tax"(numeric, numeric)`; where no argument of a procedure has a mode, the server would also look for one with as many OUT. */
export function identitySql(
  { name, schema, qualifier, procedure }: Pick<SqlFunction, 'name' | 'schema' | 'qualifier' | 'procedure'>,
  { writer }: SqlDialect,
): string {
  return `${writer.name({ schema, name })}(${procedure && qualifier !== '' ? 'IN ' : ''}${qualifier})`;
}

export function commentSql(made: SqlFunction, dialect: SqlDialect): string {
  const comment = made.comment === null ? 'NULL' : dialect.writer.literal(made.comment);
  return `COMMENT ON ${kindOf(made)} ${identitySql(made, dialect)} IS ${comment}`;
}

export function kindOf({ procedure }: { readonly procedure: boolean }): string {
  return procedure ? 'PROCEDURE' : 'FUNCTION';
}

/** As pg_dump does it, for a body that names what comes later. */
function withBodyCheck({ checkBody }: SqlFunction, sql: string): readonly StatementParts[] {
  if (checkBody) return [{ sql }];
  return [
    { sql: 'SET LOCAL check_function_bodies = off' },
    { sql },
    { sql: 'SET LOCAL check_function_bodies TO DEFAULT' },
  ];
}

function closed(text: string): string {
  return /--[^\n]*$/.test(text) ? `${text}\n` : text;
}
