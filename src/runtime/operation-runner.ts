import type { Statement } from '../dialect/statement.ts';
import { DatabaseError } from '../errors.ts';
import { isBatch } from '../operations/batch.ts';
import { flattenBatches } from '../operations/containers.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { Operation } from '../operations/operation.ts';
import type { SchemaTranslation } from '../schema/schema-translation.ts';
import type { CallSite } from './call-site.ts';
import { EndingCalls } from './ending-calls.ts';
import { LivePlanState } from './live-plan-state.ts';
import { type FailureFacts, migrationError, type StepFacts } from './migration-error.ts';
import { needsAutocommit } from './needs-autocommit.ts';
import type { CallFailure, OperationCall, QueueRunner, Work, WorkFacts } from './queue-runner.ts';
import { type Session, StatementFailure } from './session.ts';

/** Plans operations and runs their statements; turns what fails into errors that name the call. */
export class OperationRunner implements QueueRunner {
  readonly #session: Session;
  readonly #definitions: Definitions;
  readonly #step: StepFacts | null;
  readonly #sites = new WeakMap<Operation, CallSite>();
  readonly #ending = new EndingCalls();

  constructor(session: Session, definitions: Definitions, step: StepFacts | null) {
    this.#session = session;
    this.#definitions = definitions;
    this.#step = step;
  }

