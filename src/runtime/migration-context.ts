import type { Connection, Engine } from '../dialect/connection.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { CommandError } from '../errors.ts';
import type { Definitions } from '../operations/definitions.ts';
import { planStamp, type RevisionMap, type RevisionStep } from '../revisions/index.ts';
import { defaultNamingConvention, type NamingConvention } from '../schema/naming.ts';
import { SchemaTranslation } from '../schema/schema-translation.ts';
import { type Log, log } from '../util/logging.ts';
import { Bind } from './bind.ts';
import { noteCall } from './call-site.ts';
import type { Activity, Context, RuntimeOptions } from './context.ts';
import type { RunRequest } from './database-run.ts';
import { LazyConnection } from './lazy-connection.ts';
import type { MigrationSource } from './migration-source.ts';
import { Mutex } from './mutex.ts';
import type { OperationPromise } from './operation-promise.ts';
import { OperationQueue } from './operation-queue.ts';
import type { OperationsFacade, OperationsHost } from './operations-facade.ts';
import { OutsideRunner } from './outside-runner.ts';
import type { ScopeHooks } from './queue-runner.ts';
import { type RunReport, runMigrations } from './run-migrations.ts';
import { isConnectionGone, Session } from './session.ts';
import { VersionTable } from './version-table.ts';

/** The class of `op`, with the definitions that it has methods for. */
export interface OperationsClass<Operations extends OperationsFacade> {
  readonly definitions: Definitions;
  new (host: OperationsHost): Operations;
}

export interface MigrationContextInput<Options extends RuntimeOptions, Operations extends OperationsFacade> {
  readonly engine: Engine;
  /** the database's key where there are several; default `default` */
  readonly key?: string;
  readonly options?: Options;
  readonly operations: OperationsClass<Operations>;
  /** where revisions come from, for `runMigrations` */
  readonly source?: MigrationSource | null;
}

const outsideLog: Log = log('alembic');

/** A database as migrations see it: its connection, its version table, and its options. Nothing is opened before it is used. */
export class MigrationContext<
  Options extends RuntimeOptions = RuntimeOptions,
  Operations extends OperationsFacade = OperationsFacade,
