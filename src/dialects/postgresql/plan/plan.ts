import type { Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import type { Statement } from '../../../dialect/statement.ts';
import { flattenBatches } from '../../../operations/batch.ts';
import type { Operation } from '../../../operations/operation.ts';
import { refuseLongNames } from '../long-names.ts';
import { KnownEnums } from './known-enums.ts';
import { overrides } from './overrides.ts';
import { findRename } from './renames.ts';
import type { Wording } from './wording.ts';

/**
 * Words operations for PostgreSQL, one after the other; a batch is just its operations. An enum that a new or changed column needs and that isn't there is
 * made before it; what is dropped and made again under another name is renamed.
 *
 * @throws ArgumentError `NAME_TOO_LONG`, `UNSUPPORTED_OPERATION`, `UNSUPPORTED_TYPE`, `BAD_TYPE`, and what the operations' own wordings throw.
 */
export async function plan(
  operations: readonly Operation[],
  state: PlanState,
  dialect: Dialect,
): Promise<readonly Statement[]> {
  const all = flattenBatches(operations);
  const enums = new KnownEnums(state);
  const statements: Statement[] = [];
  const done = new Set<Operation>();
  for (const [i, operation] of all.entries()) {
    if (done.has(operation)) continue;
    refuseLongNames(operation);
    const rename = await findRename(operation, all.slice(i + 1), state);
    if (rename !== null) {
      statements.push({ ...rename.statement, operations: [operation, rename.making] });
      done.add(rename.making);
      await state.apply(operation);
      await state.apply(rename.making);
      continue;
    }
    const wording = Object.hasOwn(overrides, operation.kind)
      ? (overrides[operation.kind as keyof typeof overrides] as Wording)
      : undefined;
    const parts = [
      ...(await enums.missing(operation)),
      ...(wording === undefined
        ? state.definitions.sql(operation, dialect)
        : await wording(operation, { dialect, state, following: all.slice(i + 1) })),
    ];
    statements.push(...parts.map((part) => ({ ...part, operations: [operation] })));
    enums.note(operation);
    await state.apply(operation);
  }
  return statements;
}
