import type { Operation } from '../../operations/operation.ts';
import { type NamingConvention, nameByConvention } from '../../schema/naming.ts';
import type { Constraint, Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';

type Named = Constraint | Index;

interface Parts {
  readonly table?: string | Table | null;
  readonly schema?: string | null;
  readonly constraint?: Constraint;
  readonly constraints?: readonly Constraint[];
  readonly index?: Index;
  readonly indexes?: readonly Index[];
}

/**
 * The operation with those names marked as final that the convention would change when the revision runs: a template with `%(constraint_name)s`, as for
 * checks, is filled in again each time; and what has no name in the database would get one.
 */
export function finalNames<Op extends Operation>(operation: Op, convention: NamingConvention): Op {
  const { table, schema, constraint, constraints, index, indexes } = operation as Parts;
  const owner =
    typeof table === 'object' && table !== null ? table : { name: table ?? '', schema: schema ?? null };
  const mark = <T extends Named>(object: T): T => {
    if (object.finalName) return object;
    return nameByConvention(object, owner, convention).name === object.name
      ? object
      : { ...object, finalName: true };
  };
  return {
    ...operation,
    ...(typeof table === 'object' &&
      table !== null && {
        table: { ...table, constraints: table.constraints.map(mark), indexes: table.indexes.map(mark) },
      }),
    ...(constraint && { constraint: mark(constraint) }),
    ...(constraints && { constraints: constraints.map(mark) }),
    ...(index && { index: mark(index) }),
    ...(indexes && { indexes: indexes.map(mark) }),
  };
}
