import { AlembicError, DatabaseError, type ErrorCode } from '../../../errors.ts';

/** The parts of a server's error that every driver passes on. */
interface ServerError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string | number;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /* as postgres.js calls them */
  readonly schema_name?: string;
  readonly table_name?: string;
  readonly column_name?: string;
  readonly constraint_name?: string;
}

/** By SQLSTATE, or its class (the first two characters). */
const codes: { readonly [state: string]: ErrorCode } = {
  '08': 'CONNECTION_LOST',
  '57P01': 'CONNECTION_LOST',
  '57P02': 'CONNECTION_LOST',
  '57P03': 'CONNECTION_LOST',
  '57P05': 'CONNECTION_LOST',
  '25P03': 'CONNECTION_LOST',
  '57014': 'STATEMENT_CANCELED',
  '55P03': 'DATABASE_LOCKED',
  '55P04': 'NEW_ENUM_VALUE',
  '40P01': 'DEADLOCK',
  '40001': 'DEADLOCK',
  '25P02': 'TRANSACTION_ABORTED',
  '42P01': 'NO_SUCH_TABLE',
  '25001': 'NEEDS_AUTOCOMMIT',
  '25006': 'READ_ONLY_DATABASE',
  '42501': 'INSUFFICIENT_PRIVILEGE',
  '28': 'CANNOT_CONNECT',
  '23': 'CONSTRAINT_VIOLATION',
};

/** What to do, where the server's own hint doesn't say it. */
const ways: { readonly [code in ErrorCode]?: string } = {
  NEEDS_AUTOCOMMIT: 'Run it outside of the transaction: op.getContext().autocommitBlock(async () => { … }).',
  CONNECTION_LOST: "What wasn't committed is rolled back; see whether the server is up, then run it again.",
  STATEMENT_CANCELED: "Raise statementTimeout (or the server's statement_timeout), or split the step.",
  DATABASE_LOCKED: 'Another session holds a lock on the object: run it again when that session is done.',
  DEADLOCK: 'Run it again.',
  TRANSACTION_ABORTED: 'Look for the error before this one.',
  READ_ONLY_DATABASE:
    "The server is a replica, or the session's transactions are read-only: connect to the primary.",
  INSUFFICIENT_PRIVILEGE: "Grant it to the connection's user, or connect as the owner of the object.",
};

/** An error of a statement as a {@link DatabaseError}. `details`: sql, database, sqlState, detail, hint, position (1-based, in characters of sql), constraint. */
export function databaseError(cause: unknown, database: string, sql?: string): AlembicError {
  if (cause instanceof AlembicError) return cause;
  const error = serverError(cause);
  const code: ErrorCode = isLost(error) ? 'CONNECTION_LOST' : codeOf(error.code);
  const sentences = [
    `${error.message}${error.code === undefined ? '' : ` (${error.code})`}`,
    error.detail,
    error.hint ?? ways[code],
  ].filter((part): part is string => part !== undefined && part !== '');
  const lead = code === 'CONNECTION_LOST' ? `The connection to ${database} broke off: ` : '';
  return new DatabaseError(code, lead + sentences.map(sentence).join(' '), {
    cause,
    details: { database, ...(sql !== undefined && { sql }), ...facts(error) },
  });
}

/** A connection that didn't come about. */
export function connectError(cause: unknown, database: string): AlembicError {
  if (cause instanceof AlembicError) return cause;
  const error = serverError(cause);
  const hint = error.hint ?? wayIn(error.code);
  const text = [
    `Can't connect to ${database}: ${error.message || error.code || 'no answer'}`,
    error.detail,
    hint,
  ];
  return new DatabaseError(
    'CANNOT_CONNECT',
    text
      .filter(Boolean)
      .map((part) => sentence(String(part)))
      .join(' '),
    {
      cause,
      details: { database, ...facts(error) },
    },
  );
}

function wayIn(code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'Nothing listens there: start the server, or correct the host and the port.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'No such host is known: correct it.';
    case '28P01':
    case '28000':
      return "Correct the user or the password in the URL (special characters percent-encoded), or the server's pg_hba.conf.";
    case '3D000':
      return 'Create the database, or correct its name.';
    case '53300':
      return 'The server has no connection left: close some, or raise max_connections.';
    case '57P03':
      return 'The server is starting up or shutting down: try again.';
    default:
      return 'See whether the server is up and whether the URL is right.';
  }
}

function codeOf(state: string | undefined): ErrorCode {
  if (state === undefined) return 'SQL_ERROR';
  return codes[state] ?? codes[state.slice(0, 2)] ?? 'SQL_ERROR';
}

/** Whether an error of a driver means that the connection is gone. */
export function isLost({ code = '', message }: ServerError): boolean {
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|CONNECTION_(CLOSED|ENDED|DESTROYED)$)/.test(code) ||
    /^connection (terminated|ended|closed)|not queryable|server closed the connection|^PGlite is closed/i.test(
      message,
    )
  );
}

/** `localhost` that is refused on both of its addresses comes as an AggregateError without a message. */
function serverError(cause: unknown): ServerError {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  if (typeof first !== 'object' || first === null) return { message: String(first) };
  return first as ServerError;
}

function facts(error: ServerError): { readonly [fact: string]: unknown } {
  const { code, detail, hint, position } = error;
  const {
    schema = error.schema_name,
    table = error.table_name,
    column = error.column_name,
    constraint = error.constraint_name,
  } = error;
  const all = {
    sqlState: code,
    detail,
    hint,
    position: position === undefined ? undefined : Number(position),
    schema,
    table,
    column,
    constraint,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
}

function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}