> implements Context
{
  /** the database's key; `default` where there is one only */
  readonly key: string;
  readonly dialect: Dialect;
  /**
   * Opened at its first use; after `close()`, the next use opens it again. What a command took from a pool that was handed over goes back with its end; what was opened
   * through this object stays.
   */
  readonly connection: LazyConnection;
  readonly opts: Options;
  readonly versionTable: VersionTable;
  /** @internal */
  readonly definitions: Definitions;
  /** @internal what is running on it */
  activity: Activity | null = null;
  readonly #operations: OperationsClass<Operations>;
  readonly #source: MigrationSource | null;
  readonly #mutex = new Mutex();
  readonly #outside: OutsideRunner;
  readonly #outsideQueue: OperationQueue;
  readonly #op: Operations;
  #session: Session | null = null;

  constructor(input: MigrationContextInput<Options, Operations>) {
    const { engine, key = 'default', options = {} as Options, operations, source = null } = input;
    this.key = key;
    this.dialect = engine.dialect;
    this.connection = new LazyConnection(engine);
    this.opts = options;
    this.versionTable = new VersionTable(engine.dialect, options);
    this.definitions = operations.definitions;
    this.#operations = operations;
    this.#source = source;
    this.#outside = new OutsideRunner({
      definitions: operations.definitions,
      exclusive: (work) => this.#exclusive(work),
      acquire: () => this.#hold(),
      session: () => this.session(),
      begin: (session) => this.beginLocked(session),
      giveUpLost: (error) => this.giveUpLost(error),
    });
    this.#outsideQueue = new OperationQueue({
      runner: this.#outside,
      owner: this,
      onLostFailure: (error) =>
        outsideLog.error(error instanceof Error ? error.message : String(error), { error }),
    });
    this.#op = this.#facade(() => this.#queueHere(), null);
  }

  /** the database, for people: its URL without a password */
  get display(): string {
    return this.connection.display;
  }

  /** what the running command was given as `--tag`, or else the option */
  get tag(): string | null {
    return this.activity?.run.tag ?? this.opts.tag ?? null;
  }

  get transactionPerMigration(): boolean {
    return this.opts.transactionPerMigration === true || !this.isTransactionalDdl();
  }

  /** The connection as migrations use it: what `op.getBind()` gives. */
  get bind(): Bind {
    return this.#op.getBind();
  }

  /** Operations outside of a step, each in a transaction of its own; within a step, the step's. */
  get op(): Operations {
    return this.#op;
  }

  /** Whether changes of the schema can be rolled back. */
  isTransactionalDdl(): boolean {
    return this.opts.transactionalDdl ?? this.dialect.capabilities.transactionalDdl;
  }

  /**
   * The rows of the version table, by one query; none where there is no table.
   *
   * @throws DatabaseError
   */
  async getCurrentHeads(): Promise<string[]> {
    const queue = this.#stepQueue();
    const read = (connection: Connection): Promise<readonly string[] | null> =>
      this.versionTable.read(connection);
    const heads =
      queue === null
        ? await this.#exclusive(({ connection }) => read(connection))
        : await queue.work(read, noteCall(this.getCurrentHeads));
    return [...(heads ?? [])];
  }

  /**
   * The only row of the version table, or null.
   *
   * @throws CommandError `MULTIPLE_HEADS` where there are several.
   */
  async getCurrentRevision(): Promise<string | null> {
    const heads = await this.getCurrentHeads();
    if (heads.length <= 1) return heads[0] ?? null;
    throw new CommandError(
      'MULTIPLE_HEADS',
      `The database is at several revisions: ${heads.join(', ')}. getCurrentHeads() gives all of them.`,
      { details: { heads, database: this.display } },
    );
  }

  /**
   * Makes the version table where there is none.
   *
   * @throws CommandError `CONTEXT_BUSY` within a step of this context, which would wait for itself.
   */
  async ensureVersionTable(): Promise<void> {
    this.#refuseInStep();
    await this.#exclusive(async (session) => {
      if ((await this.versionTable.read(session.connection)) !== null) return;
      await this.beginLocked(session);
      try {
        await session.send([{ sql: this.versionTable.createSql, operations: [] }]);
        await session.commit();
      } catch (error) {
        await session.rollback();
        throw error;
      }
    });
  }

  /**
   * Writes to the version table that revisions are applied, without running anything.
   *
   * @throws CommandError as `planStamp` does; DatabaseError; MigrationError.
   */
  async stamp(
    script: { readonly revisionMap: RevisionMap },
    targets: string | readonly string[] = 'heads',
    { purge = false }: { readonly purge?: boolean } = {},
  ): Promise<RunReport> {
    return this.#run({
      plan: (heads) => planStamp(script.revisionMap, heads, targets, { purge }),
      repeatable: true,
      source: null,
      args: {},
    });
  }

  /**
   * Runs the steps that `fn` plans from the current heads, once it holds the lock. `args` reach each `upgrade` and `downgrade`.
   *
   * @throws MigrationError, DatabaseError, and what `fn` throws.
   */
  async runMigrations(
    fn: (
      heads: readonly string[],
      context: this,
    ) => readonly RevisionStep[] | PromiseLike<readonly RevisionStep[]>,
    args: Readonly<Record<string, unknown>> = {},
  ): Promise<RunReport> {
    return this.#run({ plan: (heads) => fn(heads, this), repeatable: false, source: this.#source, args });
  }

  /**
   * Runs `fn` outside of any transaction, for what a database refuses inside of one (`CREATE INDEX CONCURRENTLY`, `VACUUM`). In a step, what ran
   * before it is committed, version rows of the steps before included, and a new transaction begins after it. Meanwhile there is no lock; when it is
   * taken again, rows that somebody else changed are an error.
   */
  autocommitBlock<T>(fn: () => T | PromiseLike<T>): OperationPromise<T> {
    const queue = this.#queueHere();
    const run = this.#stepQueue() === null ? undefined : this.activity?.run;
    const site = noteCall(this.autocommitBlock);
    const hooks = run === undefined ? this.#outside.autocommit<T>() : run.autocommit<T>(site);
    return queue.scope(fn, hooks, site);
  }

  /** Runs `fn` in one transaction, with the lock: what it calls on `op` isn't committed one by one. */
  beginTransaction<T>(fn: () => T | PromiseLike<T>): OperationPromise<T> {
    return this.#queueHere().scope(fn, this.#savepoint<T>(), noteCall(this.beginTransaction));
  }

  /** Runs SQL: `op.execute`. */
  execute(sql: string): OperationPromise<void> {
    return this.bind.exec(sql);
  }

  /** Waits for operations that nobody awaited, and gives the connection back. The next use opens a new one. */
  async close(): Promise<void> {
    if (this.#stepQueue() === null) {
      await this.#outsideQueue.settle();
      await this.#mutex.run(() => this.connection.close());
    } else await this.connection.close();
  }

  /** @internal Nothing else runs on the connection until the result is called. */
  async acquire(): Promise<() => Promise<void>> {
    if (this.#stepQueue() === null) return this.#hold();
    throw new CommandError(
      'CONTEXT_BUSY',
      `A step of a migration can't run other migrations of its own database, '${this.key}'.`,
    );
  }

  async #hold(): Promise<() => Promise<void>> {
    const release = await this.#mutex.acquire();
    return () => this.connection.giveBack().finally(release);
  }

  /**
   * Runs `work` on the connection while nothing else does: for what reads the schema.
   *
   * @throws CommandError `CONTEXT_BUSY` within a step of this context, which would wait for itself.
   */
  async exclusively<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    this.#refuseInStep();
    return this.#exclusive(({ connection }) => work(connection));
  }

  #refuseInStep(): void {
    if (this.#stepQueue() === null) return;
    throw new CommandError(
      'CONTEXT_BUSY',
      `A step of the database '${this.key}' is running, and would wait for itself: use op.getBind() within a step.`,
    );
  }

  /** @internal A connection that broke off is given up: the next use opens a new one. */
  async giveUpLost(error: unknown): Promise<void> {
    const cause = error instanceof Error ? error.cause : undefined;
    if (isConnectionGone(error) || isConnectionGone(cause)) await this.connection.close().catch(() => {});
  }

  async #exclusive<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const release = await this.#hold();
    try {
      return await work(await this.session());
    } catch (error) {
      await this.giveUpLost(error);
      throw error;
    } finally {
      await release();
    }
  }

  /** @internal */
  async session(): Promise<Session> {
    const connection = await this.connection.take();
    if (this.#session?.connection !== connection) {
      const { lockTimeout = null, statementTimeout = null, schemaTranslateMap } = this.opts;
      const schemas = new SchemaTranslation(schemaTranslateMap);
      this.#session = new Session(connection, { lockTimeout, statementTimeout }, schemas);
    }
    return this.#session;
  }

  /** @internal */
  async beginLocked(session: Session): Promise<void> {
    const { lockTimeout = 60_000 } = this.opts;
    const onWait = (): void =>
      outsideLog.warn(
        `Waiting for another migration of ${this.display} to end, for ${lockTimeout / 1000} seconds at most.`,
      );
    await session.begin({ name: this.versionTable.name, lockTimeout, onWait, limits: session.limits });
  }

  /** @internal The façade of a step. */
  operationsOn(queue: OperationQueue, file: string | null): Operations {
    return this.#facade(() => queue.here, file);
  }

  #facade(queue: () => OperationQueue, file: string | null): Operations {
    const context = this;
    const bind = new Bind({
      dialect: this.dialect,
      queue,
      file,
      savepoint: () => this.#savepoint(),
      get session() {
        return context.connection.isOpen ? context.#session : null;
      },
    });
    return new this.#operations({ context, queue, bind, namingConvention: this.#namingConvention() });
  }

  #namingConvention(): NamingConvention {
    const [first] = [this.opts.targetMetadata ?? []].flat();
    return first?.namingConvention ?? defaultNamingConvention;
  }

  /** The queue of the step that the running code belongs to, if it is one of this context. */
  #stepQueue(): OperationQueue | null {
    const running = OperationQueue.running;
    if (running === undefined || running.root === this.#outsideQueue || running.root.isClosed) return null;
    if (running.root.owner === this) return running;
    if (this.activity?.group.has(running.root.owner as MigrationContext)) {
      throw new CommandError(
        'CONTEXT_BUSY',
        `The database '${this.key}' takes part in the same run as '${(running.root.owner as MigrationContext).key}': only its own steps may use it. Write the revision with a function for each database, in 'upgrades' and 'downgrades'.`,
      );
    }
    return null;
  }

  #queueHere(): OperationQueue {
    return this.#stepQueue() ?? this.#outsideQueue.here;
  }

  /** A savepoint within a transaction; outside of one, a transaction. */
  #savepoint<T>(): ScopeHooks<T> {
    const recorded = this.#stepQueue() === null ? undefined : this.activity?.run.savepoint?.<T>();
    if (recorded !== undefined) return recorded;
    const name = `alembic_savepoint_${++savepoints}`;
    let hooks: ScopeHooks<T> = {};
    return {
      recovers: true,
      enter: async () => {
        const session = this.#session;
        if (session === null || !session.inTransaction) {
          hooks = this.#outside.transaction<T>();
          return hooks.enter?.();
        }
        hooks = {
          leave: async (failure) => {
            session.discard();
            if (failure !== null) await session.connection.exec(`ROLLBACK TO SAVEPOINT ${name}`);
            await session.connection.exec(`RELEASE SAVEPOINT ${name}`);
          },
        };
        await session.touch();
        await session.connection.exec(`SAVEPOINT ${name}`);
      },
      leave: async (failure, value) => hooks.leave?.(failure, value),
    };
  }

  async #run(request: Omit<RunRequest, 'isGroup'>): Promise<RunReport> {
    const reports = await runMigrations([this], request);
    return reports.get(this.key) ?? { steps: [], heads: [] };
  }
}

let savepoints = 0;
