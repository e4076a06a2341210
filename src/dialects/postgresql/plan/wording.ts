import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { Statement } from '../../../dialect/statement.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { StatementParts } from '../../../operations/statement.ts';

/** What a wording may know. */
export interface WordingContext {
  readonly dialect: Dialect;
  readonly state: PlanState;
  /** the operations of the plan that come after */
  readonly following: readonly Operation[];
}

/** A statement of a plan, before its operations are known. */
export interface PlannedParts extends StatementParts {
  readonly run?: Statement['run'];
  /** for which it is, where that isn't the one at hand */
  readonly operation?: Operation;
}

/** The statements of one operation. */
export type Wording<Op extends Operation = Operation> = (
  op: Op,
  context: WordingContext,
) => readonly PlannedParts[] | Promise<readonly PlannedParts[]>;