  async runOperations(calls: readonly OperationCall[], isAwaited: boolean): Promise<CallFailure | null> {
    for (const { operation, site } of calls) {
      this.#sites.set(operation, site);
      for (const [i, each] of flattenBatches([operation]).entries())
        this.#sites.set(each, site.parts?.[i] ?? site);
    }
    try {
      const operations = calls.map((call) => call.operation);
      for (const group of untilOpaque(operations, this.#definitions)) {
        await this.#session.send([]);
        const statements = await this.#plan(group);
        // what isn't possible at all is said before what isn't possible here
        this.#refuseInTransaction(group);
        for (const { sql, operations } of statements) this.#ending.note(sql, this.#siteOf(operations));
        await this.#session.send(statements, { keep: !isAwaited });
      }
      return null;
    } catch (cause) {
      const failed = cause instanceof StatementFailure ? (cause.statement?.operations ?? []) : [];
      const index = calls.findIndex(({ operation }) =>
        failed.some((each) => each === operation || flattenBatches([operation]).includes(each)),
      );
      return { index: Math.max(index, 0), error: this.failure(cause) };
    }
  }

  async runWork<T>(work: Work<T>, site: CallSite, { sql = '' }: WorkFacts): Promise<T> {
    this.#ending.note(sql, site);
    try {
      await this.#session.touch();
      const result = await work(this.#session.connection);
      // what is called next would run, and stay, by itself
      await this.#session.checkTransaction();
      return result;
    } catch (cause) {
      throw this.failure(cause, site);
    }
  }

  async settle(): Promise<void> {
    try {
      await this.#session.send([]);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** What the user is told of a failure. */
  failure(error: unknown, site: CallSite | null = null): Error {
    const facts: FailureFacts = { step: this.#step, database: this.#session.connection.display };
    const file = this.#step?.file ?? null;
    if (!(error instanceof StatementFailure)) {
      const called = site ?? this.#enderOf(error);
      return migrationError(error, { ...facts, ...(called !== null && { line: called.find(file) }) });
    }
    const operations = error.statement?.operations ?? [];
    const called = this.#siteOf(operations) ?? this.#enderOf(error.cause);
    return migrationError(error.cause, {
      ...facts,
      operations,
      line: called?.find(file) ?? null,
      // what runs by itself sends other SQL than it shows: its error knows
      ...(error.statement !== null &&
        error.statement.run === undefined && { sql: error.statement.sql || null }),
    });
  }

  /** Who called the first of them. */
  #siteOf(operations: readonly Operation[]): CallSite | undefined {
    return operations.map((operation) => this.#sites.get(operation)).find((site) => site !== undefined);
  }

  /** Who ended a transaction that is lost, where that can be told. */
  #enderOf(error: unknown): CallSite | null {
    const isLost = error instanceof DatabaseError && error.code === 'TRANSACTION_LOST';
    return isLost ? this.#ending.first : null;
  }

  #refuseInTransaction(operations: readonly Operation[]): void {
    if (!this.#session.inTransaction) return;
    const { dialect } = this.#session.connection;
    const refused = flattenBatches(operations).find(
      (each) => this.#definitions.atomicity(each, dialect) === 'autocommit',
    );
    if (refused !== undefined)
      throw new StatementFailure({ sql: '', operations: [refused] }, needsAutocommit());
  }

  async #plan(operations: readonly Operation[]): Promise<readonly Statement[]> {
    try {
      return await this.#planOnce(operations);
    } catch (cause) {
      throw new StatementFailure({ sql: '', operations: [await this.#blame(operations)] }, cause);
    }
  }

  #planOnce(operations: readonly Operation[]): Promise<readonly Statement[]> {
    const { connection, schemas, avoids } = this.#session;
    const plan = (all: readonly Operation[]): Promise<readonly Statement[]> =>
      connection.dialect.plan(all, new LivePlanState(this.#definitions, connection, all, avoids));
    return schemas.isEmpty ? plan(operations) : translated(operations, schemas, plan);
  }

  /** The operation with which a plan that fails begins to fail. Nothing of it has run, so asking again changes nothing. */
  async #blame(operations: readonly Operation[]): Promise<Operation> {
    const count = await this.#leastThatFails(operations.length, (n) => operations.slice(0, n));
    const last = operations[count - 1]!;
    if (!isBatch(last) || last.operations.length === 0) return last;
    const before = operations.slice(0, count - 1);
    const part = (n: number): Operation =>
      ({ ...last, operations: last.operations.slice(0, n) }) as Operation;
    const inner = await this.#leastThatFails(last.operations.length, (n) => [...before, part(n)]);
    return last.operations[inner - 1]!;
  }

  async #leastThatFails(count: number, first: (n: number) => readonly Operation[]): Promise<number> {
    let [least, most] = [1, count];
    while (least < most) {
      const half = Math.floor((least + most) / 2);
      const fails = await this.#planOnce(first(half)).then(
        () => false,
        () => true,
      );
      if (fails) most = half;
      else least = half + 1;
    }
    return least;
  }
}

/** Plans operations under the database's names of schemas; the statements are of the operations as they were given. */
async function translated(
  operations: readonly Operation[],
  schemas: SchemaTranslation,
  plan: (operations: readonly Operation[]) => Promise<readonly Statement[]>,
): Promise<readonly Statement[]> {
  const there = schemas.forward(operations);
  const given = new Map<Operation, Operation>();
  for (const [i, operation] of there.entries()) {
    given.set(operation, operations[i]!);
    const parts = flattenBatches([operations[i]!]);
    for (const [j, part] of flattenBatches([operation]).entries()) given.set(part, parts[j]!);
  }
  const statements = await plan(there);
  return statements.map((statement) => ({
    ...statement,
    operations: statement.operations.map((operation) => given.get(operation) ?? operation),
  }));
}

/** Stretches that can be planned at once: nothing is known of the schema after an opaque operation, until it has run. */
function untilOpaque(
  operations: readonly Operation[],
  definitions: Definitions,
): readonly (readonly Operation[])[] {
  const groups: Operation[][] = [];
  let wasOpaque = true;
  for (const operation of operations) {
    const isOpaque = flattenBatches([operation]).some((each) => definitions.isOpaque(each));
    const last = groups.at(-1);
    if (last === undefined || (wasOpaque && !isOpaque)) groups.push([operation]);
    else last.push(operation);
    wasOpaque = isOpaque;
  }
  return groups;
}
