import { AlembicError, DatabaseError, MigrationError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { findLine, type SourceLine } from './call-site.ts';

/** What is running. */
export interface StepFacts {
  readonly revision: string;
  readonly direction: 'upgrade' | 'downgrade';
  /** path of the revision's file */
  readonly file: string | null;
  /** key of the database, where there are several */
  readonly engineName: string | null;
}

export interface FailureFacts {
  /** null outside of a step */
  readonly step: StepFacts | null;
  /** the database, for people */
  readonly database: string;
  /** what failed: the operations of one statement, or none */
  readonly operations?: readonly Operation[];
  readonly line?: SourceLine | null;
  readonly sql?: string | null;
}

/** The error of an operation, a query or a whole step, told with all that is known; an error that is told already stays as it is. */
export function migrationError(cause: unknown, facts: FailureFacts): MigrationError {
  if (cause instanceof MigrationError) return cause;
  const { step, database, operations = [], sql = sqlOf(cause) } = facts;
  const line = facts.line ?? lineOf(cause, step?.file ?? null);
  const [operation] = operations;
  const place = line === null ? (step?.file ?? null) : `${line.file}:${line.line}`;
  const what =
    step === null
      ? (operation?.kind ?? 'The migration')
      : `The ${step.direction} of revision '${step.revision}'`;
  const message = [
    `${what} failed${step !== null && operation !== undefined ? ` in ${operation.kind}` : ''}${place === null ? '' : ` at ${place}`}: ${reasonOf(cause)}`,
    ...(operations.length > 1
      ? [`It is one of ${operations.length} operations that are carried out together.`]
      : []),
    ...(sql === null || reasonOf(cause).includes(sql) ? [] : [`SQL: ${sql}`]),
  ].join('\n');
  return new MigrationError(codeOf(cause), message, {
    cause,
    details: {
      ...(step !== null && { revision: step.revision, direction: step.direction }),
      ...(step?.engineName != null && { engineName: step.engineName }),
      ...(place !== null && { file: line?.file ?? step?.file ?? '' }),
      ...(line !== null && { line: line.line }),
      ...(operation !== undefined && { operation: operation.kind }),
      ...(sql !== null && { sql }),
      database,
    },
  });
}

/** The same error, told to its end: what the databases hold now, and what to do. */
export function withState(
  error: MigrationError,
  state: string,
  details: { readonly [fact: string]: unknown },
): MigrationError {
  return new MigrationError(error.code, `${error.message}\n${state}`, {
    cause: error.cause,
    details: { ...error.details, ...details },
  });
}

/** What isn't the migration's own fault keeps its code: the run can be mended without looking at it. */
function codeOf(cause: unknown): MigrationError['code'] {
  const own = [
    'TRANSACTION_LOST',
    'NEEDS_AUTOCOMMIT',
    'BLOCKED_BY_DEPENDENT',
    'VERSION_CONFLICT',
    'STEP_ENDED',
    'LOCK_TIMEOUT',
    'IN_TRANSACTION',
    'READ_ONLY_DATABASE',
    'DATABASE_LOCKED',
    'DEADLOCK',
    'STATEMENT_CANCELED',
    'INSUFFICIENT_PRIVILEGE',
    'CANNOT_OPEN',
    'CONNECTION_LOST',
  ] as const;
  return own.find((code) => cause instanceof AlembicError && cause.code === code) ?? 'MIGRATION_FAILED';
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function sqlOf(cause: unknown): string | null {
  return cause instanceof DatabaseError ? (cause.details.sql ?? null) : null;
}

/** Where the revision's own code threw; an error of ours was made far from there. */
function lineOf(cause: unknown, file: string | null): SourceLine | null {
  if (!(cause instanceof Error) || file === null) return null;
  const line = findLine(cause.stack, file);
  return line?.file === file ? line : null;
}
