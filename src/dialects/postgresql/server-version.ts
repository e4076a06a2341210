import type { Connection } from '../../dialect/connection.ts';
import { DatabaseError } from '../../errors.ts';

const known = new WeakMap<Connection, number>();

/** The oldest server that is known to work. */
const oldest = 13;

/**
 * The server's version as a number, such as 150020 for 15.20; asked once a connection.
 *
 * @throws DatabaseError `UNSUPPORTED_VERSION` for one before 13.
 */
export async function serverVersion(connection: Connection): Promise<number> {
  const there = known.get(connection);
  if (there !== undefined) return there;
  const [row] = await connection.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  );
  return checkedVersion(connection, row?.version);
}

/** The version that was read with something else. @throws DatabaseError `UNSUPPORTED_VERSION` for one before 13. */
export function checkedVersion(connection: Connection, text: string | undefined): number {
  const version = Number(text);
  if (version < oldest * 10_000) {
    throw new DatabaseError(
      'UNSUPPORTED_VERSION',
      `${connection.display} is PostgreSQL ${Math.floor(version / 10_000)}; versions from ${oldest} are supported. Upgrade the server.`,
      { details: { database: connection.display } },
    );
  }
  known.set(connection, version);
  return version;
}
