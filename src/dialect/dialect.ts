import type { Operation } from '../operations/operation.ts';
import type { SqlDialect } from '../operations/sql-dialect.ts';
import type { QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';
import type { ColumnType, TypeDefinition } from '../schema/types/column-type.ts';
import type { Connection } from './connection.ts';
import type { PlanState } from './plan-state.ts';
import type { Statement } from './statement.ts';

/** What a database engine has to answer. Light to load: reflection and planning are loaded when they are called. */
export interface Dialect extends SqlDialect {
  /** the types that this dialect knows, generic ones included: how their builders are called */
  readonly types: readonly TypeDefinition[];
  /** where the builders of `types` that aren't generic are imported from, such as `alembic-ts/postgresql` */
  readonly module: string;

  /**
   * The one stage between operations and SQL: groups, completes and words them. Operations come in running order; statements leave in running order.
   *
   * @throws ArgumentError for what this database can't do and that can't be done in another way (`UNSUPPORTED_OPERATION`, `CANNOT_REPRINT`, …).
   */
  plan(operations: readonly Operation[], state: PlanState): Promise<readonly Statement[]>;

  /** The schema as it is, in a fixed number of queries. */
  inspect(connection: Connection, options?: InspectOptions): Promise<SchemaModel>;

  /**
   * The model's tables as this database would report them once made: exact types, expressions in the server's own normal form, default names,
   * NOT NULL of keys. Result i is of `tables[i]`, and column, constraint and index j of it are of column, constraint and index j there.
   * `database` is what was reflected: only what differs from it textually need be asked, in one call.
   */
  canonicalize(
    tables: readonly Table[],
    database: SchemaModel,
    connection: Connection,
  ): Promise<readonly Table[]>;

  /** Whether two types, the model's canonical one and the reflected one, are the same for this database. */
  sameType(model: ColumnType, database: ColumnType): boolean;

  /** The schema that unqualified names mean on this connection; null where there are none. */
  defaultSchema(connection: Connection): Promise<string | null>;

  /** How transactions and the one-runner lock work here. */
  readonly transactions: TransactionControl;
}

export interface InspectOptions {
  /** null is the default schema; default `[null]`; `'all'` is every schema that isn't the system's */
  readonly schemas?: readonly (string | null)[] | 'all';
  /** only these tables (and what hangs on them) */
  readonly tables?: readonly QualifiedName[];
}

/** The parts of running a unit of steps that differ between databases. */
export interface TransactionControl {
  /**
   * Begins a transaction in which migrations may run, with the lock that lets one runner work at a time (SQLite: BEGIN IMMEDIATE with foreign keys off;
   * PostgreSQL: BEGIN and a transaction-level advisory lock).
   *
   * @throws DatabaseError `LOCK_TIMEOUT` when another runner holds the lock for longer than `lockTimeout` milliseconds,
   *   `IN_TRANSACTION` when a borrowed connection is in a transaction already.
   */
  begin(connection: Connection, lock: LockRequest): Promise<void>;
  /** Checks what only the end can show (SQLite: new foreign-key violations) and commits. */
  commit(connection: Connection): Promise<void>;
  /** Rolls back, if there is still something to roll back, and restores what `begin` switched. Never throws for a dead connection. */
  rollback(connection: Connection): Promise<void>;
}

export interface LockRequest {
  /** what the lock is on: the version table's qualified name */
  readonly name: QualifiedName;
  /** in milliseconds; 0 fails at once */
  readonly lockTimeout: number;
  /** called once, when the lock isn't to be had at once */
  readonly onWait?: () => void;
}
