import type { ErrorCode } from '../errors.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import type { SqlDialect } from '../operations/sql-dialect.ts';
import type { SchemaObject } from '../schema/metadata.ts';
import type { QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';
import type { ColumnType, TypeDefinition } from '../schema/types/column-type.ts';
import type { TablePair } from './object-pair.ts';

// A dialect, its connections and its plans are told in terms of each other: they are one contract, in one file.

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
   * Refuses an object of the models that this database can't have: asked before anything is compared. Absent where it can have all.
   *
   * @throws ArgumentError `NAME_TOO_LONG`
   */
  refuse?(object: SchemaObject): void;

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

  /**
   * Pairs of tables as they are to be compared, in an order in which the changes can run, where tables have something from each other (partitions, heirs): each
   * change is then found once, where it is made. A table may be in several pairs, for several steps. Absent where tables are by themselves.
   */
  settle?(
    pairs: readonly TablePair[],
    connection: Connection,
    warn: (message: string) => void,
  ): Promise<readonly TablePair[]>;

  /** Whether two types, the model's canonical one and the reflected one, are the same for this database. */
  sameType(model: ColumnType, database: ColumnType): boolean;

  /** What schemas hold that no kind of object describes; absent where everything is described. */
  undescribed?(
    connection: Connection,
    options: Pick<InspectOptions, 'schemas'>,
  ): Promise<readonly Undescribed[]>;

  /** A type as the catalogue prints it; absent where kinds of object don't need it. */
  readType?(printed: string): ColumnType;

  /** The schema that unqualified names mean on this connection; null where there are none. */
  defaultSchema(connection: Connection): Promise<string | null>;

  /**
   * Failures that a plan can avoid, once it knows of them (`PlanState.avoids`): what was done since the last commit is then rolled back, and run again. By their
   * codes, whether what comes after an operation in the same transaction may fail so because of it.
   */
  readonly avoidable?: { readonly [code in ErrorCode]?: (operation: Operation) => boolean };

  /** How transactions and the one-runner lock work here. */
  readonly transactions: TransactionControl;
}

export interface InspectOptions {
  /** null is the default schema; default `[null]`; `'all'` is every schema that isn't the system's */
  readonly schemas?: readonly (string | null)[] | 'all';
  /** with `materializedViews` those instead of tables, each as a table: its columns and indexes (PostgreSQL) */
  readonly relations?: 'tables' | 'materializedViews';
  /** only these tables (and what hangs on them) */
  readonly tables?: readonly QualifiedName[];
}

/** Objects of one sort, such as `policy`, that no model can speak of. */
export interface Undescribed {
  readonly sort: string;
  readonly names: readonly string[];
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
  /** Outside of a transaction, runs a script within limits that hold for nothing else; absent where the database has none. */
  runLimited?(connection: Connection, script: string, limits: StatementLimits): Promise<void>;
}

/** In milliseconds; what is null stays as the session has it, and Infinity is no limit. */
export interface StatementLimits {
  /** how long a statement may wait for a lock of another session; 0 fails at once */
  readonly lockTimeout: number | null;
  /** how long a statement may take */
  readonly statementTimeout: number | null;
}

export interface LockRequest {
  /** what the lock is on: the version table's qualified name */
  readonly name: QualifiedName;
  /** in milliseconds; 0 fails at once */
  readonly lockTimeout: number;
  /** called once, when the lock isn't to be had at once */
  readonly onWait?: () => void;
  /** of the statements in the transaction, where the database has such limits */
  readonly limits?: StatementLimits;
}

/** A value that every driver can bind. */
export type Parameter = string | number | bigint | boolean | null | Uint8Array;

/**
 * One pinned session of a database, over whatever driver. Failures are `DatabaseError`s whose `cause` is the driver's own error.
 */
export interface Connection {
  readonly dialect: Dialect;
  /** the driver's own object, to hand to a library */
  readonly raw: unknown;
  /** the database, for people: its URL without a password */
  readonly display: string;
  /** whether this session is in a transaction, as the server sees it, whoever began it */
  readonly inTransaction: boolean;
  /** Runs one statement; placeholders are the driver's own (`?` on SQLite and MySQL, `$1` on PostgreSQL). */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** As `query`, of the catalogue and without parameters: what a database does for long queries, and isn't worth it there, is left out (PostgreSQL's JIT). */
  readCatalogue<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  /** how many rows the last `query` inserted, updated or deleted; null, or absent, where the driver doesn't say */
  readonly changed?: number | null;
  /** Runs a script of any number of statements, without results, in one round trip where the driver can. */
  exec(script: string): Promise<void>;
  /** Runs commands, without results, in one round trip, up to the one that fails; absent where the driver can't, or can't say which one it was. */
  runAll?: ((commands: readonly string[]) => Promise<CommandFailure | null>) | undefined;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Runs `fn` in a savepoint: released when it resolves, rolled back when it rejects. */
  savepoint<T>(fn: () => Promise<T>): Promise<T>;
  /** Notices and warnings of the server since the last call. */
  takeNotices(): readonly string[];
  /** Gives the session back. What the user handed over is not closed by us. */
  close(): Promise<void>;
}

/** Which of several commands failed: those before it have run, those behind it haven't. */
export interface CommandFailure {
  readonly index: number;
  readonly error: unknown;
}

/** Where connections come from: a URL, or what the user handed over. */
export interface Engine {
  readonly dialect: Dialect;
  /** the database, for people: its URL without a password */
  readonly display: string;
  /** the same text for every engine that leads to the same place; null, or absent, where that can't be told before it is opened */
  readonly identity?: string | null;
  /** whether connecting makes the database, since it isn't there yet; absent: it never does */
  readonly isMissing?: boolean;
  /** whether its connections are taken from a pool that others use too: then each goes back when it isn't used any more; default false */
  readonly isPool?: boolean;
  connect(): Promise<Connection>;
  /** Closes what the engine itself opened. */
  dispose(): Promise<void>;
}

/**
 * What a plan may know of the database: the objects touched, reflected when first asked for, moved on by the operations planned since, forgotten after
 * anything opaque (`execute`, `getBind`).
 */
export interface PlanState {
  /** what is known of each kind of operation: its common wording, its `apply` */
  readonly definitions: Definitions;
  /** the table as it is after the operations applied so far; null when there is none */
  table(name: QualifiedName): Promise<Table | null>;
  get<T extends SchemaObject>(kind: T['kind'], name: QualifiedName): Promise<T | null>;
  /** every object of the default schema and of those touched; ask only where one table isn't enough */
  all(): Promise<SchemaModel>;
  /** moves the state on, as the operation's definition says; an opaque operation forgets everything */
  apply(operation: Operation): Promise<void>;
  /** what an attempt before this one failed with, out of the dialect's `avoidable` */
  readonly avoids: ReadonlySet<ErrorCode>;
  /** the live connection for questions that no model answers; null offline */
  readonly connection: Connection | null;
}

/** SQL that is ready to run, and what it is for. */
export interface Statement {
  readonly sql: string;
  /** the operations that it carries out, so that a failure can name them */
  readonly operations: readonly Operation[];
  /**
   * How it is run, where sending `sql` isn't enough: SQLite's rebuild asks the database what no plan can know (triggers, views, rows that don't fit) before and
   * after its parts. `sql` is then those parts as one script, for people and for offline mode. A runner calls it instead of sending `sql`.
   */
  readonly run?: (connection: Connection) => Promise<void>;
}

export type { StatementParts } from '../operations/statement.ts';
