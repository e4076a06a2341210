import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import { ArgumentError } from '../../../errors.ts';
import type { CreateFunction, ReplaceFunction } from '../../../objects/function/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { quoteName } from '../identifiers.ts';
import { getsAnotherDefault, readFunctionUsers } from './read-users.ts';
import type { RemadeFunction } from './remade-functions.ts';
import type { PlannedParts } from './wording.ts';

/**
 * What stands on functions that are dropped and made again: triggers, defaults, checks, indexes and statistics are taken down before and put up after; views are
 * the plan's (see StandingViews). One with the same types of arguments is the same function: its rights and owner come again.
 */
export class StandingOnFunctions {
  readonly #state: PlanState;
  readonly #dialect: Dialect;
  readonly #remade: ReadonlyMap<Operation, RemadeFunction>;
  readonly #down = new Map<Operation, readonly PlannedParts[]>();
  /** rights and owners of those that are made anew */
  readonly #belongings = new Map<Operation, readonly PlannedParts[]>();

  constructor(state: PlanState, dialect: Dialect, remade: ReadonlyMap<Operation, RemadeFunction>) {
    this.#state = state;
    this.#dialect = dialect;
    this.#remade = remade;
  }

  /**
   * What has to run before an operation. `isDown` says whether a view, with all that hangs on it, is down already.
   *
   * @throws ArgumentError `BLOCKED_BY_DEPENDENT`
   */
  async takeDown(
    operation: Operation,
    following: readonly Operation[],
    isDown: (view: QualifiedName) => boolean,
  ): Promise<readonly PlannedParts[]> {
    const found = this.#remade.get(operation);
    const { connection } = this.#state;
    if (found === undefined || connection === null) return [];
    const users = await readFunctionUsers(connection, found.function);
    if (users === null) return [];
    refuseBlockers(found.function, users.blockers);
    const parts = users.parts.filter(({ on }) => on === null || !isDown(on));
    const up = parts.filter((part) => !getsAnotherDefault(part, users, following)).flatMap((part) => part.up);
    this.#down.set(found.until, [
      ...(this.#down.get(found.until) ?? []),
      ...up.map((sql) => ({ sql, operation })),
    ]);
    if (qualifierOf(found.until) === found.function.qualifier)
      this.#belongings.set(
        found.until,
        users.belongings.map((sql) => ({ sql })),
      );
    return parts.toReversed().map(({ down }) => ({ sql: down }));
  }

  /** The statements of an operation that makes a function anew; null where its own wording is right. */
  wording(operation: Operation): readonly PlannedParts[] | null {
    const { definitions } = this.#state;
    const belongings = this.#belongings.get(operation) ?? [];
    if (operation.kind === 'createFunction' && belongings.length > 0)
      return [...definitions.sql(operation, this.#dialect), ...belongings];
    if (operation.kind !== 'replaceFunction' || !this.#remade.has(operation)) return null;
    const { function: made } = operation as ReplaceFunction;
    const create: CreateFunction = { kind: 'createFunction', function: made };
    return [
      // a procedure may take the place of a function
      { sql: `DROP ROUTINE ${quoteName(made)}(${made.qualifier})` },
      ...definitions.sql(create, this.#dialect),
      ...belongings,
    ];
  }

  /** What has to run after an operation. */
  takeUp(operation: Operation): readonly PlannedParts[] {
    const up = this.#down.get(operation) ?? [];
    this.#down.delete(operation);
    return up;
  }
}

function qualifierOf(operation: Operation): string {
  return (operation as CreateFunction | ReplaceFunction).function.qualifier;
}

function refuseBlockers(name: QualifiedName, blockers: readonly string[]): void {
  if (blockers.length === 0) return;
  throw new ArgumentError(
    'BLOCKED_BY_DEPENDENT',
    `The function '${displayName(name)}' has to be dropped and made again, since its result, the names of its arguments or their defaults change; and ${blockers.join(', ')} can't be taken down and put up around that. Drop it before with op.execute, and make it again after; or make a function of another name.`,
    { details: { object: displayName(name), blockers } },
  );
}
