// biome-ignore lint/suspicious/noTsIgnore: the declarations have to compile where nobody installed kysely, too
/** @ts-ignore */
import type { Kysely } from 'kysely';
import type { Parameter } from '../dialect/connection.ts';
import type { Dialect, InspectOptions } from '../dialect/dialect.ts';
import { DatabaseError } from '../errors.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { BindHost } from './bind-host.ts';
import { noteCall } from './call-site.ts';
import { openKysely } from './kysely.ts';
import type { OperationPromise } from './operation-promise.ts';
import { OperationQueue } from './operation-queue.ts';
import type { ScopeHooks } from './queue-runner.ts';

/**
 * The migration's own connection, as `op.getBind()` gives it: inside its transaction, and in the order of the operations. What is called here has
 * its place among them, awaited or not, and fails the step like them.
 */
export class Bind {
  readonly #host: BindHost;

  constructor(host: BindHost) {
    this.#host = host;
  }

  get dialect(): Dialect {
    return this.#host.dialect;
  }

  /**
   * Runs one statement and resolves to its rows; placeholders are `?` on SQLite, `$1` on PostgreSQL. Values come as the driver is set up to give them: a bigint of
   * PostgreSQL is a string through `pg` and `postgres`, a number or a bigint through PGlite (docs/postgresql.md has them all).
   */
  query<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly Parameter[] = [],
  ): OperationPromise<Row[]> {
    const copy = [...parameters];
    const site = noteCall(this.query);
    return this.#host.queue().work((connection) => connection.query<Row>(sql, copy), site, { sql });
  }

  /** Runs a script of any number of statements. */
  exec(script: string): OperationPromise<void> {
    const site = noteCall(this.exec);
    return this.#host
      .queue()
      .work((connection) => connection.exec(script), site, { sql: script, answers: false });
  }

  /** The schema as it is; by default all of the default schema. */
  inspect(options: InspectOptions = {}): OperationPromise<SchemaModel> {
    const work = noteCall(this.inspect);
    return this.#host.queue().work((connection) => connection.dialect.inspect(connection, options), work);
  }

  /**
   * Runs `fn` in a savepoint: released when it resolves, rolled back when it rejects. Where the rejection is caught, the step goes on as if nothing
   * of it had happened: the one way to survive a failure within a step.
   */
  savepoint<T>(fn: () => T | PromiseLike<T>): OperationPromise<T> {
    return this.#host.queue().scope(fn, this.#host.savepoint() as ScopeHooks<T>, noteCall(this.savepoint));
  }

  /**
   * The driver's own object, to hand to a library.
   *
   * @throws DatabaseError `PENDING_OPERATIONS` while operations wait to run, which couldn't keep their order.
   */
  get raw(): unknown {
    OperationQueue.refuseInRecording();
    const { session } = this.#host;
    if (session === null || session.isPending || this.#host.queue().isPending) {
      throw new DatabaseError(
        'PENDING_OPERATIONS',
        'getBind().raw was used while operations wait to run: what is done with it would come before them. Await the last of them first, or getBind().query(…) where there is none.',
      );
    }
    return session.handOut();
  }

  /**
   * A Kysely instance on this same connection; its transactions are savepoints. Kysely has to be installed in the project.
   *
   * @throws ArgumentError `KYSELY_MISSING`.
   */
  kysely<DB>(): Kysely<DB> {
    return openKysely<DB>(this.#host);
  }
}
