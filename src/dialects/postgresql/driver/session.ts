import type { CommandFailure, Parameter } from '../../../dialect/connection.ts';

/** What one statement gave. `command` is the server's word for what it did: `SELECT`, `COMMIT`, and `ROLLBACK` for a COMMIT that couldn't be. */
export interface Result {
  readonly command: string;
  readonly rows: readonly object[];
  /** rows that the command found or changed */
  readonly rowCount?: number | null;
}

/**
 * One pinned session over whatever driver: the part that differs between `pg` and others. Errors are the driver's own; the connection words them.
 */
export interface Session {
  /** the driver's own object */
  readonly raw: unknown;
  /** as the server said last */
  readonly inTransaction: boolean;
  /** Runs one statement with parameters, or a script of any number without, in one round trip; a result for each statement. */
  run(sql: string, parameters: readonly Parameter[]): Promise<readonly Result[]>;
  /** Runs one command each, in one round trip, up to the one that fails; absent where the driver can't say which one that was. */
  runAll?: ((commands: readonly string[]) => Promise<CommandFailure | null>) | undefined;
  takeNotices(): readonly string[];
  close(): Promise<void>;
}
