import type { Operation } from '../operations/operation.ts';
import { applyNamingConvention, type NamingConvention, nameByConvention } from '../schema/naming.ts';
import type { Constraint, Table } from '../schema/table.ts';
import type { Index } from '../schema/table-index.ts';
import { deepFreeze } from '../util/deep-freeze.ts';

/** The parts that operations which make something have in common. */
interface Parts {
  readonly table?: string | Table | null;
  readonly schema?: string | null;
  readonly constraint?: Constraint;
  readonly constraints?: readonly Constraint[];
  readonly index?: Index;
  readonly indexes?: readonly Index[];
  readonly operations?: readonly Operation[];
}

/**
 * The operation with the names that a convention gives to the constraints and indexes that it makes, as Alembic does with the target metadata's
 * convention. Names given by `f('…')` stay.
 *
 * @throws ArgumentError `NAMING_CONVENTION`.
 */
export function applyNaming<Op extends Operation>(operation: Op, convention: NamingConvention): Op {
  const { table, schema, constraint, constraints, index, indexes, operations } = operation as Parts;
  if (typeof table === 'object' && table !== null) {
    const named = applyNamingConvention(table, convention);
    return isSame(table, named) ? operation : deepFreeze({ ...operation, table: named });
  }
  const owner = { name: table ?? '', schema: schema ?? null };
  const name = <T extends Constraint | Index>(object: T): T => nameByConvention(object, owner, convention);
  const named: Parts = {
    ...(constraint && { constraint: name(constraint) }),
    ...(constraints && { constraints: constraints.map(name) }),
    ...(index && { index: name(index) }),
    ...(indexes && { indexes: indexes.map(name) }),
    ...(operations && { operations: operations.map((each) => applyNaming(each, convention)) }),
  };
  return isSame(operation as Parts, { ...(operation as Parts), ...named })
    ? operation
    : deepFreeze({ ...operation, ...named });
}

/** Whether nothing got a name: most operations stay the same object. */
function isSame(before: Parts, after: Parts): boolean {
  const parts = ({
    constraint,
    constraints = [],
    index,
    indexes = [],
    operations = [],
  }: Parts): unknown[] => [constraint, index, ...constraints, ...indexes, ...operations];
  const all = parts(after);
  return parts(before).every((part, i) => part === all[i]);
}
