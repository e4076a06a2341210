/**
 * Every failure of this package is an {@link AlembicError} with a `code`. The codes are listed once, below;
 * `docs/errors.md` is proved to list the same set.
 */

/** What each code means, in one line: the text that `docs/errors.md` shows. */
export const errorCodes = {
  // runtime
  STEP_ENDED:
    'An operation was called after its step, or the callback that it belongs to, had ended; it did not run.',
  NOT_RUN: 'Outside of a step, an operation waited behind one that failed, and did not run.',
  PENDING_OPERATIONS:
    "The driver's own connection was asked for while operations wait to run; await them first.",
  MIGRATION_FAILED: 'A step of a migration failed; the error says where, and what the database holds now.',
  NEEDS_AUTOCOMMIT: 'A statement that has to run outside of a transaction was reached inside of one.',
  VERSION_CONFLICT: "The version table doesn't hold what it has to: somebody else changed it meanwhile.",
  CONTEXT_BUSY: "A migration changes a database through another database's step.",
  KYSELY_MISSING: 'getBind().kysely() was called, and the package kysely is not installed.',
  // environment
  BAD_URL: "A database's URL can't be read.",
  UNSUPPORTED_DATABASE: 'A URL or an object belongs to a database that is not supported.',
  UNSUPPORTED_DRIVER: 'A URL or an object belongs to a driver that is not supported.',
  UNKNOWN_ENGINE: 'What was given as an engine is neither a URL nor a connection that we know.',
  NOT_CONFIGURED: 'A migration context was asked for before the environment was configured.',
  // schema model and builders
  BAD_ARGUMENT: 'A builder, an operation or a method was called with arguments that make no sense.',
  UNKNOWN_OPTION: 'An options object holds a key that nobody reads.',
  BAD_NAME: 'A name is not a string, is empty, or holds a NUL character.',
  BAD_TYPE: 'Not a column type, or one with impossible options.',
  BAD_DEFAULT: 'A server default is neither a string, a finite number, a boolean nor an expression.',
  SQL_VALUE: 'A value in a sql template has no spelling that is safe on every database.',
  NO_REFERENCED_TABLE:
    'A foreign key of the models refers to a table that the models lack and the database would lose.',
  BLOCKED_BY_DEPENDENT:
    "What stands on an object can't be taken down and put up again around its change: drop it before, and make it again after.",
  NO_REFERENCED_KEY:
    'A key that a foreign key stands on is dropped, and nothing makes another over the same columns.',
  DUPLICATE_TABLE: 'Two objects of one kind have the same name in one MetaData.',
  NAMING_CONVENTION: 'A naming convention has a token that means nothing for the object at hand.',
  // operations
  UNKNOWN_OPERATION: 'An operation is of a kind that nobody registered.',
  UNSUPPORTED_OPERATION: "The database can't do what the operation asks, nor can it be done in another way.",
  DUPLICATE_OPERATION: 'Two definitions claim the same kind of operation.',
  IRREVERSIBLE: "An operation can't be reversed, because it doesn't hold what it destroys.",
  NO_SOURCE: 'An operation holds a value or a type for which no source can be generated.',
  NOT_IN_MODEL: "An operation changes an object that the model of the schema doesn't have.",
  ALREADY_IN_MODEL: 'An operation makes an object that the model of the schema has already.',
  // scripts
  SCRIPT_LOCATION_MISSING: "The script directory doesn't exist; mkdir or init makes it.",
  DIRECTORY_UNREADABLE: "A directory of revisions can't be read, or isn't a directory.",
  FILE_UNREADABLE: "A revision file or the template can't be read.",
  NOT_WRITABLE: "A file or directory can't be made, because the system doesn't let us write there.",
  DISK_FULL: 'The disk or the quota is full; nothing half written is left.',
  WRITE_FAILED: "A file or directory can't be made, for another reason; nothing half written is left.",
  FILE_EXISTS: 'A revision would be written over a file that exists.',
  DUPLICATE_REVISION: 'Two files have one revision id.',
  REVISION_EXPORT_MISSING: 'A file exports a migration, but no revision.',
  HEADER_INVALID: 'A revision file exports a header of a wrong type, or no downRevision.',
  HEADER_NOT_LITERAL:
    'Only importing a file tells its revision, and it was asked for without waiting: await load() first.',
  SCRIPT_SYNTAX: "A revision file isn't valid JavaScript or TypeScript.",
  TYPESCRIPT_UNSUPPORTED: "A revision file uses TypeScript that Node can't run by stripping types.",
  SCRIPT_IMPORT: "A revision file imports something that isn't there.",
  SCRIPT_THREW: 'A revision file threw while it was imported.',
  SCRIPT_CHANGED: 'A revision file holds another revision than when the directory was read.',
  UPGRADE_MISSING: 'A revision file exports neither upgrade nor upgrades.',
  DOWNGRADE_MISSING: 'A revision was asked to go down and exports neither downgrade nor downgrades.',
  MIGRATION_AMBIGUOUS:
    'A revision file exports both one function and a map of functions for the same direction.',
  MIGRATION_INVALID:
    'A revision file exports an upgrade or downgrade that is no function, or a map of other things.',
  TEMPLATE_MISSING: 'The script directory has no script.*.template.',
  TEMPLATE_AMBIGUOUS: 'The script directory has several templates for revisions.',
  TEMPLATE_INVALID:
    "The template for revisions names what doesn't exist, or what it makes isn't the revision asked for.",
  FILE_TEMPLATE: 'The option fileTemplate has an unknown token or makes no file name.',
  TIMEZONE: 'The option timezone names no time zone.',
  VERSION_PATH: 'A new revision would lie outside of the version locations.',
  WRITE_HOOK: 'A post-write hook is badly described or failed; the revision file is written and stays.',
  MULTIPLE_BASES: 'One base was asked for, and the history has several.',
  // databases
  NOT_A_DATABASE: 'A file that was opened as a database is something else, or is damaged.',
  CANNOT_OPEN:
    "A database can't be opened: its directory is missing, it isn't ours to open, or it vanished under us.",
  DATABASE_LOCKED: 'Another connection holds a lock on the database, and waiting for it took too long.',
  LOCK_TIMEOUT:
    'Another runner migrates the same database and holds its lock for longer than the time limit.',
  READ_ONLY_DATABASE: "A change was asked of a database that can't be written.",
  CONNECTION_CLOSED: 'A connection is used after it was closed or broke off.',
  DRIVER_MISSING: "The driver of a database isn't installed; the message says which package it is.",
  CANNOT_CONNECT: "A server can't be reached, refuses the connection, or doesn't have the database.",
  POOL_EXHAUSTED:
    'A pool that was handed over gave no connection within the time limit: all of them are in use.',
  CONNECTION_LOST:
    "The server or the network broke the connection off; what wasn't committed is rolled back.",
  UNSUPPORTED_VERSION: 'The server is older than the versions that this package knows.',
  INSUFFICIENT_PRIVILEGE: 'The user of the connection may not do what was asked.',
  TRANSACTION_ABORTED:
    'A statement of the transaction failed before, so that the server refuses everything else in it.',
  STATEMENT_CANCELED: "The server ended a statement: its time limit, or somebody's cancel request.",
  NEW_ENUM_VALUE: 'An enum value was used in the transaction that added it, which PostgreSQL refuses.',
  ENUM_VALUE_IN_USE: 'A value would go from an enum while rows, a default or a constraint hold it.',
  DEADLOCK:
    "Two sessions waited for each other, or a transaction couldn't be serialized; the server gave ours up.",
  CONSTRAINT_VIOLATION: 'Rows break a constraint: NOT NULL, UNIQUE, CHECK, a key, or a strict type.',
  FOREIGN_KEY_VIOLATION: 'A migration would leave rows whose foreign keys lead nowhere; it was rolled back.',
  NO_SUCH_TABLE: "A statement names a table that isn't there.",
  SQL_ERROR: 'The database refused a statement for another reason; its own words are in the message.',
  IN_TRANSACTION:
    "A borrowed connection is in a transaction already, so that migrations can't have their own.",
  TRANSACTION_LOST: 'A migration committed or rolled back the transaction that it runs in.',
  UNREADABLE_SCHEMA: "A statement in the database's own schema isn't understood.",
  CANNOT_REPRINT: 'A table would have to be rebuilt, and its definition holds what would be lost by that.',
  BROKEN_DEPENDENT: "A view or trigger doesn't compile after a change of a table that it uses.",
  ROWS_LOST: 'A rebuilt table would not hold as many rows as before; it was left as it was.',
  NAME_TOO_LONG: 'A table, column or type has a name that the database would cut off in silence.',
  UNSUPPORTED_TYPE: "A column's type doesn't exist on this database.",
  // revisions
  REVISION: 'The graph of revisions is broken, or a symbol in it means nothing.',
  REVISION_ID: 'A revision id is not a string, is empty, or holds one of @ - + : that symbols need.',
  LABEL_IN_USE: 'A branch label is taken already, by a label or by a revision id.',
  DOWN_REVISION_MISSING: 'A revision names a down revision that no revision is called.',
  DEPENDENCY_MISSING: 'A revision depends on an id or a label that nothing is called.',
  REVISION_LOOP: 'A revision is its own down revision.',
  DEPENDENCY_LOOP: 'A revision depends on itself.',
  REVISION_CYCLE: 'Following down revisions leads back to where it began.',
  DEPENDENCY_CYCLE: 'Following down revisions and dependencies leads back to where it began.',
  MULTIPLE_HEADS: 'One revision was asked for, and several heads answer.',
  REVISION_NOT_FOUND: 'No revision and no branch label has that name, or begins with it.',
  REVISION_AMBIGUOUS: 'Several ids or labels begin with a partial id.',
  BRANCH_NOT_FOUND: 'What stands before the @ is neither a branch label nor a revision.',
  NOT_ON_BRANCH: 'A revision exists, but not on the branch that was named.',
  NOT_AN_ANCESTOR: 'A range or a target joins revisions of which neither descends from the other.',
  RELATIVE_REVISION:
    "A relative symbol such as +2 or -1 leads out of the history, or doesn't fit the command.",
  AMBIGUOUS_WALK: 'A relative symbol meets a branch point or a merge point, where it could go several ways.',
  REVISIONS_OVERLAP: 'Of the revisions asked for, or stamped, one descends from another.',
  NOT_A_HEAD: 'A new revision would begin on one that has a next revision already, and splice was not set.',
  DUPLICATE_HEADS: 'A new revision would merge a revision with itself.',
  REVISION_EXISTS: 'A new revision would take the id of one that exists.',
  HISTORY_RANGE: 'A range of revisions is not written start:end, start: or :end.',
  // commands
  ONE_REVISION: 'A command that takes one revision was given several, or none.',
  NOT_A_REVISION: 'Something that names no revision was given as one.',
  DATABASE_BEHIND: 'A revision cannot be generated, because the database is not at the heads yet.',
  NEEDS_DATABASE:
    "A preview came to where a revision asks the database for something: what comes after isn't known before it runs.",
  OFFLINE_UNSUPPORTED: 'Offline mode (--sql) is not there yet.',
  NO_METADATA: 'Models are needed to compare with, and none were given.',
  REVISION_ID_UNFIT: 'revId() returned what can not be a revision id.',
  NOTHING_TO_MERGE: 'A merge was asked of fewer than two revisions.',
  POSITIVE_DOWNGRADE: 'A downgrade was asked to go up.',
  // applications
  NO_APP: 'No application is registered, or none is current.',
  AMBIGUOUS_APP: 'Several applications are registered, and none of them is current.',
  UNKNOWN_APP: 'An application was used that is not registered.',
  APP_REGISTERED: 'An application was given to initApp a second time.',
  COMMAND_TAKEN: "The application's program has a command of that name already.",
  SAME_DATABASE: 'Two keys of the engines lead to one database and one version table.',
  NO_ENGINE: 'There is no engine, or not for every key of the models.',
  // command line
  CONFIG_NOT_FOUND: 'There is no alembic.config file, or not the one that was named.',
  CONFIG_IMPORT: 'The configuration file, or the application file, threw when it was imported.',
  EDITOR: 'edit found no editor, or the editor failed.',
  CONFIG_EXISTS: 'init found a configuration that is there already.',
  INIT_TEMPLATE: 'init was asked for a template that there is not.',
  USAGE:
    'The words of a command are off: an unknown option, a missing argument, two that exclude each other.',
  ERROR: 'Something failed that is no error of this package: the message is its own.',
  CONFIG_EXPORT: 'A configuration or application file exports nothing that has migrations.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Facts about a failure for programs; all optional, none holds a password. */
export interface ErrorDetails {
  /** id of the revision that was running or being read */
  readonly revision?: string;
  /** absolute path of a file */
  readonly file?: string;
  /** 1-based line in `file` */
  readonly line?: number;
  /** kind of the operation that failed, such as `addColumn` */
  readonly operation?: string;
  /** the SQL that failed */
  readonly sql?: string;
  /** the database, as its URL without a password */
  readonly database?: string;
  readonly [key: string]: unknown;
}

export interface ErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
}

