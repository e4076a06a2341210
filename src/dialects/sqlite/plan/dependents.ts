import type { Connection } from '../../../dialect/connection.ts';
import { DatabaseError } from '../../../errors.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { lowerCase } from '../inspect/tokens.ts';
import { qualified, quote } from '../writer/names.ts';

/** A view or a trigger, of the table's own database or a temporary one. */
export interface Dependent {
  readonly type: 'view' | 'trigger';
  /** `temp`, or the table's schema */
  readonly schema: string;
  readonly name: string;
  /** of a trigger: the table or view that it is on */
  readonly owner: string;
  readonly sql: string;
}

/** Every view and trigger that the table may matter to: views may stand on views, so all of them. */
export async function dependentsOf(table: Table, connection: Connection): Promise<readonly Dependent[]> {
  const schema = table.schema ?? 'main';
  const select = (from: string): string =>
    `SELECT type, '${from.replaceAll("'", "''")}' AS schema, name, tbl_name AS owner, sql, rowid AS place FROM ${quote(from)}.sqlite_schema WHERE type IN ('view', 'trigger')`;
  const schemas = schema === 'temp' ? ['temp'] : [schema, 'temp'];
  return connection.query<Dependent & Record<string, unknown>>(
    `${schemas.map(select).join(' UNION ALL ')} ORDER BY schema, place`,
  );
}

/** The triggers that go with the table when it is dropped. */
export function triggersOn(table: Table, dependents: readonly Dependent[]): readonly Dependent[] {
  return dependents.filter(
    ({ type, owner }) => type === 'trigger' && lowerCase(owner) === lowerCase(table.name),
  );
}

/** A trigger's statement, which SQLite keeps without its schema, as one that makes it again where it was. */
export function createTriggerSql({ schema, sql }: Dependent): string {
  const begin = /^\s*CREATE\s+TRIGGER\s+/i;
  if (schema === 'temp') return sql.replace(begin, 'CREATE TEMP TRIGGER IF NOT EXISTS ');
  return schema === 'main' ? sql : sql.replace(begin, () => `CREATE TRIGGER ${quote(schema)}.`);
}

/** What doesn't compile, by its key, with SQLite's reason. */
export type Broken = ReadonlyMap<string, { readonly dependent: Dependent; readonly reason: string }>;

/**
 * Has SQLite compile what depends on a table: views by reading them, triggers by every statement that would fire them. Nothing is run.
 */
export async function findBroken(dependents: readonly Dependent[], connection: Connection): Promise<Broken> {
  const broken = new Map<string, { dependent: Dependent; reason: string }>();
  const reasons = new Map<string, string | null>();
  for (const dependent of dependents) {
    const { type, name, owner } = dependent;
    // a temporary trigger may be on a table of any schema
    const schema = dependent.schema === 'temp' ? null : dependent.schema;
    const target = { schema, name: type === 'view' ? name : owner };
    const probe = `${type} ${qualified(target)}`;
    let reason = reasons.get(probe);
    if (reason === undefined) {
      reason =
        type === 'view'
          ? await compile(`SELECT * FROM ${qualified(target)}`, connection)
          : await compileTriggers(target, connection);
      reasons.set(probe, reason);
    }
    if (reason !== null) broken.set(keyOf(dependent), { dependent, reason });
  }
  return broken;
}

/** @throws DatabaseError `BROKEN_DEPENDENT` for what compiled before and doesn't now. */
export function refuseNewlyBroken(before: Broken, after: Broken, table: Table, connection: Connection): void {
  const fresh = [...after].filter(([key]) => !before.has(key)).map(([, value]) => value);
  const [first] = fresh;
  if (first === undefined) return;
  const names = fresh.map(({ dependent }) => `the ${dependent.type} '${dependent.name}'`).join(', ');
  throw new DatabaseError(
    'BROKEN_DEPENDENT',
    `After the change of table '${displayName(table)}', ${names} would not work any more: ${first.reason}. Drop or replace it by op.execute before the change, and make it again after it. Nothing of the change stays.`,
    {
      details: {
        database: connection.display,
        table: displayName(table),
        dependents: fresh.map(({ dependent }) => dependent.name),
      },
    },
  );
}

/** Every trigger of a table or view is compiled with the statement that would fire it. */
async function compileTriggers(owner: QualifiedName, connection: Connection): Promise<string | null> {
  const table = qualified(owner);
  const pragma = qualified({ schema: owner.schema, name: 'table_xinfo' });
  const columns = await connection.query<{ name: string; hidden: number }>(
    `PRAGMA ${pragma}(${quote(owner.name)})`,
  );
  const plain = columns.filter(({ hidden }) => hidden === 0).map(({ name }) => quote(name));
  const statements = [
    `DELETE FROM ${table}`,
    ...(plain.length === 0
      ? []
      : [`UPDATE ${table} SET ${plain.map((name) => `${name} = ${name}`).join(', ')}`]),
    ...(plain.length === 0
      ? []
      : [`INSERT INTO ${table} (${plain.join(', ')}) VALUES (${plain.map(() => 'NULL').join(', ')})`]),
  ];
  for (const statement of statements) {
    const reason = await compile(statement, connection);
    // a view takes only the changes that it has a trigger for
    if (reason !== null && !reason.startsWith('cannot modify ')) return reason;
  }
  return null;
}

async function compile(sql: string, connection: Connection): Promise<string | null> {
  try {
    await connection.query(`EXPLAIN ${sql}`);
    return null;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error.cause instanceof Error ? error.cause.message : error.message;
  }
}

function keyOf({ type, schema, name }: Dependent): string {
  return JSON.stringify([type, schema, name]);
}
