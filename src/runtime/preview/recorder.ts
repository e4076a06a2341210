import { AlembicError, DatabaseError, type ErrorCode, errorCodes } from '../../errors.ts';
import { flattenBatches } from '../../operations/containers.ts';
import { unreadSql } from '../../operations/loss.ts';
import type { Operation } from '../../operations/operation.ts';
import type { CallSite } from '../call-site.ts';
import type { Context } from '../context.ts';
import { migrationError, type StepFacts } from '../migration-error.ts';
import { needsAutocommit } from '../needs-autocommit.ts';
import type { OperationCall, QueueRunner, ScopeHooks, Work, WorkFacts } from '../queue-runner.ts';
import type { PreviewCommit, PreviewNote, PreviewOperation } from './preview.ts';
import type { Units } from './units.ts';

/** Notes what a step calls instead of running it, up to where it can't go on without the database. */
export class Recorder implements QueueRunner {
  readonly operations: PreviewOperation[] = [];
  readonly problems: PreviewNote[] = [];
  /** where it needs the database; nothing that comes behind is noted, for it would be invented */
  unknownFrom: PreviewNote | null = null;
  readonly #context: Context;
  readonly #step: StepFacts;
  readonly #units: Units;

  constructor(context: Context, step: StepFacts, units: Units) {
    this.#context = context;
    this.#step = step;
    this.#units = units;
  }

  async runOperations(calls: readonly OperationCall[]): Promise<null> {
    if (this.unknownFrom === null) for (const { operation, site } of calls) this.#note(operation, site);
    return null;
  }

  async runWork<T>(_: Work<T>, site: CallSite, { sql, answers, isAwaited }: WorkFacts): Promise<T> {
    if (answers && isAwaited) {
      const error = needsDatabase();
      if (this.unknownFrom === null) {
        this.unknownFrom = this.#noteOf(error, { site, code: 'NEEDS_DATABASE' });
        this.#units.addUnknown(this.#step.revision);
      }
      throw error;
    }
    if (sql !== undefined && this.unknownFrom === null) {
      const unit = this.#units.add(this.#step.revision);
      const { file, line } = this.#place(site);
      this.operations.push({
        operation: null,
        sql,
        file,
        line,
        unit,
        atomicity: 'transaction',
        destroys: [unreadSql],
      });
    }
    // nobody waits for it: whoever asks for it later is refused
    return undefined as T;
  }

  refuse(): Error {
    return needsDatabase();
  }

  autocommit<T>(site: CallSite): ScopeHooks<T> {
    const { revision } = this.#step;
    let isEntered = false;
    return {
      enter: async () => {
        if (this.unknownFrom !== null) return;
        isEntered = true;
        this.#units.enterBlock({ reason: 'autocommitBlock', revision, ...this.#place(site) });
      },
      leave: async () => {
        if (isEntered) this.#units.leaveBlock();
      },
    };
  }

  /** What is rolled back to a savepoint hasn't been. */
  savepoint<T>(): ScopeHooks<T> {
    let before = 0;
    return {
      recovers: true,
      enter: async () => {
        before = this.operations.length;
      },
      leave: async (failure) => {
        if (failure !== null && this.unknownFrom === null) this.operations.length = before;
      },
    };
  }

  /** What the step's own code threw. */
  failed(error: unknown): void {
    if (this.unknownFrom === null) this.problems.push(this.#noteOf(error));
  }

  #note(operation: Operation, site: CallSite): void {
    const { definitions, dialect } = this.#context;
    const { revision } = this.#step;
    const atomicity = definitions.atomicity(operation, dialect);
    const place = this.#place(site);
    const commits: PreviewCommit | null =
      atomicity === 'commits' ? { reason: 'implicit', revision, ...place } : null;
    const isRefused = atomicity === 'autocommit' && !this.#units.isOutside;
    const unit = this.#units.add(revision, { commits });
    const parts = flattenBatches([operation]).map((part, i) => ({ part, at: site.parts?.[i] ?? site }));
    for (const { part, at } of isRefused ? parts : []) {
      if (definitions.atomicity(part, dialect) === 'autocommit')
        this.problems.push(this.#noteOf(needsAutocommit(), { site: at, operation: part }));
    }
    const destroys = definitions.destroys(operation, dialect);
    this.operations.push({ operation, sql: null, ...place, unit, atomicity, destroys });
    for (const { part, at } of parts) this.#foresee(part, at);
  }

  /** What may fail later in the same transaction because of an operation. */
  #foresee(operation: Operation, site: CallSite): void {
    const avoidable = Object.entries(this.#context.dialect.avoidable ?? {});
    for (const [code, isBroughtAbout] of avoidable as [ErrorCode, (operation: Operation) => boolean][]) {
      if (!isBroughtAbout(operation)) continue;
      this.#units.addRisk((isRepeatable) => {
        const then = isRepeatable
          ? 'all of the transaction is rolled back and run again in another way, and what its revisions do outside of the database they do twice'
          : "the run fails, for a part of the revision is committed by then and isn't run again";
        const message = `Something after it in the same transaction may need what it adds; then ${then}. ${errorCodes[code]}`;
        return this.#noteOf(new AlembicError(code, message), { site, operation, code });
      });
    }
  }

  #place(site: CallSite): { readonly file: string | null; readonly line: number | null } {
    const found = site.find(this.#step.file);
    return { file: found?.file ?? null, line: found?.line ?? null };
  }

  /** With the facts of the error that a run would fail with, and its code unless `code` says another. */
  #noteOf(cause: unknown, { site, operation, code }: NoteFacts = {}): PreviewNote {
    const told = migrationError(cause, {
      step: this.#step,
      database: this.#context.display,
      ...(operation !== undefined && { operations: [operation] }),
      ...(site !== undefined && { line: site.find(this.#step.file) }),
    });
    const { file = null, line = null } = told.details;
    return {
      code: code ?? told.code,
      message: cause instanceof Error ? cause.message || cause.name : String(cause),
      revision: this.#step.revision,
      file,
      line,
      operation: operation?.kind ?? null,
    };
  }
}

interface NoteFacts {
  readonly site?: CallSite;
  readonly operation?: Operation;
  readonly code?: ErrorCode;
}

function needsDatabase(): DatabaseError {
  return new DatabaseError(
    'NEEDS_DATABASE',
    "The revision asks the database for something, which a preview doesn't do: what comes after isn't known before it runs.",
  );
}
