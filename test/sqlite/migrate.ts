import type { DatabaseSync } from 'node:sqlite';
import type { Connection } from '../../src/dialect/connection.ts';
import type { Statement } from '../../src/dialect/statement.ts';
import { sqliteEngine } from '../../src/dialects/sqlite/index.ts';
import { coreDefinitions } from '../../src/objects/definitions.ts';
import { flattenBatches } from '../../src/operations/containers.ts';
import { Definitions } from '../../src/operations/definitions.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { LivePlanState } from '../../src/runtime/live-plan-state.ts';

export const definitions: Definitions = new Definitions(Object.values(coreDefinitions));
export const op: typeof coreDefinitions = coreDefinitions;

export const lock = { name: { schema: null, name: 'alembic_version' }, lockTimeout: 2000 };

/** Plans operations against what is there now. */
export function planOn(
  connection: Connection,
  operations: readonly Operation[],
): Promise<readonly Statement[]> {
  return connection.dialect.plan(operations, new LivePlanState(definitions, connection, operations));
}

/** Runs operations as a step does: planned in stretches that end at an opaque one. Returns the SQL that ran. */
export async function runOn(
  connection: Connection,
  operations: readonly Operation[],
): Promise<readonly string[]> {
  const ran: string[] = [];
  for (let rest = operations; rest.length > 0; ) {
    const opaque = rest.findIndex((each) =>
      flattenBatches([each]).some((inner) => definitions.isOpaque(inner)),
    );
    const stretch = opaque < 0 ? rest : rest.slice(0, opaque + 1);
    rest = rest.slice(stretch.length);
    for (const statement of await planOn(connection, stretch)) {
      ran.push(statement.sql);
      await (statement.run?.(connection) ?? connection.exec(statement.sql));
    }
  }
  return ran;
}

/** Migrates a file in one transaction, by a connection of its own whose foreign keys are on. Returns the SQL that ran. */
export async function migrate(file: string, ...operations: readonly Operation[]): Promise<readonly string[]> {
  const connection = await sqliteEngine({ file }).connect();
  const { transactions } = connection.dialect;
  try {
    await transactions.begin(connection, lock);
    try {
      const ran = await runOn(connection, operations);
      await transactions.commit(connection);
      return ran;
    } catch (error) {
      await transactions.rollback(connection);
      throw error;
    }
  } finally {
    await connection.close();
  }
}

/** Every object's name and statement as SQLite keeps it, and the rowids and rows of every table: what must be equal before and after. */
export function everything(db: DatabaseSync): Record<string, unknown> {
  const schema = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
  return { schema, ...rowsOf(db) };
}

/** The rows of every table with their types, by table, with the rowid where there is one. */
export function rowsOf(db: DatabaseSync): Record<string, unknown> {
  const tables = db
    .prepare(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_s%'",
    )
    .all() as { name: string; wr: number }[];
  const read = (name: string, wr: number): unknown => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const statement = db.prepare(
      `SELECT ${wr === 1 ? '' : '_rowid_ AS "#", '}* FROM ${quoted} ORDER BY 1, 2`,
    );
    statement.setReadBigInts(true);
    return statement.all().map((row) => ({ ...row }));
  };
  return Object.fromEntries(tables.map(({ name, wr }) => [name, read(name, wr)]));
}
