import { ArgumentError } from '../../errors.ts';
import type { SqlDialect } from '../../operations/sql-dialect.ts';
import type { StatementParts } from '../../operations/statement.ts';
import type { Check } from '../../schema/check.ts';
import type { Domain } from '../../schema/domain-object.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { ColumnType } from '../../schema/types/column-type.ts';
import type { AlterDomain } from './shapes.ts';

/** What makes a domain, and its comment. Its type says where it is: see {@link baseType}. */
export function domainStatements(domain: Domain, dialect: SqlDialect): readonly StatementParts[] {
  const { writer } = dialect;
  const { type, collation, serverDefault, nullable, checks, comment } = domain;
  const sql = [
    `CREATE DOMAIN ${writer.name(domain)} AS ${writer.type(type)}`,
    collation !== null && `COLLATE ${collationSql(collation, dialect)}`,
    serverDefault !== null && `DEFAULT ${writer.default(serverDefault, type)}`,
    !nullable && 'NOT NULL',
    ...checks.filter((each) => !isNotValid(each)).map((each) => writer.constraint(each, domain)),
  ];
  return [
    { sql: sql.filter(Boolean).join(' ') },
    // only an existing domain takes them
    ...checks.filter(isNotValid).map((each) => addCheck(domain, each, dialect)),
    ...(comment === null ? [] : [commentSql(domain, comment, dialect)]),
  ];
}

/** ALTER DOMAIN for each change but another type or collation. */
export function alterStatements(op: AlterDomain, dialect: SqlDialect): readonly StatementParts[] {
  const { writer } = dialect;
  const { changes } = op;
  const alter = `ALTER DOMAIN ${writer.name(op)}`;
  const { serverDefault, nullable, comment } = changes;
  const sql: string[] = [];
  for (const each of op.dropChecks) sql.push(`${alter} DROP CONSTRAINT ${writer.quote(checkName(op, each))}`);
  for (const [from, to] of Object.entries(op.renameChecks))
    sql.push(`${alter} RENAME CONSTRAINT ${writer.quote(from)} TO ${writer.quote(to)}`);
  if (serverDefault === null) sql.push(`${alter} DROP DEFAULT`);
  else if (serverDefault !== undefined) {
    const type = changes.type ?? op.existing.type ?? { kind: 'type', name: 'text' };
    sql.push(`${alter} SET DEFAULT ${writer.default(serverDefault, type)}`);
  }
  if (nullable !== undefined) sql.push(`${alter} ${nullable ? 'DROP' : 'SET'} NOT NULL`);
  return [
    ...sql.map((text) => ({ sql: text })),
    ...op.addChecks.map((each) => addCheck(op, each, dialect)),
    ...(comment === undefined ? [] : [commentSql(op, comment, dialect)]),
    // last, since everything else goes by its own name
    ...(op.newName === undefined ? [] : [{ sql: `${alter} RENAME TO ${writer.quote(op.newName)}` }]),
  ];
}

/** The name of a check that is dropped. */
export function checkName(op: QualifiedName, check: Check | string): string {
  const name = typeof check === 'string' ? check : check.name;
  if (name !== null) return name;
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `The domain '${displayName(op)}': a check that is dropped or renamed is known by its name.`,
  );
}

/** An enum that names no schema lives with the domain, as it would with a table. */
export function baseType(type: ColumnType, schema: string | null): ColumnType {
  const lives = type.name === 'enumType' && type.typeSchema === undefined && schema !== null;
  if (lives) return { ...type, typeSchema: schema };
  return type.item === undefined ? type : { ...type, item: baseType(type.item, schema) };
}

export function isNotValid({ options }: Check): boolean {
  return options.postgresql?.notValid === true;
}

function addCheck(name: QualifiedName, check: Check, { writer }: SqlDialect): StatementParts {
  return { sql: `ALTER DOMAIN ${writer.name(name)} ADD ${writer.constraint(check, name)}` };
}

function commentSql(name: QualifiedName, comment: string | null, { writer }: SqlDialect): StatementParts {
  const text = comment === null ? 'NULL' : writer.literal(comment);
  return { sql: `COMMENT ON DOMAIN ${writer.name(name)} IS ${text}` };
}

/** A name, or `"schema"."name"` as the server spells one that the search path doesn't lead to. */
export function collationSql(collation: string, { writer }: SqlDialect): string {
  return /^"(?:[^"]|"")*"\."(?:[^"]|"")*"$/.test(collation) ? collation : writer.quote(collation);
}
