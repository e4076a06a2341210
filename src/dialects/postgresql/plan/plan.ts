import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { Statement } from '../../../dialect/statement.ts';
import { flattenBatches } from '../../../operations/containers.ts';
import type { Operation } from '../../../operations/operation.ts';
import { withKeptNames } from '../kept-names.ts';
import { refuseLongNames } from '../long-names.ts';
import { KnownEnums } from './known-enums.ts';
import { overrides } from './overrides.ts';
import { PlannedSoFar } from './planned-so-far.ts';
import { refuseNewer } from './refuse-newer.ts';
import { findRemade } from './remade-functions.ts';
import { findRename } from './renames.ts';
import { StandingKeys } from './standing-keys.ts';
import { StandingOnFunctions } from './standing-on-functions.ts';
import { StandingTriggers } from './standing-triggers.ts';
import { StandingViews } from './standing-views.ts';
import { valuesBeforeDefaults } from './values-before-defaults.ts';
import { warnOfOrder } from './warn-of-order.ts';
import type { PlannedParts, Wording } from './wording.ts';

/**
 * Words operations for PostgreSQL, one after the other; a batch is just its operations. An enum that a new or changed column needs and that isn't there is
 * made before it; what is dropped and made again under another name is renamed; foreign keys that stand on a key which is replaced or on columns whose types change, what stands on a function
 * that is, and views and triggers that stand on what can't change under them, are taken down and up.
 *
 * @throws ArgumentError `BLOCKED_BY_DEPENDENT`, `NAME_TOO_LONG`, `NO_REFERENCED_KEY`, `UNSUPPORTED_OPERATION`, `UNSUPPORTED_TYPE`, `BAD_TYPE`, and what the operations' own wordings throw.
 */
export async function plan(
  operations: readonly Operation[],
  state: PlanState,
  dialect: Dialect,
): Promise<readonly Statement[]> {
  warnOfOrder(operations);
  const given = valuesBeforeDefaults(flattenBatches(operations));
  const all = given.map(withKeptNames);
  const enums = new KnownEnums(state);
  const standing = new StandingKeys(state, all);
  const remade = await findRemade(all, state, dialect);
  const planned = new PlannedSoFar(state, dialect);
  const views = new StandingViews(state, dialect, all, remade, planned);
  const triggers = new StandingTriggers(state, all, planned);
  const functions = new StandingOnFunctions(state, dialect, remade);
  const asGiven = new Map(all.map((operation, i) => [operation, given[i]!]));
  const statements: Statement[] = [];
  const done = new Set<Operation>();
  for (const [i, operation] of all.entries()) {
    if (done.has(operation)) continue;
    refuseLongNames(operation);
    await refuseNewer(operation, state);
    const following = all.slice(i + 1);
    const rename = await findRename(operation, following, state);
    if (rename !== null) {
      statements.push({
        ...rename.statement,
        operations: [asGiven.get(operation)!, asGiven.get(rename.making)!],
      });
      done.add(rename.making);
      await state.apply(operation);
      await state.apply(rename.making);
      continue;
    }
    const wording = Object.hasOwn(overrides, operation.kind)
      ? (overrides[operation.kind as keyof typeof overrides] as Wording)
      : undefined;
    const { down, up } = await triggers.around(operation);
    const parts: PlannedParts[] = [
      ...(await enums.missing(operation)),
      ...(await views.before(operation, following)),
      ...(await standing.takeDown(operation, following)),
      ...(await functions.takeDown(operation, following, (view) => views.isDown(view))),
      ...down,
      ...(views.wording(operation) ??
        functions.wording(operation) ??
        (wording === undefined
          ? state.definitions.sql(operation, dialect)
          : await wording(operation, { dialect, state, following }))),
    ];
    enums.note(operation);
    await state.apply(operation);
    planned.note(operation);
    parts.push(...up, ...(await standing.takeUp(operation, following)), ...functions.takeUp(operation));
    statements.push(
      ...parts.map(({ operation: its = operation, run, ...part }) => ({
        ...part,
        ...(run && { run }),
        operations: [asGiven.get(its)!],
      })),
    );
  }
  standing.refuseLeftDown();
  for (const { operation, ...part } of views.finish())
    statements.push({
      ...part,
      operations: operation === undefined ? given : [asGiven.get(operation)!],
    });
  return statements;
}
