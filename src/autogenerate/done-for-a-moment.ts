import type { Connection } from '../dialect/connection.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';

interface On {
  readonly connection: Connection;
  readonly definitions: Definitions;
  readonly warn?: (message: string) => void;
}

/**
 * Compares with the database as it is once operations have been done, in a transaction that is rolled back. What can't be done, and why, is said; all else is compared
 * nevertheless.
 */
export async function doneForAMoment<T>(
  operations: readonly Operation[],
  { connection, definitions, warn }: On,
  compare: () => Promise<T>,
): Promise<T> {
  const isNested = connection.inTransaction;
  await (isNested ? connection.exec('SAVEPOINT alembic_ahead') : connection.begin());
  try {
    for (const operation of operations) {
      const statements = definitions.sql(operation, connection.dialect);
      await connection
        .savepoint(async () => {
          for (const { sql } of statements) await connection.exec(sql);
        })
        .catch((error: Error) =>
          warn?.(
            `What the models say of types, functions and operators may be taken for changed, since an operation that comes before couldn't be tried: ${error.message}`,
          ),
        );
    }
    return await compare();
  } finally {
    await (isNested
      ? connection.exec('ROLLBACK TO SAVEPOINT alembic_ahead; RELEASE SAVEPOINT alembic_ahead')
      : connection.rollback());
  }
}