/** Base of every error of this package. `code` is stable; `message` is for people. */
export class AlembicError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** A request that can't be carried out: bad words, options, files, graph (then `cause` is the {@link RevisionError}). */
export class CommandError extends AlembicError {}

/** A builder or an operation was called with arguments that make no sense. Thrown at the call. */
export class ArgumentError extends AlembicError {}

/** The database, its driver or the connection to it failed. */
export class DatabaseError extends AlembicError {}

/** A step of a migration failed; `details` name the revision, the file, the line, the operation and the SQL. */
export class MigrationError extends AlembicError {}

/**
 * The graph of revisions is broken, or a symbol in it means nothing. It and its subclasses are named as Alembic
 * names them, and arrive as the direct `cause` of a {@link CommandError}.
 */
export class RevisionError extends AlembicError {}

/** One revision was asked for and several heads answer. `details`: `heads`, `argument`. */
export class MultipleHeads extends RevisionError {}

/** A symbol names no revision, or too many. `details`: `argument`, and `suggestions` where there are any. */
export class ResolutionError extends RevisionError {}

/** Neither end of a range descends from the other. `details`: `lower`, `upper`. */
export class RangeNotAncestorError extends RevisionError {}

/** Down revisions lead in a circle. `details.revisions` is one such circle, in its order. */
export class CycleDetected extends RevisionError {}

/** Down revisions and dependencies together lead in a circle. */
export class DependencyCycleDetected extends CycleDetected {}

/** A revision is its own down revision; a {@link DependencyLoopDetected} is an instance of this too. */
export class LoopDetected extends CycleDetected {
  static override [Symbol.hasInstance](value: unknown): boolean {
    const own = Function.prototype[Symbol.hasInstance].call(this, value);
    return own || (this === LoopDetected && value instanceof DependencyLoopDetected);
  }
}

/** A revision depends on itself. */
export class DependencyLoopDetected extends DependencyCycleDetected {}
